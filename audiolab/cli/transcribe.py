"""`audiolab transcribe`: the speech of files, with the time of every word."""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.cli.formats import BINARY, SUFFIXES, declare_formats, encoded, subtitle_rules, written
from audiolab.cli.ownwords import declare_dictionary, declare_hotwords, need_heed, own_words
from audiolab.cli.shared import Document, each, opened
from audiolab.core.speech import Recognizer, Token, Transcription, Word
from audiolab.core.tiers import annotation_of
from audiolab.core.units import frames_to_seconds

if TYPE_CHECKING:
    from audiolab.media.exchange import SubtitleRules


def declare(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.set_defaults(complain=parser.error)
    declare_formats(parser, "plain text (default), JSON")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="write one file for each input into DIR and print its path, instead of writing to standard output",
    )
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the recognition model; by default the built-in"
    )
    parser.add_argument(
        "--language-model",
        type=Path,
        metavar="FILE",
        help="an ARPA file that the words of a CTC checkpoint are searched with, where none lies beside it",
    )
    declare_hotwords(parser)
    declare_dictionary(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read each file."""
    from audiolab.asr import create
    from audiolab.media.outputnames import OutputNames

    directory: Path | None = arguments.output
    if arguments.format in BINARY and directory is None:
        arguments.complain(f"{arguments.format} is written to files: give --output DIR")
    rules = subtitle_rules(arguments)
    names = OutputNames(directory) if directory is not None else None
    several = len(arguments.files) > 1
    words = own_words(arguments)
    need_heed(arguments.model, words)
    recognizer: Recognizer = create(arguments.model, language_model=arguments.language_model)

    def transcribe(path: Path) -> None:
        with opened(path, "reading") as (recording, cancel, progress):
            transcription = recognizer.transcribe(recording, cancel, progress, words)
            data = _document(arguments.format, path, recording.frames, transcription, rules)
        if names is not None:
            suffix = SUFFIXES.get(arguments.format, arguments.format)
            sys.stdout.write(f"{names.write(path, suffix, data)}\n")
        else:
            heading = f"==> {path} <==\n" if several and arguments.format == "txt" else ""
            sys.stdout.write(f"{heading}{data.decode()}")
            sys.stdout.flush()

    with closing(recognizer):
        return each(arguments.files, transcribe)


def _document(
    format_name: str, path: Path, frames: int, transcription: Transcription, rules: "SubtitleRules"
) -> bytes:
    """What is written of a transcription; text ends in one line feed."""
    if format_name == "txt":
        text = transcription.alignment.text
    elif format_name == "json":
        duration = frames_to_seconds(frames, transcription.sample_rate)
        text = json.dumps(transcription_document(path, duration, transcription), ensure_ascii=False)
    else:
        annotation = annotation_of(transcription.alignment, transcription.sample_rate, frames)
        return written(annotation, format_name, rules, path.stem)
    return encoded(text)


def transcription_document(path: Path, duration: float, transcription: Transcription) -> Document:
    """What ``transcribe --format json`` tells of a file; all times in seconds."""
    rate = transcription.sample_rate

    def timed(item: Word | Token) -> Document:
        return {
            "text": item.text,
            "start": round(frames_to_seconds(item.span.start, rate), 4),
            "end": round(frames_to_seconds(item.span.stop, rate), 4),
            "score": round(item.score, 4),
        }

    return {
        "file": str(path),
        "duration": duration,
        "sample_rate": rate,
        "model": transcription.reader,
        "text": transcription.alignment.text,
        "words": [timed(word) for word in transcription.alignment.words],
        "tokens": [timed(token) for token in transcription.alignment.tokens],
    }
