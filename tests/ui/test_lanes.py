"""The alignment lane in pixels and under the pointer."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.lanes import LaneView
from audiolab.ui.readout import Pointer
from audiolab.ui.theme import Theme

LEFT = Qt.MouseButton.LeftButton
WORDS, PHONES, FRAMES = range(3)


@pytest.fixture
def lane(qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording) -> LaneView:
    """Eight seconds over 800 pixels, read as "ab" in the first and "ba" in the last quarter; 10 pixels a frame."""
    session.show(recording)
    session.transcribe()
    made = LaneView(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 800, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()
    return made


def at(lane: LaneView, column: int, row: int) -> QPoint:
    return QPoint(lane.gutter + column, lane.row_top(row) + lane.row_height(row) // 2)


def colour(lane: LaneView, column: int, row: int, image: QImage | None = None) -> QColor:
    """Of the row's ground, below any text."""
    image = image or lane.grab().toImage()
    return image.pixelColor(lane.gutter + column, lane.row_top(row) + lane.row_height(row) - 2)


def test_words_and_phones_are_in_their_columns(session: Session, lane: LaneView, theme: Theme) -> None:
    session.timeline.set_cursor(32_000)
    colours, image = theme.colours, lane.grab().toImage()
    assert [colour(lane, x, WORDS, image) for x in (50, 150, 300, 650)] == [
        colours.word,
        colours.word,
        colours.surface,
        colours.word,
    ]
    assert [colour(lane, x, PHONES, image) for x in (50, 100, 150, 300)] == [
        colours.phone,
        colours.surface,
        colours.phone,
        colours.surface,
    ]


def test_frames_are_bars_when_there_is_room(session: Session, lane: LaneView, theme: Theme) -> None:
    session.timeline.set_cursor(63_999)
    image = lane.grab().toImage()
    spoken, silent = colour(lane, 55, FRAMES, image), colour(lane, 305, FRAMES, image)
    assert silent == theme.colours.phone
    assert spoken not in (silent, theme.colours.blank)
    top = lane.row_top(FRAMES)
    assert image.pixelColor(lane.gutter + 55, top) == theme.colours.blank  # 0.9 of the height


def test_frames_ask_for_a_closer_look_when_there_is_none(session: Session, lane: LaneView) -> None:
    wide = lane.grab().toImage()
    lane.resize(lane.gutter + 200, lane.height())
    narrow = lane.grab().toImage()
    top, bottom = lane.row_top(FRAMES), lane.row_top(FRAMES) + lane.row_height(FRAMES)
    bars = {wide.pixelColor(lane.gutter + x, bottom - 2).name() for x in range(100, 190)}
    hint = {narrow.pixelColor(lane.gutter + x, bottom - 2).name() for x in range(10, 20)}
    assert hint == {lane.theme.colours.surface.name()}
    assert len(bars) > 1
    assert any(
        narrow.pixelColor(x, y) != lane.theme.colours.surface for x in range(160, 240) for y in range(top, bottom)
    )


@pytest.mark.parametrize(("column", "lit"), [(50, True), (300, False)])
def test_what_is_said_under_the_playhead_is_lit(
    session: Session, lane: LaneView, theme: Theme, column: int, lit: bool
) -> None:
    session.timeline.set_cursor(64_000)
    session.timeline.set_playhead(column * 80)
    image = lane.grab().toImage()
    assert (colour(lane, column + 3, WORDS, image) == theme.colours.current) is lit
    assert (colour(lane, column + 3, PHONES, image) == theme.colours.current) is lit
    assert colour(lane, column + 5, FRAMES, image) == theme.colours.current
    assert colour(lane, 150, PHONES, image) == theme.colours.phone


def test_light_moves_without_painting_all_anew(session: Session, lane: LaneView, theme: Theme, monkeypatch) -> None:
    painted = []
    original = lane.paint_strip
    monkeypatch.setattr(lane, "paint_strip", lambda canvas: (painted.append(1), original(canvas)))
    for column in (50, 150, 300, 650):
        session.timeline.set_playhead(column * 80)
        QApplication.processEvents()
    assert not painted
    image = lane.grab().toImage()
    assert colour(lane, 655, WORDS, image) == theme.colours.current
    assert colour(lane, 55, WORDS, image) == theme.colours.word


def test_a_click_goes_to_the_start_of_the_item(session: Session, lane: LaneView) -> None:
    QTest.mouseClick(lane, LEFT, pos=at(lane, 650, WORDS))
    assert session.timeline.cursor == 48_000
    QTest.mouseClick(lane, LEFT, pos=at(lane, 750, PHONES))
    assert session.timeline.cursor == 56_000
    QTest.mouseClick(lane, LEFT, pos=at(lane, 337, FRAMES))
    assert session.timeline.cursor == 33 * 800
    QTest.mouseClick(lane, LEFT, pos=at(lane, 337, WORDS))
    assert session.timeline.cursor == 337 * 80


def test_a_double_click_selects_the_item(session: Session, lane: LaneView) -> None:
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 650, WORDS))
    assert session.timeline.selection == TimeSpan(48_000, 64_000)
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 50, PHONES))
    assert session.timeline.selection == TimeSpan(0, 8_000)
    session.timeline.clear_selection()
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 300, WORDS))
    assert not session.timeline.selection


def test_the_pointer_reads_what_is_written(session: Session, lane: LaneView) -> None:
    pointer = Pointer.of(session)
    texts = []
    for column, row in ((650, WORDS), (150, PHONES), (55, FRAMES), (305, FRAMES), (300, WORDS)):
        QTest.mouseMove(lane, at(lane, column, row))
        texts.append(pointer.probe.text)
    assert texts == ["ba", "b", "a 0.90", "· 0.90", ""]


def test_each_state_says_what_to_do_next(
    qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording
) -> None:
    lane = LaneView(session, theme)
    qtbot.addWidget(lane)
    assert "Open" in lane.empty_text()
    session.show(recording)
    assert lane.empty_text().startswith("Transcribe")
    session.transcribe()
    assert lane.empty_text() == ""
    session.show(None)
    assert "Open" in lane.empty_text()


def test_long_words_are_cut_short_and_stay_in_sight(session: Session, lane: LaneView, theme: Theme) -> None:
    session.timeline.show(TimeSpan(2_000, 2_800))
    session.timeline.set_cursor(64_000)
    image = lane.grab().toImage()
    top, bottom = lane.row_top(WORDS), lane.row_top(WORDS) + lane.row_height(WORDS)
    middle = range(lane.gutter + 380, lane.gutter + 420)
    light = [x for x in middle for y in range(top, bottom) if image.pixelColor(x, y).lightness() > 150]
    assert light  # "ab" is written in the middle of what can be seen of it
