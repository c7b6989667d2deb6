from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.recording import ArrayRecording, Recording
from audiolab.core.speech import Alignment, Emissions, Transcription, Word
from audiolab.core.tiers import Interval, IntervalTier
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.core.userwords import UserWords
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.inlineeditor import InlineEditor
from audiolab.ui.theme import Theme
from audiolab.ui.transcript import RunningPage, Transcript
from audiolab.ui.transcripttext import TranscriptText
from tests.ui.test_actions import Journal

LEFT = Qt.MouseButton.LeftButton


class Talker:
    """A recogniser that says numbered words, one each half second."""

    name = "talker"

    def __init__(self, count: int) -> None:
        self.count = count

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        rate = recording.sample_rate
        spans = [TimeSpan(i * rate // 2, i * rate // 2 + rate // 4) for i in range(self.count)]
        words = tuple(
            Word(f"word{i}", span, TimeSpan(i, i + 1), TimeSpan(0, 0), 1.0) for i, span in enumerate(spans)
        )
        grid = FrameGrid(rate // 2, 0, rate)
        silence = Emissions(np.zeros((self.count, 1), np.float32), ("-",), 0, grid, self.name)
        path, score = np.zeros(self.count, np.int16), np.zeros(self.count, np.float16)
        return Transcription(silence, path, score, Alignment(words, ()), rate)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def panel(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> Transcript:
    session.reading._make_recognizer = lambda _name: Talker(16)
    actions = ActionSet(ACTIONS, session, theme, Journal(), session)
    made = Transcript(session, theme, actions["speech.transcribe"])
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    session.show(recording)
    return made


@pytest.fixture
def text(panel: Transcript, session: Session) -> TranscriptText:
    session.transcribe()
    return panel.text


def middle_of(text: TranscriptText, word: int) -> QPoint:
    cursor = text.textCursor()
    cursor.setPosition(text.words.starts[word] + 2)
    return text.cursorRect(cursor).center()


def lit(text: TranscriptText) -> list[str]:
    return [mark.cursor.selectedText() for mark in text.extraSelections()]


def test_empty_state_offers_to_read(panel: Transcript, session: Session, qtbot: QtBot) -> None:
    assert panel.currentWidget() is not panel.text
    button = panel.currentWidget().findChild(QPushButton)
    assert button.isEnabled()
    session.show(None)
    assert not button.isEnabled()


def test_words_are_shown_once_they_are_there(panel: Transcript, text: TranscriptText, session: Session) -> None:
    assert panel.currentWidget() is text
    assert text.toPlainText().split() == [f"word{i}" for i in range(16)]
    session.show(None)
    assert panel.currentWidget() is not text
    assert text.toPlainText() == ""


def test_a_running_transcription_tells_how_far_it_is(
    panel: Transcript, session: Session, recording: ArrayRecording
) -> None:
    job: Job[object] = Job("transcribe", "Transcribing tone.wav", CancelToken(), 0.5)
    session.jobs._jobs.add(job)
    session.jobs.started.emit(job)
    page = panel.currentWidget()
    assert isinstance(page, RunningPage)
    session.jobs.progressed.emit(job)
    assert page.findChild(QLabel).text() == "Read 00:04 of 00:08"
    page.findChild(QPushButton).click()
    assert job.token.cancelled
    session.jobs._jobs.discard(job)
    session.jobs.ended.emit(job)
    assert panel.currentWidget() is not page


def test_the_word_that_is_heard_is_lit(text: TranscriptText, session: Session) -> None:
    session.timeline.set_playhead(round(1.6 * 8000))
    assert lit(text) == ["word3"]
    session.timeline.set_playhead(round(1.9 * 8000))  # between two words
    assert lit(text) == []


def test_lighting_moves_no_character(text: TranscriptText, session: Session) -> None:
    session.timeline.set_playhead(None)
    before = [text.cursorRect(cursor_at(text, position)) for position in range(0, 90, 5)]
    for second in range(4):
        session.timeline.set_playhead(second * 8000)
    assert [text.cursorRect(cursor_at(text, position)) for position in range(0, 90, 5)] == before


def cursor_at(text: TranscriptText, position: int) -> QTextCursor:
    cursor = QTextCursor(text.document())
    cursor.setPosition(position)
    return cursor


def test_a_click_goes_there(text: TranscriptText, session: Session, qtbot: QtBot) -> None:
    session.timeline.select(TimeSpan(0, 100))
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(text, 5))
    assert session.timeline.cursor == round(2.5 * 8000)
    assert not session.timeline.selection


def drag(text: TranscriptText, qtbot: QtBot, first: int, last: int) -> None:
    qtbot.mousePress(text.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(text, first))
    qtbot.mouseMove(text.viewport(), middle_of(text, last))
    qtbot.mouseRelease(text.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(text, last))


def test_selected_words_select_time(text: TranscriptText, session: Session, qtbot: QtBot) -> None:
    drag(text, qtbot, 2, 4)
    assert session.timeline.selection == TimeSpan(8000, 16000 + 2000)
    assert session.timeline.cursor == 8000
    assert "word2 word3 word4" in lit(text)  # whole words, though the drag began and ended inside them
    assert text.selected_text() == "word2 word3 word4"


def test_selected_time_shows_in_the_text(text: TranscriptText, session: Session) -> None:
    session.timeline.select(TimeSpan(4000, 12500))
    assert lit(text)[0] == "word1 word2 word3"
    session.timeline.clear_selection()
    assert "word1 word2 word3" not in lit(text)


def test_a_selection_made_elsewhere_replaces_the_one_in_the_text(
    text: TranscriptText, session: Session, qtbot: QtBot
) -> None:
    drag(text, qtbot, 2, 4)
    session.timeline.select(TimeSpan(40000, 41000))
    assert not text.textCursor().hasSelection()
    assert text.selected_text() == "word10"
    assert session.timeline.selection == TimeSpan(40000, 41000)


def test_copy_takes_the_words_selected_in_either_way(text: TranscriptText, session: Session, qtbot: QtBot) -> None:
    session.timeline.select(TimeSpan(4000, 9000))
    text.setFocus()
    qtbot.keySequence(text, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "word1 word2"
    text.selectAll()
    qtbot.keySequence(text, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text().split() == [f"word{i}" for i in range(16)]


def test_enter_goes_to_the_word_at_the_text_cursor(text: TranscriptText, session: Session, qtbot: QtBot) -> None:
    text.setTextCursor(cursor_at(text, text.words.starts[7]))
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert session.timeline.cursor == 28000


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_L, Qt.Key.Key_BracketLeft])
def test_plain_keys_are_left_to_the_transport(text: TranscriptText, key: Qt.Key) -> None:
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    asked.ignore()
    QGuiApplication.sendEvent(text, asked)
    assert not asked.isAccepted()


def test_the_text_follows_the_playhead(
    panel: Transcript, session: Session, make_tone: Callable[[float], ArrayRecording], qtbot: QtBot
) -> None:
    session.reading._make_recognizer = lambda _name: Talker(2000)
    session.show(make_tone(1000.0))
    session.reading._recognizers.clear()
    session.transcribe()
    text = panel.text
    assert text.verticalScrollBar().value() == 0
    session.timeline.set_playhead(500 * 8000)
    assert text.viewport().rect().contains(middle_of(text, 1000))
    shown = text.firstVisibleBlock().blockNumber(), text.contentOffset()
    session.timeline.set_playhead(500 * 8000 + 4000)  # the page stands still while it is read
    assert (text.firstVisibleBlock().blockNumber(), text.contentOffset()) == shown
    session.settings.update(follow=False)
    session.timeline.set_playhead(0)
    assert (text.firstVisibleBlock().blockNumber(), text.contentOffset()) == shown


def typing(text: TranscriptText) -> InlineEditor:
    line = text.findChild(InlineEditor)
    assert line is not None
    assert line.isVisible()
    return line


def test_a_double_click_types_a_word_and_keeps_its_time(text: TranscriptText, session: Session) -> None:
    before = session.reading.words[3].span
    QTest.mouseDClick(text.viewport(), LEFT, pos=middle_of(text, 3))
    line = typing(text)
    assert line.text() == "word3"
    assert line.geometry().contains(middle_of(text, 3))
    QTest.keyClicks(line, "Hello")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert (session.reading.words[3].text, session.reading.words[3].span) == ("Hello", before)
    assert "word2 Hello word4" in text.toPlainText()
    assert session.annotations.undo_label == "Type"
    session.annotations.undo()
    assert "Hello" not in text.toPlainText()


def test_several_words_share_the_time_and_none_deletes(text: TranscriptText, session: Session) -> None:
    whole = session.reading.words[3].span
    text.type_word(3)
    QTest.keyClicks(typing(text), "one two")
    QTest.keyClick(typing(text), Qt.Key.Key_Return)
    one, two = session.reading.words[3:5]
    assert (one.text, two.text) == ("one", "two")
    assert one.span.hull(two.span) == whole
    text.type_word(3)
    typing(text).clear()
    QTest.keyClick(typing(text), Qt.Key.Key_Return)
    assert [word.text for word in session.reading.words[2:5]] == ["word2", "two", "word4"]


def test_keys_type_and_delete_words(text: TranscriptText, session: Session) -> None:
    session.timeline.set_cursor(session.reading.words[2].span.start)
    QTest.keyClick(text, Qt.Key.Key_F2)
    assert typing(text).text() == "word2"
    QTest.keyClick(typing(text), Qt.Key.Key_Tab)
    assert typing(text).text() == "word3"
    QTest.keyClick(typing(text), Qt.Key.Key_Escape)
    QTest.keyClick(text, Qt.Key.Key_Delete)
    assert [word.text for word in session.reading.words[1:3]] == ["word1", "word3"]
    session.timeline.select(session.reading.words[2].span.hull(session.reading.words[4].span))
    QTest.keyClick(text, Qt.Key.Key_Delete)
    assert [word.text for word in session.reading.words[1:4]] == ["word1", "word6", "word7"]
    session.annotations.undo()
    session.annotations.undo()
    assert len(session.reading.words) == 16


def test_a_typed_word_does_not_move_the_page(panel: Transcript, session: Session) -> None:
    session.reading._make_recognizer = lambda _name: Talker(1500)
    session.reading._recognizers.clear()
    session.transcribe()
    panel.grab()
    panel.text.verticalScrollBar().setValue(panel.text.verticalScrollBar().maximum() // 2)
    before = panel.text.firstVisibleBlock().text().split()[0]
    word = panel.text.words.word_at(panel.text.cursorForPosition(QPoint(60, 60)).position())
    panel.text.type_word(word)
    QTest.keyClicks(typing(panel.text), "x")
    QTest.keyClick(typing(panel.text), Qt.Key.Key_Return)
    assert session.reading.words[word].text == "x"
    panel.grab()
    assert before != "word0"
    assert panel.text.firstVisibleBlock().text().split()[0] == before


def test_words_kept_from_another_day_are_shown(panel: Transcript, session: Session) -> None:
    tier = IntervalTier("words", (Interval(TimeSpan(0, 800), "kept"),))
    session.annotations.edit("x", lambda annotation: annotation.with_tier(tier))
    assert panel.currentWidget() is panel.text
    assert panel.text.toPlainText() == "kept"
