"""Levels that may not exist: silence is None, or NaN in arrays, never a number.

What a filter still rings long after a sound (-250 LUFS) is silence too: below `core.units.SILENCE_DB` nothing is a
level.
"""

import numpy as np

from audiolab.analysis.loudness.kinds import Doubles
from audiolab.core.units import LOUDNESS_OFFSET, SILENCE_DB, amplitude_to_db, power_to_lufs


def lufs_to_power(lufs: float) -> float:
    """The power whose loudness is `lufs`: the inverse of `core.units.power_to_lufs`."""
    return float(10.0 ** ((lufs - LOUDNESS_OFFSET) / 10.0))


def loudness_of_power(power: float) -> float | None:
    """Channel-weighted K-weighted power to LUFS."""
    lufs = power_to_lufs(power)
    return lufs if lufs > SILENCE_DB else None


def curve_of_powers(powers: Doubles) -> Doubles:
    """The same for an array: NaN for silence."""
    return LOUDNESS_OFFSET + 10.0 * np.log10(np.where(powers > lufs_to_power(SILENCE_DB), powers, np.nan))


def level_of_peak(peak: float) -> float | None:
    """Amplitude to dB full scale."""
    return amplitude_to_db(peak) if peak > 0.0 else None
