"""Frequency scales, and how the bins of a spectrogram map to pixel rows and back."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from audiolab.analysis.stft import StftSpec

ScaleName = Literal["linear", "log", "mel", "bark", "erb"]
SCALE_NAMES: tuple[ScaleName, ...] = get_args(ScaleName)

Indices = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FrequencyAxis:
    """Pixel rows of a spectrogram view: row 0 is at the top, and has `f_high` at its upper edge.

    Attributes:
        height: pixel rows.
        f_low: Hz at the lower edge of the lowest row; above 0 for the log scale.
        f_high: Hz at the upper edge of row 0.
        scale: how frequencies are spread over the rows.
    """

    height: int
    f_low: float
    f_high: float
    scale: ScaleName = "linear"

    def frequency_at(self, y: float) -> float:
        """Hz at height `y` in pixels from the top; the middle of row r is ``y = r + 0.5``."""
        raise NotImplementedError

    def y_of(self, frequency: float) -> float:
        """Pixels from the top of `frequency` in Hz: the inverse of `frequency_at`. Outside the axis too."""
        raise NotImplementedError


class RowMap:
    """Maps the bins of tiles to the rows of an axis.

    A row into which the centres of one or more bins fall shows their maximum; a row between two bins, where a bin
    spans several rows, interpolates linearly between them (or takes the nearest). Rows above Nyquist are 0.
    """

    def apply(self, tile: Indices) -> Indices:
        """Tile (bins, columns) to image rows, uint8 of shape (axis.height, columns), row 0 at the top."""
        raise NotImplementedError


def row_edges(axis: FrequencyAxis, spec: StftSpec, sample_rate: int, *, smooth: bool = True) -> RowMap:
    """How the bins of `spec` at `sample_rate` map to the rows of `axis`; `smooth` interpolates wide bins."""
    raise NotImplementedError
