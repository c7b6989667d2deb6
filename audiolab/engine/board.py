"""The memory that the program and its sound host share: the ring, the logs, and a few numbers."""

import mmap
import os
import sys
import tempfile
import uuid
from typing import Self

from audiolab.engine.clock import FrameLog, log_bytes
from audiolab.engine.ring import RingBuffer, frames_that_fit

ROWS = 1024
"""Rows in each log: two seconds of blocks of 2 ms."""

CELLS_BYTES = 64
CLOCK_BYTES = log_bytes(4, ROWS)
RUN_BYTES = log_bytes(3, ROWS)
RING_AT = CELLS_BYTES + CLOCK_BYTES + RUN_BYTES

RING_BYTES = 8 << 20
"""Room for the ring: a second of 32 channels at 48 kHz. Only what is used takes memory."""

RING_SECONDS = 10.0
"""Room for what a slow disk keeps waiting while recording; a player reads a fraction of it ahead."""

XRUNS, EXPECTS, BEGIN, VOLUME = 0, 1, 2, 3


class Board:
    """What two processes see of one stream.

    Attributes:
        clock: see `ClockLog`.
        runs: rows of (stream frame, ring frame, number of frames): what was sent out when. No frames is silence.
        name: what the other process passes to `attach`.
        inherited: file descriptors that the other process must be given.
    """

    def __init__(self, memory: mmap.mmap, name: str, inherited: tuple[int, ...]) -> None:
        self.name = name
        self.inherited = inherited
        self._memory = memoryview(memory)
        self._counts = self._memory[:CELLS_BYTES].cast("q")
        self._numbers = self._memory[:CELLS_BYTES].cast("d")
        self.clock = FrameLog(4, ROWS, self._memory[CELLS_BYTES:])
        self.runs = FrameLog(3, ROWS, self._memory[CELLS_BYTES + CLOCK_BYTES :])

    @classmethod
    def create(cls) -> Self:
        """New memory, zeroed, that vanishes with the last process that has it."""
        if sys.platform == "win32":
            name = f"audiolab-{uuid.uuid4()}"
            return cls(mmap.mmap(-1, RING_AT + RING_BYTES, tagname=name), name, ())
        if sys.platform == "linux":
            descriptor = os.memfd_create("audiolab-sound")
        else:
            with tempfile.TemporaryFile() as file:
                descriptor = os.dup(file.fileno())
        os.ftruncate(descriptor, RING_AT + RING_BYTES)
        return cls(mmap.mmap(descriptor, RING_AT + RING_BYTES), str(descriptor), (descriptor,))

    @classmethod
    def attach(cls, name: str) -> Self:
        """The same memory in the other process."""
        if sys.platform == "win32":
            return cls(mmap.mmap(-1, RING_AT + RING_BYTES, tagname=name), name, ())
        return cls(mmap.mmap(int(name), RING_AT + RING_BYTES), name, ())

    def shared(self) -> None:
        """The other process has been started: what it inherited is not needed here any more."""
        for descriptor in self.inherited:
            os.close(descriptor)
        self.inherited = ()

    def clear(self) -> None:
        """Make it as new, for the next stream."""
        head = RING_AT + RingBuffer.HEAD
        self._memory[:head] = bytes(head)

    @property
    def xruns(self) -> int:
        """How often samples were missing (output) or lost (input)."""
        return self._counts[XRUNS]

    def count_xrun(self) -> None:
        """Callback: one more."""
        self._counts[XRUNS] += 1

    @property
    def expects(self) -> bool:
        """Whether an empty ring is an underrun; false when all there is has been written."""
        return bool(self._counts[EXPECTS])

    @expects.setter
    def expects(self, expects: bool) -> None:
        self._counts[EXPECTS] = expects

    @property
    def begin(self) -> int:
        """Ring frame where the newest stretch of sound begins, which only a splice leads to."""
        return self._counts[BEGIN]

    @begin.setter
    def begin(self, begin: int) -> None:
        self._counts[BEGIN] = begin

    @property
    def volume(self) -> float:
        """Linear factor for what is played."""
        return self._numbers[VOLUME]

    @volume.setter
    def volume(self, volume: float) -> None:
        self._numbers[VOLUME] = volume

    def ring(self, sample_rate: int, channels: int) -> RingBuffer:
        """One side of the ring for a stream of this kind."""
        capacity = min(int(RING_SECONDS * sample_rate), frames_that_fit(RING_BYTES, channels))
        return RingBuffer(capacity, channels, self._memory[RING_AT:])
