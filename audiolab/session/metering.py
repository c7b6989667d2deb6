"""The live loudness meter: fed with what is heard, or with what is being recorded."""

from PySide6.QtCore import QObject, Signal

from audiolab.analysis.loudness import MEASURABLE_RATES, ChannelLayout, LoudnessMeter, LoudnessReading
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.session.loudnesschoice import layout_of
from audiolab.session.settings import SettingsStore
from audiolab.session.transport import Transport, TransportState

MAX_STEP_SECONDS = 1.0
"""More than this is never measured at once: after a stall the window catches up first."""


class Metering(QObject):
    """Measures in the recording's own rate and channels, before the volume.

    Signals:
        changed: a new `reading`.
        running_changed: it was paused, or goes on.
        sounded: samples that were measured just now, float32 of shape (n, channels); to be looked at, not kept.
    """

    changed = Signal()
    running_changed = Signal()
    sounded = Signal(object)

    def __init__(self, transport: Transport, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport = transport
        self._settings = settings
        self._how: tuple[ChannelLayout, bool] | None = None
        self._recording: Recording | None = None
        self._meter: LoudnessMeter | None = None
        self._recorded = 0
        transport.ticked.connect(self._follow)
        settings.changed.connect(self._follow_settings)

    @property
    def reading(self) -> LoudnessReading | None:
        """The latest values; None while nothing is open."""
        return self._meter.reading() if self._meter is not None else None

    @property
    def meter(self) -> LoudnessMeter | None:
        """The meter itself, for its history; None while nothing is open."""
        return self._meter

    @property
    def running(self) -> bool:
        """Whether integrated loudness, range and maxima are measured; False while paused, or nothing is open."""
        return self._meter is not None and self._meter.running

    def load(self, recording: Recording | None) -> None:
        """Measure another recording, from the beginning."""
        self._recording = recording
        self._recorded = 0
        self._start()

    def reset(self) -> None:
        """Start integrated loudness, range and maxima anew; running or paused stays as it is."""
        if self._meter is not None:
            self._meter.reset()
            self.changed.emit()

    def reset_peaks(self) -> None:
        """Start the highest peaks and the lamps anew; loudness goes on."""
        if self._meter is not None:
            self._meter.reset_peaks()
            self.changed.emit()

    def set_running(self, running: bool) -> None:
        """Hold integrated loudness, range and maxima together, or go on with them."""
        if self._meter is None or running == self._meter.running:
            return
        if running:
            self._meter.proceed()
        else:
            self._meter.pause()
        self.running_changed.emit()
        self.changed.emit()

    def _start(self) -> None:
        recording = self._recording
        self._meter = self._how = None
        if recording is not None and recording.sample_rate in MEASURABLE_RATES:
            self._how = layout, dual_mono = self._wanted(recording)
            self._meter = LoudnessMeter(recording.sample_rate, recording.channels, layout, dual_mono=dual_mono)
        self.running_changed.emit()
        self.changed.emit()

    def _wanted(self, recording: Recording) -> tuple[ChannelLayout, bool]:
        """Where the channels stand, and whether a single one counts twice."""
        settings = self._settings.current
        return layout_of(settings, recording), settings.loudness_dual_mono and recording.channels == 1

    def _follow_settings(self) -> None:
        """Channels that count otherwise are another measurement: what was measured before does not mix with it."""
        if self._recording is not None and self._how is not None and self._how != self._wanted(self._recording):
            self._start()

    def _follow(self) -> None:
        recording, meter = self._recording, self._meter
        if recording is None or meter is None:
            return
        spans = (
            self._recorded_since() if self._transport.state is TransportState.RECORDING else self._transport.heard()
        )
        for span in spans:
            samples = recording.read(span.start, span.stop)
            meter.push(samples)
            self.sounded.emit(samples)
        if spans:
            self.changed.emit()

    def _recorded_since(self) -> tuple[TimeSpan, ...]:
        if self._recording is None or self._recording.complete:  # the take is not open yet: this is the one before
            return ()
        start = self._recorded
        self._recorded = min(self._recording.frames, start + round(MAX_STEP_SECONDS * self._recording.sample_rate))
        return (TimeSpan(start, self._recorded),) if self._recorded > start else ()
