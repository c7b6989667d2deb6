"""When a frame that was given to the device is heard: estimated from what PortAudio says at each block.

PortAudio tells, with each block, the stream's time now and when the block's first frame will reach the converter
(``currentTime`` and ``outputBufferDacTime`` of ``PaStreamCallbackTimeInfo``). The callback writes that down beside
`time.perf_counter`, which is one clock for all processes of a machine, and readers reckon from that alone.
"""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]

COUNT_BYTES = 8
NUMBER_BYTES = 8

WINDOW = 64
"""Blocks that an estimate looks at."""

TOLERANCE = 0.004
"""Seconds by which blocks may disagree with the newest ones and still count: more is a gap in the stream."""


def log_bytes(columns: int, capacity: int) -> int:
    """Memory that a `FrameLog` takes."""
    return COUNT_BYTES + columns * capacity * NUMBER_BYTES


class FrameLog:
    """The last rows of numbers that one thread noted, for others to read, without a lock.

    Args:
        columns: numbers in a row.
        capacity: rows kept.
        memory: where it lies, zeroed, `log_bytes` long; by default memory of its own. One process may write and
            another read.
    """

    def __init__(self, columns: int, capacity: int, memory: memoryview | None = None) -> None:
        size = log_bytes(columns, capacity)
        memory = memoryview(bytearray(size)) if memory is None else memory[:size]
        self._count = memory[:COUNT_BYTES].cast("q")
        self._rows: Rows = np.frombuffer(memory[COUNT_BYTES:], np.float64).reshape(capacity, columns)

    def append(self, *values: float) -> None:
        """Writer: note one row."""
        row = self._count[0] % len(self._rows)
        for column, value in enumerate(values):
            self._rows[row, column] = value
        self._count[0] += 1

    def last(self, count: int) -> Rows:
        """Any thread: a copy of the newest rows, at most `count`, the oldest first."""
        capacity = len(self._rows)
        while True:
            end = self._count[0]
            wanted = min(count, end, capacity // 2)
            rows = self._rows[np.arange(end - wanted, end) % capacity]
            if self._count[0] - end < capacity - wanted:  # none of them was written over meanwhile
                return rows


class ClockLog:
    """What the callback notes of each block, for a `StreamClock` to reckon from.

    Args:
        log: of 4 columns.
        latency: seconds from a block's callback to its being heard, for host APIs that give no times.
    """

    def __init__(self, log: FrameLog, latency: float) -> None:
        self._log = log
        self._latency = latency
        self.sent = 0

    def note(self, now: float, current: float, dac: float, frames: int) -> None:
        """A block of `frames` frames is being made.

        Args:
            now: `time.perf_counter`, in seconds.
            current: ``currentTime`` of the stream, in seconds; 0 where the host API gives none.
            dac: ``outputBufferDacTime``, in seconds; 0 where the host API gives none.
            frames: length of the block.
        """
        if current <= 0.0 or dac <= 0.0:
            current, dac = now, now + self._latency
        self._log.append(now - current, dac, self.sent, frames)
        self.sent += frames


class StreamClock:
    """Which frame of an output stream is being heard.

    Args:
        log: what a `ClockLog` writes to.
        sample_rate: of the stream, in Hz.
    """

    def __init__(self, log: FrameLog, sample_rate: int) -> None:
        self._log = log
        self._sample_rate = sample_rate

    @property
    def sent(self) -> int:
        """Frames given to the device so far."""
        rows = self._log.last(1)
        return int(rows[0, 2] + rows[0, 3]) if len(rows) else 0

    def heard(self, now: float) -> int:
        """The frame of the stream that is heard at `now` (`time.perf_counter`), 0 before the first.

        Each block tells when frame 0 was heard, if the device's clock runs true. The callback is late to see the
        stream's clock, never early, so the smallest difference between the two clocks is the best; over the blocks
        that agree with the newest, the mean takes the jitter out.
        """
        rows = self._log.last(WINDOW)
        if not len(rows):
            return 0
        lag, dac, frame, length = rows.T
        origins = dac + lag.min() - frame / self._sample_rate
        newest = np.sort(origins[-5:])
        origin = origins[np.abs(origins - newest[len(newest) // 2]) < TOLERANCE].mean()
        return min(max(int((now - origin) * self._sample_rate), 0), int(frame[-1] + length[-1]))
