"""A ring of sample frames between one thread that writes and one that reads, one of them an audio callback."""

from audiolab.core.recording import Samples

SAMPLE_BYTES = 4
WRITTEN, READ = 0, 1


def frames_that_fit(memory_bytes: int, channels: int) -> int:
    """The largest capacity of a `RingBuffer` in so much memory."""
    return (memory_bytes - RingBuffer.HEAD) // (channels * SAMPLE_BYTES)


class RingBuffer:
    """Single producer, single consumer, preallocated float32 of shape (capacity, channels); no lock.

    `written` and `read` count sample frames since the beginning and never fall, so that a count names one frame
    for good. Only the producer calls `write`; only the consumer calls `read_into` and `skip_to`. Each side
    publishes its count after the samples are in place.

    Args:
        capacity: sample frames that fit.
        channels: 1 or more.
        memory: where it lies, zeroed at first; by default memory of its own. Two rings of the same size over the
            same memory, in two processes, are the two sides of one ring.

    Raises:
        ValueError: a capacity or number of channels below 1.
    """

    HEAD = 16
    """Bytes of the two counts, before the samples."""

    def __init__(self, capacity: int, channels: int, memory: memoryview | None = None) -> None:
        if capacity < 1 or channels < 1:
            raise ValueError(f"a ring needs room and channels, got {capacity} frames of {channels} channels")
        size = self.HEAD + capacity * channels * SAMPLE_BYTES
        memory = memoryview(bytearray(size)) if memory is None else memory[:size]
        self._capacity = capacity
        self._channels = channels
        self._frame_bytes = channels * SAMPLE_BYTES
        self._counts = memory[: self.HEAD].cast("q")
        self._bytes = memory[self.HEAD :]

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
        return self._counts[WRITTEN]

    @property
    def read(self) -> int:
        """Sample frames read or skipped so far."""
        return self._counts[READ]

    @property
    def readable(self) -> int:
        """Sample frames that can be read now."""
        return self.written - self.read

    @property
    def writable(self) -> int:
        """Sample frames that can be written now."""
        return self._capacity - self.readable

    def write(self, samples: Samples) -> int:
        """Producer: copy in as many of `samples` as fit; returns how many frames.

        Args:
            samples: float32 of shape (n, channels), contiguous.
        """
        count = min(len(samples), self.writable)
        if count > 0:
            source = samples.data.cast("B")
            size = self._frame_bytes
            at = self.written % self._capacity
            first = min(count, self._capacity - at)
            self._bytes[at * size : (at + first) * size] = source[: first * size]
            self._bytes[: (count - first) * size] = source[first * size : count * size]
            self._counts[WRITTEN] += count
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
            at = self.read % self._capacity
            first = min(count, self._capacity - at)
            target[: first * size] = self._bytes[at * size : (at + first) * size]
            target[first * size : count * size] = self._bytes[: (count - first) * size]
            self._counts[READ] += count
        return count

    def skip_to(self, count: int) -> None:
        """Consumer: go on at the frame with this count.

        Raises:
            ValueError: it has been read already, or has not been written yet.
        """
        if not self.read <= count <= self.written:
            raise ValueError(f"frame {count} is not among the {self.read} to {self.written} in the ring")
        self._counts[READ] = count
