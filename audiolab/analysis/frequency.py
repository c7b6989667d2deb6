"""Frequency scales, and how the bins of a spectrogram map to pixel rows and back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from audiolab.analysis.stft import StftSpec
from audiolab.core import units

ScaleName = Literal["linear", "log", "mel", "bark", "erb"]
SCALE_NAMES: tuple[ScaleName, ...] = get_args(ScaleName)

Indices = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class FrequencyAxis:
    """Pixel rows of a spectrogram view: row 0 is at the top, and has `f_high` at its upper edge.

    Attributes:
        height: pixel rows.
        f_low: Hz at the lower edge of the lowest row; above 0 for the log scale.
        f_high: Hz at the upper edge of row 0.
        scale: how frequencies are spread over the rows.

    Raises:
        ValueError: the frequencies do not ascend, or start at 0 on a log scale, or there is no such scale.
    """

    height: int
    f_low: float
    f_high: float
    scale: ScaleName = "linear"

    def __post_init__(self) -> None:
        if self.scale not in _TO_SCALE:
            raise ValueError(f"no frequency scale {self.scale!r}; known are {', '.join(SCALE_NAMES)}")
        if self.height < 1 or not 0.0 <= self.f_low < self.f_high or (self.scale == "log" and self.f_low == 0.0):
            raise ValueError(f"no frequency axis: {self}")

    def frequency_at(self, y: float) -> float:
        """Hz at `y` pixels from the top; the middle of row r is ``y = r + 0.5``."""
        return float(self.frequencies(np.array([y]))[0])

    def frequencies(self, y: FloatArray) -> FloatArray:
        """The same as `frequency_at` for many heights."""
        top, bottom = self._ends()
        return _FROM_SCALE[self.scale](top + (bottom - top) * y / self.height)

    def y_of(self, frequency: float) -> float:
        """Pixels from the top of `frequency` in Hz: the inverse of `frequency_at`. Outside the axis too."""
        top, bottom = self._ends()
        if self.scale == "log" and frequency <= 0.0:
            return float("inf")
        position = _TO_SCALE[self.scale](np.array([frequency], dtype=np.float64))[0]
        return float((top - position) / (top - bottom) * self.height)

    def _ends(self) -> FloatArray:
        return _TO_SCALE[self.scale](np.array([self.f_high, self.f_low], dtype=np.float64))


class RowMap:
    """Maps the bins of tiles to the rows of an axis.

    A row into which the centres of one or more bins fall shows their maximum; a row between two bins, where a bin
    spans several rows, interpolates linearly between them (or takes the nearest). Rows above Nyquist are 0.

    Args:
        edges: bin at each edge of a row, fractional, descending from the top; shape (rows + 1,).
        centres: the same for the middle of each row; shape (rows,).
        bins: number of bins.
        smooth: whether to interpolate.
    """

    def __init__(self, edges: FloatArray, centres: FloatArray, bins: int, *, smooth: bool) -> None:
        first = np.ceil(edges[1:]).astype(np.int64)
        count = np.minimum(np.ceil(edges[:-1]).astype(np.int64), bins) - first
        self._height = len(centres)
        self._bins = bins
        # Rows with most bins first: then those that have a k-th bin are always the first few.
        full = np.flatnonzero(count > 0)
        self._full = full[np.argsort(-count[full], kind="stable")]
        self._first = first[self._full]
        counts = count[self._full]
        self._having = [int(np.count_nonzero(counts > k)) for k in range(int(counts.max(initial=0)))]
        between = np.flatnonzero((count <= 0) & (centres <= bins - 1))
        position = centres[between] if smooth else np.rint(centres[between])
        self._between = between
        self._below = np.minimum(position.astype(np.int64), bins - 2)
        self._weight = np.rint((position - self._below) * 256.0).astype(np.uint16)[:, np.newaxis]

    def apply(self, tile: Indices) -> Indices:
        """Tile (bins, columns) to image rows, uint8 of shape (rows, columns), row 0 at the top.

        Raises:
            ValueError: the tile has another number of bins.
        """
        if len(tile) != self._bins:
            raise ValueError(f"a tile of {len(tile)} bins where {self._bins} are mapped")
        result = np.zeros((self._height, tile.shape[1]), dtype=np.uint8)
        if self._having:
            loudest = tile[self._first]
            for k, rows in enumerate(self._having[1:], start=1):
                np.maximum(loudest[:rows], tile[self._first[:rows] + k], out=loudest[:rows])
            result[self._full] = loudest
        if len(self._between):
            below, above = tile[self._below], tile[self._below + 1]
            result[self._between] = (below * (256 - self._weight) + above * self._weight + 128) >> 8
        return result


def row_edges(axis: FrequencyAxis, spec: StftSpec, sample_rate: int, *, smooth: bool = True) -> RowMap:
    """How the bins of `spec` at `sample_rate` map to the rows of `axis`; `smooth` interpolates wide bins."""
    rows = np.arange(axis.height + 1, dtype=np.float64)
    per_hz = spec.transform_length / sample_rate
    edges = axis.frequencies(rows) * per_hz
    centres = axis.frequencies(rows[:-1] + 0.5) * per_hz
    return RowMap(edges, centres, spec.bins, smooth=smooth)


def _same(values: FloatArray) -> FloatArray:
    return values


_TO_SCALE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "linear": _same,
    "log": np.log,
    "mel": units.hz_to_mel,
    "bark": units.hz_to_bark,
    "erb": units.hz_to_erb,
}
_FROM_SCALE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "linear": _same,
    "log": np.exp,
    "mel": units.mel_to_hz,
    "bark": units.bark_to_hz,
    "erb": units.erb_to_hz,
}
