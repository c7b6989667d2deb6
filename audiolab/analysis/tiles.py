"""Spectrogram tiles: 256 columns of 8-bit level indices, cached and coloured by the views.

A level is kept as ``index = round((dB - FLOOR_DB) / STEP_DB)``, so that colour map, gain and range are one look-up
table and recompute nothing: index 0 is -149.375 dBFS or less, index 239 is 0 dBFS, index 255 is +10 dBFS or more.

Column ``c`` of level ``L`` stands for the samples ``(c - 1/2) * H <= n < (c + 1/2) * H`` where ``H = hop * 2**L``:
at level 0 it is STFT frame ``c``. Levels below 0 have the columns in between, for close zooms: a window moved by
less than the hop. At levels above 0 a column is the maximum of a few windows that are evenly spread over those
samples (see `windows_per_column`), so that a zoomed-out hour costs as little as a zoomed-in second. The maximum,
not the mean, because then a tone and (where windows cover the column) a click keep their level at every zoom, as
peaks do in the waveform; noise reads up to 3 dB brighter than at level 0 for it.

A tile is (bins, columns), C-contiguous, frequency ascending: a row is one frequency over time, as in an image,
so that mapping bins to pixel rows (`frequency.RowMap`) works on whole rows of 256 bytes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.gather import gather, peak_scale
from audiolab.analysis.stft import BATCH_SAMPLES, StftSpec, magnitudes, normalised_power, power_db
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan

Indices = npt.NDArray[np.uint8]

TILE_COLUMNS = 256
STEP_DB = 0.625
FLOOR_DB = -149.375
MAX_LEVEL = 24

FINEST_STEP = 32
"""Columns lie no closer than this part of a window, where neighbours differ by little more than a step in level."""

MOST_WINDOWS = 4
MOST_POINTS = 8192
"""Windows of a column at most, and points of their transforms together where that allows more than one."""

SPARSE_WINDOWS = 2
"""Windows of a column that is too wide to be covered: more would cost time and still miss most of it."""


@dataclass(frozen=True, slots=True)
class TileKey:
    """Which tile: the recipe, the channel, the zoom level and the position (tile 0 starts at column 0)."""

    spec: StftSpec
    channel: int
    level: int
    index: int


def column_hop(spec: StftSpec, level: int) -> int:
    """Samples from one column of `level`, at least `finest_level`, to the next."""
    return spec.hop << level if level >= 0 else spec.hop >> -level


def finest_level(spec: StftSpec) -> int:
    """The lowest level, 0 or less, at which hops are whole samples and still differ."""
    level, hop = 0, spec.hop
    while hop % 2 == 0 and hop // 2 * FINEST_STEP >= spec.length:
        level, hop = level - 1, hop // 2
    return level


def windows_per_column(spec: StftSpec, level: int) -> int:
    """How many windows a column of `level` is the maximum of."""
    most = min(1 << max(level, 0), MOST_WINDOWS, max(MOST_POINTS // spec.transform_length, 1))
    covered = 2 * column_hop(spec, level) <= most * spec.length
    return most if covered else min(most, SPARSE_WINDOWS)


def level_for(samples_per_pixel: float, spec: StftSpec) -> int:
    """The coarsest level whose columns are at most one pixel wide; the finest if even those are wider."""
    level = finest_level(spec)
    while level < MAX_LEVEL and column_hop(spec, level + 1) <= samples_per_pixel:
        level += 1
    return level


def tile_span(key: TileKey) -> TimeSpan:
    """Sample frames that the tile's columns stand for; that of tile 0 starts half a column before sample 0."""
    hop = column_hop(key.spec, key.level)
    start = key.index * TILE_COLUMNS * hop - hop // 2
    return TimeSpan(start, start + TILE_COLUMNS * hop)


def tile_needs(key: TileKey) -> TimeSpan:
    """Sample frames that the tile is computed from: it is final once the recording has grown past their end."""
    starts = _window_starts(key, np.array([0, TILE_COLUMNS - 1]))
    return TimeSpan(int(starts[0, 0]), int(starts[-1, -1]) + key.spec.length)


