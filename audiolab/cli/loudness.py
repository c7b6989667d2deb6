"""`audiolab loudness`: programme loudness, range and true peak of files, and whether they meet a target."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.cli.shared import DONE, FAILED, USAGE, Document, complain, each, opened
from audiolab.core.errors import AudiolabError

if TYPE_CHECKING:
    from audiolab.analysis.loudness import LoudnessResult, Verdict

COLUMNS = ("I LUFS", "LRA LU", "TP dBTP", "max M", "max S", "SP dBFS")
"""Headings of the table; the units are those of EBU Tech 3341."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line for each file; null for silence"
    )
    parser.add_argument("--target", metavar="PRESET", help="compare with a target: its name, or the start of it")
    parser.add_argument("--fail-over", action="store_true", help="exit with 1 when a file misses the target")
    parser.add_argument(
        "--dual-mono", action="store_true", help="measure mono files as they sound from two speakers"
    )

    parser.add_argument(
        "--layout",
        metavar="NAME",
        help="where the channels stand, such as 5.1, '5.1 film', 7.1 or 7.1.4; without it as the file says",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure each file."""
    from audiolab.analysis.loudness import DEFAULT_TARGET, LoudnessSpec, find_layout, find_target, scan, verdict

    try:
        target = find_target(arguments.target) if arguments.target else DEFAULT_TARGET
        layout = find_layout(arguments.layout) if arguments.layout else None
    except AudiolabError as error:
        complain(str(error))
        return USAGE
    judged = bool(arguments.target) or arguments.fail_over
    spec = LoudnessSpec(layout, dual_mono=arguments.dual_mono, ceiling_dbtp=target.max_true_peak_dbtp)
    missed: list[Path] = []
    if not arguments.json:
        sys.stdout.write(f"{''.join(f'{name:>9}' for name in COLUMNS)}{'  target' if judged else ''}  file\n")

    def measure(path: Path) -> None:
        with opened(path, "measuring") as (recording, cancel, progress):
            result = scan(recording, spec, cancel=cancel, progress=progress)
        judgement = verdict(result, target) if judged else None
        if judgement is not None and not judgement.met:
            missed.append(path)
        text = json.dumps(_document(path, result, judgement)) if arguments.json else _row(path, result, judgement)
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    code = each(arguments.files, measure)
    return FAILED if code == DONE and arguments.fail_over and missed else code


def _document(path: Path, result: "LoudnessResult", judgement: "Verdict | None") -> Document:
    """What ``loudness --json`` tells of a file; levels that do not exist are null."""
    document: Document = {"file": str(path)}
    document |= {name: None if value is None else round(value, 2) for name, value in result.figures().items()}
    if judgement is not None:
        document |= {"target": judgement.target.name, "met": judgement.met}
    return document


def _row(path: Path, result: "LoudnessResult", judgement: "Verdict | None") -> str:
    figures = result.figures()
    shown = ("integrated_lufs", "loudness_range_lu", "max_true_peak_dbtp", "max_momentary_lufs")
    values = [figures[name] for name in (*shown, "max_short_term_lufs", "sample_peak_dbfs")]
    cells = "".join(f"{'-' if value is None else f'{value:.1f}':>9}" for value in values)
    mark = "" if judgement is None else f"  {'met' if judgement.met else 'missed':<6}"
    return f"{cells}{mark}  {path}"
