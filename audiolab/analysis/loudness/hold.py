"""What a peak meter remembers: a hold that falls after a while, and whether samples were clipped."""

from typing import Final

import numpy as np
import numpy.typing as npt

from audiolab.analysis.loudness.faults import CLIPPED_SAMPLES, FULL_SCALE
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.truepeak import ROW

HOLD_SECONDS: Final = 2.0
"""So long the highest peak is held before its mark falls."""
FALL_DB_PER_SECOND: Final = 20.0 / 1.7
"""How fast the mark falls then: the return time of a peak programme meter (IEC 60268-10, type I)."""

_SLOT_SECONDS = 0.05
_REACH_SECONDS = 8.0
"""From 2 s on it falls: after so long a mark has fallen by 70 dB, below the scale of any meter."""


class PeakHold:
    """Of each channel the highest peak of the last two seconds, or what is left of a higher one before.

    Time is that of the sound, in slots of 50 ms.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._slot = max(round(_SLOT_SECONDS * sample_rate / ROW), 1)
        seconds = self._slot * ROW / sample_rate
        slots = round(_REACH_SECONDS / seconds)
        age = seconds * np.arange(slots - 1, -1, -1)
        self._left = 10.0 ** (-FALL_DB_PER_SECOND * np.maximum(age - HOLD_SECONDS, 0.0) / 20.0)
        self._slots: Doubles = np.zeros((channels, slots))
        self._waiting: Doubles = np.zeros((channels, 0))

    def take(self, peaks: Doubles) -> None:
        """Peaks of the next rows of `truepeak.ROW` samples: shape (channels, n)."""
        joined = np.concatenate([self._waiting, peaks], axis=1)
        full = joined.shape[1] // self._slot
        self._waiting = joined[:, full * self._slot :]
        if full:
            highest = joined[:, : full * self._slot].reshape(len(joined), full, -1).max(axis=2)
            self._slots = np.concatenate([self._slots, highest], axis=1)[:, -self._slots.shape[1] :]

    def reset(self) -> None:
        """Forget what was held."""
        self._slots[:] = 0.0
        self._waiting = self._waiting[:, :0]

    @property
    def levels(self) -> Doubles:
        """Amplitudes of the marks, shape (channels,)."""
        held = (self._slots * self._left).max(axis=1)
        return np.asarray(np.maximum(held, self._waiting.max(axis=1, initial=0.0)))


class ClipLatch:
    """Whether each channel has had `CLIPPED_SAMPLES` neighbouring samples at full scale, however blocks are cut."""

    def __init__(self, channels: int) -> None:
        self._before = np.zeros((channels, CLIPPED_SAMPLES - 1), np.bool_)
        self.latched: npt.NDArray[np.bool_] = np.zeros(channels, np.bool_)

    def take(self, samples: Doubles, peaks: Doubles, *, measuring: bool) -> None:
        """Look at the next samples.

        Args:
            samples: shape (channels, n).
            peaks: their highest magnitudes, shape (channels,): most sound is not worth a closer look.
            measuring: whether what is found counts.
        """
        if not (peaks >= FULL_SCALE).any():
            self._before[:] = False
            return
        full = np.concatenate([self._before, np.abs(samples) >= FULL_SCALE], axis=1)
        self._before = full[:, -self._before.shape[1] :]
        if measuring:
            runs = full[:, CLIPPED_SAMPLES - 1 :].copy()
            for earlier in range(1, CLIPPED_SAMPLES):
                runs &= full[:, CLIPPED_SAMPLES - 1 - earlier : full.shape[1] - earlier]
            self.latched |= runs.any(axis=1)

    def reset(self) -> None:
        """No clipped sample counts any more."""
        self.latched = np.zeros_like(self.latched)
