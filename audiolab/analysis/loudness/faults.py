"""True peaks of a piece of sound, and the places where they exceed a ceiling or where samples are clipped."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from audiolab.analysis.loudness.kinds import Floats, Indices
from audiolab.analysis.loudness.regions import Regions
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.truepeak import MARGIN, REACH, ROW, Interpolator

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
        inner = blocks.peaks[1:-1]
        highest = float(inner.max())
        order, bounds = self._candidates(blocks, max(highest, self._highest[channel]), scratch)
        overs: list[Regions] = []
        for first in range(0, len(order), _BATCH):
            limit = min(self._ceiling, max(highest, self._highest[channel]))
            batch = order[first : first + _BATCH][bounds[first : first + _BATCH] > limit]
            if not len(batch):
                break
            values = self._between(blocks, batch, scratch)
            peaks = np.maximum(values.reshape(len(batch), -1).max(axis=1, initial=0.0), inner[batch])
            highest = max(highest, float(peaks.max()))
            over = peaks > self._ceiling
            if over.any():
                overs.append(self._overs(blocks, batch[over], values[over]))
        self._highest[channel] = max(highest, self._highest[channel])
        return highest, Regions.merged(overs, self._gap)

    def _candidates(self, blocks: Blocks, highest: float, scratch: Scratch) -> tuple[Indices, Floats]:
        """Inner blocks whose values matter, and what none of their values exceeds; the highest first."""
        peaks, limit = blocks.peaks, min(self._ceiling, highest)
        around = np.maximum(np.maximum(peaks[:-2], peaks[2:]), peaks[1:-1])
        if float(around.max()) * self._interpolator.gain <= limit:
            return np.empty(0, np.intp), np.empty(0)
        beside = np.maximum(peaks[1:-1], peaks[2:])
        bounds = beside + self._interpolator.bend * _block_bends(blocks.samples, scratch)
        bounds = np.minimum(bounds, around * self._interpolator.gain)
        order = np.argsort(-bounds)[: np.count_nonzero(bounds > limit)]
        return order, bounds[order]

    def _between(self, blocks: Blocks, which: Indices, scratch: Scratch) -> Floats:
        """Magnitudes between the samples of some inner blocks: (len(which), BLOCK / ROW, factor - 1, ROW)."""
        width = BLOCK + MARGIN
        step = blocks.samples.itemsize
        every = np.ndarray(
            (len(blocks.samples) - width + 1, width), blocks.samples.dtype, blocks.samples, strides=(step, step)
        )
        values = self._interpolator.between(every[(which + 1) * BLOCK - (REACH - 1)], scratch)
        return np.abs(values, out=values)

    def _overs(self, blocks: Blocks, which: Indices, values: Floats) -> Regions:
        """Rows of some inner blocks with a true peak above the ceiling."""
        samples = blocks.magnitudes.reshape(-1, BLOCK // ROW, ROW)[which + 1]
        peaks = np.maximum(samples.max(axis=2), values.max(axis=(2, 3), initial=0.0))
        block, row = np.nonzero(peaks > self._ceiling)
        starts = blocks.start + which[block] * BLOCK + row * ROW
        return Regions(starts, starts + ROW, peaks[block, row])

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
