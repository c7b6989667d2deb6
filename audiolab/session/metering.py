"""The live loudness meter: fed with what is heard, or with what is being recorded."""

from PySide6.QtCore import QObject, Signal

from audiolab.analysis.loudness import LoudnessMeter, LoudnessReading
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.session.transport import Transport, TransportState

MAX_STEP_SECONDS = 1.0
"""More than this is never measured at once: after a stall the window catches up first."""


class Metering(QObject):
    """Measures in the recording's own rate and channels, before the volume.

    Signals:
        changed: a new `reading`.
    """

    changed = Signal()

    def __init__(self, transport: Transport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport = transport
        self._recording: Recording | None = None
        self._meter: LoudnessMeter | None = None
        self._recorded = 0
        transport.ticked.connect(self._follow)

    @property
    def reading(self) -> LoudnessReading | None:
        """The latest values; None while nothing is open."""
        return self._meter.reading() if self._meter is not None else None

    @property
    def meter(self) -> LoudnessMeter | None:
        """The meter itself, for its history and for pause and continue; None while nothing is open."""
        return self._meter

    def load(self, recording: Recording | None) -> None:
        """Measure another recording, from the beginning."""
        self._recording = recording
        self._recorded = 0
        self._meter = LoudnessMeter(recording.sample_rate, recording.channels) if recording else None
        self.changed.emit()

    def reset(self) -> None:
        """Start integrated loudness, range and maxima anew."""
        if self._meter is not None:
            self._meter.reset()
            self.changed.emit()

    def _follow(self) -> None:
        recording, meter = self._recording, self._meter
        if recording is None or meter is None:
            return
        spans = (
            self._recorded_since() if self._transport.state is TransportState.RECORDING else self._transport.heard()
        )
        for span in spans:
            meter.push(recording.read(span.start, span.stop))
        if spans:
            self.changed.emit()

    def _recorded_since(self) -> tuple[TimeSpan, ...]:
        if self._recording is None:
            return ()
        start = self._recorded
        self._recorded = min(self._recording.frames, start + round(MAX_STEP_SECONDS * self._recording.sample_rate))
        return (TimeSpan(start, self._recorded),) if self._recorded > start else ()
