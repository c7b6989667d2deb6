"""Guessed times and words without a place look different, and say why."""

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from audiolab.core.doubts import Doubt, Doubts
from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.lanes import LaneView
from audiolab.ui.theme import Theme
from audiolab.ui.transcripttext import TranscriptText

GUESS = frozenset({Doubt.INTERPOLATED})
LOST = frozenset({Doubt.UNSPOKEN})


def words(guess: Doubts = GUESS) -> IntervalTier:
    """Four words in eight seconds; the second one is a guess, the third one has no place."""
    return IntervalTier(
        "words",
        (
            Interval(TimeSpan(0, 16_000), "measured"),
            Interval(TimeSpan(16_000, 32_000), "guessed", doubts=guess),
            Interval(TimeSpan(40_000, 40_000), "lost", doubts=LOST),
            Interval(TimeSpan(44_000, 64_000), "again"),
        ),
    )


def show(session: Session, tier: IntervalTier) -> None:
    session.annotations.edit("x", lambda annotation: annotation.with_tier(tier))


@pytest.fixture(params=["dark", "light"])
def theme(qtbot: QtBot, request: pytest.FixtureRequest) -> Theme:
    return Theme(request.param)


@pytest.fixture
def lane(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> LaneView:
    made = LaneView(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 640, 100)
    made.show()
    session.show(recording)
    session.timeline.set_cursor(38_000)  # where nothing is lit
    show(session, words())
    return made


@pytest.fixture
def text(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> TranscriptText:
    made = TranscriptText(session, theme)
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    session.show(recording)
    show(session, words())
    return made


def tip(widget: QWidget, point: QPoint) -> str:
    place = widget.mapToGlobal(point)
    QToolTip.showText(place, "old", widget)  # Qt hides a tip a while after it was asked to
    QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, point, place))
    return QToolTip.text().replace("old", "")


def column(lane: LaneView, frame: int) -> int:
    return round(lane.axis().x(frame))


def ground(lane: LaneView, frame: int) -> QColor:
    """The colour of a word's box where no letter is."""
    image = lane.grab().toImage()
    return image.pixelColor(column(lane, frame), lane.row_top(0) + lane.row_height(0) // 2)


def edge(lane: LaneView, first: int, stop: int) -> list[QColor]:
    image = lane.grab().toImage()
    return [image.pixelColor(x, lane.row_top(0)) for x in range(column(lane, first), column(lane, stop))]


def test_a_guess_has_an_empty_box_with_dashed_edges(lane: LaneView, theme: Theme) -> None:
    assert ground(lane, 2_000) == theme.colours.word
    assert ground(lane, 18_000) == theme.colours.surface
    colours = {colour.name() for colour in edge(lane, 18_000, 30_000)}
    assert colours == {theme.colours.surface.name(), theme.colours.muted.name()}
    assert {colour.name() for colour in edge(lane, 2_000, 14_000)} == {theme.colours.word.name()}


def test_a_guess_that_was_measured_looks_like_the_others(lane: LaneView, session: Session, theme: Theme) -> None:
    show(session, words(frozenset()))
    assert ground(lane, 18_000) == theme.colours.word


def test_a_word_without_a_place_has_a_mark(lane: LaneView, theme: Theme) -> None:
    image = lane.grab().toImage()
    x, bottom = column(lane, 40_000), lane.row_top(0) + lane.row_height(0)
    assert image.pixelColor(x, bottom - 2) == theme.colours.text
    assert image.pixelColor(x + 12, bottom - 2) == theme.colours.surface


def test_the_lane_says_why(lane: LaneView) -> None:
    y = lane.row_top(0) + 4

    def at(frame: int) -> str:
        return tip(lane, QPointF(lane.axis().x(frame), y).toPoint())

    assert at(24_000) == "Time interpolated, not measured"
    assert at(40_000) == "Not found in the sound"
    assert at(8_000) == ""
    assert tip(lane, QPoint(3, y)) == ""


def shown(text: TranscriptText, word: int) -> QTextCharFormat:
    """How the highlighter has a word drawn."""
    start = text.words.starts[word]
    block = text.document().findBlock(start)
    ranges = [
        part
        for part in block.layout().formats()
        if part.start <= start - block.position() < part.start + part.length
    ]
    return QTextCharFormat(ranges[0].format) if ranges else QTextCharFormat()


def middle_of(text: TranscriptText, word: int) -> QPoint:
    cursor = QTextCursor(text.document())
    cursor.setPosition(text.words.starts[word] + 2)
    return text.cursorRect(cursor).center()


def test_guesses_are_slanted_and_underlined_in_the_text(text: TranscriptText) -> None:
    dash, dot = QTextCharFormat.UnderlineStyle.DashUnderline, QTextCharFormat.UnderlineStyle.DotLine
    assert (shown(text, 1).fontItalic(), shown(text, 1).underlineStyle()) == (True, dash)
    assert (shown(text, 2).fontItalic(), shown(text, 2).underlineStyle()) == (True, dot)
    assert not shown(text, 0).fontItalic()
    assert not shown(text, 3).fontItalic()


def test_the_text_follows_when_only_the_doubts_differ(text: TranscriptText, session: Session) -> None:
    before = text.toPlainText()
    show(session, words(frozenset()))
    assert text.toPlainText() == before
    assert not shown(text, 1).fontItalic()
    session.annotations.undo()
    assert shown(text, 1).fontItalic()


def test_the_text_says_why(text: TranscriptText) -> None:
    assert tip(text.viewport(), middle_of(text, 1)) == "Time interpolated, not measured"
    assert tip(text.viewport(), middle_of(text, 0)) == ""
