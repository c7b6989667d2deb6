"""Tiers edited in the alignment lane: dragged, typed, cut, by mouse and by keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tieredits import insert
from audiolab.core.tiers import Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.inlineeditor import InlineEditor
from audiolab.ui.lanes import MOST_ROWS, LaneView
from audiolab.ui.readout import Pointer
from audiolab.ui.theme import Theme

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
WORDS, PHONES = range(2)


@pytest.fixture
def lane(qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording) -> LaneView:
    """Eight seconds over 800 pixels: "ab" at pixels 0-200 and "ba" at 600-800, phones "a b" and "b a"."""
    session.show(recording)
    session.transcribe()
    made = LaneView(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 800, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.setFocus()
    QApplication.processEvents()
    return made


def at(lane: LaneView, column: int, row: int) -> QPoint:
    return QPoint(lane.gutter + column, lane.row_top(row) + lane.row_height(row) // 2)


def drag(lane: LaneView, row: int, start: int, stop: int, keys=NONE, *, drop: bool = True) -> None:
    QTest.mousePress(lane, LEFT, keys, at(lane, start, row))
    for column in (start + (stop - start) // 2, stop):
        QTest.mouseMove(lane, at(lane, column, row))
    if drop:
        QTest.mouseRelease(lane, LEFT, keys, at(lane, stop, row))


def spans(session: Session, name: str) -> list[tuple[int, int]]:
    tier = session.annotations.annotation.tier(name)
    assert isinstance(tier, IntervalTier)
    return [(item.span.start, item.span.stop) for item in tier.intervals]


def texts(session: Session, name: str) -> list[str]:
    tier = session.annotations.annotation.tier(name)
    assert tier is not None
    return [item.text for item in (tier.intervals if isinstance(tier, IntervalTier) else tier.points)]


def typed(lane: LaneView) -> InlineEditor:
    editor = lane.findChild(InlineEditor)
    assert editor is not None
    assert editor.isVisible()
    return editor


def test_a_drag_moves_a_boundary_and_undo_takes_it_back(session: Session, lane: LaneView) -> None:
    drag(lane, WORDS, 200, 250)
    assert spans(session, "words") == [(0, 20_000), (48_000, 64_000)]
    assert spans(session, "phones")[1] == (8_000, 16_000)
    assert session.annotations.undo_label == "Move boundary"
    assert not session.timeline.selection
    session.annotations.undo()
    assert spans(session, "words") == [(0, 16_000), (48_000, 64_000)]
    assert session.annotations.undo_label == "Transcribe"  # one step for a drag


def test_shift_moves_it_on_all_tiers(session: Session, lane: LaneView) -> None:
    drag(lane, WORDS, 200, 250, SHIFT)
    assert spans(session, "words")[0] == (0, 20_000)
    assert spans(session, "phones")[1] == (8_000, 20_000)


def test_neighbours_share_their_boundary_and_keep_a_length(session: Session, lane: LaneView) -> None:
    drag(lane, PHONES, 100, 150)
    assert spans(session, "phones")[:2] == [(0, 12_000), (12_000, 16_000)]
    drag(lane, PHONES, 150, 400)
    assert spans(session, "phones")[1][0] == 15_999


def test_a_drag_is_shown_before_it_is_done(session: Session, lane: LaneView, theme: Theme) -> None:
    session.timeline.set_cursor(40_000)
    drag(lane, WORDS, 200, 300, drop=False)
    image = lane.grab().toImage()
    y = lane.row_top(WORDS) + lane.row_height(WORDS) - 2
    assert image.pixelColor(lane.gutter + 250, y) == theme.colours.word
    assert image.pixelColor(lane.gutter + 350, y) == theme.colours.surface
    assert spans(session, "words")[0] == (0, 16_000)
    QTest.mouseRelease(lane, LEFT, NONE, at(lane, 300, WORDS))
    assert spans(session, "words")[0] == (0, 24_000)


def test_escape_lets_go_of_it(session: Session, lane: LaneView) -> None:
    drag(lane, WORDS, 200, 300, drop=False)
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    QTest.mouseRelease(lane, LEFT, NONE, at(lane, 300, WORDS))
    assert spans(session, "words")[0] == (0, 16_000)
    assert session.annotations.undo_label == "Transcribe"


def test_it_clings_to_the_boundaries_of_other_tiers(session: Session, lane: LaneView) -> None:
    drag(lane, WORDS, 200, 103)
    assert spans(session, "words")[0] == (0, 8_000)
    drag(lane, WORDS, 100, 110)
    assert spans(session, "words")[0] == (0, 8_800)


def test_it_clings_to_zero_crossings_when_asked(
    session: Session, lane: LaneView, recording: ArrayRecording
) -> None:
    session.settings.update(snap_to_zero=True)
    drag(lane, WORDS, 200, 341)
    edge = spans(session, "words")[0][1]
    mono = recording.read(0, recording.frames).mean(axis=1)
    assert edge != 341 * 80
    assert (mono[edge - 1] >= 0) != (mono[edge] >= 0)


def test_the_pointers_shape_tells(session: Session, lane: LaneView) -> None:
    shapes = []
    for column, row in ((200, WORDS), (150, WORDS), (100, PHONES), (100, WORDS)):
        QTest.mouseMove(lane, at(lane, column, row))
        shapes.append(lane.cursor().shape())
    split, arrow = Qt.CursorShape.SplitHCursor, Qt.CursorShape.ArrowCursor
    assert shapes == [split, arrow, split, arrow]


def test_a_click_chooses_and_enter_types(session: Session, lane: LaneView) -> None:
    QTest.mouseClick(lane, LEFT, NONE, at(lane, 700, WORDS))
    assert (lane.editor.tier.name, lane.editor.index) == ("words", 1)
    QTest.keyClick(lane, Qt.Key.Key_Return)
    editor = typed(lane)
    assert editor.text() == "ba"
    QTest.keyClicks(editor, "hello")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert not editor.isVisible()
    assert texts(session, "words") == ["ab", "hello"]
    assert [word.text for word in session.reading.words] == ["ab", "hello"]
    session.annotations.undo()
    assert texts(session, "words") == ["ab", "ba"]


def test_escape_leaves_the_text(session: Session, lane: LaneView) -> None:
    QTest.mouseClick(lane, LEFT, NONE, at(lane, 700, WORDS))
    lane.editor.ask_rename()
    QTest.keyClicks(typed(lane), "hello")
    QTest.keyClick(typed(lane), Qt.Key.Key_Escape)
    assert texts(session, "words") == ["ab", "ba"]


def test_tab_types_the_next(session: Session, lane: LaneView) -> None:
    lane.editor.choose("phones", 0)
    lane.editor.ask_rename()
    QTest.keyClicks(typed(lane), "x")
    QTest.keyClick(typed(lane), Qt.Key.Key_Tab)
    assert typed(lane).text() == "b"
    QTest.keyClicks(typed(lane), "y")
    QTest.keyClick(typed(lane), Qt.Key.Key_Backtab)
    assert typed(lane).text() == "x"
    assert texts(session, "phones")[:2] == ["x", "y"]


def test_an_interval_is_made_of_the_selection_and_typed(session: Session, lane: LaneView) -> None:
    lane.editor.new_tier(points=False)
    QTest.keyClicks(typed(lane), "notes")
    QTest.keyClick(typed(lane), Qt.Key.Key_Return)
    session.timeline.select(TimeSpan(8_000, 16_000))
    lane.editor.insert()
    QTest.keyClicks(typed(lane), "breath")
    QTest.keyClick(typed(lane), Qt.Key.Key_Return)
    assert session.annotations.annotation.tiers[2] == IntervalTier(
        "notes", (Interval(TimeSpan(8_000, 16_000), "breath"),)
    )
    refused = []
    session.annotations.refused.connect(refused.append)
    lane.editor.insert()
    assert "already" in refused[0]


def test_points_are_made_dragged_and_deleted(session: Session, lane: LaneView) -> None:
    session.timeline.set_cursor(24_000)
    lane.editor.mark()
    QTest.keyClicks(typed(lane), "click")
    QTest.keyClick(typed(lane), Qt.Key.Key_Return)
    lane.resize(lane.width(), lane.sizeHint().height())
    assert session.annotations.annotation.tier("marks") == PointTier("marks", (Point(24_000, "click"),))
    drag(lane, 2, 300, 400)
    assert session.annotations.annotation.tier("marks") == PointTier("marks", (Point(32_000, "click"),))
    assert session.annotations.undo_label == "Move point"
    QTest.mouseClick(lane, LEFT, NONE, at(lane, 400, 2))
    lane.editor.remove()
    assert session.annotations.annotation.tier("marks") == PointTier("marks")


def test_split_merge_and_delete(session: Session, lane: LaneView) -> None:
    lane.editor.choose("words", 0)
    lane.editor.rename("one two")
    assert texts(session, "words") == ["one", "two", "ba"]
    lane.editor.choose("words", 0)
    lane.editor.merge()
    assert (texts(session, "words"), spans(session, "words")[0]) == (["one two", "ba"], (0, 16_000))
    session.timeline.set_cursor(8_000)
    lane.editor.split()
    assert texts(session, "words") == ["one", "two", "ba"]
    session.timeline.select(TimeSpan(0, 64_000))
    lane.editor.merge()
    assert texts(session, "words") == ["one two ba"]
    lane.editor.remove()
    assert texts(session, "words") == []
    for _ in range(5):
        session.annotations.undo()
    assert texts(session, "words") == ["ab", "ba"]


def test_edges_are_nudged_by_a_frame_of_the_model(session: Session, lane: LaneView) -> None:
    lane.editor.choose("words", 1)
    lane.editor.nudge(end=False, steps=1)
    lane.editor.nudge(end=True, steps=-1)
    assert spans(session, "words")[1] == (48_800, 63_200)


def test_items_and_tiers_are_gone_through(session: Session, lane: LaneView) -> None:
    session.timeline.set_cursor(20_000)  # between the words
    lane.editor.step(1)
    assert session.timeline.cursor == 48_000
    lane.editor.step(-1)
    assert session.timeline.cursor == 0
    lane.editor.step_tier(1)
    assert (lane.editor.tier.name, lane.editor.index) == ("phones", 0)
    lane.editor.step(1)
    assert session.timeline.cursor == 8_000


def test_tiers_are_named_and_deleted(session: Session, lane: LaneView) -> None:
    QTest.mouseDClick(lane, LEFT, NONE, QPoint(10, lane.row_top(PHONES) + 5))
    assert typed(lane).text() == "words"  # a double click without the click that chooses
    QTest.keyClick(typed(lane), Qt.Key.Key_Escape)
    QTest.mouseClick(lane, LEFT, NONE, QPoint(10, lane.row_top(PHONES) + 5))
    lane.editor.naming_asked.emit()
    QTest.keyClicks(typed(lane), "words")
    refused = []
    session.annotations.refused.connect(refused.append)
    QTest.keyClick(typed(lane), Qt.Key.Key_Return)
    assert "already a tier" in refused[0]
    lane.editor.rename_tier("sounds")
    assert [tier.name for tier in session.annotations.annotation.tiers] == ["words", "sounds"]
    lane.editor.remove_tier()
    assert [tier.name for tier in session.annotations.annotation.tiers] == ["words"]


def test_the_lane_grows_and_then_scrolls(session: Session, lane: LaneView) -> None:
    heights = []
    for number in range(MOST_ROWS + 2):
        heights.append(lane.sizeHint().height())
        session.annotations.edit("x", lambda a, n=number: a.with_tier(IntervalTier(f"tier {n}")))
    assert heights[:7] == sorted(set(heights[:7]))
    assert lane.sizeHint().height() == heights[-1]
    lane.resize(lane.width(), lane.sizeHint().height())
    assert lane.scroll_vertically(10_000)
    last = len(lane.rows)
    assert lane.row_top(last) + lane.row_height(last) + 1 == lane.height()
    lane.grab()
    assert lane.row_at(lane.height() - 3) == last


def test_speakers_are_assigned_shown_and_told(session: Session, lane: LaneView) -> None:
    session.timeline.select(TimeSpan(40_000, 64_000))
    lane.editor.choose("words")
    lane.editor.ask_speaker()
    QTest.keyClicks(typed(lane), "Ann")
    QTest.keyClick(typed(lane), Qt.Key.Key_Return)
    session.timeline.clear_selection()
    session.timeline.set_cursor(30_000)
    tier = session.annotations.annotation.tier("words")
    assert [item.speaker for item in tier.intervals] == ["", "Ann"]
    image = lane.grab().toImage()
    y = lane.row_top(WORDS) + lane.row_height(WORDS) - 2
    assert image.pixelColor(lane.gutter + 700, y) == QColor("#e69f00")
    assert image.pixelColor(lane.gutter + 100, y) != QColor("#e69f00")
    QTest.mouseMove(lane, at(lane, 700, WORDS))
    assert Pointer.of(session).probe.text == "ba (Ann)"


def test_tiers_without_a_transcription_are_shown(
    qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording
) -> None:
    session.show(recording)
    lane = LaneView(session, theme)
    qtbot.addWidget(lane)
    assert "Ctrl+B" in lane.empty_text()
    tier = insert(IntervalTier("notes"), Interval(TimeSpan(0, 8_000), "x"))
    session.annotations.edit("x", lambda annotation: annotation.with_tier(tier))
    assert lane.empty_text() == ""
    lane.resize(lane.gutter + 800, lane.sizeHint().height())
    session.timeline.set_cursor(40_000)
    image = lane.grab().toImage()
    y = lane.row_top(0) + lane.row_height(0) - 2
    assert image.pixelColor(lane.gutter + 20, y) == theme.colours.word


def test_the_menu_offers_who_is_known(session: Session, lane: LaneView) -> None:
    lane.editor.choose("words", 0)
    lane.editor.assign_speaker("Ann")
    lane.editor.choose("words", 1)
    menu = lane.menu()
    speakers = menu.actions()[0].menu()
    speakers.fill()
    assert [entry.text() for entry in speakers.actions()] == ["Ann", "Nobody", "New speaker…"]
    speakers.actions()[0].trigger()
    menu.deleteLater()
    assert [item.speaker for item in session.annotations.annotation.tier("words").intervals] == ["Ann", "Ann"]
