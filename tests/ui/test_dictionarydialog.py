"""The dictionary as a person types it: real keys and clicks, a real file, real pronunciations."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QFileDialog, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import DEFAULT_BOOST, DictionaryRow
from audiolab.session.session import Session
from audiolab.ui.dictionarydialog import NEXT_TIME, SPELLED, UNHEEDED, DictionaryDialog
from audiolab.ui.dictionarytable import BOOST, COLUMNS, SIGN, SPOKEN, WORD
from audiolab.ui.dictionaryword import chosen_text
from audiolab.ui.lanes import LaneView
from audiolab.ui.theme import Theme
from audiolab.ui.transcripttext import TranscriptText
from audiolab.ui.window import Window
from tests.asr.checkpoints.test_catalogue import fake

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(session: Session, theme: Theme, qtbot: QtBot) -> DictionaryDialog:
    made = DictionaryDialog(session, theme)
    qtbot.addWidget(made)
    made.show()
    return made


def press(dialog: DictionaryDialog, text: str) -> None:
    button = next(one for one in dialog.findChildren(QPushButton) if one.text().replace("&", "") == text)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def cells(dialog: DictionaryDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [[model.index(row, column).data() for column in range(len(COLUMNS))] for row in range(model.rowCount())]


def type_cell(dialog: DictionaryDialog, row: int, column: int, text: str) -> None:
    dialog.table.choose(row, column)
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    editor = dialog.table.viewport().findChild(QDoubleSpinBox if column == BOOST else QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.qWait(1)  # Qt takes it over a little later, and deletes the editor


def test_a_word_is_typed_with_its_sound_and_boost(dialog: DictionaryDialog, session: Session) -> None:
    press(dialog, "Add")
    editor = dialog.table.viewport().findChild(QLineEdit)
    QTest.keyClicks(editor, " Crianan ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.qWait(1)  # Qt takes it over a little later, and deletes the editor
    assert dialog.about.text() == SPELLED
    type_cell(dialog, 0, SPOKEN, "K R IY1 N AH0 N; kranan")
    type_cell(dialog, 0, BOOST, "4.5")
    assert cells(dialog) == [["✓", "Crianan", "K R IY1 N AH0 N, kranan", "4.5"]]
    assert dialog.about.text() == NEXT_TIME
    (word,) = session.dictionary.words
    assert word.pronunciations == (("k", "ɹ", "i", "n", "ə", "n"), ("k", "ɹ", "a", "n", "a", "n"))
    assert "Crianan\tK R IY1 N AH0 N\tkranan\t4.5" in session.dictionary.file.read_text(encoding="utf-8")


def test_what_is_wrong_stays_and_says_why(dialog: DictionaryDialog, session: Session) -> None:
    session.dictionary.add(DictionaryRow("Crianan", (), 1.0))
    type_cell(dialog, 0, SPOKEN, "K R AX")
    assert cells(dialog)[0][SIGN] == "✗"
    assert dialog.about.text() == "✗ 'AX' is no phone; write IPA, or ARPABET as in the CMU dictionary."
    assert session.dictionary.words == ()
    assert "K R AX" in session.dictionary.file.read_text(encoding="utf-8")


def test_suggest_finds_pronunciations(dialog: DictionaryDialog, session: Session) -> None:
    session.dictionary.add(DictionaryRow("tomato", ("t ə m ɑ t oʊ",), 1.0))
    session.dictionary.add(DictionaryRow("two words", (), 1.0))
    session.dictionary.add(DictionaryRow("你好", (), 1.0))
    dialog.table.choose(0)
    press(dialog, "Suggest")
    own, *found = session.dictionary.rows[0].spoken
    assert own == "t ə m ɑ t oʊ"
    assert "t ə m eɪ t oʊ" in found
    count = len(found)
    press(dialog, "Suggest")
    assert len(session.dictionary.rows[0].spoken) == 1 + count
    assert dialog.about.text() == "No other pronunciation of tomato is known."
    dialog.table.choose(2)
    press(dialog, "Suggest")
    assert dialog.about.text() == "你好 cannot be pronounced as English; type how it sounds."
    dialog.table.choose(1)
    suggest = next(one for one in dialog.findChildren(QPushButton) if one.text() == "&Suggest")
    assert not suggest.isEnabled()


def test_rows_are_removed_and_come_back(dialog: DictionaryDialog, session: Session) -> None:
    for text in ("one", "two", "three"):
        session.dictionary.add(DictionaryRow(text))
    dialog.table.choose(1)
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert [row[WORD] for row in cells(dialog)] == ["one", "three"]
    assert dialog.table.selected() == [1]
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [row[WORD] for row in cells(dialog)] == ["one", "two", "three"]
    dialog.table.selectAll()
    press(dialog, "Remove")
    assert cells(dialog) == []
    press(dialog, "Undo")
    assert len(cells(dialog)) == 3
    assert "two" in session.dictionary.file.read_text(encoding="utf-8")


def test_rows_that_were_left_empty_go(dialog: DictionaryDialog, session: Session) -> None:
    press(dialog, "Add")
    QTest.keyClick(dialog.table.viewport().findChild(QLineEdit), Qt.Key.Key_Escape)
    assert len(session.dictionary.rows) == 1
    press(dialog, "Add")
    assert len(session.dictionary.rows) == 1
    dialog.close()
    assert session.dictionary.rows == ()


def test_import_and_export(
    dialog: DictionaryDialog, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Lanark\t2\nInverashiel\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    press(dialog, "Import…")
    assert [row[WORD:] for row in cells(dialog)] == [["Lanark", "", "2"], ["Inverashiel", "", "0"]]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine.txt"), ""))
    press(dialog, "Export…")
    assert "Lanark\t2\nInverashiel\t0\n" in (tmp_path / "mine.txt").read_text(encoding="utf-8")
    assert dialog.about.text() == "mine.txt has been written."


def test_a_model_of_letters_passes_over_it(dialog: DictionaryDialog, session: Session, tmp_path: Path) -> None:
    session.dictionary.add(DictionaryRow("Lanark"))
    assert dialog.about.text() == NEXT_TIME
    session.settings.update(model=str(fake(tmp_path / "letters")))
    dialog.hide()
    dialog.show()
    assert dialog.about.text() == UNHEEDED
    session.settings.update(model="nowhere")
    dialog.hide()
    dialog.show()
    assert dialog.about.text() == NEXT_TIME


def test_every_cell_tells_what_it_is(dialog: DictionaryDialog, session: Session) -> None:
    session.dictionary.add(DictionaryRow("a", ("QQ",)))
    model = dialog.table.model()
    assert "no phone" in model.index(0, SIGN).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "no phone" in model.index(0, WORD).data(Qt.ItemDataRole.ToolTipRole)
    for column in range(len(COLUMNS)):
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


# from the transcript and the lane


@pytest.fixture
def window(session: Session, theme: Theme, qtbot: QtBot) -> Window:
    made = Window(session, theme)
    qtbot.addWidget(made)
    made.show()
    session.show(ArrayRecording(np.zeros(8000, dtype=np.float32), 8000, "speech.wav"))
    session.transcribe()  # "ab" in samples 0 to 2000, "ba" in 6000 to 8000
    return made


def test_the_word_at_the_playhead_or_the_selected_ones_are_meant(window: Window, session: Session) -> None:
    session.timeline.set_cursor(6500)
    assert chosen_text(session) == "ba"
    session.timeline.select(TimeSpan(0, 8000))
    assert chosen_text(session) == "ab ba"
    session.timeline.select(TimeSpan(3000, 4000))
    session.timeline.set_cursor(3000)
    assert chosen_text(session) == ""


def test_a_key_adds_the_selected_word_and_asks_how_it_sounds(window: Window, session: Session) -> None:
    session.timeline.select(TimeSpan(6000, 8000))
    window.actions_of["speech.add_word"].trigger()
    (row,) = session.dictionary.rows
    assert (row.word, row.boost) == ("ba", DEFAULT_BOOST)
    assert row.spoken
    dialog = window.findChild(DictionaryDialog)
    assert dialog.isVisible()
    assert dialog.table.selected() == [0]
    window.actions_of["speech.add_word"].trigger()
    assert len(session.dictionary.rows) == 1


def popup_entries(view: QMenu) -> list[str]:
    return [entry.text() for entry in view.actions() if not entry.isSeparator()]


def test_the_transcript_offers_the_word_that_was_clicked(window: Window, session: Session, qtbot: QtBot) -> None:
    text = window.findChild(TranscriptText)
    cursor = text.textCursor()
    cursor.setPosition(text.words.starts[1])
    place = text.cursorRect(cursor).center() + QPoint(2, 0)
    text.customContextMenuRequested.emit(place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Add “ba” to dictionary…" in popup_entries(menu)
    copy = next(entry for entry in menu.actions() if entry.text() == "&Copy words")
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "ba"
    next(entry for entry in menu.actions() if entry.text().startswith("Add “")).trigger()
    menu.close()
    assert [row.word for row in session.dictionary.rows] == ["ba"]


def test_the_lane_offers_the_chosen_word(window: Window, session: Session) -> None:
    lane = window.findChild(LaneView)
    lane.editor.choose("words", 0)
    assert "Add “ab” to dictionary…" in popup_entries(lane.menu())
