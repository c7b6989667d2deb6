"""The waveform in pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.peakimage import AmplitudeScale
from audiolab.ui.readout import Pointer
from audiolab.ui.theme import Theme
from audiolab.ui.waveform import WaveformView

RATE = 8000
FRAMES = 80_000


class Shown:
    """A waveform 1000 pixels wide, of what a test wants."""

    def __init__(self, qtbot: QtBot, session: Session, theme: Theme) -> None:
        self.session, self.theme = session, theme
        self.view = WaveformView(session, theme)
        qtbot.addWidget(self.view)
        self.view.resize(self.view.gutter + 1000, 200)

    def show(self, samples: np.ndarray) -> None:
        self.session.show(ArrayRecording(samples, RATE))
        self.session.timeline.set_cursor(len(samples))

    def image(self) -> QImage:
        return self.view.grab().toImage()

    def is_wave(self, image: QImage, x: int, y: int) -> bool:
        colour = image.pixelColor(self.view.gutter + x, y)
        return colour.name() in (self.theme.colours.waveform.name(), self.theme.colours.rms.name())

    def columns(self, y: int) -> list[int]:
        """Columns of the strip that show sound in row `y`."""
        image = self.image()
        return [x for x in range(1000) if self.is_wave(image, x, y)]

    def rows(self, x: int) -> list[int]:
        """Rows that show sound in column `x`."""
        image = self.image()
        return [y for y in range(self.view.height()) if self.is_wave(image, x, y)]

    def wheel(self, angle: QPoint, keys: Qt.KeyboardModifier) -> bool:
        place = QPointF(self.view.gutter + 10, 10)
        event = QWheelEvent(
            place, place, QPoint(), angle, Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(self.view, event)
        return event.isAccepted()


@pytest.fixture
def shown(qtbot: QtBot, session: Session, theme: Theme) -> Shown:
    return Shown(qtbot, session, theme)


def silence(channels: int = 1) -> np.ndarray:
    return np.zeros((FRAMES, channels), np.float32)


@pytest.mark.parametrize("visible", [TimeSpan(0, FRAMES), TimeSpan(20_000, 60_000), TimeSpan(39_000, 41_000)])
def test_a_click_is_in_its_column_at_every_zoom(shown: Shown, visible: TimeSpan) -> None:
    samples = silence()
    samples[40_000] = 0.9
    shown.show(samples)
    shown.session.timeline.show(visible)
    expected = (40_000 - visible.start) * 1000 // visible.length
    assert shown.columns(30) == [expected] or shown.columns(30) == [expected, expected + 1]


def test_a_click_stays_a_column_after_scrolling(shown: Shown) -> None:
    samples = silence()
    samples[40_000] = 0.9
    shown.show(samples)
    shown.session.timeline.show(TimeSpan(20_000, 60_000))
    shown.image()
    shown.session.timeline.scroll(4000)
    assert shown.columns(30) == [400]


def test_each_channel_has_its_strip(shown: Shown) -> None:
    samples = silence(2)
    samples[20_000:30_000, 0] = 0.8
    samples[50_000:60_000, 1] = 0.8
    shown.show(samples)
    # one column more: the wave falls from its last sample to silence
    assert (shown.columns(20)[0], shown.columns(20)[-1]) == (250, 375)
    assert (shown.columns(120)[0], shown.columns(120)[-1]) == (625, 750)


def test_height_is_amplitude(shown: Shown) -> None:
    samples = silence()
    samples[:, 0] = np.where(np.arange(FRAMES) % 2, 0.5, -0.25)
    shown.show(samples)
    assert shown.rows(500) == list(range(50, 125))


def test_sound_ends_where_the_recording_ends(shown: Shown) -> None:
    shown.show(np.full((8, 1), 0.8, np.float32))
    shown.session.timeline.set_cursor(0)
    assert shown.session.timeline.visible.length == 16
    assert max(shown.columns(20)) <= 500


def test_wide_samples_are_dots_on_a_line(shown: Shown) -> None:
    samples = silence()
    samples[40_000:40_010, 0] = 0.5
    shown.show(samples)
    shown.session.timeline.show(TimeSpan(39_980, 40_030))
    image = shown.image()
    dots = [x for x in range(1000) if image.pixelColor(shown.view.gutter + x, 50) == shown.theme.colours.rms]
    for sample in range(40_000, 40_010):
        assert (sample - 39_980) * 20 in dots
    assert (39_999 - 39_980) * 20 not in dots
    between = image.pixelColor(shown.view.gutter + 410, 50)
    assert between not in (shown.theme.colours.surface, shown.theme.colours.rms)


def test_wheel_with_alt_zooms_amplitude(shown: Shown) -> None:
    samples = silence()
    samples[:, 0] = np.where(np.arange(FRAMES) % 2, 0.25, -0.25)
    shown.show(samples)
    assert len(shown.rows(500)) == 50
    assert shown.wheel(QPoint(0, 240), Qt.KeyboardModifier.AltModifier)
    assert shown.view.scale.zoom == pytest.approx(2.0)
    assert len(shown.rows(500)) == pytest.approx(100, abs=2)
    for _ in range(9):
        shown.wheel(QPoint(-120, 0), Qt.KeyboardModifier.AltModifier)  # as X11 turns it
    assert shown.view.scale.zoom == 1.0


def test_decibels(shown: Shown) -> None:
    samples = silence()
    samples[:, 0] = np.where(np.arange(FRAMES) % 2, 10 ** (-30 / 20), 0)
    shown.show(samples)
    shown.view.set_scale(AmplitudeScale(decibels=True))
    assert shown.rows(500)[0] == pytest.approx(50, abs=1)


def test_menu_and_gutter_undo_the_zoom(shown: Shown) -> None:
    shown.show(silence())
    menu = shown.view.menu()
    levels, whole = menu.actions()
    assert not whole.isEnabled()
    levels.trigger()
    assert shown.view.scale == AmplitudeScale(1.0, decibels=True)
    shown.view.set_scale(AmplitudeScale(8.0))
    QTest.mouseDClick(shown.view, Qt.MouseButton.LeftButton, pos=QPoint(5, 50))
    assert shown.view.scale.zoom == 1.0
    menu.deleteLater()


def test_full_scale_is_marked(shown: Shown) -> None:
    samples = silence(2)
    samples[40_000:40_003, 1] = 1.0
    samples[20_000:20_003, 1] = -1.0
    samples[60_000:60_003, 1] = 0.99
    shown.show(samples)
    image, bad = shown.image(), shown.theme.colours.bad
    gutter = shown.view.gutter
    assert [x for x in range(1000) if image.pixelColor(gutter + x, 102) == bad] == [500, 501]
    assert [x for x in range(1000) if image.pixelColor(gutter + x, 199) == bad] == [250, 251]
    assert not [x for x in range(1000) if image.pixelColor(gutter + x, 2) == bad]


def test_32_channels_scroll(shown: Shown) -> None:
    samples = silence(32)
    samples[:, 31] = np.where(np.arange(FRAMES) % 2, 0.9, -0.9)
    shown.show(samples)
    assert not shown.columns(195)
    for _ in range(60):
        assert shown.wheel(QPoint(0, -120), Qt.KeyboardModifier.NoModifier)
    assert len(shown.columns(190)) > 900
    shown.show(silence(2))
    assert not shown.wheel(QPoint(0, -120), Qt.KeyboardModifier.NoModifier)


def test_pointer_reads_the_level_of_its_channel(shown: Shown) -> None:
    samples = silence(2)
    samples[40_000:41_000, 0] = 0.1
    samples[40_000:41_000, 1] = -0.5
    shown.show(samples)
    shown.view.show()
    shown.image()
    pointer = Pointer.of(shown.session)
    QTest.mouseMove(shown.view, QPoint(shown.view.gutter + 505, 30))
    assert pointer.probe.level == pytest.approx(-20.0, abs=0.01)
    QTest.mouseMove(shown.view, QPoint(shown.view.gutter + 505, 150))
    assert pointer.probe.level == pytest.approx(-6.02, abs=0.01)
    assert pointer.probe.frame == 505 * 80


class GrowingNoise(ArrayRecording):
    """Full of noise, of which ever more can be read."""

    def __init__(self) -> None:
        self.reached = 8000
        super().__init__(np.random.default_rng(5).uniform(-0.9, 0.9, FRAMES).astype(np.float32), RATE)

    @property
    def frames(self) -> int:
        return self.reached

    @property
    def complete(self) -> bool:
        return False


def test_a_growing_recording_is_drawn_as_it_grows(shown: Shown) -> None:
    growing = GrowingNoise()
    shown.session.show(growing)
    shown.image()
    growing.reached = 16_000
    shown.session._grow()
    shown.session.timeline.set_cursor(16_000)
    visible = shown.session.timeline.visible
    end = 16_000 * 1000 // visible.length
    columns = [x for x in shown.columns(100) if x < end + 50]
    assert len(columns) >= end - 5
    assert end == pytest.approx(800, abs=1)
    shown.session._growth.stop()
