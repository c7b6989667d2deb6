"""The ruler in pixels."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.readout import Pointer, Probe
from audiolab.ui.ruler import TimeRuler
from audiolab.ui.theme import Theme


@pytest.fixture
def ruler(qtbot: QtBot, session: Session, theme: Theme, recording: ArrayRecording) -> TimeRuler:
    """Eight seconds over 800 pixels."""
    session.show(recording)
    made = TimeRuler(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 800, made.sizeHint().height())
    return made


def marks(ruler: TimeRuler, row: int, colour: QColor) -> list[int]:
    """Columns of the strip that have `colour` in `row`, counted from below."""
    image: QImage = ruler.grab().toImage()
    y = ruler.height() - 1 - row
    return [x for x in range(800) if image.pixelColor(ruler.gutter + x, y) == colour]


def test_seconds_are_marked_at_their_columns(session: Session, ruler: TimeRuler, theme: Theme) -> None:
    session.timeline.set_cursor(250)
    tall = marks(ruler, 6, theme.colours.muted)
    assert {100, 200, 300, 400, 500, 600, 700} <= set(tall)
    assert 150 not in tall
    session.timeline.show(TimeSpan(8000, 40000))
    assert {0, 200, 400, 600} <= set(marks(ruler, 6, theme.colours.muted))


def test_deep_zoom_counts_samples(session: Session, ruler: TimeRuler, theme: Theme) -> None:
    before = ruler.grab().toImage()
    session.timeline.show(TimeSpan(1000, 1016))
    session.timeline.set_cursor(9000)
    after = ruler.grab().toImage()
    assert {x for x in marks(ruler, 6, theme.colours.muted) if x % 50 == 0} >= {0, 100, 200, 300}
    gutter = [(x, y) for x in range(ruler.gutter - 1) for y in range(ruler.height() - 1)]
    assert any(before.pixel(x, y) != after.pixel(x, y) for x, y in gutter)  # another unit


def test_pointer_of_another_view_is_marked(session: Session, ruler: TimeRuler, theme: Theme) -> None:
    session.timeline.set_cursor(0)
    Pointer.of(session).show(Probe(300 * 80))
    image = ruler.grab().toImage()
    assert image.pixelColor(ruler.gutter + 300, ruler.height() - 5) == theme.colours.muted
    Pointer.of(session).show(None)
    assert ruler.grab().toImage().pixelColor(ruler.gutter + 303, ruler.height() - 5) != theme.colours.muted


def test_click_seeks_and_drag_selects(session: Session, ruler: TimeRuler) -> None:
    QTest.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=QPoint(ruler.gutter + 250, 8))
    assert session.timeline.cursor == 20000


def test_nothing_open_is_blank(qtbot: QtBot, session: Session, theme: Theme) -> None:
    ruler = TimeRuler(session, theme)
    qtbot.addWidget(ruler)
    ruler.resize(600, 30)
    image = ruler.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(ruler.gutter, 600) for y in range(28)}
    assert colours == {theme.colours.window.name()}
