"""True peaks of a piece of sound, and the places where they exceed a ceiling or where samples are clipped."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from audiolab.analysis.loudness.kinds import Floats, Indices
from audiolab.analysis.loudness.regions import Regions
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.truepeak import MARGIN, REACH, ROW, Interpolator, row_peaks

FULL_SCALE: Final = 1.0 - 2.0**-15
"""The highest positive sample of 16 bits, taken as full scale in every format."""
CLIPPED_SAMPLES: Final = 3
"""So many neighbouring samples at full scale are clipped; fewer happen in sound that is merely loud."""
GAP_SECONDS: Final = 0.1
"""Overs, or clipped runs, closer than that are listed as one."""
BLOCK: Final = 512
"""Samples that are interpolated together or not at all."""

_BATCH = 256
"""Blocks interpolated at once: enough to keep the number of steps small, few enough for the cache of a core."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Some whole blocks of one channel, with one block more on either side; amplitudes in native scale.

    Attributes:
        start: position in the recording of the first sample of the inner blocks.
        samples: float32, shape ((blocks + 2) `BLOCK`,).
        magnitudes: of the samples.
        peaks: highest magnitude of each block, shape (blocks + 2,).
    """

    start: int
    samples: Floats
    magnitudes: Floats
    peaks: Floats


class _Limits:
    """What a true peak must exceed to matter, for each row of the inner blocks of one channel.

    Rows whose samples exceed the ceiling make regions of overs already. Among these, and in the gaps between that
    merging closes, only a peak above the region's own matters; elsewhere one above the ceiling, or, as long as
    nothing exceeds that, above the highest so far.
    """

    def __init__(self, blocks: Blocks, ceiling: float, gap: int) -> None:
        inner = blocks.magnitudes[BLOCK:-BLOCK]
        self._start = blocks.start
        self._ceiling = ceiling
        self._of_row = np.full(len(inner) // ROW, -1, np.intp)
        self._firsts = self._stops = np.empty(0, np.intp)
        self._peaks: Floats = np.empty(0, inner.dtype)
        loud = np.flatnonzero(blocks.peaks[1:-1] > ceiling)
        if len(loud):
            self._find(loud, row_peaks(inner.reshape(-1, BLOCK)[loud]), gap)
        self._peaks = np.append(self._peaks, ceiling)  # the last one, found by -1, is that of all rows outside

    def _find(self, which: Indices, rows: Floats, gap: int) -> None:
        """Regions of the rows of some blocks that exceed the ceiling."""
        block, row = np.nonzero(rows > self._ceiling)
        over = which[block] * (BLOCK // ROW) + row
        begins = np.flatnonzero(np.concatenate([[True], (np.diff(over) - 1) * ROW > gap]))
        self._firsts = over[begins]
        self._stops = over[np.concatenate([begins[1:], [len(over)]]) - 1] + 1
        self._peaks = np.maximum.reduceat(rows[block, row], begins)
        lengths = self._stops - self._firsts
        before = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(self._firsts - before, lengths)
        self._of_row[places] = np.repeat(np.arange(len(lengths)), lengths)

    def set_highest(self, highest: float) -> None:
        """The highest true peak so far."""
        self._peaks[-1] = min(self._ceiling, highest)

    def of_blocks(self, which: Indices | None = None) -> Floats:
        """The lowest limit of each block, or of some of them."""
        regions = self._of_row.reshape(-1, BLOCK // ROW)
        regions = regions if which is None else regions[which]
        if len(self._peaks) == 1:
            return np.full(len(regions), self._peaks[-1])
        return np.asarray(self._peaks[regions].min(axis=1))

    def take(self, which: Indices, values: Floats) -> tuple[float, Regions]:
        """Look at the values between the samples of some blocks.

        Args:
            which: blocks.
            values: shape (len(which), BLOCK / ROW, factor - 1, ROW).

        Returns:
            The highest, and the overs outside of known regions.
        """
        regions = self._of_row.reshape(-1, BLOCK // ROW)
        first, flat = regions[which, 0], values.reshape(len(which), -1)
        peaks = np.maximum(flat.max(axis=1), -flat.min(axis=1))  # quicker than magnitudes of all
        over = peaks > self._ceiling
        whole = over & (first >= 0) & (first == regions[which, -1])
        np.maximum.at(self._peaks, first[whole], peaks[whole])
        mixed = np.flatnonzero(over & ~whole)
        if not len(mixed):
            return float(peaks.max()), Regions.none()
        highest = row_peaks(np.abs(values[mixed]).max(axis=2))[..., 0]
        regions = regions[which[mixed]]
        known = regions >= 0
        np.maximum.at(self._peaks, regions[known], highest[known])
        block, row = np.nonzero(~known & (highest > self._ceiling))
        starts = self._start + which[mixed][block] * BLOCK + row * ROW
        return float(peaks.max()), Regions(starts, starts + ROW, highest[block, row])

    def regions(self) -> Regions:
        """The regions that were known from samples, with their true peaks."""
        return Regions(self._start + self._firsts * ROW, self._start + self._stops * ROW, self._peaks[:-1])


class FaultFinder:
    """Finds the highest true peak of a recording whose pieces come in any order, from any thread.

    Args:
        sample_rate: in Hz.
        channels: of the recording.
        ceiling: true peaks above it are overs; like `full_scale` in the native scale of the samples.
        full_scale: samples that reach it may be clipped.
    """

    def __init__(self, sample_rate: int, channels: int, ceiling: float, full_scale: float) -> None:
        self._interpolator = Interpolator(sample_rate)
        self._ceiling = ceiling
        self._full_scale = full_scale
        self._gap = round(GAP_SECONDS * sample_rate)
        # The highest true peak of each channel so far. Threads may overwrite each other's: it only saves work.
        self._highest = [0.0] * channels

    def true_peaks(self, channel: int, blocks: Blocks, scratch: Scratch) -> tuple[float, Regions]:
        """Highest true peak of the inner blocks, and their overs, in whole rows of `truepeak.ROW` samples.

        Where the true peak cannot be the highest of the recording, it is possibly less than it is.
        """
        highest = float(blocks.peaks[1:-1].max())
        limits = _Limits(blocks, self._ceiling, self._gap)
        limits.set_highest(max(highest, self._highest[channel]))
        order, bounds = self._candidates(blocks, limits.of_blocks(), scratch)
        overs = []
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            batch = batch[bounds[batch] > limits.of_blocks(batch)]
            if len(batch):
                peak, found = limits.take(batch, self._between(blocks, batch, scratch))
                highest = max(highest, peak)
                overs.append(found)
                limits.set_highest(max(highest, self._highest[channel]))
        self._highest[channel] = max(highest, self._highest[channel])
        return highest, Regions.merged([limits.regions(), *overs], self._gap)

    def _candidates(self, blocks: Blocks, limits: Floats, scratch: Scratch) -> tuple[Indices, Floats]:
        """Inner blocks whose values may exceed their limits, the highest first; what no value of each exceeds."""
        peaks = blocks.peaks
        around = np.maximum(np.maximum(peaks[:-2], peaks[2:]), peaks[1:-1]) * self._interpolator.gain
        if self._interpolator.factor == 1 or not (around > limits).any():
            return np.empty(0, np.intp), around
        beside = np.maximum(peaks[1:-1], peaks[2:])
        bounds = beside + self._interpolator.bend * _block_bends(blocks.samples, scratch)
        bounds = np.minimum(bounds, around)
        order = np.argsort(-bounds)
        return order[bounds[order] > limits[order]], bounds

    def _between(self, blocks: Blocks, which: Indices, scratch: Scratch) -> Floats:
        """Values between the samples of some inner blocks: (len(which), BLOCK / ROW, factor - 1, ROW)."""
        width = BLOCK + MARGIN
        step = blocks.samples.itemsize
        every = np.ndarray(
            (len(blocks.samples) - width + 1, width), blocks.samples.dtype, blocks.samples, strides=(step, step)
        )
        return self._interpolator.between(every[(which + 1) * BLOCK - (REACH - 1)], scratch)

    def clipped(self, blocks: Blocks) -> Regions:
        """Runs of `CLIPPED_SAMPLES` and more at full scale in the inner blocks; each valued by its longest run."""
        if float(blocks.peaks[1:-1].max()) < self._full_scale:
            return Regions.none()
        full = np.zeros(len(blocks.magnitudes) - 2 * BLOCK + 2, np.bool_)
        full[1:-1] = blocks.magnitudes[BLOCK:-BLOCK] >= self._full_scale
        turns = np.flatnonzero(full[1:] != full[:-1])
        starts, stops = turns[0::2], turns[1::2]
        lengths = stops - starts
        long = lengths >= CLIPPED_SAMPLES
        runs = Regions(starts[long] + blocks.start, stops[long] + blocks.start, lengths[long].astype(np.float64))
        return Regions.merged([runs], self._gap)


def _block_bends(samples: Floats, scratch: Scratch) -> Floats:
    """Largest second difference within reach of each inner block: (blocks,)."""
    slopes = scratch.array("slopes", (len(samples) - 1,), samples.dtype)
    bends = scratch.array("bends", samples.shape, samples.dtype)
    np.subtract(samples[1:], samples[:-1], out=slopes)
    np.subtract(slopes[1:], slopes[:-1], out=bends[1:-1])
    bends[0] = bends[-1] = 0.0
    np.abs(bends, out=bends)
    blocks = bends.reshape(-1, BLOCK)
    before, after = blocks[:-2, -REACH:].max(axis=1), blocks[2:, :REACH].max(axis=1)
    return np.asarray(np.maximum(blocks[1:-1].max(axis=1), np.maximum(before, after)))
