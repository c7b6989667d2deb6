"""Peak columns for a view: from samples, from levels of blocks, or from a sketch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.gather import PeakSamples, gather, peak_scale, read_peak_samples
from audiolab.analysis.peak_blocks import BLOCK, FACTOR, Level, block_entries, channel_samples
from audiolab.core.recording import Recording

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
Extremes = tuple[PeakSamples, PeakSamples]

DIRECT_BELOW = 2 * BLOCK
"""Samples per column below which reading all samples costs less than reading those where columns meet."""

WIDEST = 512
"""Entries per column at most, for extremes: the level is chosen by it."""

WIDEST_POWER = 64
"""The same for power, whose sums cost more; it still leaves 4 entries per column."""

BATCH_FRAMES = 128 * 1024
"""Sample frames of the columns that are measured together: they stay in the cache of one core."""

CUT_BATCH = 4096
"""Cut blocks that are read at once: 4 MiB of 16-bit stereo."""

SKETCH_BATCH = 512
"""Blocks that a sketch reads at once."""


@dataclass(frozen=True, slots=True, eq=False)
class PeakColumns:
    """What a waveform view draws: one entry for each pixel column, full scale 1.0.

    Attributes:
        minimum: float32 of shape (channels, columns).
        maximum: the same shape.
        rms: the same shape.
        valid: the columns for which there is sound; all others hold zeros.
        approximate: whether peaks may be missing (`sketch`) or columns may show up to one block of their
            neighbours' (a query without the recording).
    """

    minimum: FloatArray
    maximum: FloatArray
    rms: FloatArray
    valid: range
    approximate: bool

    @classmethod
    def silent(cls, channels: int, columns: int, valid: range, *, approximate: bool) -> "PeakColumns":
        """Columns of zeros, to be filled."""
        shape = (channels, columns)
        zeros = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        return cls(*zeros, valid, approximate)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The sample frames of the columns that lie in a recording.

    Attributes:
        valid: which columns these are.
        lower: first sample of each of them; shape (len(valid),), as `upper`.
        upper: where it ends, at least one sample later.
        per_column: samples per column, as asked for.
    """

    valid: range
    lower: IntArray
    upper: IntArray
    per_column: float

    @classmethod
    def of(cls, start: float, stop: float, columns: int, frames: int) -> "Parts":
        """`columns` equal parts of `start` to `stop`, clipped to a recording of `frames`."""
        per_column = (stop - start) / columns
        edges = np.ceil(start + per_column * np.arange(columns + 1)).astype(np.int64)
        # A column between two samples shows the one before it.
        lower = edges[:-1] - (edges[1:] == edges[:-1])
        lower = np.maximum(lower, 0)
        upper = np.minimum(edges[1:], frames)
        inside = np.flatnonzero(upper > lower)
        if not len(inside):
            return cls(range(0), lower[:0], upper[:0], per_column)
        valid = range(int(inside[0]), int(inside[-1]) + 1)
        part = slice(valid.start, valid.stop)
        return cls(valid, lower[part], upper[part], per_column)


def columns_from_samples(recording: Recording, parts: Parts, columns: int) -> PeakColumns:
    """Exact columns from all their samples."""
    result = PeakColumns.silent(recording.channels, columns, parts.valid, approximate=False)
    scale = np.float32(peak_scale(recording))
    batch = max(int(BATCH_FRAMES / max(parts.per_column, 1.0)), 1)
    for first in range(0, len(parts.valid), batch):
        lower, upper = parts.lower[first : first + batch], parts.upper[first : first + batch]
        place = slice(parts.valid.start + first, parts.valid.start + first + len(lower))
        interleaved = read_peak_samples(recording, int(lower[0]), int(upper[-1]))
        # Where columns share a sample, the next bound is no larger: reduceat then takes just that one.
        bounds = lower - lower[0]
        for channel in range(recording.channels):
            samples = channel_samples(interleaved, channel, 1.0)
            np.multiply(np.minimum.reduceat(samples, bounds), scale, out=result.minimum[channel, place])
            np.multiply(np.maximum.reduceat(samples, bounds), scale, out=result.maximum[channel, place])
            values = samples.astype(np.float32)
            np.square(values, out=values)
            mean = np.add.reduceat(values, bounds) / (upper - lower)
            result.rms[channel, place] = np.sqrt(mean) * scale
    return result


