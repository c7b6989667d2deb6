"""`audiolab transcribe`: the speech of files, with the time of every word."""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path

from audiolab.cli.shared import Document, cancelling, each, progress_line
from audiolab.core.cancel import CancelToken
from audiolab.core.speech import Recognizer, Token, Transcription, Word
from audiolab.core.tiers import annotation_of
from audiolab.core.units import frames_to_seconds

TRANSCRIPT_FORMATS = ("srt", "vtt", "textgrid", "textgrid-short", "eaf", "audacity", "csv", "tsv", "ctm")
"""What words and phones can be written as, besides plain text and JSON; names in `audiolab.media.exchange`."""

_SUFFIXES = {"textgrid": "TextGrid", "textgrid-short": "TextGrid", "audacity": "labels.txt"}
"""Of written files, where they are not the format's name."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "--format",
        choices=("txt", "json", *TRANSCRIPT_FORMATS),
        default="txt",
        help="plain text (default), JSON, subtitles, or the tiers of an annotation program",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="write one file for each input into DIR and print its path, instead of writing to standard output",
    )
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the recognition model; by default the built-in"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read each file."""
    from audiolab.asr import create
    from audiolab.media import open_recording
    from audiolab.media.outputnames import OutputNames

    directory: Path | None = arguments.output
    names = OutputNames(directory) if directory is not None else None
    several = len(arguments.files) > 1
    recognizer: Recognizer = create(arguments.model)

    def transcribe(path: Path) -> None:
        cancel = CancelToken()
        with progress_line(path.name) as progress, cancelling(cancel):
            recording = open_recording(path, cancel, progress("opening"))
            with closing(recording):
                transcription = recognizer.transcribe(recording, cancel, progress("reading"))
                text = _text(arguments.format, path, recording.frames, transcription)
        if names is not None:
            sys.stdout.write(f"{names.write(path, _SUFFIXES.get(arguments.format, arguments.format), text)}\n")
        else:
            heading = f"==> {path} <==\n" if several and arguments.format == "txt" else ""
            sys.stdout.write(f"{heading}{text}\n")
            sys.stdout.flush()

    with closing(recognizer):
        return each(arguments.files, transcribe)


def _text(format_name: str, path: Path, frames: int, transcription: Transcription) -> str:
    """What is written of a transcription."""
    if format_name == "txt":
        return transcription.alignment.text
    if format_name == "json":
        duration = frames_to_seconds(frames, transcription.sample_rate)
        return json.dumps(transcription_document(path, duration, transcription), ensure_ascii=False)
    from audiolab.media.exchange import FORMATS, SubtitleRules

    annotation = annotation_of(transcription.alignment, transcription.sample_rate, frames)
    return FORMATS[format_name].write(annotation, SubtitleRules(), path.stem).decode().rstrip("\n")


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
        "model": transcription.emissions.model,
        "text": transcription.alignment.text,
        "words": [timed(word) for word in transcription.alignment.words],
        "tokens": [timed(token) for token in transcription.alignment.tokens],
    }
