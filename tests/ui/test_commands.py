from pathlib import Path

import pytest
import soundfile
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui import exportdialog
from audiolab.ui.theme import Theme
from audiolab.ui.window import Window


@pytest.fixture
def window(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> Window:
    session.settings.update(theme="dark")
    made = Window(session, theme)
    qtbot.addWidget(made)
    session.show(recording)
    return made


def do(window: Window, action_id: str) -> None:
    action = window.actions_of[action_id]
    assert action.isEnabled(), action_id
    action.trigger()


def test_select_all_and_clear(window: Window, session: Session) -> None:
    do(window, "edit.all")
    assert session.timeline.selection == TimeSpan(0, 64000)
    do(window, "edit.cancel")
    assert not session.timeline.selection


def test_escape_undoes_the_least_first(window: Window, session: Session) -> None:
    do(window, "edit.all")
    session.notice.emit("A message.")
    do(window, "edit.cancel")
    assert not window.notices.pending
    assert session.timeline.selection
    do(window, "edit.cancel")
    assert not session.timeline.selection


def test_selection_edges_go_to_where_one_is(window: Window, session: Session) -> None:
    session.timeline.set_cursor(1000)
    do(window, "edit.start")
    assert session.timeline.selection == TimeSpan(1000, 64000)
    session.timeline.set_cursor(3000)
    do(window, "edit.end")
    assert session.timeline.selection == TimeSpan(1000, 3000)
    session.timeline.set_cursor(5000)
    do(window, "edit.start")  # past the old end: nothing is left to select
    assert not session.timeline.selection


def test_edges_go_to_zero_crossings(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.timeline.select(TimeSpan(1005, 2003))
    do(window, "edit.zero")
    mono = recording.read(0, recording.frames).mean(axis=1)
    for edge in (session.timeline.selection.start, session.timeline.selection.stop):
        assert (mono[edge - 1] >= 0) != (mono[edge] >= 0)


def test_a_tiny_selection_survives_the_zero_crossing(window: Window, session: Session) -> None:
    session.timeline.select(TimeSpan(1005, 1006))
    do(window, "edit.zero")
    assert session.timeline.selection


def test_the_cursor_goes_to_a_zero_crossing(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.timeline.set_cursor(1005)
    do(window, "edit.zero")
    mono = recording.read(0, recording.frames).mean(axis=1)
    cursor = session.timeline.cursor
    assert (mono[cursor - 1] >= 0) != (mono[cursor] >= 0)


def test_zoom_keeps_the_cursor_in_place(window: Window, session: Session) -> None:
    session.timeline.set_cursor(16000)
    do(window, "view.zoom_in")
    assert session.timeline.visible == TimeSpan(8000, 40000)
    do(window, "view.zoom_out")
    assert session.timeline.visible == TimeSpan(0, 64000)


def test_zoom_to_selection_and_back(window: Window, session: Session) -> None:
    session.timeline.select(TimeSpan(4000, 6000))
    do(window, "view.zoom_selection")
    assert session.timeline.visible == TimeSpan(4000, 6000)
    do(window, "view.fit")
    assert session.timeline.visible == TimeSpan(0, 64000)


def test_home_end_and_skips(window: Window, session: Session) -> None:
    do(window, "play.end")
    assert session.timeline.cursor == 64000
    do(window, "play.back")
    assert session.timeline.cursor == 24000
    do(window, "play.ahead")
    assert session.timeline.cursor == 64000
    do(window, "play.home")
    assert session.timeline.cursor == 0


def test_volume_steps_and_mute(window: Window, session: Session) -> None:
    do(window, "play.quieter")
    quieter = session.transport.volume
    assert 0.5 < quieter < 1.0
    do(window, "play.mute")
    assert session.transport.volume == 0.0
    do(window, "play.mute")
    assert session.transport.volume == quieter
    do(window, "play.louder")
    assert session.transport.volume == 1.0


def test_volume_can_be_turned_on_again_in_a_new_run(window: Window, session: Session) -> None:
    session.settings.update(volume=0.0)
    do(window, "play.mute")
    assert session.transport.volume > 0.0


def test_switches_turn_settings(window: Window, session: Session) -> None:
    before = session.settings.current
    for action_id in ("view.follow", "view.lufs", "view.light", "play.loop"):
        do(window, action_id)
    after = session.settings.current
    assert (after.follow, after.loudness_absolute) == (not before.follow, not before.loudness_absolute)
    assert after.theme == "light"
    assert session.transport.loop


def test_text_grows_and_shrinks_within_reason(window: Window, session: Session) -> None:
    for _ in range(40):
        do(window, "view.larger")
    assert session.settings.current.text_scale == 2.5
    for _ in range(60):
        do(window, "view.smaller")
    assert session.settings.current.text_scale == 0.7
    do(window, "view.normal")
    assert session.settings.current.text_scale == 1.0


def test_spectrogram_is_brightened_from_its_preset(window: Window, session: Session) -> None:
    do(window, "view.brighter")
    brighter = session.settings.current.spectrogram_gain
    do(window, "view.darker")
    do(window, "view.darker")
    assert session.settings.current.spectrogram_gain == brighter - 10.0
    do(window, "view.steeper")
    steep = session.settings.current.spectrogram_range
    do(window, "view.flatter")
    assert session.settings.current.spectrogram_range == steep + 10.0


def test_transcribe(window: Window, session: Session) -> None:
    do(window, "speech.transcribe")
    assert [word.text for word in session.reading.words] == ["ab", "ba"]


def test_open_asks_for_a_file(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "other.wav"
    soundfile.write(file, [0.0, 0.5] * 400, 8000)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    do(window, "file.open")
    assert session.path == file
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    do(window, "file.open")
    assert session.path == file


def test_sample_opens(window: Window, session: Session) -> None:
    do(window, "file.sample")
    assert session.path is not None
    assert session.path.name == "speech.flac"


def test_close_leads_back_to_the_beginning(window: Window, session: Session) -> None:
    do(window, "file.close")
    assert session.recording is None
    assert window.windowTitle() == "Audiolab"


@pytest.mark.parametrize(
    ("name", "chosen", "written", "coding"),
    [
        ("cut.wav", "WAV, 16 bit (*.wav)", "cut.wav", ("WAV", "PCM_16")),
        ("cut", "FLAC, 24 bit (*.flac)", "cut.flac", ("FLAC", "PCM_24")),
        ("cut.flac", "WAV, 32-bit float (*.wav)", "cut.flac", ("FLAC", "PCM_24")),
        ("cut v1.2", "WAV, 24 bit (*.wav)", "cut v1.2.wav", ("WAV", "PCM_24")),
    ],
)
def test_selection_is_exported(
    window: Window,
    session: Session,
    recording: ArrayRecording,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    chosen: str,
    written: str,
    coding: tuple[str, str],
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), chosen))
    session.timeline.select(TimeSpan(800, 2400))
    do(window, "file.export")
    about = soundfile.info(tmp_path / written)
    assert (about.format, about.subtype) == coding
    samples, rate = soundfile.read(tmp_path / written, dtype="float32")
    assert rate == recording.sample_rate
    assert abs(samples - recording.read(800, 2400)).max() < 2**-15


def test_export_that_fails_is_told(window: Window, session: Session, tmp_path: Path) -> None:
    exportdialog.write(session, TimeSpan(0, 100), tmp_path / "absent" / "cut.wav", "WAV, 16 bit (*.wav)")
    assert "cut.wav" in window.notices.pending[-1].text
