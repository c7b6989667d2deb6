"""Play, pause, stop, loop, record: what a person asks for, turned into calls on the engine, and back into state."""

import enum
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from audiolab.core.recording import Recording, SampleSink
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import db_to_amplitude
from audiolab.engine.player import Player, PlayerState
from audiolab.engine.recorder import Recorder, RecorderState
from audiolab.session.settings import SettingsStore
from audiolab.session.sounddevices import SoundDevices
from audiolab.session.timeline import Timeline

POLL_MS = 15
"""The playhead is read once per frame of a 60 Hz display."""

PREPARATION_MS = 700
"""After a recording was opened: its first picture comes before the player's process."""

RECORDING_CHANNELS = 2
"""What a take asks for; a device with fewer gives fewer."""


class TransportState(enum.Enum):
    """What the transport does."""

    STOPPED = "stopped"
    PLAYING = "playing"
    PAUSED = "paused"
    RECORDING = "recording"


class Transport(QObject):
    """Moves the timeline's playhead by what the engine says is heard.

    The device is opened by the first play, and not before: showing a recording needs no sound.

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
        self, timeline: Timeline, settings: SettingsStore, devices: SoundDevices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._settings = settings
        self._devices = devices
        self._player: Player | None = None
        self._recorder: Recorder | None = None
        self._recording: Recording | None = None
        self._state = TransportState.STOPPED
        self._loop = False
        self._gain_db = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._preparation = QTimer(self)
        self._preparation.setSingleShot(True)
        self._preparation.setInterval(PREPARATION_MS)
        self._preparation.timeout.connect(self._prepare)
        settings.changed.connect(self._apply_settings)
        devices.changed.connect(self._apply_settings)
        timeline.selection_changed.connect(self._follow_selection)

    @property
    def state(self) -> TransportState:
        """What it does now."""
        return self._state

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
    def gain_db(self) -> float:
        """What is added to the volume for a preview; 0 without one."""
        return self._gain_db

    def set_gain(self, gain_db: float) -> None:
        """Play louder or quieter than the volume says, to hear what a normalised file will be like."""
        if gain_db != self._gain_db:
            self._gain_db = gain_db
            self._apply_settings()

    def heard(self) -> tuple[TimeSpan, ...]:
        """The spans of the recording that became audible since the last call: what a live meter measures."""
        return self._player.meter_tap.read() if self._player is not None else ()

    def input_peak(self) -> tuple[float, ...]:
        """Largest absolute sample of each input channel since the last call; empty while nothing records."""
        return self._recorder.peak() if self._recorder is not None else ()

    def load(self, recording: Recording | None) -> None:
        """Work on another recording; stops what is going on."""
        self.stop()
        self._recording = recording
        if self._player is not None:
            self._player.load(recording)
        elif recording is not None:
            self._preparation.start()

    def play(self) -> None:
        """Play the selection; without one, from the cursor to the end. Resumes where it was paused."""
        if self._state is TransportState.PAUSED and self._player is not None:
            self._player.resume()
            self._enter(TransportState.PLAYING)
        elif selection := self._timeline.selection:
            self._play(selection)
        else:
            self._play_from(self._timeline.cursor)

    def play_span(self, span: TimeSpan) -> None:
        """Play `span` once, or over and over where loop is on, whatever is selected."""
        self._play(span.clamped(self._timeline.length))

    def pause(self) -> None:
        """Hold, or go on with, what plays or records."""
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
        if self._state in (TransportState.STOPPED, TransportState.PAUSED):
            self.play()
        else:
            self.stop()

    def stop(self) -> None:
        """Stop playing or recording; the cursor stays where playback started."""
        if self._player is not None:
            self._player.stop()
        if self._recorder is not None:
            self._recorder.stop()
        self._enter(TransportState.STOPPED)
        self._timeline.set_playhead(None)

    def seek(self, frame: int) -> None:
        """Set the cursor, and go on playing from there where something plays."""
        self._timeline.set_cursor(frame)
        if self._player is None or self._state not in (TransportState.PLAYING, TransportState.PAUSED):
            return
        frame = self._timeline.cursor
        span = self._player.span
        if span is None or frame not in span:
            self._player.set_span(TimeSpan(0, self._timeline.length), self._loop)
        self._player.seek(frame)
        self._timeline.set_playhead(frame)

    def skip(self, seconds: float) -> None:
        """Move by `seconds`, backwards where negative."""
        self.seek(self._timeline.position + round(seconds * self._timeline.sample_rate))

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

    def record(self, make_sink: Callable[[int, int], SampleSink]) -> None:
        """Record into what `make_sink(sample_rate, channels)` returns; it is called on the recorder's thread."""
        self.stop()
        if self._recorder is None:
            self._recorder = Recorder()
        self._recorder.start(self._devices.input, None, RECORDING_CHANNELS, make_sink)
        self._enter(TransportState.RECORDING)

    def close(self) -> None:
        """Release the devices. Nothing plays or records afterwards."""
        self.stop()
        self._preparation.stop()
        if self._player is not None:
            self._player.close()
        if self._recorder is not None:
            self._recorder.close()

    def _prepare(self) -> None:
        """Make the player, so that its process is ready by the first play; it opens no device yet."""
        self._preparation.stop()
        if self._player is None:
            self._player = Player(self._devices.output)
            self._player.volume = self._player_volume()
            self._player.load(self._recording)

    def _player_volume(self) -> float:
        return self.volume * db_to_amplitude(self._gain_db)

    def _play_from(self, frame: int) -> None:
        """Play to the end; looping then starts over at the very beginning."""
        length = self._timeline.length
        frame = frame if frame < length else 0
        self._play(TimeSpan(frame, length))
        if self._loop and self._player is not None:
            self._player.set_span(TimeSpan(0, length), loop=True)

    def _play(self, span: TimeSpan) -> None:
        if self._recording is None or not span or self._state is TransportState.RECORDING:
            return
        self._prepare()
        assert self._player is not None
        self._player.play(span, loop=self._loop)
        self._timeline.set_playhead(span.start)
        self._enter(TransportState.PLAYING)

    def _poll(self) -> None:
        if self._state is TransportState.RECORDING and self._recorder is not None:
            self._poll_recorder(self._recorder)
        elif self._state is TransportState.PLAYING and self._player is not None:
            self._poll_player(self._player)

    def _poll_player(self, player: Player) -> None:
        if player.state is PlayerState.PLAYING:
            self._timeline.set_playhead(player.position)
            if self._settings.current.follow:
                self._timeline.reveal(self._timeline.position, page=True)
            self.ticked.emit()
        elif player.state is PlayerState.STOPPED and player.error is None:
            self.ticked.emit()
            self.stop()
        else:
            self._give_up(player.error)

    def _poll_recorder(self, recorder: Recorder) -> None:
        if recorder.state in (RecorderState.RECORDING, RecorderState.PAUSED):
            self.ticked.emit()
        else:
            self._give_up(recorder.error)

    def _give_up(self, reason: str | None) -> None:
        self.stop()
        self.failed.emit(reason or "The sound device went away; choose another one and try again.")

    def _enter(self, state: TransportState) -> None:
        if state in (TransportState.PLAYING, TransportState.RECORDING):
            self._timer.start()
        else:
            self._timer.stop()
        if state is not self._state:
            self._state = state
            self.state_changed.emit()

    def _follow_selection(self) -> None:
        """A loop follows the selection while it is dragged, so that one can hunt for a sound by ear."""
        selection = self._timeline.selection
        if self._loop and selection and self._player is not None and self._state is TransportState.PLAYING:
            self._player.set_span(selection, loop=True)

    def _apply_settings(self) -> None:
        if self._player is not None:
            self._player.volume = self._player_volume()
            if self._player.device != self._devices.output:
                self._player.device = self._devices.output
        self.options_changed.emit()
