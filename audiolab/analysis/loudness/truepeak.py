"""True peak: the highest level between samples, by interpolation (BS.1770-5, annex 2).

The interpolator is a Kaiser-windowed sinc of 24 samples, four times the rate (twice from 96 kHz, none from 192
kHz): flat within 0.01 dB to 0.36 of the sample rate (16 kHz at 44.1 kHz). The samples themselves are among its
values, so that a true peak is never below the sample peak.

Interpolation is a matrix product over rows of samples, and it is left out where it cannot matter. A value between
two samples exceeds neither

- the largest sample within reach times `gain`, the sum of the interpolator's magnitudes, nor
- the larger of the two samples plus `bend` times the largest second difference within reach: the interpolator is
  the straight line between the two plus a sum over second differences, and `bend` is the sum of its magnitudes.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audiolab.analysis.loudness.kinds import Floats
from audiolab.analysis.loudness.products import row_product
from audiolab.analysis.loudness.scratch import Scratch

REACH = 12
"""Samples on either side that an interpolated value depends on."""

ROW = 16
"""Samples of one row of the matrix product."""

_BETA = 6.0
"""Shape of the Kaiser window: -60 dB side lobes."""

MARGIN = 2 * REACH - 1
"""Samples around a row that its values depend on: `REACH` - 1 before it, `REACH` after."""


def oversampling(sample_rate: int) -> int:
    """Values for each sample: as many as make 192 kHz, at most 4 (BS.1770-5, annex 2, attachment 1)."""
    if sample_rate < 96_000:
        return 4
    return 2 if sample_rate < 192_000 else 1


@lru_cache(maxsize=3)
def _phases(factor: int) -> npt.NDArray[np.float64]:
    """Weights of the 2 `REACH` samples around each value between two samples, shape (factor - 1, 2 REACH)."""
    position = np.arange(1, factor)[:, np.newaxis] / factor
    distance = position - np.arange(1 - REACH, REACH + 1)
    window = np.i0(_BETA * np.sqrt(1.0 - (distance / REACH) ** 2)) / np.i0(_BETA)
    weights = np.sinc(distance) * window
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


@lru_cache(maxsize=4)
def _matrix(factor: int, dtype: str) -> Floats:
    """From a row with its margin to the values between its samples: (MARGIN + ROW, (factor - 1) ROW)."""
    matrix = np.zeros((MARGIN + ROW, factor - 1, ROW))
    for phase, weights in enumerate(_phases(factor)):
        for sample in range(ROW):
            matrix[sample : sample + 2 * REACH, phase, sample] = weights
    return matrix.reshape(MARGIN + ROW, -1).astype(dtype)


def _bend(weights: npt.NDArray[np.float64]) -> float:
    """Sum of the magnitudes with which second differences enter a value (see the top of the module)."""
    slope = float(weights @ np.arange(1 - REACH, REACH + 1))
    rest = weights.copy()
    rest[REACH - 1] -= 1.0 - slope
    rest[REACH] -= slope
    return float(np.abs(np.cumsum(np.cumsum(rest))).sum())


def row_peaks(magnitudes: Floats) -> Floats:
    """Highest of each row of `ROW` along the last axis: by pairs, four times as fast as over a short axis."""
    for _ in range(ROW.bit_length() - 1):
        magnitudes = np.maximum(magnitudes[..., 0::2], magnitudes[..., 1::2])
    return magnitudes


class Interpolator:
    """Finds values between samples.

    Args:
        sample_rate: in Hz.

    Attributes:
        factor: values for each sample, itself included; 1: nothing to interpolate.
        gain: no value exceeds the largest sample within `REACH` by more than this factor.
        bend: no value exceeds the samples beside it by more than this times the largest second difference within
            `REACH`.
    """

    def __init__(self, sample_rate: int) -> None:
        self.factor = oversampling(sample_rate)
        phases = _phases(self.factor)
        self.gain = max((float(np.abs(weights).sum()) for weights in phases), default=1.0)
        self.bend = max((_bend(weights) for weights in phases), default=0.0)

    def between(self, stretches: Floats, scratch: Scratch) -> Floats:
        """Values between the samples of some stretches, each value after the sample that it follows.

        Args:
            stretches: shape (count, MARGIN + rows ROW), C-contiguous: whole rows of samples, `REACH` - 1 samples
                before them and `REACH` after.
            scratch: memory to work in.

        Returns:
            Shape (count, rows, factor - 1, ROW); overwritten by the next call.
        """
        count, width = stretches.shape
        rows = (width - MARGIN) // ROW
        step = stretches.itemsize
        # Overlapping windows as a view, without the 10 microseconds of sliding_window_view: a live meter comes here
        # 100 times a second.
        strides = (width * step, ROW * step, step)
        overlapping = np.ndarray((count, rows, MARGIN + ROW), stretches.dtype, stretches, strides=strides)
        windows = scratch.array("windows", (count, rows, MARGIN + ROW), stretches.dtype)
        windows[...] = overlapping
        values = scratch.array("between", (1, count * rows, (self.factor - 1) * ROW), stretches.dtype)
        row_product(windows.reshape(1, count * rows, -1), _matrix(self.factor, stretches.dtype.name), values)
        return values.reshape(count, rows, self.factor - 1, ROW)
