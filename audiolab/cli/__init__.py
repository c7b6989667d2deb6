"""The command line: verbs that need no window. A stable contract: scripts depend on names, fields and exit codes.

Nothing heavy is imported here: each verb imports what it needs when it runs.
"""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from audiolab import __version__
from audiolab.cli import align, info, loudness, transcribe
from audiolab.cli.shared import BROKEN_PIPE, INTERRUPTED, USAGE, complain
from audiolab.core.allocation import keep_freed_memory
from audiolab.core.errors import AudiolabError


def run(argv: list[str]) -> int:
    """Run one verb.

    Returns:
        The exit code: 0 done, 1 something failed (one line each on standard error), 2 wrong usage.
    """
    with suppress(
        AttributeError, ValueError
    ):  # whatever the locale says, output is UTF-8 and never fails on a name
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    keep_freed_memory()
    try:
        arguments = _parser().parse_args(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except AudiolabError as error:  # what all files need is missing: the model, the directory to write to
        return complain(str(error))
    except SystemExit as leaving:  # argparse has said why
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="audiolab",
        usage="audiolab [FILE...]\n       audiolab VERB ...",
        description="See, hear and read sound on one synchronised timeline. Without a verb the window opens, on "
        "FILE if one is given. A file that is called like a verb is given as ./info.",
        epilog="Exit codes: 0 done, 1 a file failed (the others are still done), 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"audiolab {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for name, (summary, declare, function) in VERBS.items():
        about = f"{summary[0].upper()}{summary[1:]}."
        verb = verbs.add_parser(name, prog=f"audiolab {name}", help=summary, description=about)
        verb.add_argument("files", nargs="+", type=Path, metavar="FILE")
        declare(verb)
        verb.set_defaults(run=function)
    return parser


VERBS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]] = {
    "align": ("find when each word of a given text is said in a recording", align.declare, align.run),
    "info": ("tell what a file holds: format, rate, channels, length", info.declare, info.run),
    "loudness": (
        "measure loudness, range and true peak of files (EBU R 128), and check them against a target",
        loudness.declare,
        loudness.run,
    ),
    "transcribe": ("read the speech of files, with the time of every word", transcribe.declare, transcribe.run),
}
"""Each verb's summary, what declares its options, and what runs it."""
