"""Window functions for short-time spectra, all periodic: sample ``length // 2`` is the centre and the maximum.

F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", Proc. IEEE
66(1), 1978, for all but the Gaussian, which is Praat's.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

WindowName = Literal["hann", "hamming", "blackman-harris", "kaiser", "gaussian", "rectangular"]
WINDOW_NAMES: tuple[WindowName, ...] = get_args(WindowName)

KAISER_BETA = 8.6
"""Shape of the Kaiser window: main lobe about as wide as Blackman's, side lobes below -62 dB."""

FloatArray = npt.NDArray[np.float64]


@lru_cache(maxsize=32)
def window(name: WindowName, length: int) -> npt.NDArray[np.float32]:
    """The window `name` over `length` samples, float32 of shape (length,), 1.0 at its centre; read-only.

    The Gaussian is Praat's: ``length`` is its physical width, twice the effective one, where it has fallen to
    exp(-12), and that edge is subtracted so that it starts at 0.

    Raises:
        ValueError: no such window, or `length` is not positive.
    """
    if name not in _SHAPES or length <= 0:
        raise ValueError(f"no window {name!r} of {length} samples; known are {', '.join(WINDOW_NAMES)}")
    phase = (np.arange(length) - length // 2) / length
    result = _SHAPES[name](phase).astype(np.float32)
    result.flags.writeable = False
    return result


def _cosines(*coefficients: float) -> Callable[[FloatArray], FloatArray]:
    """Sum of cosines over one period, with the maximum at phase 0."""

    def shape(phase: FloatArray) -> FloatArray:
        total = np.zeros_like(phase)
        for order, coefficient in enumerate(coefficients):
            total += coefficient * np.cos(2.0 * np.pi * order * phase)
        return total

    return shape


def _kaiser(phase: FloatArray) -> FloatArray:
    inside = np.sqrt(np.maximum(1.0 - (2.0 * phase) ** 2, 0.0))
    result: FloatArray = np.i0(KAISER_BETA * inside) / np.i0(KAISER_BETA)
    return result


def _gaussian(phase: FloatArray) -> FloatArray:
    edge = np.exp(-12.0)
    result: FloatArray = (np.exp(-48.0 * phase**2) - edge) / (1.0 - edge)
    return result


_SHAPES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "hann": _cosines(0.5, 0.5),
    "hamming": _cosines(0.54, 0.46),
    "blackman-harris": _cosines(0.35875, 0.48829, 0.14128, 0.01168),
    "kaiser": _kaiser,
    "gaussian": _gaussian,
    "rectangular": np.ones_like,
}
