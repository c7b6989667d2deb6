"""What all time views share: one axis, the gestures, and the lines over what is drawn."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas
from audiolab.ui.lanes import LaneView
from audiolab.ui.overview import Overview
from audiolab.ui.readout import Pointer
from audiolab.ui.ruler import TimeRuler
from audiolab.ui.spectrogram import SpectrogramView
from audiolab.ui.theme import Theme
from audiolab.ui.timeview import TimeView
from audiolab.ui.waveform import WaveformView

WIDTH = 800
"""Of the strip: 64000 sample frames of the fixture are 80 a pixel."""

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


class PlainView(TimeView):
    """Counts how often it paints, and paints in blue."""

    title = "Plain"

    def __init__(self, session: Session, theme: Theme) -> None:
        self.strips = 0
        super().__init__(session, theme)

    def paint_strip(self, canvas: Canvas) -> None:
        self.strips += 1
        canvas.pixels[:] = 0xFF0000FF

    def paint_gutter(self, painter: QPainter) -> None:
        painter.fillRect(0, 0, 4, 4, QColor("red"))


@pytest.fixture
def view(qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording) -> PlainView:
    """A shown view of the recording, whose strip is `WIDTH` wide."""
    session.show(recording)
    made = PlainView(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + WIDTH, 100)
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()
    return made


def at(view: TimeView, column: float, y: int = 50) -> QPoint:
    return QPoint(round(view.gutter + column), y)


def drag(view: TimeView, start: float, stop: float, keys=NONE, button=LEFT) -> None:
    QTest.mousePress(view, button, keys, at(view, start))
    for step in range(1, 5):
        QTest.mouseMove(view, at(view, start + (stop - start) * step / 4))
    QTest.mouseRelease(view, button, keys, at(view, stop))


def wheel(view: TimeView, column: float, angle: QPoint, keys=NONE, pixels: QPoint | None = None) -> QWheelEvent:
    place = QPointF(at(view, column))
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(place.toPoint())),
        pixels or QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    return event


def picture(view: TimeView) -> QImage:
    return view.grab().toImage()


def test_all_views_line_up(qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording) -> None:
    session.show(recording)
    views = [kind(session, theme) for kind in (Overview, TimeRuler, WaveformView, LaneView, SpectrogramView)]
    for view in views:
        qtbot.addWidget(view)
        view.resize(900, view.sizeHint().height())
    assert len({view.axis() for view in views}) == 1
    assert views[0].gutter % 4 == 0
    assert all(view.accessibleName() and view.accessibleDescription() for view in views)
    narrow = views[0].gutter
    theme.choose("dark", 2.0)
    try:
        assert {view.gutter for view in views} == {views[0].gutter}
        assert views[0].gutter > narrow * 1.5
    finally:
        theme.choose("dark", 1.0)


# ---- painting


def test_a_moving_playhead_paints_nothing_anew(qtbot: QtBot, session: Session, view: PlainView) -> None:
    painted = view.strips
    for frame in range(0, 8000, 400):
        session.timeline.set_playhead(frame)
        QApplication.processEvents()
    assert view.strips == painted
    session.timeline.zoom(2.0)
    QApplication.processEvents()
    assert view.strips == painted + 1


def test_playhead_and_cursor_are_drawn_in_their_columns(session: Session, view: PlainView, theme: Theme) -> None:
    session.timeline.set_cursor(100 * 80)
    session.timeline.set_playhead(300 * 80)
    image = picture(view)
    assert image.pixelColor(at(view, 100)) == theme.colours.cursor
    assert image.pixelColor(at(view, 300)) == theme.colours.playhead
    assert image.pixelColor(at(view, 200)) == QColor("#0000ff")
    halo = image.pixelColor(at(view, 299))
    assert halo != QColor("#0000ff")
    assert halo.lightnessF() < theme.colours.playhead.lightnessF()


def test_lines_leave_no_trace(session: Session, view: PlainView) -> None:
    for column in (10, 200, 350):
        session.timeline.set_playhead(column * 80)
        QApplication.processEvents()
    session.timeline.set_playhead(None)
    session.timeline.set_cursor(64000)
    QApplication.processEvents()
    image = picture(view)
    colours = {image.pixelColor(at(view, column)).name() for column in range(5, WIDTH - 5)}
    assert colours == {"#0000ff"}


def test_selection_lies_as_a_veil_over_its_columns(session: Session, view: PlainView) -> None:
    session.timeline.select(TimeSpan(100 * 80, 200 * 80))
    image = picture(view)
    assert image.pixelColor(at(view, 97)) == QColor("#0000ff")
    assert image.pixelColor(at(view, 150)) != QColor("#0000ff")
    assert image.pixelColor(at(view, 203)) == QColor("#0000ff")


def test_gutter_is_not_drawn_over(session: Session, view: PlainView, theme: Theme) -> None:
    session.timeline.show(TimeSpan(8000, 16000))
    session.timeline.select(TimeSpan(0, 64000))
    image = picture(view)
    assert image.pixelColor(view.gutter - 10, 50) == theme.colours.window
    assert image.pixelColor(2, 2) == QColor("red")


def test_nothing_open_says_what_to_do(qtbot: QtBot, session: Session, theme: Theme) -> None:
    view = PlainView(session, theme)
    qtbot.addWidget(view)
    view.resize(600, 100)
    image = picture(view)
    assert view.strips == 0
    assert "Open" in view.empty_text()
    ground = theme.colours.surface
    assert any(image.pixelColor(x, y) != ground for x in range(200, 500) for y in range(35, 65))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_strip_is_painted_in_device_pixels(
    qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording, monkeypatch, ratio: float
) -> None:
    session.show(recording)
    view = PlainView(session, theme)
    qtbot.addWidget(view)
    view.resize(view.gutter + 400, 101)
    seen: list[Canvas] = []
    monkeypatch.setattr(view, "devicePixelRatio", lambda: ratio)
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: ratio)
    monkeypatch.setattr(view, "paint_strip", seen.append)
    target = QImage(view.size() * ratio, QImage.Format.Format_RGB32)
    target.setDevicePixelRatio(ratio)
    view.render(target)
    rows, columns = seen[-1].pixels.shape
    assert rows == -(-101 * ratio // 1)
    assert columns == pytest.approx(400 * ratio, abs=1)
    assert seen[-1].axis == view.axis().__class__(session.timeline.visible, 0, columns)


# ---- mouse


def test_click_seeks_and_clears_the_selection(session: Session, view: PlainView) -> None:
    session.timeline.select(TimeSpan(0, 8000))
    QTest.mouseClick(view, LEFT, NONE, at(view, 400))
    assert session.timeline.cursor == 400 * 80
    assert not session.timeline.selection


def test_drag_selects_either_way(session: Session, view: PlainView) -> None:
    drag(view, 100, 300)
    assert session.timeline.selection == TimeSpan(8000, 24000)
    assert session.timeline.cursor == 24000
    drag(view, 500, 420)
    assert session.timeline.selection == TimeSpan(420 * 80, 500 * 80)
    assert session.timeline.cursor == 420 * 80


def test_a_drag_of_a_hair_is_a_click(session: Session, view: PlainView) -> None:
    drag(view, 100, 101)
    assert not session.timeline.selection
    assert session.timeline.cursor == 8000


def test_shift_click_extends_from_the_cursor_and_then_the_nearer_edge(session: Session, view: PlainView) -> None:
    QTest.mouseClick(view, LEFT, NONE, at(view, 200))
    QTest.mouseClick(view, LEFT, SHIFT, at(view, 300))
    assert session.timeline.selection == TimeSpan(16000, 24000)
    QTest.mouseClick(view, LEFT, SHIFT, at(view, 210))
    assert session.timeline.selection == TimeSpan(210 * 80, 24000)
    QTest.mouseClick(view, LEFT, SHIFT, at(view, 600))
    assert session.timeline.selection == TimeSpan(210 * 80, 48000)


def test_edges_of_the_selection_are_dragged(session: Session, view: PlainView) -> None:
    session.timeline.select(TimeSpan(8000, 24000))
    drag(view, 302, 400)
    assert session.timeline.selection == TimeSpan(8000, 32000)
    drag(view, 99, 50)
    assert session.timeline.selection == TimeSpan(4000, 32000)
    QTest.mouseMove(view, at(view, 401))
    assert view.cursor().shape() == Qt.CursorShape.SplitHCursor
    QTest.mouseMove(view, at(view, 200))
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_click_on_an_edge_is_still_a_click(session: Session, view: PlainView) -> None:
    session.timeline.select(TimeSpan(8000, 24000))
    QTest.mouseClick(view, LEFT, NONE, at(view, 300))
    assert not session.timeline.selection
    assert session.timeline.cursor == 24000


def test_time_comes_to_a_drag_that_is_held_outside(qtbot: QtBot, session: Session, view: PlainView) -> None:
    session.timeline.show(TimeSpan(0, 8000))
    QTest.mousePress(view, LEFT, NONE, at(view, 400))
    QTest.mouseMove(view, at(view, WIDTH + 100))
    qtbot.waitUntil(lambda: session.timeline.selection.stop >= 12000)
    QTest.mouseRelease(view, LEFT, NONE, at(view, WIDTH + 100))
    assert session.timeline.selection.start == 4000
    assert session.timeline.visible.length == 8000
    reached = session.timeline.visible
    qtbot.wait(50)
    assert session.timeline.visible == reached


def test_middle_drag_pans(session: Session, view: PlainView) -> None:
    session.timeline.show(TimeSpan(16000, 24000))
    drag(view, 400, 300, button=MIDDLE)
    assert session.timeline.visible == TimeSpan(17000, 25000)
    assert not session.timeline.selection
    drag(view, 0, 790, button=MIDDLE)
    drag(view, 0, 790, button=MIDDLE)
    drag(view, 0, 790, button=MIDDLE)
    assert session.timeline.visible == TimeSpan(0, 8000)


def test_the_right_button_is_left_to_menus(qtbot: QtBot, session: Session, view: PlainView) -> None:
    asked = []
    view.customContextMenuRequested.connect(asked.append)
    QTest.mouseClick(view, Qt.MouseButton.RightButton, NONE, at(view, 400))
    assert session.timeline.cursor == 0
    assert view.contextMenuPolicy() == Qt.ContextMenuPolicy.CustomContextMenu


def test_nothing_open_takes_no_click(qtbot: QtBot, session: Session, theme: Theme) -> None:
    view = PlainView(session, theme)
    qtbot.addWidget(view)
    view.resize(600, 100)
    QTest.mouseClick(view, LEFT, NONE, QPoint(300, 50))
    wheel(view, 100, QPoint(0, 120), CONTROL)
    assert session.timeline.cursor == 0


# ---- wheel


def test_control_and_wheel_zoom_around_the_pointer(session: Session, view: PlainView) -> None:
    for column in (0, 123, 600):
        session.timeline.show_all()
        frame = view.axis().frame(view.gutter + column)
        for _ in range(6):
            assert wheel(view, column, QPoint(0, 120), CONTROL).isAccepted()
        assert session.timeline.visible.length == pytest.approx(64000 / 8, rel=0.01)
        assert view.axis().x(frame) == pytest.approx(view.gutter + column, abs=0.5)


def test_zooming_out_ends_with_everything(session: Session, view: PlainView) -> None:
    session.timeline.show(TimeSpan(1000, 2000))
    for _ in range(30):
        wheel(view, 700, QPoint(0, -120), CONTROL)
    assert session.timeline.visible == TimeSpan(0, 64000)


@pytest.mark.parametrize(
    ("angle", "pixels", "keys", "frames"),
    [
        (QPoint(0, -120), None, SHIFT, 800),
        (QPoint(-120, 0), None, SHIFT, 800),
        (QPoint(-120, 0), None, NONE, 800),
        (QPoint(-60, 0), None, NONE, 400),
        (QPoint(-30, 0), QPoint(-7, 0), NONE, 70),
    ],
)
def test_sideways_scrolls_time(
    session: Session, view: PlainView, angle: QPoint, pixels: QPoint | None, keys, frames: int
) -> None:
    session.timeline.show(TimeSpan(16000, 24000))
    assert wheel(view, 400, angle, keys, pixels).isAccepted()
    assert session.timeline.visible == TimeSpan(16000 + frames, 24000 + frames)


def test_small_turns_add_up(session: Session, view: PlainView) -> None:
    session.timeline.show(TimeSpan(16000, 16040))
    for _ in range(40):
        wheel(view, 400, QPoint(-1, 0), NONE, QPoint(-1, 0))
    assert session.timeline.visible.start == 16002


def test_a_plain_wheel_is_left_to_what_scrolls_tracks(session: Session, view: PlainView) -> None:
    before = session.timeline.visible
    assert not wheel(view, 400, QPoint(0, -120)).isAccepted()
    assert not wheel(view, 400, QPoint(0, -120), ALT).isAccepted()
    assert session.timeline.visible == before


# ---- keys


def test_arrows_move_the_cursor_by_a_column(session: Session, view: PlainView) -> None:
    session.timeline.set_cursor(8000)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.timeline.cursor == 8080
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert session.timeline.cursor == 7920


def test_shift_and_arrows_move_the_edge_that_the_cursor_is_at(session: Session, view: PlainView) -> None:
    session.timeline.set_cursor(8000)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert session.timeline.selection == TimeSpan(8000, 8240)
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Left, SHIFT)
    assert session.timeline.selection == TimeSpan(7840, 8000)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert not session.timeline.selection


def test_home_and_end_go_to_the_ends_and_show_them(session: Session, view: PlainView) -> None:
    session.timeline.show(TimeSpan(16000, 24000))
    QTest.keyClick(view, Qt.Key.Key_End)
    assert session.timeline.cursor == 64000
    assert session.timeline.visible.stop == 64000
    QTest.keyClick(view, Qt.Key.Key_Home, SHIFT)
    assert session.timeline.selection == TimeSpan(0, 64000)
    assert session.timeline.visible.start == 0


def test_keys_with_other_modifiers_are_left_to_the_window(session: Session, view: PlainView) -> None:
    session.timeline.set_cursor(8000)
    QTest.keyClick(view, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert session.timeline.cursor == 8000


# ---- pointer


def test_the_pointer_says_where_it_is(session: Session, view: PlainView) -> None:
    pointer = Pointer.of(session)
    assert Pointer.of(session) is pointer
    QTest.mouseMove(view, at(view, 250))
    assert pointer.probe is not None
    assert pointer.probe.frame == 250 * 80
    QTest.mouseMove(view, QPoint(view.gutter - 5, 50))
    assert pointer.probe is None


def test_views_die_without_a_word(
    qtbot: QtBot, session: Session, theme: Theme, make_tone: Callable[[float], ArrayRecording]
) -> None:
    session.show(make_tone(1.0))
    views = [kind(session, theme) for kind in (Overview, TimeRuler, WaveformView, LaneView, SpectrogramView)]
    for view in views:
        view.resize(600, 100)
        view.grab()
        view.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    assert not any(isValid(view) for view in views)
    session.show(make_tone(2.0))
    session.timeline.zoom(2.0)
    theme.changed.emit()
