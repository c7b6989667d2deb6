"""Sample peaks, true peaks, correlation and balance of sound as it passes."""

from typing import Final

import numpy as np

from audiolab.analysis.loudness.hold import ClipLatch, PeakHold
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.truepeak import MARGIN, ROW, Interpolator

PEAK_SECONDS: Final = 0.1
"""Peaks of the moment are those of so long."""
FIELD_SECONDS: Final = 0.4
"""Correlation and balance are those of so long."""


class _Recent:
    """The newest columns of something that comes in columns."""

    def __init__(self, rows: int, columns: int) -> None:
        self.columns: Doubles = np.zeros((rows, columns))

    def append(self, columns: Doubles) -> None:
        """Add shape (rows, n); as many old ones go."""
        joined = np.concatenate([self.columns, columns], axis=1)
        self.columns = joined[:, joined.shape[1] - self.columns.shape[1] :]


class Levels:
    """Follows the levels of several channels, in rows of `truepeak.ROW` samples.

    Args:
        sample_rate: in Hz.
        channels: number of channels; correlation and balance exist for two.

    Attributes:
        max_sample_peaks: highest magnitude of each channel since the last `reset`, shape (channels,).
        max_true_peaks: likewise with the values between samples.
        hold: of the true peaks, for two seconds and falling after.
        clips: which channels have had clipped samples since the last `reset`.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._interpolator = Interpolator(sample_rate)
        self._scratch = Scratch()
        self._channels = channels
        self._tail: Doubles = np.zeros((channels, MARGIN))
        self._sample_peaks = _Recent(channels, round(PEAK_SECONDS * sample_rate / ROW))
        self._true_peaks = _Recent(channels, round(PEAK_SECONDS * sample_rate / ROW))
        self.hold = PeakHold(sample_rate, channels)
        self.clips = ClipLatch(channels)
        self._field = _Recent(3, round(FIELD_SECONDS * sample_rate / ROW))
        self.reset()

    def reset(self) -> None:
        """Forget the maxima, what is held and what was clipped."""
        self.hold.reset()
        self.clips.reset()
        self.max_sample_peaks = np.zeros(self._channels)
        self.max_true_peaks = np.zeros(self._channels)

    def take(self, samples: Doubles, *, measuring: bool) -> None:
        """Follow the next samples.

        Args:
            samples: shape (channels, n), n a multiple of `truepeak.ROW`.
            measuring: whether they count in the maxima.
        """
        rows = samples.reshape(self._channels, -1, ROW)
        peaks = np.abs(rows).max(axis=2)
        true_peaks = np.maximum(peaks, self._between(samples))
        self._sample_peaks.append(peaks)
        self._true_peaks.append(true_peaks)
        self.hold.take(true_peaks)
        highest = peaks.max(axis=1)
        self.clips.take(samples, highest, measuring=measuring)
        if self._channels == 2:
            left, right = rows
            products = [(left * left).sum(axis=1), (right * right).sum(axis=1), (left * right).sum(axis=1)]
            self._field.append(np.array(products))
        if measuring:
            self.max_sample_peaks = np.maximum(self.max_sample_peaks, highest)
            self.max_true_peaks = np.maximum(self.max_true_peaks, true_peaks.max(axis=1))

    def _between(self, samples: Doubles) -> Doubles:
        """Highest magnitude between the samples of each row, `REACH` samples late: (channels, n / ROW)."""
        channels, length = samples.shape
        if self._interpolator.factor == 1:
            return np.zeros((channels, length // ROW))
        joined = np.concatenate([self._tail, samples], axis=1)
        self._tail = joined[:, length:]
        values = self._interpolator.between(joined, self._scratch)
        return np.asarray(np.abs(values, out=values).max(axis=(2, 3)))

    @property
    def sample_peaks(self) -> Doubles:
        """Highest magnitude of each channel in the last 0.1 s, shape (channels,)."""
        return np.asarray(self._sample_peaks.columns.max(axis=1))

    @property
    def true_peaks(self) -> Doubles:
        """Likewise with the values between samples."""
        return np.asarray(self._true_peaks.columns.max(axis=1))

    @property
    def field(self) -> tuple[float | None, float | None]:
        """Correlation (-1 to 1) of two channels, and balance (-1 left to 1 right); None where there is none."""
        left, right, both = self._field.columns.sum(axis=1).tolist()
        if self._channels != 2 or left + right <= 0.0:
            return None, None
        correlation = max(-1.0, min(1.0, both / (left * right) ** 0.5)) if left * right > 0.0 else None
        return correlation, (right - left) / (right + left)
