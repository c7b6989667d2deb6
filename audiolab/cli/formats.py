"""What words and phones are written as, for the verbs that write them: the options and the bytes."""

import argparse
from typing import TYPE_CHECKING, Any

from audiolab.core.tiers import Annotation

if TYPE_CHECKING:
    from audiolab.media.exchange import SubtitleRules

TRANSCRIPT_FORMATS = (
    "srt",
    "vtt",
    "textgrid",
    "textgrid-short",
    "eaf",
    "audacity",
    "csv",
    "tsv",
    "ctm",
    "docx",
)
"""What words and phones can be written as, besides plain text and JSON; names in `audiolab.media.exchange`."""

BINARY = frozenset({"docx"})
"""Formats that are no text, so that they are not for standard output."""

SUFFIXES = {"textgrid": "TextGrid", "textgrid-short": "TextGrid", "audacity": "labels.txt"}
"""Of written files, where they are not the format's name."""


def declare_formats(parser: argparse.ArgumentParser, text: str) -> None:
    """``--format``, and how words are cut into subtitles. `text` says what plain text and JSON are here."""
    parser.add_argument(
        "--format",
        choices=("txt", "json", *TRANSCRIPT_FORMATS),
        default="txt",
        help=f"{text}, subtitles, the tiers of an annotation program, or a document (docx)",
    )
    rules = parser.add_argument_group("subtitles (srt, vtt)")
    for name, kind, help_text in _RULES:
        rules.add_argument(f"--{name.replace('_', '-')}", type=kind, dest=name, metavar="N", help=help_text)


_RULES: tuple[tuple[str, Any, str], ...] = (
    ("characters", int, "in a line, at most (42)"),
    ("lines", int, "in a subtitle, at most (2)"),
    ("characters_per_second", float, "reading speed (17)"),
    ("gap", float, "seconds between two subtitles, at least (0.083)"),
)


def subtitle_rules(arguments: argparse.Namespace) -> "SubtitleRules":
    """The rules that the options ask for; rules that cannot be met are a wrong usage."""
    from audiolab.media.exchange import SubtitleRules

    asked = {name: getattr(arguments, name) for name, _, _ in _RULES if getattr(arguments, name) is not None}
    try:
        return SubtitleRules(**asked)
    except ValueError:
        arguments.complain("subtitles need a line, a character in it and a reading speed, and no gap below 0")
        raise


def written(annotation: Annotation, format_name: str, rules: "SubtitleRules", name: str) -> bytes:
    """An annotation in one of `TRANSCRIPT_FORMATS`; `name` stands for the recording."""
    from audiolab.media.exchange import FORMATS

    data = FORMATS[format_name].write(annotation, rules, name)
    return data if format_name in BINARY else data.rstrip(b"\n") + b"\n"


def encoded(text: str) -> bytes:
    """`text` as UTF-8 with a line feed behind it; what cannot be encoded is written as an escape."""
    return f"{text}\n".encode(errors="backslashreplace")
