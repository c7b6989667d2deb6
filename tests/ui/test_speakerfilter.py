"""Listening to some speakers only: through the window, in transcript, lane, find and export."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import PHONES, WORDS, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.annotationdialogs import write
from audiolab.ui.filterstrip import FilterStrip, told_names
from audiolab.ui.inlineeditor import InlineEditor
from audiolab.ui.lanes import LaneView
from audiolab.ui.theme import Theme
from audiolab.ui.tiereditor import TierEditor
from audiolab.ui.transcripttext import TranscriptText
from audiolab.ui.window import Window

SAID = (("one", "Ann"), ("two", "Bob"), ("three", "Ann"), ("four", ""), ("five", "Ann"), ("six", "Ann"))


@pytest.fixture
def window(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> Window:
    made = Window(session, theme)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    session.show(recording)
    words = tuple(Interval(TimeSpan(8000 * at, 8000 * at + 6000), *said) for at, said in enumerate(SAID))
    phones = tuple(Interval(TimeSpan(word.span.start, word.span.start + 3000), word.text[0]) for word in words)
    session.annotations.edit("x", lambda a: a.with_tier(IntervalTier(WORDS, words)))
    session.annotations.edit("x", lambda a: a.with_tier(IntervalTier(PHONES, phones)))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def text(window: Window) -> TranscriptText:
    return window.findChild(TranscriptText)


@pytest.fixture
def lane(window: Window) -> LaneView:
    return window.findChild(LaneView)


def choose(window: Window, name: str) -> None:
    menu = window._menus.choices["tiers.filter"]
    menu.fill()
    next(entry for entry in menu.actions() if entry.text() == name).trigger()


def ticked(window: Window) -> list[str]:
    menu = window._menus.choices["tiers.filter"]
    menu.fill()
    return [entry.text() for entry in menu.actions() if entry.isChecked()]


def shown(text: TranscriptText) -> str:
    return " ".join(text.toPlainText().split())


def test_the_menu_chooses_one_or_several(window: Window, text: TranscriptText) -> None:
    assert ticked(window) == ["Everybody"]
    choose(window, "Ann")
    assert (ticked(window), shown(text)) == (["Ann"], "one three five six")
    choose(window, "Nobody named")
    assert (ticked(window), shown(text)) == (["Ann", "Nobody named"], "one three four five six")
    choose(window, "Ann")
    assert (ticked(window), shown(text)) == (["Nobody named"], "four")
    choose(window, "Everybody")
    assert shown(text) == "one two three four five six"


def test_a_strip_says_so_and_a_key_ends_it(window: Window, text: TranscriptText) -> None:
    strip = window.findChild(FilterStrip)
    assert not strip.isVisible()
    choose(window, "Bob")
    assert strip.isVisible()
    assert strip.text.text() == "Only what Bob says is shown, found and exported"
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not strip.isVisible()
    assert shown(text) == "one two three four five six"


def test_names_are_told() -> None:
    assert [told_names(names) for names in (["Bob"], ["Bob", "Ann"], ["c", "b", "a"], ["", "Ann"], [""])] == [
        "Bob",
        "Ann or Bob",
        "a, b or c",
        "Ann or nobody named",
        "nobody named",
    ]


def test_words_that_are_shown_are_typed_where_they_stand(
    window: Window, text: TranscriptText, session: Session
) -> None:
    choose(window, "Ann")
    text.type_word(1)
    line = text.findChild(InlineEditor)
    assert line.text() == "three"
    line.selectAll()
    QTest.keyClicks(line, "Tree")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [word.text for word in session.reading.words] == ["one", "two", "Tree", "four", "five", "six"]
    assert shown(text) == "one Tree five six"


def test_what_is_not_shown_is_not_deleted(window: Window, text: TranscriptText, session: Session) -> None:
    choose(window, "Ann")
    session.timeline.select(TimeSpan(0, 23_000))  # one (two) three
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Delete)
    assert len(session.reading.words) == 6
    assert "Show everybody" in window.notices.pending[-1].text
    TierEditor.of(session).choose(WORDS)
    window.actions_of["tiers.delete"].trigger()
    window.actions_of["tiers.merge"].trigger()
    assert len(session.reading.words) == 6
    session.timeline.select(TimeSpan(24_000, 48_000))  # (four) five six
    QTest.keyClick(text, Qt.Key.Key_Delete)
    assert [word.text for word in session.reading.words] == ["one", "two", "three", "four"]


def test_a_speaker_is_named_only_where_it_can_be_seen(window: Window, session: Session) -> None:
    choose(window, "Ann")
    session.timeline.select(TimeSpan(0, 23_000))
    editor = TierEditor.of(session)
    editor.choose(WORDS)
    editor.assign_speaker("Cid")
    assert [word.speaker for word in session.reading.words] == ["Cid", "Bob", "Cid", "", "Ann", "Ann"]


def test_who_speaks_no_more_is_not_listened_to(window: Window, text: TranscriptText, session: Session) -> None:
    choose(window, "Bob")
    session.timeline.select(TimeSpan(8000, 15_000))
    editor = TierEditor.of(session)
    editor.choose(WORDS)
    editor.assign_speaker("Ann")
    assert shown(text) == "one two three four five six"
    choose(window, "Ann")
    session.show(None)
    assert not session.speakers.chosen


def test_the_lane_draws_and_hits_only_what_is_shown(window: Window, lane: LaneView, session: Session) -> None:
    session.timeline.show_all()

    def hit(row: int, seconds: float) -> str:
        x = lane.axis().x(round(seconds * 8000))
        return lane.probe_at(QPointF(x, lane.row_top(row) + 3)).text

    def ink(row: int, seconds: float) -> bool:
        lane.repaint()
        image = lane.grab().toImage()
        y = lane.row_top(row) + 3
        x = round(lane.axis().x(round(seconds * 8000)))
        return image.pixelColor(x, y) != lane.theme.colours.surface

    assert (hit(0, 1.3), ink(0, 1.05), ink(1, 1.05)) == ("two (Bob)", True, True)
    choose(window, "Ann")
    assert (hit(0, 1.3), ink(0, 1.05), ink(1, 1.05)) == ("", False, False)
    assert (hit(0, 2.3), ink(0, 2.05), ink(1, 2.05)) == ("three (Ann)", True, True)
    assert lane.boundary_at(QPointF(lane.axis().x(8000), lane.row_top(0) + 3)) is None
    assert lane.boundary_at(QPointF(lane.axis().x(16_000), lane.row_top(0) + 3)) == 16_000


def test_find_finds_only_what_is_shown(window: Window, session: Session) -> None:
    window.actions_of["edit.find"].trigger()
    bar = window.find_bar
    bar.line.setText("t")
    bar.step(1)
    assert bar.count.text() == "1 of 4"  # two and three, and their phones
    choose(window, "Ann")
    assert bar.count.text() == "2 found"
    bar.step(1)
    assert session.timeline.selection.start == 16_000


def test_only_what_is_shown_is_exported(window: Window, session: Session, tmp_path: Path) -> None:
    choose(window, "Ann")
    write(session, window, tmp_path / "ann.txt", None, None)
    assert (tmp_path / "ann.txt").read_text() == "one three five six\n"
    choose(window, "Everybody")
    write(session, window, tmp_path / "all.txt", None, None)
    assert (tmp_path / "all.txt").read_text() == "one two three four five six\n"


def test_without_speakers_the_menu_says_what_to_do(session: Session, theme: Theme, qtbot: QtBot) -> None:
    made = Window(session, theme)
    qtbot.addWidget(made)
    menu = made._menus.choices["tiers.filter"]
    menu.fill()
    assert [entry.isEnabled() for entry in menu.actions()] == [False]
    assert menu.actions()[0].text().startswith("Say first who speaks")


def test_going_from_item_to_item_passes_over_what_is_not_shown(window: Window, session: Session) -> None:
    choose(window, "Ann")
    editor = TierEditor.of(session)
    editor.choose(WORDS, 0)
    seen = []
    for action_id in ("tiers.next", "tiers.next", "tiers.next", "tiers.next", "tiers.previous"):
        window.actions_of[action_id].trigger()
        seen.append(editor.index)
    assert seen == [2, 4, 5, 5, 4]
