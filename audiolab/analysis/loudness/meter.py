"""`LoudnessMeter`: loudness while it is played or recorded (EBU mode, Tech 3341)."""

import numpy as np

from audiolab.analysis.loudness.channels import ChannelLayout, channel_weights, fitting_layout
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.kweighting import ROW, KWeighting
from audiolab.analysis.loudness.levels import Levels
from audiolab.analysis.loudness.programme import Programme
from audiolab.analysis.loudness.result import (
    HOP_GRID,
    RANGE_STABLE_SECONDS,
    LoudnessCurves,
    LoudnessReading,
    check_rate,
)
from audiolab.analysis.loudness.silence import level_of_peak
from audiolab.core.recording import Samples
from audiolab.core.units import frames_to_seconds

_PIECE_SECONDS = 0.25
"""At most so much is measured at once, however long a block is."""


class LoudnessMeter:
    """Measures sound as it passes, in blocks of any size; feed it and read it from one thread.

    `pause`, `proceed` and `reset` act on integrated loudness, range and all maxima together; momentary and
    short-term loudness, and the peaks of the moment, always show what passes. Loudness follows in hops of 10 ms.
    What it shows depends on the samples alone, not on the blocks that they came in.

    Args:
        sample_rate: in Hz.
        channels: of the blocks to come.
        layout: where they stand; by default what the number of channels suggests.
        dual_mono: count a single channel as two loudspeakers.

    Raises:
        AudiolabError: the sample rate is not one of `MEASURABLE_RATES`, or `layout` has another number of channels.
    """

    def __init__(
        self, sample_rate: int, channels: int, layout: ChannelLayout | None = None, *, dual_mono: bool = False
    ) -> None:
        check_rate(sample_rate)
        self.sample_rate = sample_rate
        self.layout = fitting_layout(channels, layout)
        weights = np.array(channel_weights(self.layout, dual_mono=dual_mono))
        self._counted = np.flatnonzero(weights)
        self._weights = weights[self._counted]
        self._filter = KWeighting(sample_rate, len(self._counted))
        self._levels = Levels(sample_rate, channels)
        self._programme = Programme()
        self._hop = -(-sample_rate // HOP_GRID.sample_rate)
        self._waiting = np.empty((max(round(_PIECE_SECONDS * sample_rate), self._hop + ROW), channels), np.float32)
        self._waiting_frames = 0
        self._power: Doubles = np.empty(0)
        self._power_start = 0
        self._hops = 0

    @property
    def running(self) -> bool:
        """Whether it measures; False while paused."""
        return self._programme.running

    def push(self, samples: Samples) -> None:
        """Measure the next samples: float32 of shape (n, channels), full scale 1.0, any n.

        NaN and infinite samples count as silence.

        Raises:
            ValueError: another number of channels.
        """
        if samples.ndim != 2 or samples.shape[1] != self._waiting.shape[1]:
            raise ValueError(f"the meter measures {self._waiting.shape[1]} channels, got shape {samples.shape}")
        taken = 0
        while taken < len(samples):
            piece = samples[taken : taken + len(self._waiting) - self._waiting_frames]
            self._waiting[self._waiting_frames : self._waiting_frames + len(piece)] = piece
            self._waiting_frames += len(piece)
            taken += len(piece)
            if self._waiting_frames >= self._hop:
                self._measure()

    def _measure(self) -> None:
        """Measure all that waits, but for what does not fill a row of the filter."""
        length = self._waiting_frames // ROW * ROW
        if not length:
            return
        samples: Doubles = self._waiting[:length].T.astype(np.float64, order="C")
        self._waiting_frames -= length
        self._waiting[: self._waiting_frames] = self._waiting[length : length + self._waiting_frames]
        if not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        self._levels.take(samples, measuring=self.running)
        weighted = self._filter.process(samples[self._counted])
        self._power = np.concatenate([self._power, self._weights @ (weighted * weighted)])
        self._take_hops()

    def _take_hops(self) -> None:
        start = HOP_GRID.sample_at(self._hops, self.sample_rate) - self._power_start
        while True:
            stop = HOP_GRID.sample_at(self._hops + 1, self.sample_rate) - self._power_start
            if stop > len(self._power):
                break
            self._programme.take(float(self._power[start:stop].mean()))
            self._hops += 1
            start = stop
        self._power = self._power[start:]
        self._power_start += start

    def reading(self) -> LoudnessReading:
        """The values of this moment; cheap enough for every frame of the screen."""
        self._measure()
        programme, levels = self._programme, self._levels
        integrated, threshold = programme.integrated
        correlation, balance = levels.field
        seconds = frames_to_seconds(programme.measured, HOP_GRID.sample_rate)
        return LoudnessReading(
            seconds=seconds,
            running=programme.running,
            momentary_lufs=programme.momentary,
            short_term_lufs=programme.short_term,
            integrated_lufs=integrated,
            loudness_range_lu=programme.range,
            range_stable=seconds >= RANGE_STABLE_SECONDS,
            threshold_lufs=threshold,
            max_momentary_lufs=programme.max_momentary,
            max_short_term_lufs=programme.max_short_term,
            max_true_peak_dbtp=level_of_peak(float(levels.max_true_peaks.max())),
            sample_peaks_dbfs=tuple(map(level_of_peak, levels.sample_peaks.tolist())),
            true_peaks_dbtp=tuple(map(level_of_peak, levels.true_peaks.tolist())),
            max_sample_peaks_dbfs=tuple(map(level_of_peak, levels.max_sample_peaks.tolist())),
            max_true_peaks_dbtp=tuple(map(level_of_peak, levels.max_true_peaks.tolist())),
            held_true_peaks_dbtp=tuple(map(level_of_peak, levels.hold.levels.tolist())),
            clipped=tuple(levels.clips.latched.tolist()),
            correlation=correlation,
            balance=balance,
        )

    def history(self) -> LoudnessCurves:
        """Everything since the last reset at 10 Hz; read-only views that later pushes do not change."""
        self._measure()
        return self._programme.history()

    def pause(self) -> None:
        """Hold integrated loudness, range and maxima; momentary and short-term go on."""
        self._measure()
        self._programme.pause()

    def proceed(self) -> None:
        """Go on measuring after `pause`."""
        self._measure()
        self._programme.proceed()

    def reset(self) -> None:
        """Forget integrated loudness, range, maxima and history; running or paused stays as it is."""
        self._measure()
        self._programme.reset()
        self._levels.reset()

    def reset_peaks(self) -> None:
        """Forget the highest peaks, what is held of them, and clipped samples; loudness stays."""
        self._measure()
        self._levels.reset()
