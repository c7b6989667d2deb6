"""Sound levels for people: live and of the selection, calibrated with a sound of known level."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from audiolab.analysis.soundlevel import (
    NIOSH,
    OSHA,
    TIME_CONSTANTS,
    Exposure,
    SoundLevelMeter,
    SoundLevelReading,
    SoundLevelSpec,
    calibration_for,
)
from audiolab.analysis.weighting import WEIGHTINGS
from audiolab.core.recording import ArrayRecording, Recording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.metering import Metering
from audiolab.session.settings import Settings, SettingsStore

LOWEST_RATE = 4000
"""Hz below which there is no weighting (see `analysis.weighting`)."""

CALIBRATION_SECONDS = 60.0
"""At most so much of the selection is calibrated with: a calibrator is steady long before that."""

BLOCK_SECONDS = 4.0

WAIT_SECONDS = 0.15
"""Of sound that was heard, so much is measured at once."""


def spec_of(settings: Settings) -> SoundLevelSpec:
    """As the person chose; what is unknown takes the default."""
    default = SoundLevelSpec()
    weighting = next((known for known in WEIGHTINGS if known == settings.sound_weighting), default.weighting)
    time = next(
        (known for known in TIME_CONSTANTS if known == settings.sound_time_weighting), default.time_weighting
    )
    return SoundLevelSpec(weighting, time, settings.sound_calibration)


@dataclass(frozen=True, slots=True)
class Dose:
    """An exposure by one standard.

    Attributes:
        name: of the standard.
        per_cent: of what is allowed in a day.
        seconds_left: how long one may stay if it goes on like this; infinite where nothing counted.
    """

    name: str
    per_cent: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Levels:
    """What is known about some sound: levels, and doses where it is calibrated."""

    reading: SoundLevelReading
    doses: tuple[Dose, ...]


class LevelMeter:
    """Levels as a spec asks for them, and doses of the Slow A-weighted level beside them.

    Args:
        sample_rate, channels: of the blocks to come.
        spec: how to measure; without a calibration there are no doses.
    """

    def __init__(self, sample_rate: int, channels: int, spec: SoundLevelSpec) -> None:
        self._rate = sample_rate
        self._meter = SoundLevelMeter(sample_rate, channels, spec)
        self._exposed: SoundLevelMeter | None = None
        if spec.calibration is not None:
            self._exposed = SoundLevelMeter(sample_rate, channels, SoundLevelSpec("A", "Slow", spec.calibration))
        self._exposures = (Exposure(NIOSH), Exposure(OSHA))

    def push(self, samples: Samples) -> None:
        """Measure the next samples: float32 of shape (n, channels), full scale 1.0."""
        self._meter.push(samples)
        if self._exposed is not None:
            levels = self._exposed.push(samples)
            for exposure in self._exposures:
                exposure.add(levels, len(samples) / self._rate)

    def levels(self) -> Levels:
        """The values of this moment."""
        doses = tuple(
            Dose(exposure.standard.name, exposure.dose, exposure.seconds_left) for exposure in self._exposures
        )
        return Levels(self._meter.reading(), doses if self._exposed is not None else ())


class SoundLevels(QObject):
    """Measures what is heard or recorded, from the moment that somebody wants to see it, and the selection.

    Signals:
        changed: `live`, `selected` or `spec` differs.
        failed: a sentence.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, metering: Metering, jobs: JobRunner, settings: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = settings
        self._spec = spec_of(settings.current)
        self._recording: Recording | None = None
        self._meter: LevelMeter | None = None
        self._waiting: list[Samples] = []
        self._wanted = False
        self._span = TimeSpan(0, 0)
        self._selected: Levels | None = None
        metering.sounded.connect(self._push)
        settings.changed.connect(self._follow_settings)

    @property
    def spec(self) -> SoundLevelSpec:
        """How it is measured."""
        return self._spec

    @property
    def live(self) -> Levels | None:
        """Of what was heard since the reset; None while nothing can be measured."""
        if self._meter is None:
            return None
        self._measure_waiting()
        return self._meter.levels()

    @property
    def selected(self) -> Levels | None:
        """Of the span that was measured last; None before."""
        return self._selected

    def load(self, recording: Recording | None) -> None:
        """Measure another recording."""
        self._recording = recording
        self._span = TimeSpan(0, 0)
        self._selected = None
        self._jobs.cancel("levels")
        self.reset()

    def watch(self) -> None:
        """Somebody wants to see the levels: measure from now on."""
        if not self._wanted:
            self._wanted = True
            self.reset()

    def reset(self) -> None:
        """Forget all that was heard."""
        recording = self._recording
        measurable = self._wanted and recording is not None and recording.sample_rate >= LOWEST_RATE
        self._waiting.clear()
        self._meter = (
            LevelMeter(recording.sample_rate, recording.channels, self._spec)
            if measurable and recording is not None
            else None
        )
        self.changed.emit()

    def measure(self, span: TimeSpan) -> None:
        """Measure a span of the recording in the background; an empty one forgets the last."""
        recording, spec = self._recording, self._spec
        self._span = span
        if recording is None or not span or recording.sample_rate < LOWEST_RATE:
            self._selected = None
            self._jobs.cancel("levels")
            self.changed.emit()
            return

        def work(context: JobContext) -> Levels:
            meter = LevelMeter(recording.sample_rate, recording.channels, spec)
            step = round(BLOCK_SECONDS * recording.sample_rate)
            for start in range(span.start, span.stop, step):
                context.cancel.check()
                stop = min(start + step, span.stop)
                meter.push(recording.read(start, stop))
                context.progress((stop - span.start) / span.length)
            return meter.levels()

        self._jobs.submit("levels", work, self._take, label="Measuring sound levels")

    def calibrate(self, span: TimeSpan, known_spl: float) -> None:
        """From now on what `span` holds counts as `known_spl` dB SPL; remembered."""
        recording = self._recording
        if recording is None or not span:
            self.failed.emit("Select a sound of known level to calibrate with.")
            return
        stop = min(span.stop, span.start + round(CALIBRATION_SECONDS * recording.sample_rate))
        sound = ArrayRecording(recording.read(span.start, stop), recording.sample_rate)
        try:
            calibration = calibration_for(sound, known_spl)
        except ValueError as error:
            self.failed.emit(f"The selection was not calibrated with: {error}.")
            return
        self._settings.update(sound_calibration=calibration)

    def forget_calibration(self) -> None:
        """Show dBFS again."""
        self._settings.update(sound_calibration=None)

    def _push(self, samples: Samples) -> None:
        """Filters cost by the call: blocks of 15 ms wait until somebody looks, or there is enough of them."""
        if self._meter is None or self._recording is None:
            return
        self._waiting.append(samples)
        if sum(map(len, self._waiting)) >= WAIT_SECONDS * self._recording.sample_rate:
            self._measure_waiting()
        self.changed.emit()

    def _measure_waiting(self) -> None:
        if self._waiting and self._meter is not None:
            self._meter.push(np.concatenate(self._waiting))
            self._waiting.clear()

    def _take(self, levels: Levels) -> None:
        self._selected = levels
        self.changed.emit()

    def _follow_settings(self) -> None:
        spec = spec_of(self._settings.current)
        if spec != self._spec:
            self._spec = spec
            self.reset()
            self.measure(self._span)
