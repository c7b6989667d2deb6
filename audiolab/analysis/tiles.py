"""Spectrogram tiles: 256 columns of 8-bit level indices, cached and coloured by the views.

A level is kept as ``index = round((dB - FLOOR_DB) / STEP_DB)``, so that colour map, gain and range are one look-up
table and recompute nothing: index 0 is -149.375 dBFS or less, index 239 is 0 dBFS, index 255 is +10 dBFS or more.

Column ``c`` of level ``L`` stands for the samples ``(c - 1/2) * H <= n < (c + 1/2) * H`` where ``H = hop * 2**L``:
at level 0 it is STFT frame ``c``. At higher levels it is the maximum of a few windows that are evenly spread
over those samples (see `windows_per_column`), so that a zoomed-out hour costs as little as a zoomed-in second. The
maximum, not the mean, because then a tone and (where windows cover the column) a click keep their level at every
zoom, as peaks do in the waveform; noise reads up to 3 dB brighter than at level 0 for it.

A tile is (bins, columns), C-contiguous, frequency ascending: a row is one frequency over time, as in an image,
so that mapping bins to pixel rows (`frequency.RowMap`) works on whole rows of 256 bytes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.stft import StftSpec
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan

Indices = npt.NDArray[np.uint8]

TILE_COLUMNS = 256
STEP_DB = 0.625
FLOOR_DB = -149.375
MAX_LEVEL = 24


@dataclass(frozen=True, slots=True)
class TileKey:
    """Which tile: the recipe, the channel, the zoom level and the position (tile 0 starts at column 0)."""

    spec: StftSpec
    channel: int
    level: int
    index: int


def level_for(samples_per_pixel: float, spec: StftSpec) -> int:
    """The coarsest level whose columns are at most one pixel wide; 0 if even those of level 0 are wider."""
    raise NotImplementedError


def column_hop(spec: StftSpec, level: int) -> int:
    """Samples from one column of `level` to the next."""
    return spec.hop << level


def tile_span(key: TileKey) -> TimeSpan:
    """Sample frames that the tile's columns stand for; that of tile 0 starts before sample 0."""
    raise NotImplementedError


def tile_needs(key: TileKey) -> TimeSpan:
    """Sample frames that the tile is computed from: it is final once the recording has grown past their end."""
    raise NotImplementedError


def tiles_in(span: TimeSpan, spec: StftSpec, level: int) -> range:
    """Indices of the tiles that `span` touches."""
    raise NotImplementedError


def compute_tile(recording: Recording, key: TileKey) -> Indices:
    """One tile, uint8 of shape (spec.bins, TILE_COLUMNS); index 0 beyond the recording."""
    raise NotImplementedError


def compute_tiles(recording: Recording, key: TileKey, channels: range) -> list[Indices]:
    """The tile of `key` for each of `channels` (`key.channel` is ignored): samples are read once for all."""
    raise NotImplementedError


def index_of(db: float) -> float:
    """The (fractional, unclipped) index of a level in dBFS."""
    return (db - FLOOR_DB) / STEP_DB


def db_of(index: float) -> float:
    """The level in dBFS of a (fractional) index."""
    return FLOOR_DB + index * STEP_DB


def max_pool(indices: Indices, edges: npt.NDArray[np.integer]) -> Indices:
    """Maximum over the columns ``edges[i]`` to ``edges[i + 1]`` (at least one column each), for each i.

    Returns uint8 of shape (rows, len(edges) - 1). For placeholders made of finer tiles.
    """
    raise NotImplementedError
