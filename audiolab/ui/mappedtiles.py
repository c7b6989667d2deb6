"""Tiles with their bins mapped to the rows of a view."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from audiolab.analysis.frequency import FrequencyAxis, RowMap, row_edges
from audiolab.analysis.stft import StftSpec
from audiolab.analysis.tiles import Indices, TileKey

MAPPED_BYTES = 24 * 2**20
"""Memory for mapped tiles: two screens of 800 rows."""

GetTile = Callable[[TileKey], Indices | None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a spectrogram shows, apart from where in time.

    Attributes:
        spec: the transform.
        channel: of the recording.
        sample_rate: in Hz.
        axis: frequencies of the pixel rows.
    """

    spec: StftSpec
    channel: int
    sample_rate: int
    axis: FrequencyAxis


class MappedTiles:
    """Tiles with their bins mapped to the rows of one axis; the newest ones are kept.

    Args:
        get: answers a tile that has been computed.
    """

    def __init__(self, get: GetTile) -> None:
        self._get = get
        self._recipe: Recipe | None = None
        self._map: RowMap | None = None
        self._known: OrderedDict[TileKey, tuple[Indices, Indices]] = OrderedDict()

    def use(self, recipe: Recipe) -> None:
        """Map to the rows of `recipe` from now on."""
        if recipe != self._recipe:
            self._recipe = recipe
            self._map = row_edges(recipe.axis, recipe.spec, recipe.sample_rate)
            self._known.clear()

    def get(self, key: TileKey) -> Indices | None:
        """The mapped tile, uint8 of shape (TILE_COLUMNS, rows); None if it has not been computed."""
        tile = self._get(key)
        if tile is None or self._map is None:
            return None
        known = self._known.get(key)
        if known is None or known[0] is not tile:
            known = self._known[key] = (tile, np.ascontiguousarray(self._map.apply(tile).T))
            while len(self._known) * known[1].nbytes > MAPPED_BYTES:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return known[1]

    def changed(self, key: TileKey) -> bool:
        """Whether there is a newer tile than the one that was mapped: the end of a growing recording has them."""
        known = self._known.get(key)
        if known is None:
            return False
        tile = self._get(key)
        return tile is not None and tile is not known[0]
