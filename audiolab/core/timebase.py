"""Positions in sound: integer sample frames with an explicit rate, and grids of model or analysis frames.

A *sample frame* is one instant of all channels. Spans are half open, so that neighbours share a boundary
and lengths add up.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """Sample frames `start` (included) to `stop` (excluded). `start <= stop` always holds.

    Raises:
        ValueError: `stop` lies before `start`.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.stop < self.start:
            raise ValueError(f"span stops ({self.stop}) before it starts ({self.start})")

    @classmethod
    def between(cls, a: int, b: int) -> Self:
        """The span between two positions in either order."""
        return cls(min(a, b), max(a, b))

    @property
    def length(self) -> int:
        """Number of sample frames."""
        return self.stop - self.start

    def __bool__(self) -> bool:
        return self.stop > self.start

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.stop

    def overlaps(self, other: "TimeSpan") -> bool:
        """Whether the two share at least one sample frame."""
        return self.start < other.stop and other.start < self.stop

    def intersection(self, other: "TimeSpan") -> "TimeSpan":
        """What both cover; an empty span at the nearer edge where they do not meet."""
        start = max(self.start, other.start)
        return TimeSpan(start, max(start, min(self.stop, other.stop)))

    def hull(self, other: "TimeSpan") -> "TimeSpan":
        """The shortest span that covers both."""
        return TimeSpan(min(self.start, other.start), max(self.stop, other.stop))

    def moved(self, frames: int) -> "TimeSpan":
        """The same length, `frames` later."""
        return TimeSpan(self.start + frames, self.stop + frames)

    def clamped(self, length: int) -> "TimeSpan":
        """What of it lies in a recording of `length` sample frames."""
        start = min(max(self.start, 0), length)
        return TimeSpan(start, min(max(self.stop, start), length))


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """The only bridge from frames of a model or an analysis to sample frames.

    Frame ``i`` covers samples ``offset + i * hop`` to ``offset + (i + 1) * hop`` at `sample_rate`.

    Attributes:
        hop: samples from one frame to the next, at `sample_rate`.
        offset: first sample of frame 0, at `sample_rate`; may be negative.
        sample_rate: rate of `hop` and `offset` in Hz, which need not be the recording's.
    """

    hop: int
    offset: int
    sample_rate: int

    def __post_init__(self) -> None:
        if self.hop <= 0 or self.sample_rate <= 0:
            raise ValueError(f"hop and sample rate must be positive, got {self.hop} and {self.sample_rate}")

    def sample_at(self, frame: int, sample_rate: int) -> int:
        """First sample frame, at `sample_rate`, of grid frame `frame`; rounded half up."""
        numerator = (self.offset + frame * self.hop) * sample_rate
        return (2 * numerator + self.sample_rate) // (2 * self.sample_rate)

    def samples_at(self, frames: npt.NDArray[np.int64], sample_rate: int) -> npt.NDArray[np.int64]:
        """The same for many grid frames."""
        return (2 * (self.offset + frames * self.hop) * sample_rate + self.sample_rate) // (2 * self.sample_rate)

    def span(self, first: int, stop: int, sample_rate: int) -> TimeSpan:
        """Sample frames, at `sample_rate`, of grid frames `first` to `stop` (excluded), never before 0."""
        start = max(self.sample_at(first, sample_rate), 0)
        return TimeSpan(start, max(self.sample_at(stop, sample_rate), start))

    def frame_at(self, sample: int, sample_rate: int) -> int:
        """The grid frame that covers `sample` at `sample_rate`: the inverse of `span`.

        May be negative or past the last frame.
        """
        guess = (sample * self.sample_rate // sample_rate - self.offset) // self.hop
        while self.sample_at(guess + 1, sample_rate) <= sample:
            guess += 1
        while self.sample_at(guess, sample_rate) > sample:
            guess -= 1
        return guess
