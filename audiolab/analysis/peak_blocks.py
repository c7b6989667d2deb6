"""Minimum, maximum and power of blocks of samples: what a peak pyramid is made of."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from audiolab.analysis.gather import PeakSamples, finite, is_int16
from audiolab.core.recording import NativeSamples

FloatArray = npt.NDArray[np.float32]

BLOCK = 256
"""Sample frames of an entry at level 0."""

FACTOR = 16
"""Entries of a level that make one of the next: few levels, and what a coarse entry leaves over is still little."""

LEVELS = 5
"""Entries of 256, 4 Ki, 64 Ki, 1 Mi and 16 Mi frames: no more than 256 of them in a month at 192 kHz."""

SPARE = 2
"""Entries of each level beyond the complete ones: the incomplete last one, and an end for `reduceat`."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Entries of one level; arrays of shape (channels, entries).

    Attributes:
        minimum: int16 as stored in 16-bit files, float32 of full scale 1.0 for every other format.
        maximum: the same.
        power: mean square, float32, full scale 1.0.
    """

    minimum: PeakSamples
    maximum: PeakSamples
    power: FloatArray

    @classmethod
    def empty(cls, channels: int, entries: int, dtype: npt.DTypeLike) -> Self:
        """Room for `entries`."""
        shape = (channels, entries)
        return cls(np.zeros(shape, dtype), np.zeros(shape, dtype), np.zeros(shape, np.float32))

    @property
    def entries(self) -> int:
        """Number of entries."""
        return int(self.power.shape[1])

    def part(self, first: int, stop: int) -> "Level":
        """A view of entries `first` to `stop`."""
        return Level(self.minimum[:, first:stop], self.maximum[:, first:stop], self.power[:, first:stop])

    def put(self, at: int, entries: "Level") -> None:
        """Write `entries` from index `at` on."""
        stop = at + entries.entries
        self.minimum[:, at:stop] = entries.minimum
        self.maximum[:, at:stop] = entries.maximum
        self.power[:, at:stop] = entries.power

    def grouped(self, group: int) -> "Level":
        """One entry for each `group` of these, whose number must be a multiple of it."""
        shape = (self.power.shape[0], -1, group)
        return Level(
            self.minimum.reshape(shape).min(axis=2),
            self.maximum.reshape(shape).max(axis=2),
            self.power.reshape(shape).mean(axis=2),
        )


class BlockReducer:
    """Reduces samples to entries, in buffers of its own.

    They are kept because a system that gets memory back and hands it out anew clears it each time, which takes
    longer than the arithmetic.

    Args:
        dtype: of the native samples.
        scale: the recording's `native_scale`.
        frames: most frames at once.
    """

    def __init__(self, dtype: npt.DTypeLike, scale: float, frames: int) -> None:
        self._scale = scale
        self._floats = np.empty(frames, np.float32)
        self._samples: PeakSamples = np.empty(frames, np.int16) if np.dtype(dtype) == np.int16 else self._floats

    def entries(self, native: NativeSamples, block: int) -> Level:
        """One entry for each `block` frames of `native`; non-finite samples count as 0.

        Args:
            native: (frames, channels) as `Recording.read_native` gives them; frames a multiple of `block`.
            block: frames of an entry.
        """
        frames, channels = native.shape
        result = Level.empty(channels, frames // block, self._samples.dtype)
        samples, floats = self._samples[:frames], self._floats[:frames]
        for channel in range(channels):
            # Out of the interleaved samples first: a reduction over contiguous ones is vectorised, and some twenty
            # times faster than one over every other sample.
            if is_int16(samples):
                np.copyto(samples, native[:, channel])
                np.copyto(floats, samples)
                result.power[channel] = _mean_squares(floats.reshape(-1, block)) * np.float32(self._scale**2)
            else:
                np.multiply(native[:, channel], np.float32(self._scale), out=floats)
                result.power[channel] = _mean_squares(floats.reshape(-1, block))
            samples.reshape(-1, block).min(axis=1, out=result.minimum[channel])
            samples.reshape(-1, block).max(axis=1, out=result.maximum[channel])
        return result


def _mean_squares(rows: FloatArray) -> FloatArray:
    """Mean square of each row. Makes non-finite samples 0, in place."""
    with np.errstate(over="ignore", invalid="ignore"):
        sums: FloatArray = np.vecdot(rows, rows)
        if not np.isfinite(sums).all():
            finite(rows)
            sums = np.minimum(np.vecdot(rows, rows), np.finfo(np.float32).max)
    return sums / np.float32(rows.shape[1])


def summarise(finer: Level, coarser: Level, size: int, first: int, last: int) -> None:
    """Fill `coarser`, whose entries have `size` frames, from `finer`, which is new from frame `first` to `last`.

    The entry in which `last` lies holds what there is of it so far.
    """
    old, new = first // size, last // size
    if new > old:
        coarser.put(old, finer.part(old * FACTOR, new * FACTOR).grouped(FACTOR))
    over = last - new * size
    if over:
        finer_size = size // FACTOR
        count = -(-over // finer_size)
        part = finer.part(new * FACTOR, new * FACTOR + count)
        frames = np.full(count, finer_size, np.float32)
        frames[-1] = over - (count - 1) * finer_size
        minimum, maximum = part.minimum.min(axis=1, keepdims=True), part.maximum.max(axis=1, keepdims=True)
        coarser.put(new, Level(minimum, maximum, (part.power @ frames)[:, np.newaxis] / np.float32(over)))
