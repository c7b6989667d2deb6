"""The live loudness meter: fed with what is heard, or with what is being recorded."""

from PySide6.QtCore import QObject, Signal

from audiolab.analysis.loudness import LoudnessMeter, LoudnessReading
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.session.timeline import Timeline
from audiolab.session.transport import Transport, TransportState

MAX_STEP_SECONDS = 1.0
"""A longer way from one poll to the next is a seek: what was skipped was not heard."""


class Metering(QObject):
    """Measures what passes the playhead, in the recording's own rate and channels, before the volume.

    Signals:
        changed: a new `reading`.
    """

    changed = Signal()

    def __init__(self, timeline: Timeline, transport: Transport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._transport = transport
        self._recording: Recording | None = None
        self._meter: LoudnessMeter | None = None
        self._heard: int | None = None
        transport.ticked.connect(self._follow)
        transport.state_changed.connect(self._note_start)

    @property
    def reading(self) -> LoudnessReading | None:
        """The latest values; None while nothing is open."""
        return self._meter.reading() if self._meter is not None else None

    @property
    def meter(self) -> LoudnessMeter | None:
        """The meter itself, for its history; None while nothing is open."""
        return self._meter

    def load(self, recording: Recording | None) -> None:
        """Measure another recording, from the beginning."""
        self._recording = recording
        self._heard = None
        self._meter = LoudnessMeter(recording.sample_rate, recording.channels) if recording else None
        self.changed.emit()

    def reset(self) -> None:
        """Start integrated loudness, range and maxima anew."""
        if self._meter is not None:
            self._meter.reset()
            self.changed.emit()

    def _note_start(self) -> None:
        if self._transport.state is TransportState.RECORDING:
            self._heard = 0
        elif self._transport.state is TransportState.STOPPED:
            self._heard = None

    def _follow(self) -> None:
        recording, meter = self._recording, self._meter
        if recording is None or meter is None:
            return
        live = self._transport.state is TransportState.RECORDING
        now = recording.frames if live else self._timeline.position
        for span in self._passed(now, live=live):
            meter.push(recording.read(span.start, span.stop))
        self._heard = now
        self.changed.emit()

    def _passed(self, now: int, *, live: bool) -> list[TimeSpan]:
        """What was heard since the last poll: nothing after a seek, two pieces where a loop began anew."""
        heard = self._heard
        if heard is None or heard == now:
            return []
        limit = round(MAX_STEP_SECONDS * self._timeline.sample_rate)
        if now > heard:
            return [TimeSpan(heard, now)] if live or now - heard <= limit else []
        player = self._transport.player
        span = player.span if player is not None and self._transport.loop else None
        if span is None or not (span.start <= now <= heard <= span.stop):
            return []
        pieces = [TimeSpan(heard, span.stop), TimeSpan(span.start, now)]
        return pieces if sum(piece.length for piece in pieces) <= limit else []
