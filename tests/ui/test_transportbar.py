from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from audiolab.core.cancel import CancelToken
from audiolab.core.recording import ArrayRecording
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.session.transport import TransportState
from audiolab.ui.theme import Theme
from audiolab.ui.transportbar import BarButton, TimeDisplay, TranscribeButton
from audiolab.ui.window import Window


@pytest.fixture
def window(session: Session, theme: Theme, qtbot: QtBot) -> Window:
    made = Window(session, theme)
    qtbot.addWidget(made)
    return made


def button(window: Window, name: str) -> BarButton:
    return next(found for found in window.findChildren(BarButton) if found.accessibleName() == name)


def test_time_is_shown_with_the_length(
    session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot
) -> None:
    display = TimeDisplay(session, theme)
    qtbot.addWidget(display)
    session.show(recording)
    session.timeline.set_cursor(12345)
    assert display.text == "00:01.543 / 00:08.000"
    session.timeline.set_playhead(16000)
    assert display.text == "00:02.000 / 00:08.000"


def test_an_hour_gets_its_own_figure_from_the_start(session: Session, theme: Theme, qtbot: QtBot) -> None:
    display = TimeDisplay(session, theme)
    qtbot.addWidget(display)
    short = display.sizeHint().width()
    session.timeline.reset(8000 * 4000, 8000)
    assert display.text == "0:00:00.000 / 1:06:40.000"
    assert display.sizeHint().width() > short


def test_figures_stand_still(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> None:
    display = TimeDisplay(session, theme)
    qtbot.addWidget(display)
    session.show(recording)
    width = display.sizeHint().width()
    for frame in (1111, 8888, 60001):
        session.timeline.set_cursor(frame)
        assert display.sizeHint().width() == width


def test_play_needs_a_recording(window: Window, session: Session, recording: ArrayRecording) -> None:
    assert not button(window, "Play").isEnabled()
    session.show(recording)
    assert button(window, "Play").isEnabled()


def test_play_becomes_pause_while_it_plays(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    play = button(window, "Play")
    session.transport._enter(TransportState.PLAYING)
    assert play.accessibleName() == "Pause"
    assert "(P)" in play.toolTip()
    session.transport._enter(TransportState.PAUSED)
    assert play.accessibleName() == "Play"
    session.transport._enter(TransportState.STOPPED)


def test_transcription_shows_its_progress_in_place(
    window: Window, session: Session, recording: ArrayRecording
) -> None:
    session.show(recording)
    place = window.findChild(TranscribeButton)
    width = place.width()
    job: Job[object] = Job("transcribe", "Transcribing tone.wav", CancelToken())
    session.jobs._jobs.add(job)
    session.jobs.started.emit(job)
    assert button(window, "Transcribe").isHidden()
    job.progress = 0.25
    session.jobs.progressed.emit(job)
    assert place.findChild(QProgressBar).value() == 250
    assert place.width() == width
    button(window, "Cancel transcription").click()
    assert job.token.cancelled
    session.jobs._jobs.discard(job)
    session.jobs.ended.emit(job)
    assert not button(window, "Transcribe").isHidden()


def test_enter_presses_a_button_and_space_does_not(window: Window, session: Session, qtbot: QtBot) -> None:
    loop = button(window, "Loop")
    qtbot.keyClick(loop, Qt.Key.Key_Return)
    assert session.transport.loop


def test_device_and_model_are_named(window: Window, session: Session) -> None:
    assert button(window, "Output device").text().startswith("Default output")
    session.settings.update(output_device="A very long name of a device indeed (ALSA)", model="")
    shown = button(window, "Output device")
    assert shown.accessibleDescription() == "A very long name of a device indeed (ALSA)"
    assert "…" in shown.text()


def test_mute_shows_it_is_mute(window: Window, session: Session, tmp_path: Path) -> None:
    action = window.actions_of["play.mute"]
    loud = action.icon().pixmap(16, 16).toImage()
    session.transport.set_volume(0.0)
    assert action.isChecked()
    assert action.icon().pixmap(16, 16).toImage() != loud


def test_the_model_button_names_who_reads_and_who_has_read(
    window: Window, session: Session, recording: ArrayRecording
) -> None:
    model = button(window, "Recognition model")
    assert model.text() == "conformer-en ▾"
    assert model.toolTip() == "Recognition model: conformer-en"
    session.show(recording)
    session.transcribe()
    assert model.toolTip() == "Recognition model: conformer-en\nThe text was read by scripted"
    name = "a-university/" + "long-" * 10 + "name"
    session.models.choose(name)
    assert len(model.text()) < len(name)
    assert model.accessibleDescription() == name
    assert model.toolTip() == f"Recognition model: {name}\nThe text was read by scripted"
    session.show(None)
    assert model.toolTip() == f"Recognition model: {name}"
