"""Annotation files through the window, and tiers by keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import read_annotation
from audiolab.session.session import Session
from audiolab.ui.annotationdialogs import SubtitleDialog
from audiolab.ui.theme import Theme
from audiolab.ui.window import Window

SHIFT = Qt.KeyboardModifier.ShiftModifier


def words(*texts: str, name: str = "words") -> IntervalTier:
    return IntervalTier(
        name, tuple(Interval(TimeSpan(8000 * i, 8000 * i + 6000), text) for i, text in enumerate(texts))
    )


@pytest.fixture
def window(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> Window:
    made = Window(session, theme)
    qtbot.addWidget(made)
    made.resize(900, 700)
    session.show(recording)
    session.annotations.edit("x", lambda annotation: annotation.with_tier(words("The", "cat", "sat", "on", "the")))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def test_export_and_import_come_back_the_same(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = session.annotations.annotation
    file = tmp_path / "said.TextGrid"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    window.actions_of["file.export_annotation"].trigger()
    assert file.is_file()
    session.annotations.undo()
    assert not session.annotations.annotation.tiers
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    window.actions_of["file.import_annotation"].trigger()
    assert session.annotations.annotation == before
    assert window.actions_of["edit.undo"].text() == "&Undo: Import said.TextGrid"


def test_only_the_selection_is_exported_where_there_is_one(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.timeline.select(TimeSpan(8000, 24_000))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "part"), "CSV table (*.csv)"))
    window.actions_of["file.export_annotation"].trigger()
    written = read_annotation(tmp_path / "part.csv", 8000, 16_000)
    assert [item.text for item in written.tiers[0].intervals] == ["cat", "sat"]
    assert written.tiers[0].intervals[0].span.start == 0


def test_subtitles_are_cut_as_asked(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "said.srt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    window.actions_of["file.export_annotation"].trigger()
    assert not file.exists()
    dialog = window.findChild(SubtitleDialog)
    assert dialog is not None
    dialog.characters.setValue(10)
    dialog.lines.setValue(1)
    dialog.accept()
    lines = file.read_text().splitlines()
    assert "The cat" in lines
    assert max(len(line) for line in lines if "-->" not in line) <= 10


def test_audacitys_labels_are_read_though_they_are_called_text(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "labels.txt"
    file.write_text("0.5\t1.25\thello\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    window.actions_of["file.import_annotation"].trigger()
    tier = session.annotations.annotation.tiers[-1]
    assert tier.intervals == (Interval(TimeSpan(4000, 10_000), "hello"),)


def test_an_edit_by_keyboard_alone(window: Window, session: Session) -> None:
    for action_id in ("view.next", "tiers.next", "tiers.rename"):
        window.actions_of[action_id].trigger()
    line = window.focusWidget()
    QTest.keyClicks(line, "A")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert session.annotations.annotation.tiers[0].intervals[1].text == "A"
    session.timeline.set_cursor(1000)
    for action_id in ("tiers.previous", "tiers.end_later", "tiers.start_later", "tiers.delete", "edit.undo"):
        window.actions_of[action_id].trigger()
    assert session.annotations.annotation.tiers[0].intervals[0].span == TimeSpan(160, 6160)
