"""The command line: verbs that need no window. A stable contract: scripts depend on names, fields and exit codes.

Nothing heavy is imported here: each verb imports what it needs when it runs.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from audiolab import __version__
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import AudiolabError, MediaError
from audiolab.core.recording import MediaInfo
from audiolab.core.speech import Recognizer, Token, Transcription, Word
from audiolab.core.units import clock, frames_to_seconds

DONE, FAILED, USAGE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
"""Exit codes; the last two are what a shell reports of a program that SIGINT or SIGPIPE ended."""

Document = dict[str, Any]


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
    try:
        arguments = _parser().parse_args(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except AudiolabError as error:  # what all files need is missing: the model, the directory to write to
        return _complain(str(error))
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
        verb = verbs.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        verb.add_argument("files", nargs="+", type=Path, metavar="FILE")
        declare(verb)
        verb.set_defaults(run=function)
    return parser


# ---- info


def _declare_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each file")


def _info(arguments: argparse.Namespace) -> int:
    from audiolab.media import probe

    def show(path: Path) -> None:
        info = probe(path)
        text = json.dumps(info_document(info), ensure_ascii=False) if arguments.json else _info_text(info)
        sys.stdout.write(f"{text}\n")

    return _each(arguments.files, show)


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


# ---- transcribe


def _declare_transcribe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("txt", "json"), default="txt", help="plain text (default), or JSON")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="write one file for each input into DIR and print its path, instead of writing to standard output",
    )
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the recognition model; by default the built-in"
    )


def _transcribe(arguments: argparse.Namespace) -> int:
    from audiolab.asr import create
    from audiolab.media import open_recording
    from audiolab.media.outputnames import OutputNames

    directory: Path | None = arguments.output
    names = OutputNames(directory) if directory is not None else None
    several = len(arguments.files) > 1
    recognizer: Recognizer = create(arguments.model)

    def transcribe(path: Path) -> None:
        cancel = CancelToken()
        with progress_line(path.name) as progress, _cancelling(cancel):
            recording = open_recording(path, cancel, progress("opening"))
            with closing(recording):
                transcription = recognizer.transcribe(recording, cancel, progress("reading"))
                duration = frames_to_seconds(recording.frames, recording.sample_rate)
        if arguments.format == "json":
            document = transcription_document(path, duration, transcription)
            text = json.dumps(document, ensure_ascii=False)
        else:
            text = transcription.alignment.text
        if names is not None:
            sys.stdout.write(f"{names.write(path, arguments.format, text)}\n")
        else:
            heading = f"==> {path} <==\n" if several and arguments.format == "txt" else ""
            sys.stdout.write(f"{heading}{text}\n")
            sys.stdout.flush()

    with closing(recognizer):
        return _each(arguments.files, transcribe)


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


# ---- shared by the verbs


def _each(files: list[Path], work: Callable[[Path], None]) -> int:
    """Do `work` for every file; a line on standard error for each that fails, whatever happened to the others."""
    code = DONE
    for path in files:
        try:
            work(path)
        except (KeyboardInterrupt, BrokenPipeError):
            raise
        except MediaError as error:  # names the file itself
            code = _complain(str(error))
        except AudiolabError as error:
            code = _complain(f"{path}: {error}")
        except Exception as error:
            code = _complain(f"{path}: {type(error).__name__}: {error}")
    return code


def _complain(sentence: str) -> int:
    sys.stderr.write(f"audiolab: {' '.join(sentence.split())}\n")
    return FAILED


@contextmanager
def _cancelling(cancel: CancelToken) -> Iterator[None]:
    """Stop the work's own threads, too, when Ctrl-C ends it."""
    try:
        yield
    except BaseException:
        cancel.cancel()
        raise


@contextmanager
def progress_line(name: str) -> Iterator[Callable[[str], Callable[[float], None]]]:
    """A bar on standard error while a file is worked on, if that is a terminal; it leaves no trace."""
    shown = sys.stderr.isatty()
    drawn = 0.0

    def stage(doing: str) -> Callable[[float], None]:
        def report(fraction: float) -> None:
            nonlocal drawn
            now = time.monotonic()
            if not shown or now - drawn < 0.1:
                return
            drawn = now
            bar = "#" * round(20 * fraction)
            line = f"{doing} [{bar:<20}] {fraction:4.0%}  {name}"
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80  # some terminals do not know
            sys.stderr.write(f"\r\033[K{line[: columns - 1]}")
            sys.stderr.flush()

        return report

    try:
        yield stage
    finally:
        if drawn:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


VERBS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]] = {
    "info": ("tell what a file holds: format, rate, channels, length", _declare_info, _info),
    "transcribe": ("read the speech of files, with the time of every word", _declare_transcribe, _transcribe),
}
"""Each verb's summary, what declares its options, and what runs it."""
