"""Play, pause, stop, loop, record: what a person asks for, turned into calls on the engine, and back into state."""

import enum
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from audiolab.core.errors import AudiolabError
from audiolab.core.recording import Recording, SampleSink
from audiolab.core.timebase import TimeSpan
from audiolab.engine.player import Player, PlayerState
from audiolab.engine.recorder import Recorder, RecorderState
from audiolab.session.settings import SettingsStore
from audiolab.session.timeline import Timeline

POLL_MS = 15
"""The playhead is read once per frame of a 60 Hz display."""


class TransportState(enum.Enum):
    """What the transport does."""

    STOPPED = "stopped"
    PLAYING = "playing"
    PAUSED = "paused"
    RECORDING = "recording"


class Transport(QObject):
    """Moves the timeline's playhead by what the engine says is heard.

    The device is opened on the first play: starting the program needs no sound.

    Signals:
        state_changed: `state` differs.
        options_changed: `loop` or `volume` differs.
        ticked: while playing or recording, once per poll, after the playhead moved.
        failed: the sentence to show.
    """

    state_changed = Signal()
    options_changed = Signal()
    ticked = Signal()
    failed = Signal(str)

    def __init__(
        self,
        timeline: Timeline,
        settings: SettingsStore,
        make_player: Callable[[], Player] = Player,
        make_recorder: Callable[[], Recorder] = Recorder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._settings = settings
        self._make_player = make_player
        self._make_recorder = make_recorder
        self._player: Player | None = None
        self._recorder: Recorder | None = None
        self._recording: Recording | None = None
        self._state = TransportState.STOPPED
        self._loop = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        settings.changed.connect(self._apply_settings)

    @property
    def state(self) -> TransportState:
        """What it does now."""
        return self._state

    @property
    def active(self) -> bool:
        """Whether sound is going in or out."""
        return self._state in (TransportState.PLAYING, TransportState.RECORDING)

    @property
    def recording(self) -> Recording | None:
        """What is played."""
        return self._recording

    @property
    def loop(self) -> bool:
        """Whether playback starts over at the end of the selection, or of the recording."""
        return self._loop

    @property
    def volume(self) -> float:
        """Linear factor, 0 to 1."""
        return self._settings.current.volume

    @property
    def player(self) -> Player | None:
        """The engine's player, once something was played."""
        return self._player

    @property
    def recorder(self) -> Recorder | None:
        """The engine's recorder, once something was recorded."""
        return self._recorder

    def load(self, recording: Recording | None) -> None:
        """Work on another recording; stops what is going on."""
        self.stop()
        self._recording = recording
        if self._player is not None:
            self._player.load(recording)

    def play(self) -> None:
        """Play the selection; without one, from the cursor to the end. Resumes where it was paused."""
        if self._state is TransportState.PAUSED and self._player is not None:
            self._player.resume()
            self._enter(TransportState.PLAYING)
            return
        self._play(self._timeline.selection or TimeSpan(self._start(), self._timeline.length))

    def play_span(self, span: TimeSpan) -> None:
        """Play `span` once, or over and over where loop is on, whatever is selected."""
        self._play(span.clamped(self._timeline.length))

    def pause(self) -> None:
        """Hold the playhead; `play` goes on from there. During a recording: hold it, or go on with it."""
        if self._state is TransportState.PLAYING and self._player is not None:
            self._player.pause()
            self._enter(TransportState.PAUSED)
        elif self._state is TransportState.PAUSED:
            self.play()
        elif self._state is TransportState.RECORDING and self._recorder is not None:
            held = self._recorder.state is RecorderState.PAUSED
            self._recorder.resume() if held else self._recorder.pause()

    def toggle(self) -> None:
        """Play, or stop what plays or records: the space bar."""
        if self._state is TransportState.STOPPED or self._state is TransportState.PAUSED:
            self.play()
        else:
            self.stop()

    def stop(self) -> None:
        """Stop playing or recording; the cursor stays where playback started."""
        if self._player is not None:
            self._player.stop()
        if self._recorder is not None:
            self._recorder.stop()
        if self._state is not TransportState.STOPPED:
            self._timeline.set_playhead(None)
            self._enter(TransportState.STOPPED)

    def seek(self, frame: int) -> None:
        """Set the cursor, and go on playing from there where something plays."""
        self._timeline.set_cursor(frame)
        if self._player is None or self._state not in (TransportState.PLAYING, TransportState.PAUSED):
            return
        selection = self._timeline.selection
        if selection and frame in selection:
            self._player.seek(frame)
        else:
            paused = self._state is TransportState.PAUSED
            self._play(TimeSpan(min(frame, self._timeline.length), self._timeline.length))
            if paused:
                self.pause()
        self._timeline.set_playhead(frame)

    def skip(self, seconds: float) -> None:
        """Move by `seconds`, backwards where negative."""
        target = self._timeline.position + round(seconds * self._timeline.sample_rate)
        self.seek(min(max(target, 0), self._timeline.length))

    def set_loop(self, loop: bool) -> None:
        """Turn looping on or off, also while playing."""
        if loop != self._loop:
            self._loop = loop
            if self._player is not None:
                self._player.loop = loop
            self.options_changed.emit()

    def set_volume(self, volume: float) -> None:
        """Set the linear volume, 0 to 1; remembered."""
        self._settings.update(volume=min(max(volume, 0.0), 1.0))

    def record(self, make_sink: Callable[[int, int], SampleSink]) -> bool:
        """Start to record into what `make_sink(sample_rate, channels)` returns; whether it started."""
        self.stop()
        if self._recorder is None:
            self._recorder = self._make_recorder()
        try:
            self._recorder.start(self._settings.current.input_device or None, None, None, make_sink)
        except AudiolabError as error:
            self.failed.emit(str(error))
            return False
        self._enter(TransportState.RECORDING)
        return True

    def close(self) -> None:
        """Release the devices. Nothing plays or records afterwards."""
        self.stop()
        self._timer.stop()
        if self._player is not None:
            self._player.close()
        if self._recorder is not None:
            self._recorder.close()

    def _start(self) -> int:
        """Where to play from: the cursor, or the beginning when the cursor stands at the end."""
        cursor = self._timeline.cursor
        return cursor if cursor < self._timeline.length else 0

    def _play(self, span: TimeSpan) -> None:
        if self._recording is None or not span or self._state is TransportState.RECORDING:
            return
        if self._player is None:
            self._player = self._make_player()
            self._apply_settings()
            self._player.load(self._recording)
        try:
            self._player.play(span, loop=self._loop)
        except AudiolabError as error:
            self.failed.emit(str(error))
            self.stop()
            return
        if self._player.state in (PlayerState.LOST, PlayerState.UNAVAILABLE):
            self._give_up(self._player.error)
            return
        self._timeline.set_playhead(span.start)
        self._enter(TransportState.PLAYING)

    def _poll(self) -> None:
        if self._state is TransportState.RECORDING:
            self._poll_recorder()
        elif self._state is TransportState.PLAYING:
            self._poll_player()

    def _poll_player(self) -> None:
        player = self._player
        if player is None:
            return
        if player.state is PlayerState.PLAYING:
            self._timeline.set_playhead(player.position)
            if self._settings.current.follow:
                self._timeline.reveal(self._timeline.position, page=True)
            self.ticked.emit()
        elif player.state is PlayerState.STOPPED:
            self.ticked.emit()
            self.stop()
        else:
            self._give_up(player.error)

    def _poll_recorder(self) -> None:
        recorder = self._recorder
        if recorder is not None and recorder.state is RecorderState.LOST:
            self._give_up(recorder.error)
            return
        self.ticked.emit()

    def _give_up(self, reason: str | None) -> None:
        self.stop()
        self.failed.emit(reason or "The sound device went away; choose another one and play again.")

    def _enter(self, state: TransportState) -> None:
        if state in (TransportState.PLAYING, TransportState.RECORDING):
            self._timer.start()
        else:
            self._timer.stop()
        if state is not self._state:
            self._state = state
            self.state_changed.emit()

    def _apply_settings(self) -> None:
        if self._player is not None:
            self._player.volume = self._settings.current.volume
            self._player.device = self._settings.current.output_device or None
        self.options_changed.emit()
