"""All unit conversion of the program (pixels excepted, which are the views' own).

Functions that take a float also take an array where their signature says so. Levels are relative to full
scale: amplitude 1.0 is 0 dBFS.
"""

import math
from typing import overload

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]

SILENCE_DB = -200.0
"""What a level of exactly zero is shown as: below the quietest sample of any format (24 bit: -138.5 dBFS)."""

LOUDNESS_OFFSET = -0.691
"""dB added to K-weighted power so that a 997 Hz full-scale sine reads -3.01 LUFS (ITU-R BS.1770-5)."""


def frames_to_seconds(frames: float, sample_rate: int) -> float:
    """Sample frames to seconds."""
    return frames / sample_rate


def seconds_to_frames(seconds: float, sample_rate: int) -> int:
    """Seconds to the nearest sample frame, halves up."""
    return math.floor(seconds * sample_rate + 0.5)


@overload
def amplitude_to_db(amplitude: float) -> float: ...
@overload
def amplitude_to_db(amplitude: FloatArray) -> FloatArray: ...
def amplitude_to_db(amplitude: float | FloatArray) -> float | FloatArray:
    """Linear amplitude (1.0 is full scale) to dBFS, floored at `SILENCE_DB`. The sign is ignored."""
    floored = np.maximum(np.abs(amplitude), 10.0 ** (SILENCE_DB / 20.0))
    result = 20.0 * np.log10(floored)
    return result if isinstance(amplitude, np.ndarray) else float(result)


@overload
def power_to_db(power: float) -> float: ...
@overload
def power_to_db(power: FloatArray) -> FloatArray: ...
def power_to_db(power: float | FloatArray) -> float | FloatArray:
    """Power (amplitude squared) to dB, floored at `SILENCE_DB`."""
    result = 10.0 * np.log10(np.maximum(power, 10.0 ** (SILENCE_DB / 10.0)))
    return result if isinstance(power, np.ndarray) else float(result)


def db_to_amplitude(db: float) -> float:
    """DB to a linear factor."""
    return float(10.0 ** (db / 20.0))


def power_to_lufs(weighted_power: float) -> float:
    """Channel-weighted sum of K-weighted mean squares to LUFS; zero power is minus infinity (BS.1770-5)."""
    return LOUDNESS_OFFSET + 10.0 * math.log10(weighted_power) if weighted_power > 0.0 else -math.inf


@overload
def hz_to_mel(hz: float) -> float: ...
@overload
def hz_to_mel(hz: FloatArray) -> FloatArray: ...
def hz_to_mel(hz: float | FloatArray) -> float | FloatArray:
    """Hz to mel: 2595 log10(1 + f / 700) (O'Shaughnessy 1987, as in HTK)."""
    result = 2595.0 * np.log10(1.0 + np.asarray(hz) / 700.0)
    return result if isinstance(hz, np.ndarray) else float(result)


@overload
def mel_to_hz(mel: float) -> float: ...
@overload
def mel_to_hz(mel: FloatArray) -> FloatArray: ...
def mel_to_hz(mel: float | FloatArray) -> float | FloatArray:
    """Mel to Hz: the inverse of `hz_to_mel`."""
    result = 700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0)
    return result if isinstance(mel, np.ndarray) else float(result)


@overload
def hz_to_bark(hz: float) -> float: ...
@overload
def hz_to_bark(hz: FloatArray) -> FloatArray: ...
def hz_to_bark(hz: float | FloatArray) -> float | FloatArray:
    """Hz to Bark (Traunmüller 1990, without his corrections at the ends, so that it can be inverted)."""
    result = 26.81 * np.asarray(hz) / (1960.0 + np.asarray(hz)) - 0.53
    return result if isinstance(hz, np.ndarray) else float(result)


@overload
def bark_to_hz(bark: float) -> float: ...
@overload
def bark_to_hz(bark: FloatArray) -> FloatArray: ...
def bark_to_hz(bark: float | FloatArray) -> float | FloatArray:
    """Bark, below 26.28, to Hz: the inverse of `hz_to_bark`."""
    result = 1960.0 * (np.asarray(bark) + 0.53) / (26.28 - np.asarray(bark))
    return result if isinstance(bark, np.ndarray) else float(result)


@overload
def hz_to_erb(hz: float) -> float: ...
@overload
def hz_to_erb(hz: FloatArray) -> FloatArray: ...
def hz_to_erb(hz: float | FloatArray) -> float | FloatArray:
    """Hz to the ERB-rate scale: 21.4 log10(1 + 0.00437 f) (Glasberg & Moore 1990)."""
    result = 21.4 * np.log10(1.0 + 0.00437 * np.asarray(hz))
    return result if isinstance(hz, np.ndarray) else float(result)


@overload
def erb_to_hz(erb: float) -> float: ...
@overload
def erb_to_hz(erb: FloatArray) -> FloatArray: ...
def erb_to_hz(erb: float | FloatArray) -> float | FloatArray:
    """ERB rate to Hz: the inverse of `hz_to_erb`."""
    result = (10.0 ** (np.asarray(erb) / 21.4) - 1.0) / 0.00437
    return result if isinstance(erb, np.ndarray) else float(result)


def clock(seconds: float, decimals: int = 3, *, hours: bool = False) -> str:
    """Seconds as ``mm:ss.mmm``, with hours where there are any (or where `hours` asks for them)."""
    sign = "-" if seconds < 0 else ""
    scale = 10**decimals
    ticks = math.floor(abs(seconds) * scale + 0.5)
    whole, fraction = divmod(ticks, scale)
    minutes, second = divmod(whole, 60)
    tail = f"{second:02d}" + (f".{fraction:0{decimals}d}" if decimals else "")
    hour, minute = divmod(minutes, 60)
    if hour or hours:
        return f"{sign}{hour}:{minute:02d}:{tail}"
    return f"{sign}{minute:02d}:{tail}"


def size_text(size: int) -> str:
    """Bytes as people read them, in powers of ten (IEC 80000-13): ``"40 kB"``, ``"378.1 MB"``, ``"1.26 GB"``."""
    for factor, unit, decimals in ((10**9, "GB", 2), (10**6, "MB", 1)):
        if size >= factor:
            return f"{size / factor:,.{decimals}f} {unit}"
    return f"{math.ceil(size / 1000)} kB"
