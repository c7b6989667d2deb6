"""Writes to disk in the background what changes often."""

import logging
import threading
from collections.abc import Callable

from audiolab.core.errors import AudiolabError
from audiolab.session.jobs import JobContext, JobRunner

log = logging.getLogger(__name__)

Write = Callable[[], None]


class Writer:
    """Writes one state after the other; of those that came while one was being written, the newest alone.

    Args:
        jobs: where the writing runs.
        key: of its jobs.
        on_error: gets the sentence of a write that failed.
    """

    def __init__(self, jobs: JobRunner, key: str, on_error: Callable[[str], None]) -> None:
        self._jobs = jobs
        self._key = key
        self._on_error = on_error
        self._running: Write | None = None
        self._waiting: Write | None = None
        self._lock = threading.Lock()

    def write(self, write: Write) -> None:
        """Have `write` write the newest state; it is called on a job's thread."""
        if self._running is not None:
            self._waiting = write
            return
        self._running = write

        def work(_context: JobContext) -> None:
            with self._lock:
                if self._running is write:  # else `finish` has seen to it
                    write()

        def lost(sentence: str) -> None:
            self._go_on(write)
            self._on_error(sentence)

        self._jobs.submit(self._key, work, lambda _: self._go_on(write), on_error=lost, supersede=False)

    def finish(self) -> None:
        """Write here and now what no job has written yet; before it is read again, or when no job runs any more."""
        newest = self._waiting or self._running
        self._running = self._waiting = None
        if newest is not None:
            try:
                with self._lock:
                    newest()
            except (AudiolabError, OSError) as error:
                log.warning("the last changes are lost: %s", error)

    def _go_on(self, written: Write) -> None:
        if self._running is written:
            waiting, self._running, self._waiting = self._waiting, None, None
            if waiting is not None:
                self.write(waiting)
