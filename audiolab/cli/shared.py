"""What all verbs share: one line for each failed file, progress on a terminal, a way out by Ctrl-C."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import AudiolabError, MediaError
from audiolab.core.recording import Recording

DONE, FAILED, USAGE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
"""Exit codes; the last two are what a shell reports of a program that SIGINT or SIGPIPE ended."""

Document = dict[str, Any]


def each(files: list[Path], work: Callable[[Path], None]) -> int:
    """Do `work` for every file; a line on standard error for each that fails, whatever happened to the others."""
    code = DONE
    for path in files:
        try:
            work(path)
        except (KeyboardInterrupt, BrokenPipeError):
            raise
        except MediaError as error:  # names the file itself
            code = complain(str(error))
        except AudiolabError as error:
            code = complain(f"{path}: {error}")
        except Exception as error:
            code = complain(f"{path}: {type(error).__name__}: {error}")
    return code


def complain(sentence: str) -> int:
    """Say what failed, in one line on standard error; returns the exit code for it."""
    sys.stderr.write(f"audiolab: {' '.join(sentence.split())}\n")
    return FAILED


@contextmanager
def cancelling(cancel: CancelToken) -> Iterator[None]:
    """Stop the work's own threads, too, when Ctrl-C ends it."""
    try:
        yield
    except BaseException:
        cancel.cancel()
        raise


@contextmanager
def opened(path: Path, doing: str) -> Iterator[tuple[Recording, CancelToken, Progress]]:
    """The sound of `path`, what cancels work on it, and what is told of the progress of `doing`.

    What is wrong with a file that is damaged or cut off is told in a line on standard error when all is done.

    Raises:
        MediaError: it cannot be opened.
    """
    from audiolab.media import open_recording

    cancel = CancelToken()
    with progress_line(path.name) as progress, cancelling(cancel):
        recording = open_recording(path, cancel, progress("opening"))
        with closing(recording):
            yield recording, cancel, progress(doing)
    if recording.note:
        complain(recording.note)


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
