"""The signals of EBU Tech 3341 and Tech 3342, made from their descriptions; levels are peak dBFS of a sine."""

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import signal

from audiolab.analysis.loudness import LoudnessMeter

Sound = npt.NDArray[np.float32]

RATE = 48_000
ODD_BLOCKS = (1, 480, 4801, 7, 1023, 2, 3333, 961)
"""Block sizes for live meters: of one sample, odd, prime, shorter and longer than a hop."""


def tones(
    *parts: tuple[float, float | None], frequency: float = 1000.0, rate: int = RATE, channels: int = 2
) -> Sound:
    """(seconds, dBFS) after each other, None for silence; one sine runs through all of them: (n, channels)."""
    lengths = [round(seconds * rate) for seconds, _ in parts]
    gains = [0.0 if level is None else 10.0 ** (level / 20.0) for _, level in parts]
    sine = np.sin(2.0 * np.pi * frequency / rate * np.arange(sum(lengths)))
    return np.repeat((sine * np.repeat(gains, lengths))[:, np.newaxis], channels, axis=1).astype(np.float32)


def surround_tone(*levels: float | None, seconds: float = 20.0) -> Sound:
    """A tone at a level of its own in each channel (case 6)."""
    return np.concatenate([tones((seconds, level), channels=1) for level in levels], axis=1)


def peak_tone(divisor: int, degrees: float, amplitude: float) -> Sound:
    """A sine at a fraction of the rate, one second in stereo, faded over 10 ms (cases 15 to 19)."""
    count = np.arange(RATE)
    sine = amplitude * np.sin(2.0 * np.pi * count / divisor + np.radians(degrees))
    fade = np.minimum(1.0, np.minimum(count, RATE - 1 - count) / (0.01 * RATE))
    return np.repeat((sine * fade)[:, np.newaxis], 2, axis=1).astype(np.float32)


def peak_burst(offset: int) -> Sound:
    """fs/6 at 0.5 with one period of fs/4 at 1.0 in it, made at 4 fs, decimated from `offset` (cases 20 to 23)."""
    fast = 4 * RATE
    around = 0.5 * np.sin(2.0 * np.pi / 24.0 * np.arange(24 * 2000))
    burst = np.sin(2.0 * np.pi / 16.0 * np.arange(16))
    whole = np.concatenate([around, burst, around])
    lowpass = signal.firwin(1025, 0.5 * RATE * 0.98, fs=fast, window=("kaiser", 8.0))
    fade = np.minimum(1.0, np.minimum(np.arange(len(whole)), np.arange(len(whole))[::-1]) / (0.01 * fast))
    sound = signal.fftconvolve(whole * fade, lowpass, mode="same")[offset::4]
    return np.repeat(sound[:, np.newaxis], 2, axis=1).astype(np.float32)


def blocks(sound: Sound, sizes: tuple[int, ...] = ODD_BLOCKS) -> Iterator[Sound]:
    """`sound` in pieces of `sizes`, over and over."""
    start = 0
    for size in itertools.cycle(sizes):
        if start >= len(sound):
            return
        yield sound[start : start + size]
        start += size


def measured(sound: Sound, rate: int = RATE, sizes: tuple[int, ...] = ODD_BLOCKS) -> LoudnessMeter:
    """A live meter that has heard `sound` in odd blocks."""
    meter = LoudnessMeter(rate, sound.shape[1])
    for block in blocks(sound, sizes):
        meter.push(block)
    return meter
