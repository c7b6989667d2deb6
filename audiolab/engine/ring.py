"""A ring of sample frames between one thread that writes and one that reads, one of them an audio callback."""

from audiolab.core.recording import Samples


class RingBuffer:
    """Single producer, single consumer, preallocated float32 of shape (capacity, channels); no lock.

    `written` and `read` count sample frames since the beginning and never fall, so that a count names one frame for
    good. Only the producer calls `write`; only the consumer calls `read_into` and `skip_to`.

    Args:
        capacity: sample frames that fit.
        channels: 1 or more.
    """

    def __init__(self, capacity: int, channels: int) -> None:
        raise NotImplementedError

    @property
    def capacity(self) -> int:
        """Sample frames that fit."""
        raise NotImplementedError

    @property
    def written(self) -> int:
        """Sample frames written so far."""
        raise NotImplementedError

    @property
    def read(self) -> int:
        """Sample frames read or skipped so far."""
        raise NotImplementedError

    @property
    def readable(self) -> int:
        """Sample frames that can be read now."""
        raise NotImplementedError

    @property
    def writable(self) -> int:
        """Sample frames that can be written now."""
        raise NotImplementedError

    def write(self, samples: Samples) -> int:
        """Producer: copy in as many of `samples`, shape (n, channels), as fit; returns how many."""
        raise NotImplementedError

    def read_into(self, out: Samples) -> int:
        """Consumer: copy out into the beginning of `out`, shape (n, channels); returns how many frames there were.

        The rest of `out` is left as it was.
        """
        raise NotImplementedError

    def skip_to(self, count: int) -> None:
        """Consumer: go on at the frame with this count, which must have been written and not yet read."""
        raise NotImplementedError
