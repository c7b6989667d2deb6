"""Keeping the tiers of a recording on disk while a person works on them."""

import itertools
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from audiolab.core.errors import MediaError
from audiolab.core.recording import Recording
from audiolab.core.tiers import Annotation
from audiolab.media.exchange import read_annotation
from audiolab.media.exchange.kept import Kept, append, begin, edit_line, read_kept
from audiolab.session.jobs import JobRunner
from audiolab.session.keptfiles import kept_path

log = logging.getLogger(__name__)

MOST_ITEMS = 1000
"""Intervals and points that an edit may touch and still be written at once; a line of so many takes 2 ms."""

LEAST_LINES = 2**20
"""Bytes of edits from which on a file may be begun anew: when they have outgrown the document before them."""


QUICK = 2**16
"""Bytes of a file that is read at once: a thousand words, in a few milliseconds."""

_numbers = itertools.count()


class TierKeeper:
    """Writes down what is done to the tiers of one recording.

    An edit is on disk when `keep` returns, as a line behind the document (see `audiolab.media.exchange.kept`).
    What is too large for that, as a transcription of hours is, is written in the background as a new document.
    Edits that come meanwhile still go behind the old one, so that nothing that was typed can get lost, and then
    also behind the new one.

    Args:
        recording: whose tiers they are.
        failed: gets the sentence to show where something cannot be written.
    """

    def __init__(self, recording: Recording, jobs: JobRunner, failed: Callable[[str], None]) -> None:
        self._empty = Annotation(recording.sample_rate, recording.frames)
        self._file = kept_file(recording)
        self._new = self._file.with_name(f".{self._file.stem}.{os.getpid()}-{next(_numbers)}.tmp")
        self._jobs = jobs
        self._failed = failed
        self._begun = False
        self._stale = False
        self._document = self._edits = 0
        self._pending: Annotation | None = None
        self._since: list[bytes] = []
        self._writing = False
        self._closed = False

    def load(self, take: Callable[[Annotation], None]) -> None:
        """Read what was kept, nothing where there is nothing yet, and hand it to `take`; if it is much, later.

        A file that is damaged is put aside, and what can be read of it is kept as the new one.
        """
        if not self._file.is_file() or self._file.stat().st_size < QUICK:
            take(self.load_now())
            return

        def loaded(kept: Kept) -> None:
            if not self._closed:
                take(self._loaded(kept))

        def lost(sentence: str) -> None:
            self._failed(sentence)
            loaded(Kept(self._empty))

        self._jobs.submit(f"load {self._new.name}", lambda _context: self._read(), loaded, on_error=lost)

    def load_now(self) -> Annotation:
        """The same at once."""
        return self._loaded(self._read())

    def _read(self) -> Kept:
        try:
            kept = read_kept(self._file)
        except FileNotFoundError:
            return Kept(self._older())
        except (OSError, ValueError) as error:
            kept = Kept(self._empty, str(error))
        if kept.annotation.sample_rate != self._empty.sample_rate:
            kept = Kept(self._empty, f"it is of a recording of {kept.annotation.sample_rate} Hz")
        if kept.damage:
            log.warning("%s is damaged (%s); it is kept as %s", self._file, kept.damage, self._aside.name)
            with suppress(OSError):
                self._file.replace(self._aside)
        return kept

    @property
    def _aside(self) -> Path:
        return self._file.with_name(f"{self._file.stem}.damaged-{os.getpid()}{self._file.suffix}")

    def _older(self) -> Annotation:
        """What an earlier Audiolab kept as one document of JSON."""
        file = self._file.with_suffix(".json")
        with suppress(MediaError):
            if file.is_file():
                return read_annotation(file, self._empty.sample_rate, self._empty.frames, "json")
        return self._empty

    def _loaded(self, kept: Kept) -> Annotation:
        if kept.damage:
            self._failed(
                f"The tiers that were kept were damaged ({kept.damage}); what could be read of them is shown, look "
                f"for the rest in {self._aside}."
            )
        begun = self._file.is_file()
        if kept.damage or (kept.annotation.tiers and not begun):
            self._rewrite(kept.annotation)
        elif begun:
            self._begun = True
            self._document = self._file.stat().st_size
        return kept.annotation

    def settle(self, recording: Recording) -> None:
        """The recording has stopped growing, and has another identity from now on."""
        self._file = kept_file(recording)

    def keep(self, before: Annotation, after: Annotation) -> None:
        """Write down that `before` became `after`."""
        line = edit_line(before, after, MOST_ITEMS)
        try:
            if not self._begun:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                begin(self._file, self._empty)
                self._begun = True
            if line is not None:
                append(self._file, line)
        except OSError as error:
            self._lost(str(self._unwritable(error)))
            return
        if line is not None:
            self._edits += len(line)
            self._since.append(line)
        if line is None or self._stale or self._edits > max(LEAST_LINES, self._document):
            self._rewrite(after)

    def close(self, annotation: Annotation) -> None:
        """Write what is still to be written of `annotation`, the last one."""
        self._closed = True
        if self._pending is not None or self._stale:
            last = self._new.with_suffix(".last")  # a job may still be writing the other one
            try:
                self._write(annotation, last)
                last.replace(self._file)
            except (MediaError, OSError) as error:
                log.warning("the last changes are lost: %s", error)
        self._tidy()

    def _rewrite(self, annotation: Annotation) -> None:
        """Begin the file anew in the background, or as soon as what is being written has been."""
        self._pending, self._stale = annotation, False
        self._since, self._edits = [], 0
        if not self._writing:
            self._begin()

    def _begin(self) -> None:
        annotation = self._pending
        assert annotation is not None
        self._writing = True
        self._jobs.submit(
            f"keep {self._new.name}",
            lambda _context: self._write(annotation, self._new),
            lambda _done: self._written(annotation),
            on_error=self._lost,
        )

    def _write(self, annotation: Annotation, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            begin(path, annotation)
        except OSError as error:
            raise self._unwritable(error) from None

    def _written(self, annotation: Annotation) -> None:
        """The new document is complete: add the edits since, and put it in the place of the old one."""
        self._writing = False
        if self._closed:
            self._tidy()
            return
        if annotation is not self._pending:
            self._begin()
            return
        try:
            self._document = self._new.stat().st_size
            append(self._new, b"".join(self._since))
            self._new.replace(self._file)
        except OSError as error:
            self._lost(str(self._unwritable(error)))
            return
        self._pending, self._begun = None, True

    def _lost(self, sentence: str) -> None:
        self._writing, self._pending, self._stale = False, None, True
        self._failed(f"Your changes cannot be kept: {sentence}")

    def _unwritable(self, error: OSError) -> MediaError:
        return MediaError(self._file, f"cannot be written ({error.strerror})", "make room on that disk")

    def _tidy(self) -> None:
        with suppress(OSError):
            self._new.unlink(missing_ok=True)


def kept_file(recording: Recording) -> Path:
    """Where the tiers of a recording are kept."""
    return kept_path(recording, "annotations", ".jsonl")
