"""Cooperative cancellation and progress for work that runs in the background."""

import threading
from collections.abc import Callable

from audiolab.core.errors import Cancelled

Progress = Callable[[float], None]
"""Called with the finished fraction, 0 to 1, from the thread that does the work."""


def no_progress(_fraction: float) -> None:
    """The Progress of work whose progress nobody watches."""


class CancelToken:
    """Asks running work to stop; the work checks it between chunks. Safe to use from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next check. Can be called more than once."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the work to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked the work to stop."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep for `seconds` or until cancelled; returns whether it was cancelled."""
        return self._event.wait(seconds)
