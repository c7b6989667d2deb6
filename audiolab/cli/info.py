"""`audiolab info`: what a file holds."""

import argparse
import json
import sys
from pathlib import Path

from audiolab.cli.shared import Document, each
from audiolab.core.recording import MediaInfo
from audiolab.core.units import clock


def declare(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each file")


def run(arguments: argparse.Namespace) -> int:
    """Tell what each file holds."""
    from audiolab.media import probe

    def show(path: Path) -> None:
        info = probe(path)
        text = json.dumps(info_document(info), ensure_ascii=False) if arguments.json else _info_text(info)
        sys.stdout.write(f"{text}\n")

    return each(arguments.files, show)


def info_document(info: MediaInfo) -> Document:
    """What ``info --json`` tells of a file."""
    return {
        "file": str(info.file),
        "format": info.format,
        "codec": info.codec,
        "sample_rate": info.sample_rate,
        "channels": info.channels,
        "frames": info.frames,
        "duration": info.duration,
        "bit_depth": info.bit_depth,
    }


def _info_text(info: MediaInfo) -> str:
    depth = f", {info.bit_depth} bit" if info.bit_depth else ""
    rows = {
        "format": info.format,
        "codec": f"{info.codec}{depth}",
        "sample rate": f"{info.sample_rate} Hz",
        "channels": str(info.channels),
        "duration": f"{clock(info.duration)} ({info.frames} frames)",
    }
    return "\n".join([str(info.file), *(f"  {name:<12} {value}" for name, value in rows.items())])
