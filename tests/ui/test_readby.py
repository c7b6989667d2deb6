from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.session.session import Session
from audiolab.ui.readby import ReadBy, read_by_text
from audiolab.ui.theme import Theme
from audiolab.ui.transcript import Transcript
from audiolab.ui.window import Window


@pytest.fixture
def line(session: Session, theme: Theme, qtbot: QtBot) -> Iterator[ReadBy]:
    panel = QWidget()
    qtbot.addWidget(panel)
    made = ReadBy(session, theme, panel)
    panel.resize(700, 100)
    panel.show()
    made.resize(600, 30)
    yield made
    panel.close()


def test_the_reader_is_named_once_there_is_one(line: ReadBy, session: Session, recording: ArrayRecording) -> None:
    session.settings.update(model="scripted")
    session.show(recording)
    assert line.isHidden()
    session.transcribe()
    assert not line.isHidden()
    assert line.text() == "Read by scripted"
    assert line.accessibleName() == "Read by scripted"
    session.show(None)
    assert line.isHidden()


def test_another_choice_is_told_beside_it(line: ReadBy, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    session.transcribe()
    assert line.text() == "Read by scripted; conformer-en is chosen now"
    session.models.choose("other")
    assert line.text() == "Read by scripted; other is chosen now"
    session.models.choose("scripted")
    assert line.text() == "Read by scripted"


def test_a_long_name_is_elided_and_does_not_widen_the_panel(
    line: ReadBy, session: Session, recording: ArrayRecording
) -> None:
    session.show(recording)
    session.transcribe()
    session.models.choose("long-" * 30)
    line.resize(200, 30)
    assert "…" in line.text()
    assert line.toolTip() == read_by_text("scripted", "long-" * 30)
    assert line.minimumWidth() == 1


def test_it_stands_below_the_transcript(
    session: Session, theme: Theme, qtbot: QtBot, recording: ArrayRecording
) -> None:
    window = Window(session, theme)
    qtbot.addWidget(window)
    window.show()
    session.show(recording)
    session.transcribe()
    text, line = window.findChild(Transcript), window.findChild(ReadBy)
    assert line.isVisible()
    assert line.mapTo(window, line.rect().topLeft()).y() >= text.mapTo(window, text.rect().bottomLeft()).y()
