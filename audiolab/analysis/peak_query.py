"""Peak columns from the levels of a pyramid."""

import numpy as np

from audiolab.analysis.gather import PeakSamples, gather
from audiolab.analysis.peak_blocks import BLOCK, FACTOR, Level
from audiolab.analysis.peak_columns import FloatArray, IntArray, Parts, PeakColumns
from audiolab.core.recording import Recording

Extremes = tuple[PeakSamples, PeakSamples]

DIRECT_BELOW = 2 * BLOCK
"""Samples per column below which reading all samples costs less than reading those where columns meet."""

WIDEST = 512
"""Entries per column at most, for extremes: the level is chosen by it."""

WIDEST_POWER = 64
"""The same for power, whose sums cost more; it still leaves 4 entries per column."""

CUT_BATCH = 4096
"""Cut blocks that are read at once: 4 MiB of 16-bit stereo."""


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
