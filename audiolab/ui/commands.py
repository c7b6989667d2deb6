"""What the actions do: a person's intent, turned into calls on the session."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from audiolab import paths
from audiolab.analysis.zerocrossing import nearest_zero_crossing
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.dictionaryword import chosen_text
from audiolab.ui.rereadcommands import RereadCommands
from audiolab.ui.reviewactions import ReviewCommands
from audiolab.ui.spectrogramlook import GAIN_STEP, RANGE_STEP, brighter, wider
from audiolab.ui.tiercommands import TierCommands
from audiolab.ui.volume import KEY_STEP, position_of, volume_at

if TYPE_CHECKING:
    from audiolab.ui.window import Window

ZOOM = 2.0
SKIP_SECONDS = 5.0
TEXT_STEP = 1.1
TEXT_RANGE = (0.7, 2.5)

SOUND_FILES = (
    "Sound and video (*.wav *.w64 *.rf64 *.aif *.aiff *.caf *.au *.flac *.ogg *.oga *.opus *.mp3 *.m4a *.aac *.wma "
    "*.wv *.ape *.amr *.ac3 *.mka *.mp4 *.mov *.mkv *.webm *.avi *.3gp *.mpg *.ts);;All files (*)"
)


class Commands(ReviewCommands, TierCommands, RereadCommands, QObject):
    """One method for each handler that the catalogue names.

    Args:
        window: asked for dialogs, messages and panels.
    """

    def __init__(self, session: Session, window: "Window") -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._unmuted = volume_at(position_of(0.5))

    # file

    def open(self) -> None:
        path = self._session.path
        directory = str(path.parent) if path is not None and path.is_file() else ""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open", directory, SOUND_FILES)
        if name:
            self._session.open(Path(name))

    def open_sample(self) -> None:
        self._session.open(paths.resource_root() / "samples" / "speech.flac")

    def export_selection(self) -> None:
        from audiolab.ui.exportdialog import export_selection

        export_selection(self._session, self._window)

    def normalise(self) -> None:
        self._window.show_dialog("normalise")

    def close_recording(self) -> None:
        self._session.show(None)

    def settings(self) -> None:
        self._window.show_dialog("settings")

    def quit(self) -> None:
        self._window.close()

    # edit

    def select_all(self) -> None:
        self._session.timeline.select(TimeSpan(0, self._session.timeline.length))

    def cancel(self) -> None:
        """The least of what can be undone goes first; work of hours goes last."""
        if self._window.notices.pending:
            self._window.notices.dismiss()
        elif self._session.timeline.selection:
            self._session.timeline.clear_selection()
        elif active := self._session.jobs.active:
            active[-1].cancel()

    def selection_start(self) -> None:
        timeline = self._session.timeline
        stop = timeline.selection.stop if timeline.selection else timeline.length
        timeline.select(TimeSpan(timeline.position, max(stop, timeline.position)))

    def selection_end(self) -> None:
        timeline = self._session.timeline
        start = timeline.selection.start if timeline.selection else 0
        timeline.select(TimeSpan(min(start, timeline.position), timeline.position))

    def zero_crossing(self) -> None:
        recording = self._session.recording
        timeline = self._session.timeline
        if recording is None:
            return
        if timeline.selection:
            edges = timeline.selection.start, timeline.selection.stop
            start, stop = (nearest_zero_crossing(recording, edge) for edge in edges)
            if start < stop:  # a selection shorter than half a period would vanish
                timeline.select(TimeSpan(start, stop))
        else:
            timeline.set_cursor(nearest_zero_crossing(recording, timeline.cursor))

    # play

    def play_or_stop(self) -> None:
        self._session.transport.toggle()

    def play_selection(self) -> None:
        timeline = self._session.timeline
        self._session.transport.play_span(timeline.selection or timeline.visible)

    def pause(self) -> None:
        self._session.transport.pause()

    def stop(self) -> None:
        self._session.transport.stop()

    def loop(self) -> None:
        self._session.transport.set_loop(not self._session.transport.loop)

    def record(self) -> None:
        self._session.record()

    def to_start(self) -> None:
        self._go(0)

    def to_end(self) -> None:
        self._go(self._session.timeline.length)

    def skip_back(self) -> None:
        self._skip(-SKIP_SECONDS)

    def skip_ahead(self) -> None:
        self._skip(SKIP_SECONDS)

    def _skip(self, seconds: float) -> None:
        self._session.transport.skip(seconds)
        self._session.timeline.reveal(self._session.timeline.position)

    def _go(self, frame: int) -> None:
        self._session.transport.seek(frame)
        self._session.timeline.reveal(frame)

    def louder(self) -> None:
        self._turn(KEY_STEP)

    def quieter(self) -> None:
        self._turn(-KEY_STEP)

    def _turn(self, steps: int) -> None:
        transport = self._session.transport
        transport.set_volume(volume_at(position_of(transport.volume) + steps))

    def mute(self) -> None:
        transport = self._session.transport
        if transport.volume > 0.0:
            self._unmuted = transport.volume
            transport.set_volume(0.0)
        else:
            transport.set_volume(self._unmuted)

    # view

    def zoom_in(self) -> None:
        self._zoom(ZOOM)

    def zoom_out(self) -> None:
        self._zoom(1 / ZOOM)

    def _zoom(self, factor: float) -> None:
        """Around where one is, if that is in sight."""
        timeline = self._session.timeline
        anchor = timeline.position if timeline.position in timeline.visible else None
        timeline.zoom(factor, anchor)

    def zoom_selection(self) -> None:
        self._session.timeline.show(self._session.timeline.selection)

    def zoom_fit(self) -> None:
        self._session.timeline.show_all()

    def follow(self) -> None:
        self._set(follow=not self._session.settings.current.follow)

    def brighter(self) -> None:
        self._set(**brighter(self._session.settings.current, GAIN_STEP))

    def darker(self) -> None:
        self._set(**brighter(self._session.settings.current, -GAIN_STEP))

    def more_contrast(self) -> None:
        self._set(**wider(self._session.settings.current, -RANGE_STEP))

    def less_contrast(self) -> None:
        self._set(**wider(self._session.settings.current, RANGE_STEP))

    def absolute_loudness(self) -> None:
        self._set(loudness_absolute=not self._session.settings.current.loudness_absolute)

    def dual_mono(self) -> None:
        self._set(loudness_dual_mono=not self._session.settings.current.loudness_dual_mono)

    def pause_meter(self) -> None:
        self._session.metering.set_running(not self._session.metering.running)

    def reset_meter(self) -> None:
        self._session.metering.reset()

    def reset_peaks(self) -> None:
        self._session.metering.reset_peaks()

    def system_theme(self) -> None:
        self._set(theme="system")

    def dark_theme(self) -> None:
        self._set(theme="dark")

    def light_theme(self) -> None:
        self._set(theme="light")

    def larger_text(self) -> None:
        self._scale_text(TEXT_STEP)

    def smaller_text(self) -> None:
        self._scale_text(1 / TEXT_STEP)

    def normal_text(self) -> None:
        self._set(text_scale=1.0)

    def _scale_text(self, factor: float) -> None:
        low, high = TEXT_RANGE
        scaled = self._session.settings.current.text_scale * factor
        self._set(text_scale=round(min(max(scaled, low), high), 3))

    def _set(self, **changes: object) -> None:
        self._session.settings.update(**changes)

    def next_panel(self) -> None:
        self._window.focus_panel(1)

    def previous_panel(self) -> None:
        self._window.focus_panel(-1)

    def reset_layout(self) -> None:
        self._window.docks.reset()

    def full_screen(self) -> None:
        self._window.toggle_full_screen()

    # speech

    def transcribe(self) -> None:
        self._session.transcribe()

    def cancel_transcription(self) -> None:
        self._session.reading.cancel()

    def manage_models(self) -> None:
        self._window.show_dialog("models")

    def align_text(self) -> None:
        self._window.docks.show_panel("text")

    def show_dictionary(self) -> None:
        self._window.show_dialog("dictionary")

    def add_word(self) -> None:
        self._session.dictionary.asked.emit(chosen_text(self._session))

    # help

    def shortcuts(self) -> None:
        self._window.show_dialog("shortcuts")

    def messages(self) -> None:
        self._window.show_dialog("messages")

    def about(self) -> None:
        self._window.show_dialog("about")