def columns_from_levels(
    levels: tuple[Level, ...], parts: Parts, columns: int, scale: float, recording: Recording | None
) -> PeakColumns:
    """Columns from entries; exact if there is a `recording` in which to look where columns meet."""
    channels = levels[0].power.shape[0]
    result = PeakColumns.silent(channels, columns, parts.valid, approximate=recording is None)
    if not parts.valid:
        return result
    place = slice(parts.valid.start, parts.valid.stop)
    minimum, maximum = _extremes(levels, parts, whole_blocks=recording is None)
    if recording is not None:
        _look_into_cut_blocks(recording, levels[0], parts, minimum, maximum)
    factor = np.float32(scale if minimum.dtype == np.int16 else 1.0)
    np.multiply(minimum, factor, out=result.minimum[:, place])
    np.multiply(maximum, factor, out=result.maximum[:, place])
    result.rms[:, place] = np.sqrt(_mean_power(levels, parts))
    return result


def _level_for(per_column: float, widest: int, levels: int) -> int:
    level = 0
    while level + 1 < levels and per_column > widest * BLOCK * FACTOR**level:
        level += 1
    return level


def _extremes(levels: tuple[Level, ...], parts: Parts, *, whole_blocks: bool) -> Extremes:
    """Extremes of the entries inside each column; with `whole_blocks` also of blocks that it only touches."""
    level = _level_for(parts.per_column, WIDEST, len(levels))
    size = BLOCK * FACTOR**level
    outwards = whole_blocks and level == 0
    first, last = _entries(parts, size, outwards=outwards)
    minimum, maximum = _reduce(levels[level], first, last)
    while level > 0:
        # What the coarser entries left over at both ends of a column: less than FACTOR finer ones each.
        covered_first, covered_last = first * FACTOR, np.maximum(last, first) * FACTOR
        level -= 1
        size //= FACTOR
        first, last = _entries(parts, size, outwards=whole_blocks and level == 0)
        covered_first = np.minimum(covered_first, last)
        for low, high in ((first, covered_first), (np.maximum(covered_last, covered_first), last)):
            _include_few(levels[level], low, high, minimum, maximum)
    return minimum, maximum


