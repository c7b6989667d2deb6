"""Frequency weightings A, C and Z of sound level meters (IEC 61672-1:2013, annex E) at any sample rate.

The analogue curves have a double pole at 20.6 Hz (A and C), poles at 107.7 and 737.9 Hz (A), and a double pole
at 12194 Hz (A and C). The low ones are far below Nyquist and map well through the bilinear transform; the double
pole at 12194 Hz would be bent by several dB near Nyquist. It is therefore made as a second-order section whose
magnitude equals the analogue one at 0 Hz, at half of Nyquist and at Nyquist (M. Vicanek, "Matched second order
digital filters", 2016).
"""

import functools
import math
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Weighting = Literal["A", "C", "Z"]
WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)

_F1 = 20.598997
_F2 = 107.65265
_F3 = 737.86223
_F4 = 12194.217

Sections = npt.NDArray[np.float64]


def weighting_db(frequency: float, curve: Weighting) -> float:
    """The standard's analytic curve at `frequency` in Hz (IEC 61672-1, equations E.1 and E.6): dB, 0 at 1 kHz."""
    return 20.0 * math.log10(_magnitude(frequency, curve) / _magnitude(1000.0, curve))


@functools.lru_cache(maxsize=32)
def weighting_sections(curve: Weighting, sample_rate: int) -> Sections:
    """Second-order sections, float64 of shape (sections, 6) as `scipy.signal.sosfilt` takes them; 0 dB at 1 kHz.

    Raises:
        ValueError: `sample_rate` is below 4000 Hz: 1 kHz would be too near to Nyquist to calibrate at.
    """
    if sample_rate < 4000:
        raise ValueError(f"weightings need a sample rate of at least 4000 Hz, got {sample_rate}")
    if curve == "Z":
        return np.array([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
    sections = [_high_pass_pair(_F1, _F1, sample_rate), _matched_low_pass(_F4, sample_rate)]
    if curve == "A":
        sections.append(_high_pass_pair(_F2, _F3, sample_rate))
    sos = np.array(sections)
    sos[0, :3] /= _response(sos, 1000.0, sample_rate)
    return sos


def _magnitude(frequency: float, curve: Weighting) -> float:
    f = frequency * frequency
    if curve == "Z":
        return 1.0
    band = _F4**2 * f / ((f + _F1**2) * (f + _F4**2))
    return band * f / math.sqrt((f + _F2**2) * (f + _F3**2)) if curve == "A" else band


def _high_pass_pair(low: float, high: float, sample_rate: int) -> list[float]:
    """Two zeros at 0 Hz, poles at `low` and `high` Hz, by the bilinear transform pre-warped at each pole."""
    first, second = ((1.0 - t) / (1.0 + t) for t in (math.tan(math.pi * f / sample_rate) for f in (low, high)))
    return [1.0, -2.0, 1.0, 1.0, -(first + second), first * second]


def _matched_low_pass(corner: float, sample_rate: int) -> list[float]:
    """A double pole at `corner` Hz; magnitude as the analogue one's at 0, Nyquist / 2 and Nyquist."""
    pole = math.exp(-2.0 * math.pi * corner / sample_rate)
    a1, a2 = -2.0 * pole, pole * pole

    def wanted(fraction_of_nyquist: float, denominator: float) -> float:
        ratio = fraction_of_nyquist * sample_rate / 2.0 / corner
        return denominator / (1.0 + ratio * ratio)

    # |B| at z = 1, j and -1: b0 + b1 + b2, |(b0 - b2) - j b1|, b0 - b1 + b2.
    at_dc = wanted(0.0, 1.0 + a1 + a2)
    at_nyquist = wanted(1.0, 1.0 - a1 + a2)
    at_half = wanted(0.5, math.hypot(1.0 - a2, a1))
    b1 = (at_dc - at_nyquist) / 2.0
    even = (at_dc + at_nyquist) / 2.0
    odd = math.sqrt(max(at_half**2 - b1**2, 0.0))
    return [(even + odd) / 2.0, b1, (even - odd) / 2.0, 1.0, a1, a2]


def _response(sos: Sections, frequency: float, sample_rate: int) -> float:
    z = np.exp(-2j * np.pi * frequency / sample_rate)
    powers = np.array([1.0, z, z * z])
    return float(np.prod(np.abs(sos[:, :3] @ powers) / np.abs(sos[:, 3:] @ powers)))
