"""A ring of sample frames between one thread that writes and one that reads, one of them an audio callback."""

import numpy as np

from audiolab.core.recording import Samples


class RingBuffer:
    """Single producer, single consumer, preallocated float32 of shape (capacity, channels); no lock.

    `written` and `read` count sample frames since the beginning and never fall, so that a count names one frame
    for good. Only the producer calls `write`; only the consumer calls `read_into` and `skip_to`. Each side
    publishes its count after the samples are in place, which the interpreter's lock makes visible in that order.

    Samples are moved through byte views, not numpy assignments: numpy lets go of the interpreter's lock to copy
    more than 500 values, and an audio callback then waited up to 18 ms for it beside two busy Python threads.

    Args:
        capacity: sample frames that fit.
        channels: 1 or more.

    Raises:
        ValueError: a capacity or number of channels below 1.
    """

    def __init__(self, capacity: int, channels: int) -> None:
        if capacity < 1 or channels < 1:
            raise ValueError(f"a ring needs room and channels, got {capacity} frames of {channels} channels")
        self._capacity = capacity
        self._channels = channels
        self._frame_bytes = channels * np.dtype(np.float32).itemsize
        self._bytes = memoryview(bytearray(capacity * self._frame_bytes))
        self._written = 0
        self._read = 0

    @property
    def capacity(self) -> int:
        """Sample frames that fit."""
        return self._capacity

    @property
    def channels(self) -> int:
        """Samples in a frame."""
        return self._channels

    @property
    def written(self) -> int:
        """Sample frames written so far."""
        return self._written

    @property
    def read(self) -> int:
        """Sample frames read or skipped so far."""
        return self._read

    @property
    def readable(self) -> int:
        """Sample frames that can be read now."""
        return self._written - self._read

    @property
    def writable(self) -> int:
        """Sample frames that can be written now."""
        return self._capacity - (self._written - self._read)

    def write(self, samples: Samples) -> int:
        """Producer: copy in as many of `samples` as fit; returns how many frames.

        Args:
            samples: float32 of shape (n, channels), contiguous.
        """
        count = min(len(samples), self.writable)
        if count > 0:
            source = samples.data.cast("B")
            size = self._frame_bytes
            at = self._written % self._capacity
            first = min(count, self._capacity - at)
            self._bytes[at * size : (at + first) * size] = source[: first * size]
            self._bytes[: (count - first) * size] = source[first * size : count * size]
            self._written += count
        return count

    def read_into(self, out: Samples) -> int:
        """Consumer: copy out into the beginning of `out`; returns how many frames there were.

        The rest of `out` is left as it was.

        Args:
            out: float32 of shape (n, channels), contiguous.
        """
        count = min(len(out), self.readable)
        if count > 0:
            target = out.data.cast("B")
            size = self._frame_bytes
            at = self._read % self._capacity
            first = min(count, self._capacity - at)
            target[: first * size] = self._bytes[at * size : (at + first) * size]
            target[first * size : count * size] = self._bytes[: (count - first) * size]
            self._read += count
        return count

    def skip_to(self, count: int) -> None:
        """Consumer: go on at the frame with this count.

        Raises:
            ValueError: it has been read already, or has not been written yet.
        """
        if not self._read <= count <= self._written:
            raise ValueError(f"frame {count} is not among the {self._read} to {self._written} in the ring")
        self._read = count
