"""`audiolab align`: when each word of a given text is said."""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.cli.formats import BINARY, declare_formats, encoded, subtitle_rules, written
from audiolab.cli.ownwords import declare_dictionary, need_heed, own_words
from audiolab.cli.shared import Document, each, opened
from audiolab.core.errors import MediaError
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import frames_to_seconds
from audiolab.core.userwords import UserWords

if TYPE_CHECKING:
    from audiolab.asr.aligning import TextAlignment
    from audiolab.media.exchange import SubtitleRules


def declare(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.usage = (
        "audiolab align [--format FORMAT] [--output FILE] [--model NAME] [--dictionary FILE] FILE TEXTFILE"
    )
    parser.set_defaults(complain=parser.error)
    declare_formats(parser, "start, end, word and doubts a line (default), JSON")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to FILE instead of to standard output")
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the recognition model; by default the built-in"
    )
    declare_dictionary(parser)


def run(arguments: argparse.Namespace) -> int:
    """Align the text."""
    if len(arguments.files) != 2:
        arguments.complain("give a recording and the file of its text")
    if arguments.format in BINARY and arguments.output is None:
        arguments.complain(f"{arguments.format} is written to a file: give --output FILE")
    _, text_file = arguments.files
    rules = subtitle_rules(arguments)
    words = own_words(arguments)
    need_heed(arguments.model, words)

    def align(path: Path) -> None:
        _write(_result(path, text_file, arguments.format, arguments.model, rules, words), arguments.output)

    return each(arguments.files[:1], align)


def _result(
    path: Path, text_file: Path, format_name: str, model: str, rules: "SubtitleRules", words: UserWords
) -> bytes:
    from audiolab.asr import create
    from audiolab.asr.aligning import align_text
    from audiolab.media.exchange.plaintext import read_text

    text = read_text(text_file)
    with closing(create(model)) as recognizer, opened(path, "aligning") as (recording, cancel, progress):
        aligned = align_text(recording, text, recognizer, cancel, progress, words)
    if format_name == "txt":
        return encoded(_lines(aligned))
    if format_name == "json":
        return encoded(json.dumps(alignment_document(path, aligned), ensure_ascii=False))
    return written(aligned.annotation(), format_name, rules, path.stem)


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(data.decode())
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise MediaError(output, f"cannot be written ({error.strerror})", "choose another place") from None
    sys.stdout.write(f"{output}\n")


def _lines(aligned: "TextAlignment") -> str:
    """A line for each word: start, end, what was typed, what speaks against it; separated by tabs."""
    rate = aligned.sample_rate
    return "\n".join(
        "\t".join(
            [
                *(f"{frames_to_seconds(edge, rate):.3f}" for edge in (word.span.start, word.span.stop)),
                " ".join(word.text.split()),
                ", ".join(sorted(word.doubts)),
            ]
        ).rstrip("\t")
        for word in aligned.words
    )


def alignment_document(path: Path, aligned: "TextAlignment") -> Document:
    """What ``align --format json`` tells; all times in seconds, words without a place have none."""
    rate = aligned.sample_rate

    def times(span: TimeSpan) -> Document:
        start, end = (round(frames_to_seconds(edge, rate), 4) for edge in (span.start, span.stop))
        return {"start": start, "end": end} if span else {"start": None, "end": None}

    return {
        "file": str(path),
        "duration": frames_to_seconds(aligned.length, rate),
        "sample_rate": rate,
        "text": aligned.text,
        "words": [
            {
                "text": word.text,
                **times(word.span),
                "measured": word.measured,
                "score": round(word.score, 4),
                "doubts": sorted(word.doubts),
                "tokens": [{"text": token.text, **times(token.span)} for token in word.tokens],
            }
            for word in aligned.words
        ],
        "review": list(aligned.review()),
        "not_in_text": [{"text": passage.text, **times(passage.span)} for passage in aligned.unwritten],
    }
