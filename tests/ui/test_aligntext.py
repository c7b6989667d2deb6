from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from audiolab.core.cancel import CancelToken
from audiolab.core.recording import ArrayRecording
from audiolab.session.aligning import JOB_KEY
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.ui.aligntext import AlignTextPanel
from audiolab.ui.theme import Theme
from audiolab.ui.window import Window

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> AlignTextPanel:
    review = QAction("Next doubt")
    review.setShortcut("F4")
    made = AlignTextPanel(session, theme, review)
    qtbot.addWidget(made)
    made.resize(320, 300)
    made.show()
    session.show(recording)
    return made


def button(panel: AlignTextPanel, text: str) -> QPushButton:
    return next(found for found in panel.findChildren(QPushButton) if found.text().replace("&", "") == text)


def said(panel: AlignTextPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.text()]


def words(session: Session) -> list[str]:
    return [item.text for item in session.annotations.annotation.intervals("words")]


def test_what_is_typed_is_kept_and_aligned_as_it_stands(panel: AlignTextPanel, session: Session) -> None:
    QTest.keyClicks(panel.box, "Ab, BA!")
    assert session.aligning.text == "Ab, BA!"
    assert said(panel) == ["2 words"]
    QTest.keyClick(panel.box, Qt.Key.Key_Return, CONTROL)
    assert words(session) == ["Ab,", "BA!"]
    assert panel.box.toPlainText() == "Ab, BA!"
    assert said(panel) == ["2 of 2 words measured; 2 to review (F4)"]
    session.annotations.undo()
    assert words(session) == []


def test_what_was_not_found_is_counted(panel: AlignTextPanel) -> None:
    QTest.keyClicks(panel.box, "ab aabbaabbaa ba")
    button(panel, "Align").click()
    assert said(panel) == ["2 of 3 words measured, 1 not found; 3 to review (F4)"]


def test_plain_letters_are_typed_and_start_nothing(
    session: Session, theme: Theme, qtbot: QtBot, recording: ArrayRecording
) -> None:
    window = Window(session, theme)
    qtbot.addWidget(window)
    window.show()
    session.show(recording)
    window.actions_of["speech.align"].trigger()
    box = window.docks.docks["text"].widget().box
    assert window.focusWidget() is box
    QTest.keyClicks(box, "a loop, played")
    assert box.toPlainText() == "a loop, played"
    assert not session.transport.loop


def test_the_text_of_another_recording_takes_its_place(
    panel: AlignTextPanel, session: Session, recording: ArrayRecording
) -> None:
    QTest.keyClicks(panel.box, "ab")
    session.show(ArrayRecording([0.0] * 800, 8000))
    assert panel.box.toPlainText() == ""
    session.show(recording)
    assert panel.box.toPlainText() == "ab"
    session.show(None)
    assert not panel.box.isEnabled()
    assert not button(panel, "Align").isEnabled()


def test_the_transcript_can_be_taken(panel: AlignTextPanel, session: Session) -> None:
    assert not button(panel, "Take transcript").isEnabled()
    session.transcribe()
    button(panel, "Take transcript").click()
    assert session.aligning.text == "ab ba"
    QTest.keyClick(panel.box, Qt.Key.Key_Z, CONTROL)
    assert session.aligning.text == ""


def dropped(*files: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


def test_a_text_file_is_dropped_on_it_and_a_sound_file_left_to_the_window(
    panel: AlignTextPanel, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "said.txt").write_text("dropped\nab")
    data = dropped(tmp_path / "said.txt")
    entering = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(panel.box.viewport(), entering)
    assert entering.isAccepted()
    panel.box.insertFromMimeData(data)
    assert session.aligning.text == panel.box.toPlainText() == "dropped\nab"
    sound = dropped(tmp_path / "sound.wav")
    entering = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, sound, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(panel.box.viewport(), entering)
    assert not entering.isAccepted()


def test_a_text_file_on_the_window_opens_the_panel(
    session: Session, theme: Theme, qtbot: QtBot, tmp_path: Path, recording: ArrayRecording
) -> None:
    window = Window(session, theme)
    qtbot.addWidget(window)
    window.show()
    session.show(recording)
    (tmp_path / "said.txt").write_text("ba")
    data = dropped(tmp_path / "said.txt")  # Qt's event does not own it
    drop = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(drop)
    assert session.recording is recording
    assert window.docks.docks["text"].widget().box.toPlainText() == "ba"


def test_a_running_alignment_shows_how_far_it_is_and_can_be_cancelled(
    panel: AlignTextPanel, session: Session
) -> None:
    job: Job[object] = Job(JOB_KEY, "Aligning", CancelToken(), 0.25)
    session.jobs._jobs.add(job)
    session.jobs.started.emit(job)
    session.jobs.progressed.emit(job)
    bar = panel.findChild(QProgressBar)
    assert bar.isVisible()
    assert bar.value() == 250
    button(panel, "Cancel").click()
    assert job.token.cancelled
    session.jobs._jobs.discard(job)
    session.jobs.ended.emit(job)
    assert not bar.isVisible()
    assert button(panel, "Align").isVisible()
