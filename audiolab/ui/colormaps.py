"""Colour maps of the spectrogram, and the tables that turn level indices into pixels.

magma and viridis are by N. Smith, S. van der Walt and E. Firing, cividis is by J. Nuñez, C. Anderton and R. Renslow
(all CC0), Roseus is by M. Keum (MIT); each is drawn here through 17 of its colours. Grey is Praat's: dark is loud.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audiolab.analysis.presets import ColourMapName
from audiolab.analysis.tiles import db_of
from audiolab.ui.canvas import Pixels

TITLES: dict[ColourMapName, str] = {
    "magma": "Magma",
    "grey": "Praat grey",
    "viridis": "Viridis",
    "cividis": "Cividis",
    "roseus": "Roseus",
}
"""What people call the maps, in the order of menus; the first is the default."""

_STOPS: dict[ColourMapName, str] = {
    "magma": "000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779"
    " d0416f e75263 f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf",
    "grey": "ffffff 000000",
    "viridis": "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c"
    " 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725",
    "cividis": "00204d 002c69 06366e 2d426c 414d6b 52596c 61646f 6f7073 7d7c78"
    " 8c8879 9c9577 ada274 beaf6f cfbd67 e1cc5d f3db4f ffea46",
    "roseus": "010101 021017 001e3b 152663 372586 5d1e9c 8316a1 a51997 c32884"
    " db3d6d ed5757 f87448 fc9449 f7b463 eed293 eceacd fefbf9",
}


@lru_cache(maxsize=8)
def colours(name: str) -> Pixels:
    """256 colours from weak to strong, shape (256,); magma where there is no map of that name."""
    stops = _STOPS.get(name, _STOPS["magma"]).split()
    values = np.array([[int(stop[place : place + 2], 16) for place in (0, 2, 4)] for stop in stops])
    at = np.linspace(0, 255, len(stops))
    red, green, blue = (np.rint(np.interp(np.arange(256), at, part)).astype(np.uint32) for part in values.T)
    table: Pixels = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    table.flags.writeable = False
    return table


@lru_cache(maxsize=64)
def level_table(name: str, top_db: float, range_db: float) -> Pixels:
    """The colour of each level index of a tile, shape (256,).

    Args:
        name: of the map.
        top_db: level in dBFS that has the strongest colour.
        range_db: how far below that the weakest colour starts.
    """
    levels: npt.NDArray[np.float64] = db_of(np.arange(256.0))
    share = np.clip((levels - (top_db - range_db)) / range_db, 0.0, 1.0)
    table: Pixels = colours(name)[np.rint(share * 255.0).astype(np.intp)]
    table.flags.writeable = False
    return table
