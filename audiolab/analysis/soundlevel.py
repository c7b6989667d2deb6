"""Sound levels for people: frequency- and time-weighted levels, Leq and noise exposure (IEC 61672-1:2013).

Without a calibration all levels are dBFS: the mean square relative to a full-scale *square* wave, so that a
full-scale sine reads -3.01. A calibration adds the sound pressure level (re 20 micropascals) that 0 dBFS
stands for.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from audiolab.analysis.weighting import Weighting, weighting_sections
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording, Samples
from audiolab.core.units import SILENCE_DB, power_to_db

TimeWeighting = Literal["Fast", "Slow"]
TIME_CONSTANTS: dict[TimeWeighting, float] = {"Fast": 0.125, "Slow": 1.0}
"""Seconds (IEC 61672-1, 5.8.1)."""

STEP_SECONDS = 0.01
"""Distance of the time-weighted levels that are kept: the fastest constant is twelve times longer."""

_CHUNK_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class ExposureStandard:
    """How levels add up to a dose: 100 % is `hours` at `criterion_db`; `exchange_db` more halves the time.

    Levels below `threshold_db` do not count.
    """

    name: str
    criterion_db: float
    exchange_db: float
    threshold_db: float
    hours: float = 8.0


NIOSH = ExposureStandard("NIOSH", 85.0, 3.0, 80.0)
"""NIOSH Publication 98-126 (1998), criteria for a recommended standard."""

OSHA = ExposureStandard("OSHA", 90.0, 5.0, 90.0)
"""29 CFR 1910.95, permissible exposure limit."""


@dataclass(frozen=True, slots=True)
class SoundLevelSpec:
    """How to measure.

    Attributes:
        weighting: of frequency: A, C, or Z for none.
        time_weighting: Fast or Slow.
        calibration: dB SPL of 0 dBFS; None leaves all levels in dBFS.
    """

    weighting: Weighting = "A"
    time_weighting: TimeWeighting = "Fast"
    calibration: float | None = None

    @property
    def unit(self) -> str:
        """What stands behind the figures: ``"dB(A) SPL"``, ``"dBFS(C)"``."""
        return f"dB({self.weighting}) SPL" if self.calibration is not None else f"dBFS({self.weighting})"


@dataclass(frozen=True, slots=True)
class SoundLevelReading:
    """Levels since the last reset, in the unit of the spec.

    Attributes:
        level: time-weighted, now.
        maximum, minimum: of the time-weighted level; both `SILENCE_DB` (plus calibration) before any sound.
        leq: equivalent continuous level.
        seconds: how long was measured.
    """

    level: float
    maximum: float
    minimum: float
    leq: float
    seconds: float


class SoundLevelMeter:
    """Measures sound as it passes, in blocks of any size. Several channels count as their mean power.

    Args:
        sample_rate: in Hz, 4000 or more.
        channels: of the blocks to come.
        spec: how to measure.

    Raises:
        ValueError: the sample rate is too low.
    """

    def __init__(self, sample_rate: int, channels: int, spec: SoundLevelSpec) -> None:
        self.spec = spec
        self._rate = sample_rate
        self._sections = weighting_sections(spec.weighting, sample_rate)
        self._smoothing = 1.0 - math.exp(-1.0 / (TIME_CONSTANTS[spec.time_weighting] * sample_rate))
        self._step = max(round(STEP_SECONDS * sample_rate), 1)
        self._filter_state = np.zeros((len(self._sections), 2, channels))
        self._smooth_state = np.zeros(1)
        self._phase = 0
        self.reset()

    def reset(self) -> None:
        """Forget maximum, minimum and Leq; the time-weighted level goes on."""
        self._energy = 0.0
        self._frames = 0
        self._extremes = (math.inf, 0.0)

    def push(self, samples: Samples) -> npt.NDArray[np.floating]:
        """Measure the next samples: float32 of shape (n, channels), full scale 1.0.

        Returns:
            The time-weighted levels every `STEP_SECONDS` that fell into them.
        """
        from scipy.signal import lfilter, sosfilt  # a quarter of a second that start-up need not pay

        if not len(samples):
            return np.empty(0)
        weighted, self._filter_state = sosfilt(self._sections, samples, axis=0, zi=self._filter_state)
        power = np.mean(np.square(weighted), axis=1)
        smoothed, self._smooth_state = lfilter(
            [self._smoothing], [1.0, self._smoothing - 1.0], power, zi=self._smooth_state
        )
        self._energy += float(power.sum())
        self._frames += len(samples)
        low, high = self._extremes
        self._extremes = (min(low, float(smoothed.min())), max(high, float(smoothed.max())))
        kept = smoothed[self._step - 1 - self._phase :: self._step]
        self._phase = (self._phase + len(samples)) % self._step
        return power_to_db(kept) + (self.spec.calibration or 0.0)

    def reading(self) -> SoundLevelReading:
        """The values of this moment."""
        low, high = self._extremes
        # The last state of the one-pole filter is what its next output carries over from the present one.
        present = float(self._smooth_state[0]) / (1.0 - self._smoothing)
        return SoundLevelReading(
            self._level(present),
            self._level(high),
            self._level(low if math.isfinite(low) else 0.0),
            self._level(self._energy / self._frames if self._frames else 0.0),
            self._frames / self._rate,
        )

    def _level(self, power: float) -> float:
        return power_to_db(power) + (self.spec.calibration or 0.0)


class Exposure:
    """Adds up a noise dose from Slow A-weighted sound pressure levels.

    Args:
        standard: how levels add up.
    """

    def __init__(self, standard: ExposureStandard) -> None:
        self.standard = standard
        self._dose = 0.0
        self._seconds = 0.0

    def add(self, levels: npt.NDArray[np.floating], seconds: float) -> None:
        """Add dB SPL values that stand for `seconds` altogether, each for an equal part of it."""
        if not len(levels):
            return
        counted = levels[levels >= self.standard.threshold_db]
        rates = np.exp2((counted - self.standard.criterion_db) / self.standard.exchange_db)
        self._dose += float(rates.sum()) / len(levels) * seconds / (self.standard.hours * 3600.0)
        self._seconds += seconds

    @property
    def dose(self) -> float:
        """Per cent of what is allowed in a day."""
        return 100.0 * self._dose

    @property
    def time_weighted_average(self) -> float:
        """The level that makes the same dose in `hours`, in dB SPL; `SILENCE_DB` for none."""
        if self._dose <= 0.0:
            return SILENCE_DB
        return self.standard.criterion_db + self.standard.exchange_db * math.log2(self._dose)

    @property
    def seconds_left(self) -> float:
        """How long one may stay if it goes on as it was so far; infinite where nothing counted."""
        if self._dose <= 0.0:
            return math.inf
        return max(1.0 - self._dose, 0.0) / self._dose * self._seconds


@dataclass(frozen=True, slots=True, eq=False)
class SoundLevelResult:
    """Levels of a whole recording, in the unit of the spec.

    Attributes:
        spec: how it was measured.
        leq, maximum, minimum: see `SoundLevelReading`.
        exceeded: level that was exceeded during 10, 50 and 90 per cent of the time.
        levels: time-weighted level every `STEP_SECONDS`, float32.
        seconds: length of the recording.
    """

    spec: SoundLevelSpec
    leq: float
    maximum: float
    minimum: float
    exceeded: dict[int, float]
    levels: npt.NDArray[np.float32]
    seconds: float


def measure_levels(
    recording: Recording,
    spec: SoundLevelSpec,
    *,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> SoundLevelResult:
    """Levels of what `recording` holds now; read in pieces, never whole in memory.

    Raises:
        Cancelled: `cancel` was cancelled.
        ValueError: the sample rate is below 4000 Hz.
    """
    meter = SoundLevelMeter(recording.sample_rate, recording.channels, spec)
    parts = [meter.push(block) for block in _blocks(recording, cancel, progress)]
    levels = np.concatenate([np.empty(0), *parts])
    reading = meter.reading()
    shown = levels if len(levels) else np.array([reading.leq])
    exceeded = {share: float(np.percentile(shown, 100 - share)) for share in (10, 50, 90)}
    return SoundLevelResult(
        spec, reading.leq, reading.maximum, reading.minimum, exceeded, levels.astype(np.float32), reading.seconds
    )


def calibration_for(recording: Recording, known_spl: float, weighting: Weighting = "Z") -> float:
    """What 0 dBFS stands for in dB SPL, from a recording of a sound of known level (a calibrator's tone).

    Raises:
        ValueError: the recording is silent, or its sample rate is below 4000 Hz.
    """
    uncalibrated = measure_levels(recording, SoundLevelSpec(weighting)).leq
    if uncalibrated <= SILENCE_DB:
        raise ValueError("a silent recording cannot be calibrated with")
    return known_spl - uncalibrated


def _blocks(recording: Recording, cancel: CancelToken | None, progress: Progress) -> Iterator[Samples]:
    frames = recording.frames
    step = max(round(_CHUNK_SECONDS * recording.sample_rate), 1)
    for start in range(0, frames, step):
        if cancel is not None:
            cancel.check()
        stop = min(start + step, frames)
        yield recording.read(start, stop)
        progress(stop / frames)