def tiles_in(span: TimeSpan, spec: StftSpec, level: int) -> range:
    """Indices of the tiles, from 0 on, whose columns stand for samples of `span`."""
    hop = column_hop(spec, level)
    width = TILE_COLUMNS * hop
    first = max((span.start + hop // 2) // width, 0)
    return range(first, max((span.stop - 1 + hop // 2) // width + 1, first) if span else first)


def compute_tile(recording: Recording, key: TileKey) -> Indices:
    """One tile, uint8 of shape (spec.bins, TILE_COLUMNS); index 0 beyond the recording.

    Raises:
        ValueError: the recording has no such channel.
    """
    if not 0 <= key.channel < recording.channels:
        raise ValueError(f"channel {key.channel} of a recording that has {recording.channels}")
    return compute_tiles(recording, key, range(key.channel, key.channel + 1))[0]


def compute_tiles(recording: Recording, key: TileKey, channels: range) -> list[Indices]:
    """The tile of `key` for each of `channels` (`key.channel` plays no role): samples are read once for all."""
    spec, count = key.spec, windows_per_column(key.spec, key.level)
    tiles = [np.zeros((spec.bins, TILE_COLUMNS), dtype=np.uint8) for _ in channels]
    hop = column_hop(spec, key.level)
    heard = -(-(recording.frames + hop // 2) // hop) - key.index * TILE_COLUMNS
    scale = peak_scale(recording)
    batch = max(BATCH_SAMPLES // (count * spec.transform_length), 1)
    for first in range(0, min(heard, TILE_COLUMNS), batch):
        columns = np.arange(first, min(first + batch, heard, TILE_COLUMNS))
        pieces = gather(recording, _window_starts(key, columns).ravel(), spec.length)
        for tile, channel in zip(tiles, channels, strict=True):
            loudest = magnitudes(pieces[:, :, channel], spec, scale)
            if count > 1:
                loudest = loudest.reshape(len(columns), count, spec.bins).max(axis=1)
            power = normalised_power(loudest, spec, recording.sample_rate)
            tile[:, columns[0] : columns[-1] + 1] = _indices(power).T
    return tiles


def index_of(db: float) -> float:
    """The (fractional, unclipped) index of a level in dBFS."""
    return (db - FLOOR_DB) / STEP_DB


def db_of(index: float) -> float:
    """The level in dBFS of a (fractional) index."""
    return FLOOR_DB + index * STEP_DB


def max_pool(indices: Indices, edges: npt.NDArray[np.integer]) -> Indices:
    """Maximum over the columns ``edges[i]`` to ``edges[i + 1]`` (at least one column each), for each i.

    For images whose columns are narrower than a pixel, and for placeholders made of finer tiles.

    Args:
        indices: (rows, columns).
        edges: ascending, from 0 to the number of columns.

    Returns:
        uint8 of shape (rows, len(edges) - 1).
    """
    first = np.minimum(edges[:-1], indices.shape[1] - 1)
    last = np.maximum(edges[1:] - 1, first)
    result: Indices = indices.take(first, axis=1)
    for step in range(1, int((last - first).max(initial=0)) + 1):
        np.maximum(result, indices.take(np.minimum(first + step, last), axis=1), out=result)
    return result


def _window_starts(key: TileKey, columns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """First sample of each window of `columns`, counted from the tile's first; shape (columns, windows)."""
    hop, count = column_hop(key.spec, key.level), windows_per_column(key.spec, key.level)
    centres = (key.index * TILE_COLUMNS + columns) * hop
    spread = ((2 * np.arange(count) + 1) * hop) // (2 * count) - hop // 2
    starts: npt.NDArray[np.int64] = centres[:, np.newaxis] + spread - key.spec.length // 2
    return starts


def _indices(power: npt.NDArray[np.float32]) -> Indices:
    """Level indices of `power`, in place until the last step."""
    decibels = power_db(power)
    decibels *= np.float32(1.0 / STEP_DB)
    decibels += np.float32(0.5 - FLOOR_DB / STEP_DB)  # half a step more, because the conversion truncates
    np.clip(decibels, 0.0, 255.0, out=decibels)
    return decibels.astype(np.uint8)
