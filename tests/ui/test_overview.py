"""The overview and its handle."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.overview import MIN_HANDLE, Overview
from audiolab.ui.theme import Theme

LEFT = Qt.MouseButton.LeftButton
RATE = 8000


@pytest.fixture
def overview(qtbot: QtBot, session: Session, theme: Theme) -> Overview:
    """Ten seconds over 1000 pixels: silence, but for the sixth second at the left and a click at the right."""
    samples = np.zeros((10 * RATE, 2), np.float32)
    samples[5 * RATE : 6 * RATE, 0] = 0.9
    samples[8 * RATE, 1] = -0.9
    session.show(ArrayRecording(samples, RATE))
    made = Overview(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 1000, 48)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(overview: Overview, column: int) -> QPoint:
    return QPoint(overview.gutter + column, 24)


def drag(overview: Overview, start: int, stop: int) -> None:
    QTest.mousePress(overview, LEFT, pos=at(overview, start))
    QTest.mouseMove(overview, at(overview, (start + stop) // 2))
    QTest.mouseMove(overview, at(overview, stop))
    QTest.mouseRelease(overview, LEFT, pos=at(overview, stop))


def test_peaks_of_all_channels_are_in_their_columns(session: Session, overview: Overview, theme: Theme) -> None:
    image = overview.grab().toImage()
    wave = {theme.colours.waveform.name(), theme.colours.rms.name()}
    upper = [x for x in range(1000) if image.pixelColor(overview.gutter + x, 12).name() in wave]
    assert (upper[0], upper[-1]) == (500, 599)
    lower = [x for x in range(1000) if image.pixelColor(overview.gutter + x, 36).name() in wave]
    assert 800 in lower
    assert 700 not in lower


def test_scrolling_computes_nothing(session: Session, overview: Overview, monkeypatch) -> None:
    overview.grab()
    asked = []
    monkeypatch.setattr(overview._source, "columns", asked.append)
    session.timeline.show(TimeSpan(8000, 16000))
    session.timeline.scroll(4000)
    session.timeline.set_playhead(5000)
    overview.grab()
    assert asked == []


def test_handle_is_dragged(session: Session, overview: Overview) -> None:
    session.timeline.show(TimeSpan(16000, 32000))
    assert overview.handle() == (overview.gutter + 200, overview.gutter + 400)
    drag(overview, 300, 400)
    assert session.timeline.visible == TimeSpan(24000, 40000)
    drag(overview, 310, 0)
    assert session.timeline.visible == TimeSpan(0, 16000)
    drag(overview, 100, 999)
    assert session.timeline.visible == TimeSpan(64000, 80000)
    assert session.timeline.cursor == 0


def test_edges_zoom(session: Session, overview: Overview) -> None:
    session.timeline.show(TimeSpan(16000, 32000))
    drag(overview, 400, 600)
    assert session.timeline.visible == TimeSpan(16000, 48000)
    drag(overview, 200, 100)
    assert session.timeline.visible == TimeSpan(8000, 48000)
    drag(overview, 100, 900)
    assert session.timeline.visible.length == 16
    assert session.timeline.visible.stop == pytest.approx(48000, abs=16)


def test_a_press_elsewhere_brings_the_handle_there(session: Session, overview: Overview) -> None:
    session.timeline.show(TimeSpan(0, 8000))
    drag(overview, 500, 520)
    assert session.timeline.visible == TimeSpan(36000 + 1600, 44000 + 1600)


def test_double_click_shows_all(session: Session, overview: Overview) -> None:
    session.timeline.show(TimeSpan(0, 8000))
    QTest.mouseDClick(overview, LEFT, pos=at(overview, 50))
    assert session.timeline.visible == TimeSpan(0, 80000)


def test_a_tiny_handle_can_still_be_grabbed(session: Session, overview: Overview) -> None:
    session.timeline.show(TimeSpan(0, 16))
    left, right = overview.handle()
    assert left >= overview.gutter
    assert right - left == MIN_HANDLE
    session.timeline.show(TimeSpan(40000, 40016))
    drag(overview, 500, 600)
    assert session.timeline.visible.start == pytest.approx(48000, abs=80)


def test_what_is_not_visible_is_dimmed(session: Session, overview: Overview, theme: Theme) -> None:
    session.timeline.show(TimeSpan(40000, 44000))
    image = overview.grab().toImage()
    inside, outside = (image.pixelColor(overview.gutter + column, 16) for column in (525, 575))
    assert inside == theme.colours.rms
    assert outside != theme.colours.rms


def test_wheel_moves_and_zooms_the_handle(session: Session, overview: Overview) -> None:
    def turn(angle: QPoint, keys: Qt.KeyboardModifier) -> None:
        place = QPointF(at(overview, 900))
        event = QWheelEvent(
            place, place, QPoint(), angle, Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(overview, event)

    session.timeline.show(TimeSpan(16000, 32000))
    turn(QPoint(0, -120), Qt.KeyboardModifier.NoModifier)
    assert session.timeline.visible == TimeSpan(20000, 36000)
    turn(QPoint(0, 240), Qt.KeyboardModifier.ControlModifier)
    assert session.timeline.visible == TimeSpan(24000, 32000)
