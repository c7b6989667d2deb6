"""All background work: an immutable request in, an immutable result out, one bridge back to the GUI thread.

A job is a function that gets a `JobContext` (cancellation, progress) and returns a value. It runs on a thread
of the `JobRunner`; its outcome is delivered on the thread that the runner lives on. Of jobs submitted under one
*key* only the newest counts: it cancels the older ones, and what they still deliver is dropped. No thread is
ever terminated.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from audiolab.core.cancel import CancelToken
from audiolab.core.errors import AudiolabError, Cancelled

log = logging.getLogger(__name__)

T = TypeVar("T")

PROGRESS_INTERVAL = 0.05
"""Seconds between two progress reports of one job: a bar needs no more, and the GUI thread has better to do."""


@dataclass(slots=True, eq=False)
class Job(Generic[T]):
    """A piece of background work as the window shows it.

    Attributes:
        key: jobs of one key supersede each other.
        label: what it does, for people; empty for work that is too quick or too frequent to be listed.
        progress: finished fraction, 0 to 1.
    """

    key: str
    label: str
    token: CancelToken
    progress: float = 0.0
    _reported: float = field(default=0.0, repr=False)

    def cancel(self) -> None:
        """Ask the work to stop. Neither a result nor an error will be delivered."""
        self.token.cancel()


@dataclass(frozen=True, slots=True)
class JobContext:
    """What the work sees of its job.

    Attributes:
        cancel: to be checked between chunks.
        progress: call it with the finished fraction.
        post: call it with a function that is to run on the GUI thread, for intermediate results.
    """

    cancel: CancelToken
    progress: Callable[[float], None]
    post: Callable[[Callable[[], None]], None]


class JobRunner(QObject):
    """Runs jobs and announces them.

    Args:
        threads: how many jobs run at the same time, one for each kind that there is; the others wait their turn.
        synchronous: run each job at once on the calling thread, for tests.

    Signals:
        started, progressed, ended: of every job that has a label; each carries the `Job`.
        failed: the sentence to show, of a job that raised and had no `on_error` of its own.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(str)
    _call = Signal(object)

    def __init__(self, threads: int = 6, *, synchronous: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = None if synchronous else ThreadPoolExecutor(threads, thread_name_prefix="audiolab-job")
        self._jobs: set[Job[Any]] = set()
        self._newest: dict[str, Job[Any]] = {}
        connection = Qt.ConnectionType.DirectConnection if synchronous else Qt.ConnectionType.QueuedConnection
        self._call.connect(self._run_posted, connection)

    @property
    def active(self) -> tuple[Job[Any], ...]:
        """Jobs that have not ended and have a label."""
        return tuple(job for job in self._jobs if job.label)

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        return not self._jobs

    def submit(
        self,
        key: str,
        work: Callable[[JobContext], T],
        on_done: Callable[[T], None],
        *,
        label: str = "",
        on_error: Callable[[str], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        supersede: bool = True,
    ) -> Job[T]:
        """Run `work` in the background; then call `on_done` with its result on the GUI thread.

        Args:
            key: the newest job of a key cancels the older ones.
            work: runs on another thread; must not touch widgets or session state.
            on_done: gets the result, unless the job was cancelled or superseded.
            label: shown to people with progress and a cancel button; empty for none.
            on_error: gets the sentence to show instead of the `failed` signal.
            on_cancelled: called once the work has really stopped after a cancel.
            supersede: false keeps older jobs of the same key going.
        """
        if supersede:
            self.cancel(key)
        job: Job[T] = Job(key, label, CancelToken())
        self._jobs.add(job)
        self._newest[key] = job
        if label:
            self.started.emit(job)

        def settle(outcome: Callable[[], None]) -> None:
            self._jobs.discard(job)
            if self._newest.get(key) is job:
                del self._newest[key]
            if label:
                self.ended.emit(job)
            if not job.token.cancelled:
                outcome()
            elif on_cancelled is not None:
                on_cancelled()

        def run() -> None:
            outcome = self._outcome(job, work, on_done, on_error or self.failed.emit)
            self._post(lambda: settle(outcome))

        if self._pool is None:
            run()
        else:
            self._pool.submit(run)
        return job

    def cancel(self, key: str) -> None:
        """Cancel all jobs of `key`."""
        for job in self._jobs:
            if job.key == key:
                job.cancel()

    def cancel_all(self) -> None:
        """Cancel everything, for instance because another recording is opened."""
        for job in self._jobs:
            job.cancel()

    def shutdown(self) -> None:
        """Cancel everything and wait until no thread is left. Nothing is delivered any more."""
        self.cancel_all()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()
        self._newest.clear()

    def _outcome(
        self,
        job: Job[T],
        work: Callable[[JobContext], T],
        on_done: Callable[[T], None],
        on_error: Callable[[str], None],
    ) -> Callable[[], None]:
        """Do the work on this thread; what is to happen on the GUI thread afterwards."""
        try:
            job.token.check()
            result = work(JobContext(job.token, lambda done: self._progress(job, done), self._post))
        except Cancelled:
            job.token.cancel()
            return lambda: None
        except AudiolabError as error:
            sentence = str(error)
            return lambda: on_error(sentence)
        except Exception as error:
            if job.token.cancelled:  # what it worked on was closed under it; nobody waits for it any more
                return lambda: None
            log.exception("job %s failed", job.key)
            sentence = f"{job.label or job.key}: {type(error).__name__}: {error}"
            return lambda: on_error(sentence)
        return lambda: on_done(result)

    def _progress(self, job: Job[Any], fraction: float) -> None:
        job.progress = min(max(fraction, 0.0), 1.0)
        now = time.monotonic()
        if job.label and now - job._reported >= PROGRESS_INTERVAL:
            job._reported = now
            self._post(lambda: self.progressed.emit(job))

    def _post(self, function: Callable[[], None]) -> None:
        try:
            self._call.emit(function)
        except RuntimeError:  # the runner was deleted while its last job ended: nobody is left to tell
            log.debug("job outcome dropped: the runner is gone")

    @Slot(object)
    def _run_posted(self, function: Callable[[], None]) -> None:
        function()
