"""The spectrogram as an image of level indices, put together from tiles as they arrive.

The image scrolls by moving what is there. What has no tile yet shows a stretched tile of a coarser level, or what
was on the screen before, so that nothing flashes.

All is kept column by column (one row of memory is one pixel column): taking columns from tiles, moving and
stretching them then copies whole rows of memory, ten times faster than gathering single bytes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.tiles import TILE_COLUMNS, Indices, TileKey, column_hop, db_of, level_for
from audiolab.ui.canvas import BAND
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.mappedtiles import GetTile, MappedTiles, Recipe

COARSER_LEVELS = 4
"""How much coarser a tile may be that stands in for one that is not there yet."""

NOTHING, STAND_IN, FINAL = range(3)
"""What a pixel column shows."""

WHOLE_TILES = 4
"""Tiles of the level that is kept for the whole recording, as a first picture of places not seen before."""

_STEPS_BITS = 6
_STEPS = 1 << _STEPS_BITS
"""Of the interpolation between two columns: the difference of two indices is not seen in finer ones."""

Columns = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the image lies in time: the first sample of column 0 (may be fractional), and samples per column."""

    origin: float
    per_column: float


class SpectrogramImage:
    """Level indices of a strip of pixels.

    Args:
        get: answers a tile that has been computed, None for others.

    Attributes:
        columns: level indices, uint8 of shape (columns, rows), the top row first.
        state: NOTHING, STAND_IN or FINAL for each column; uint8 of shape (columns,).
    """

    def __init__(self, get: GetTile) -> None:
        self._get = get
        self.forget()

    def forget(self) -> None:
        """Another recording is open: nothing of what is shown stands for anything."""
        self._tiles = MappedTiles(self._get)
        self._recipe: Recipe | None = None
        self._place = _Place(0.0, 1.0)
        self._length = 0
        self.columns: Indices = np.zeros((0, 0), np.uint8)
        self.state: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)

    def show(self, recipe: Recipe, axis: TimeAxis, length: int) -> None:
        """Show what can be shown from the tiles that are there.

        Args:
            recipe: what to show; its axis has the rows of the image.
            axis: which part of time, and the columns of the image.
            length: sample frames of the recording.
        """
        self._tiles.use(recipe)
        self._length = length
        place = _Place(float(axis.span.start), axis.samples_per_pixel)
        if self.columns.shape != (axis.width, recipe.axis.height):
            self.columns = np.zeros((axis.width, recipe.axis.height), np.uint8)
            self.state = np.full(axis.width, NOTHING, np.uint8)
            self._place = place
        elif place.per_column == self._place.per_column:
            self._scroll(round((place.origin - self._place.origin) / place.per_column))
        else:
            self._stretch(place)
        if recipe != self._recipe:
            self._recipe = recipe
            np.minimum(self.state, STAND_IN, out=self.state)
        self._fill(recipe)

    def wanted(self) -> list[TileKey]:
        """The tiles that would make the image final, the middle first; then those that may be needed next."""
        if self._recipe is None:
            return []
        level = level_for(self._place.per_column, self._recipe.spec)
        first, stop = self._tiles_of(level)
        visible = sorted(range(first, stop), key=lambda index: abs(2 * index + 1 - first - stop))
        keys = [self._key(level, index) for index in visible]
        for coarser in (level + 2, self._whole_level()):
            low, high = self._tiles_of(max(coarser, level))
            keys += [self._key(max(coarser, level), index) for index in range(max(low - 1, 0), high + 1)]
        keys += [self._key(level, index) for index in (stop, first - 1, stop + 1, first - 2)]
        return [
            key for key in dict.fromkeys(keys) if 0 <= key.index <= self._last_column(key.level) // TILE_COLUMNS
        ]

    def level_at(self, frame: int, frequency: float) -> float | None:
        """DBFS of the tile column and the bin at sample `frame` and `frequency` in Hz; None without a tile."""
        if self._recipe is None:
            return None
        spec = self._recipe.spec
        level = level_for(self._place.per_column, spec)
        column = max(round(frame / column_hop(spec, level)), 0)
        tile = self._get(self._key(level, column // TILE_COLUMNS))
        bin_index = round(spec.bin_of(frequency, self._recipe.sample_rate))
        if tile is None or not 0 <= bin_index < len(tile):
            return None
        return db_of(float(tile[bin_index, column % TILE_COLUMNS]))

    # where the image lies

    def _scroll(self, shift: int) -> None:
        """Move the image `shift` columns to the left."""
        self._place = _Place(self._place.origin + shift * self._place.per_column, self._place.per_column)
        kept = max(len(self.state) - abs(shift), 0)
        if not shift:
            return
        target = slice(0, kept) if shift > 0 else slice(-shift, -shift + kept)
        source = slice(shift, shift + kept) if shift > 0 else slice(0, kept)
        bare = slice(kept, None) if shift > 0 else slice(0, -shift)
        self.columns[target] = self.columns[source]
        self.state[target] = self.state[source]
        self.columns[bare] = 0
        self.state[bare] = NOTHING

    def _stretch(self, place: _Place) -> None:
        """Another zoom: what was there stands in for what is to come."""
        width = len(self.state)
        middles = place.origin + (np.arange(width) + 0.5) * place.per_column
        source = np.floor((middles - self._place.origin) / self._place.per_column).astype(np.intp)
        inside = (source >= 0) & (source < width)
        source = source.clip(0, width - 1)
        self.state = np.where(inside, np.minimum(self.state[source], STAND_IN), NOTHING).astype(np.uint8)
        self.columns = self.columns.take(source, axis=0)
        self.columns[self.state == NOTHING] = 0
        self._place = place

    # tiles into columns

    def _fill(self, recipe: Recipe) -> None:
        """Take from tiles what is not final yet."""
        level = level_for(self._place.per_column, recipe.spec)
        hop = column_hop(recipe.spec, level)
        first, last, weight = self._sources(hop)
        last = np.minimum(last, np.maximum(first, self._last_column(level)))
        for index in range(*self._tiles_of(level)):
            if self._tiles.changed(self._key(level, index)):
                outdated = (first // TILE_COLUMNS == index) | (last // TILE_COLUMNS == index)
                self.state[outdated] = np.minimum(self.state[outdated], STAND_IN)
        todo = np.flatnonzero(self.state != FINAL)
        if not len(todo):
            return
        values, found = self._fetch(level, first[todo])
        if weight is None:
            more = np.flatnonzero(last[todo] > first[todo])
            others, found_too = self._fetch(level, last[todo[more]])
            values[more] = np.maximum(values[more], others)
            found[more] &= found_too
        else:
            others, found_too = self._fetch(level, last[todo])
            _interpolate(values, others, weight[todo])
            found &= found_too
        self._put(todo, values, found, FINAL)
        self._stand_in(todo[~found], level)

    def _stand_in(self, columns: Columns, level: int) -> None:
        """Coarser tiles for those of `columns` that show nothing."""
        middles = self._place.origin + (columns + 0.5) * self._place.per_column
        nearby = range(level + 1, level + 1 + COARSER_LEVELS)
        for coarser in (*nearby, max(self._whole_level(), nearby.stop)):
            bare = self.state[columns] == NOTHING
            if not bare.any():
                return
            hop = column_hop(self._recipe.spec, coarser)
            source = np.floor(middles[bare] / hop + 0.5).astype(np.int64).clip(0)
            self._put(columns[bare], *self._fetch(coarser, source), STAND_IN)

    def _sources(self, hop: int) -> tuple[Columns, Columns, npt.NDArray[np.int16] | None]:
        """First and last tile column of each pixel column; and the weight of the last where one is interpolated."""
        edges = self._place.origin + np.arange(len(self.state) + 1) * self._place.per_column
        if self._place.per_column >= hop:
            bounds = np.ceil(edges / hop).astype(np.int64)
            first = bounds[:-1].clip(0)
            return first, np.maximum(bounds[1:] - 1, first), None
        position = ((edges[:-1] + edges[1:]) / (2.0 * hop)).clip(0.0)
        first = np.floor(position).astype(np.int64)
        return first, first + 1, np.rint((position - first) * _STEPS).astype(np.int16)

    def _fetch(self, level: int, columns: Columns) -> tuple[Indices, npt.NDArray[np.bool_]]:
        """Mapped tile columns, (len(columns), rows), and for which of the ascending `columns` there is a tile."""
        result = np.zeros((len(columns), self.columns.shape[1]), np.uint8)
        found = np.zeros(len(columns), np.bool_)
        tile = columns // TILE_COLUMNS
        for index in np.unique(tile):
            mapped = self._tiles.get(self._key(level, int(index)))
            if mapped is not None:
                part = slice(*np.searchsorted(tile, (index, index + 1)))
                np.take(mapped, columns[part] - index * TILE_COLUMNS, axis=0, out=result[part], mode="clip")
                found[part] = True
        return result, found

    def _put(self, columns: Columns, values: Indices, found: npt.NDArray[np.bool_], state: int) -> None:
        if not found.all():
            columns, values = columns[found], values[found]
        self.columns[columns] = values
        self.state[columns] = state

    # which tiles

    def _key(self, level: int, index: int) -> TileKey:
        return TileKey(self._recipe.spec, self._recipe.channel, level, index)

    def _tiles_of(self, level: int) -> tuple[int, int]:
        """The tiles under the image, half open."""
        width = column_hop(self._recipe.spec, level) * TILE_COLUMNS
        stop = self._place.origin + len(self.state) * self._place.per_column
        last = self._last_column(level) // TILE_COLUMNS
        return max(int(self._place.origin // width), 0), min(int(stop // width), last) + 1

    def _last_column(self, level: int) -> int:
        """The last tile column that has sound."""
        hop = column_hop(self._recipe.spec, level)
        return (max(self._length - 1, 0) + hop // 2) // hop

    def _whole_level(self) -> int:
        """The level at which the whole recording is a few tiles: a rough picture of any place."""
        level = 0
        while self._last_column(level) >= WHOLE_TILES * TILE_COLUMNS:
            level += 1
        return level


def _interpolate(values: Indices, others: Indices, weight: npt.NDArray[np.int16]) -> None:
    """Move each row of `values` towards that of `others` by `weight` of `_STEPS`, in place."""
    for first in range(0, len(values), BAND):
        band = slice(first, first + BAND)
        step = np.subtract(others[band], values[band], dtype=np.int16)
        step *= weight[band, np.newaxis]
        step >>= _STEPS_BITS
        values[band] += step.astype(np.uint8)  # modulo 256, so that a step down is right as well