def _entries(parts: Parts, size: int, *, outwards: bool) -> tuple[IntArray, IntArray]:
    """Entries of `size` frames that lie wholly inside each column, or (`outwards`) that it touches."""
    if outwards:
        return parts.lower // size, -(-parts.upper // size)
    return -(-parts.lower // size), parts.upper // size


def _reduce(level: Level, first: IntArray, last: IntArray) -> Extremes:
    """Extremes of entries ``first[i]`` to ``last[i]`` for each i; the neutral elements where there is none."""
    base, pairs = _pairs(first, last)
    part = level.part(base, base + int(pairs.max()) + 1)
    minimum = np.minimum.reduceat(part.minimum, pairs, axis=1)[:, ::2]
    maximum = np.maximum.reduceat(part.maximum, pairs, axis=1)[:, ::2]
    empty = last <= first
    if empty.any():
        lowest, highest = _limits(level.minimum.dtype)
        minimum[:, empty] = highest
        maximum[:, empty] = lowest
    return minimum, maximum


def _pairs(first: IntArray, last: IntArray) -> tuple[int, IntArray]:
    """The first bound, and relative to it the bounds for `reduceat`, of which every other result is wanted."""
    base = int(first[0])
    return base, np.stack([first, np.maximum(last, first)], axis=1).ravel() - base


def _limits(dtype: np.dtype[np.int16] | np.dtype[np.float32]) -> tuple[float, float]:
    if dtype == np.int16:
        return -32768, 32767
    return -np.inf, np.inf


def _include_few(level: Level, low: IntArray, high: IntArray, minimum: PeakSamples, maximum: PeakSamples) -> None:
    """Extend the extremes by the (less than FACTOR) entries ``low[i]`` to ``high[i]``."""
    some = np.flatnonzero(high > low)
    if not len(some):
        return
    # Beyond its end a range repeats its last entry, which changes no extreme.
    which = np.minimum(low[some] + np.arange(FACTOR)[:, np.newaxis], high[some] - 1)
    minimum[:, some] = np.minimum(minimum[:, some], level.minimum.take(which, axis=1).min(axis=1))
    maximum[:, some] = np.maximum(maximum[:, some], level.maximum.take(which, axis=1).max(axis=1))


def _look_into_cut_blocks(
    recording: Recording, level: Level, parts: Parts, minimum: PeakSamples, maximum: PeakSamples
) -> None:
    """Extend the extremes by the samples of those level 0 blocks that are cut where columns meet.

    Most need not be read: a block that does not exceed what its columns have already cannot change them.
    """
    edges = np.append(parts.lower[:1], parts.upper)  # neighbours share an edge
    block = edges // BLOCK
    low, high = level.minimum.take(block, axis=1), level.maximum.take(block, axis=1)
    exceeds = np.zeros(len(edges), dtype=bool)
    exceeds[1:] = ((low[:, 1:] < minimum) | (high[:, 1:] > maximum)).any(axis=0)
    exceeds[:-1] |= ((low[:, :-1] < minimum) | (high[:, :-1] > maximum)).any(axis=0)
    cuts = np.flatnonzero(exceeds & (edges % BLOCK > 0))
    for first in range(0, len(cuts), CUT_BATCH):
        _include_cuts(recording, edges, cuts[first : first + CUT_BATCH], minimum, maximum)


def _include_cuts(
    recording: Recording, edges: IntArray, cuts: IntArray, minimum: PeakSamples, maximum: PeakSamples
) -> None:
    """Give the samples on both sides of the edges number `cuts`, up to the ends of their blocks, to the columns."""
    at = edges[cuts]
    start = at - at % BLOCK
    before = np.maximum(edges[np.maximum(cuts - 1, 0)], start) - start  # a short last column may start in here
    after = np.minimum(edges[np.minimum(cuts + 1, len(edges) - 1)], start + BLOCK) - start
    pieces = gather(recording, start, BLOCK)
    base = np.arange(len(cuts)) * BLOCK
    bounds = np.stack([before + base, at - start + base, after + base], axis=1).ravel()
    left, right = cuts > 0, cuts < len(edges) - 1
    for channel in range(len(minimum)):
        # One sample more, because reduceat takes no bound at the very end.
        samples = np.append(pieces[:, :, channel], pieces[-1, -1, channel])
        for extremes, pick in ((minimum[channel], np.minimum), (maximum[channel], np.maximum)):
            both = pick.reduceat(samples, bounds)
            columns = cuts[left] - 1
            extremes[columns] = pick(extremes[columns], both[0::3][left])
            columns = cuts[right]
            extremes[columns] = pick(extremes[columns], both[1::3][right])


def _mean_power(levels: tuple[Level, ...], parts: Parts) -> FloatArray:
    """Mean square of each column; an entry that two columns share counts for both in proportion."""
    level = _level_for(parts.per_column, WIDEST_POWER, len(levels))
    size = BLOCK * FACTOR**level
    power = levels[level].power
    first, last = parts.lower // size, parts.upper // size
    base, pairs = _pairs(first, last)
    total = np.add.reduceat(power[:, base : base + int(pairs[-1]) + 1], pairs, axis=1)[:, ::2]
    total = np.where(last > first, total, 0.0) * size
    total -= power.take(first, axis=1) * (parts.lower - first * size)
    total += power.take(last, axis=1) * (parts.upper - last * size)
    mean: FloatArray = np.maximum(total / (parts.upper - parts.lower), 0.0)
    return mean


def sketch(
    recording: Recording, columns: int, start: float = 0.0, stop: float | None = None, blocks_per_column: int = 2
) -> PeakColumns:
    """A first look at a span of any length, from a few short blocks spread over each column.

    Short peaks may be missing, so the result is marked approximate (unless the span is so short that all of it was
    read). Takes some tens of milliseconds.

    Args:
        recording: what to look at.
        columns: number of columns.
        start: first sample frame of the first column.
        stop: sample frame where the last column ends; None for the end of the recording.
        blocks_per_column: blocks of `BLOCK` frames that are read for each column.
    """
    frames = recording.frames
    parts = Parts.of(start, frames if stop is None else stop, columns, frames)
    if parts.per_column <= BLOCK * blocks_per_column:
        return columns_from_samples(recording, parts, columns)
    result = PeakColumns.silent(recording.channels, columns, parts.valid, approximate=True)
    scale = recording.native_scale
    share = (np.arange(blocks_per_column) + 0.5) / blocks_per_column
    batch = max(SKETCH_BATCH // blocks_per_column, 1)
    for first in range(0, len(parts.valid), batch):
        lower, upper = parts.lower[first : first + batch], parts.upper[first : first + batch]
        centres = lower[:, np.newaxis] + (upper - lower)[:, np.newaxis] * share
        starts = np.clip(centres.astype(np.int64).ravel() - BLOCK // 2, 0, max(frames - BLOCK, 0))
        samples = gather(recording, starts, BLOCK).reshape(-1, recording.channels)
        entries = block_entries(samples, BLOCK, peak_scale(recording)).grouped(blocks_per_column)
        place = slice(parts.valid.start + first, parts.valid.start + first + len(lower))
        factor = np.float32(scale if entries.minimum.dtype == np.int16 else 1.0)
        result.minimum[:, place] = entries.minimum * factor
        result.maximum[:, place] = entries.maximum * factor
        result.rms[:, place] = np.sqrt(entries.power)
    return result
