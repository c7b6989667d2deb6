"""How long tests wait for what is done in the background: one patience for all.

Everything that is waited for comes within a fraction of a second; the limit is there for what never comes. It is
long because a busy machine may stand still for many seconds, and that is no fault of what is tested.
"""

import time
from collections.abc import Callable

from pytestqt.qtbot import QtBot

PATIENCE = 120
"""Seconds."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Until `condition` holds; fails with its name when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.002)


class PatientBot(QtBot):
    """pytest-qt's bot, which would give up after 5 s."""

    def waitUntil(self, callback, *, timeout=PATIENCE * 1000):
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE * 1000, **options):
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals, *, timeout=PATIENCE * 1000, **options):
        return super().waitSignals(signals, timeout=timeout, **options)
