"""The spectrogram in pixels, its settings and its menu."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.colormaps import colours
from audiolab.ui.readout import Pointer
from audiolab.ui.spectrogram import SpectrogramView
from audiolab.ui.theme import Theme

RATE = 8000
HEIGHT = 200


@pytest.fixture
def view(qtbot: QtBot, session: Session, theme: Theme) -> SpectrogramView:
    """Ten seconds over 500 pixels, 4 kHz over 200: 1 kHz at the left, 3 kHz in the second half at the right."""
    time = np.arange(10 * RATE) / RATE
    left = 0.5 * np.sin(2 * np.pi * 1000 * time)
    right = 0.5 * np.sin(2 * np.pi * 3000 * time) * (time >= 5)
    session.show(ArrayRecording(np.c_[left, right], RATE))
    session.timeline.set_cursor(10 * RATE)
    made = SpectrogramView(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 500, HEIGHT)
    made.show()
    qtbot.waitExposed(made)
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, view: SpectrogramView) -> None:
    """Paint, let tiles be asked for and arrive, paint again."""
    view.grab()
    qtbot.waitUntil(lambda: not view._ask.isActive())
    qtbot.waitUntil(lambda: not view._show_arrived.isActive())


def picture(view: SpectrogramView) -> QImage:
    view._key.hide()
    return view.grab().toImage()


def brightness(image: QImage, view: SpectrogramView, x: int, y: int) -> int:
    return image.pixelColor(view.gutter + x, y).lightness()


def brightest_row(view: SpectrogramView, x: int) -> int:
    image = picture(view)
    return max(range(HEIGHT), key=lambda y: brightness(image, view, x, y))


def wheel(view: SpectrogramView, y: int, angle: QPoint, keys: Qt.KeyboardModifier) -> bool:
    place = QPointF(view.gutter + 100, y)
    event = QWheelEvent(
        place, place, QPoint(), angle, Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view, event)
    return event.isAccepted()


def test_a_tone_is_in_its_row(qtbot: QtBot, view: SpectrogramView) -> None:
    assert brightest_row(view, 250) == pytest.approx(150, abs=2)


def test_channels(qtbot: QtBot, view: SpectrogramView) -> None:
    view.set_channel(1)
    settle(qtbot, view)
    assert brightest_row(view, 400) == pytest.approx(50, abs=2)
    image = picture(view)
    assert brightness(image, view, 100, 50) < brightness(image, view, 400, 50) / 3
    view.set_channel(2)
    assert view.channel == 1


def test_the_pointer_reads_frequency_and_level(view: SpectrogramView, session: Session) -> None:
    pointer = Pointer.of(session)
    QTest.mouseMove(view, QPoint(view.gutter + 250, 150))
    assert pointer.probe.frame == 40_000
    assert pointer.probe.frequency == pytest.approx(1000.0)
    assert pointer.probe.level == pytest.approx(-6.0, abs=0.7)
    QTest.mouseMove(view, QPoint(view.gutter + 250, 30))
    assert pointer.probe.frequency == pytest.approx(3400.0)
    assert pointer.probe.level < -60.0


def test_looks_compute_nothing(view: SpectrogramView, session: Session, qtbot: QtBot, monkeypatch) -> None:
    submitted = []
    monkeypatch.setattr(session.jobs, "submit", lambda key, *_arguments, **_options: submitted.append(key))
    before = picture(view)
    for changes in (
        {"spectrogram_colormap": "viridis"},
        {"spectrogram_gain": 30.0},
        {"spectrogram_range": 50.0},
        {"spectrogram_scale": "mel"},
    ):
        session.settings.update(**changes)
        settle(qtbot, view)
        after = picture(view)
        assert after != before
        before = after
    assert submitted == []


def test_colours_follow_gain_and_range(view: SpectrogramView, session: Session) -> None:
    session.settings.update(spectrogram_colormap="grey", spectrogram_gain=6.0, spectrogram_range=50.0)
    image = picture(view)
    assert min(brightness(image, view, 250, y) for y in range(148, 153)) < 8
    assert image.pixel(view.gutter + 250, 20) == colours("grey")[0]


def test_the_loudest_in_view_is_full_strength_with_automatic_gain(
    view: SpectrogramView, session: Session, qtbot: QtBot
) -> None:
    session.settings.update(spectrogram_preset="Praat")
    settle(qtbot, view)
    settle(qtbot, view)
    image = picture(view)
    darkest = min(brightness(image, view, 250, y) for y in range(HEIGHT))
    assert darkest < 10


def test_scales_move_the_tone(view: SpectrogramView, session: Session, qtbot: QtBot) -> None:
    rows = {}
    for scale in ("linear", "log", "mel", "bark", "erb"):
        session.settings.update(spectrogram_scale=scale)
        settle(qtbot, view)
        rows[scale] = brightest_row(view, 250)
        assert rows[scale] == pytest.approx(view.frequency_axis(HEIGHT).y_of(1000.0), abs=2)
    assert rows["log"] < rows["erb"] < rows["linear"]


def test_vertical_zoom_keeps_the_frequency_at_the_pointer(view: SpectrogramView, qtbot: QtBot) -> None:
    assert wheel(view, 150, QPoint(0, 240), Qt.KeyboardModifier.AltModifier)
    axis = view.frequency_axis(HEIGHT)
    assert axis.y_of(1000.0) == pytest.approx(150)
    assert axis.f_high - axis.f_low == pytest.approx(2000.0)
    assert brightest_row(view, 250) == pytest.approx(150, abs=2)
    assert wheel(view, 100, QPoint(0, -120), Qt.KeyboardModifier.NoModifier)
    assert view.frequency_axis(HEIGHT).y_of(1000.0) == pytest.approx(150 - 32)
    for _ in range(20):
        wheel(view, 100, QPoint(0, -120), Qt.KeyboardModifier.NoModifier)
    assert view.frequency_axis(HEIGHT).f_low == pytest.approx(0.0, abs=1e-6)
    for _ in range(20):
        wheel(view, 190, QPoint(0, -120), Qt.KeyboardModifier.AltModifier)
    assert (view.frequency_axis(HEIGHT).f_low, view.frequency_axis(HEIGHT).f_high) == (0.0, 4000.0)


@pytest.mark.parametrize("scale", ["linear", "log", "mel", "bark", "erb"])
def test_no_zoom_leaves_what_can_be_heard(view: SpectrogramView, session: Session, scale: str) -> None:
    session.settings.update(spectrogram_scale=scale)
    for turn in (360, -120, 240, -480, -480, 960, -120):
        for y in (0, 77, HEIGHT):
            wheel(view, y, QPoint(0, turn), Qt.KeyboardModifier.AltModifier)
            wheel(view, y, QPoint(0, turn), Qt.KeyboardModifier.NoModifier)
            axis = view.frequency_axis(HEIGHT)
            assert 0.0 <= axis.f_low < axis.f_high <= RATE / 2 * 1.000001
    view.reset_vertically()
    assert not view.zoomed


def test_after_the_end_there_is_no_sound(view: SpectrogramView, session: Session, theme: Theme) -> None:
    session.show(ArrayRecording(np.zeros((8, 1), np.float32), RATE))
    session.timeline.set_cursor(0)
    image = picture(view)
    assert image.pixelColor(view.gutter + 400, 100) == theme.colours.surface
    assert image.pixelColor(view.gutter + 100, 100) != theme.colours.surface


def test_time_scrolls_with_the_other_views(view: SpectrogramView, session: Session, qtbot: QtBot) -> None:
    view.set_channel(1)
    session.timeline.show(TimeSpan(32_000, 48_000))
    settle(qtbot, view)
    image = picture(view)
    begin = next(x for x in range(500) if brightness(image, view, x, 50) > 100)
    assert 250 - 512 / 32 <= begin <= 250  # sample 40000, less half a window


def test_the_menu_offers_all_and_does_it(view: SpectrogramView, session: Session, qtbot: QtBot) -> None:
    def entries(menu: QMenu) -> dict:
        return {action.text().replace("&", ""): action for action in menu.actions() if action.text()}

    menu = view.menu()
    found = entries(menu)
    assert found["Audiolab"].isChecked()
    found["Praat"].trigger()
    assert view.look.preset.name == "Praat"
    entries(found["Colours"].menu())["Cividis"].trigger()
    assert view.look.colour_map == "cividis"
    entries(found["Frequency scale"].menu())["Mel"].trigger()
    assert view.look.scale == "mel"
    entries(found["Channel"].menu())["Right"].trigger()
    assert view.channel == 1
    found["Brighter"].trigger()
    assert view.look.gain == 15.0
    found["Narrower range"].trigger()
    assert view.look.range_db == 80.0
    assert not found["All frequencies of the preset"].isEnabled()
    menu.deleteLater()


@pytest.mark.qt_log_ignore("This plugin does not support")  # menus on Qt's offscreen platform
def test_the_key_says_what_colours_mean(view: SpectrogramView, session: Session, qtbot: QtBot) -> None:
    session.settings.update(spectrogram_gain=20.0, spectrogram_range=70.0)
    settle(qtbot, view)
    assert view._key.accessibleDescription() == "Audiolab · left, from −90 to −20 dB"
    assert view._key.geometry().right() < view.width()
    view.resize(view.gutter + 400, HEIGHT)
    assert view._key.geometry().right() < view.width()
    QTest.mouseClick(view._key, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    popup.close()


def test_another_recording_starts_over(view: SpectrogramView, session: Session) -> None:
    view.set_channel(1)
    wheel(view, 100, QPoint(0, 240), Qt.KeyboardModifier.AltModifier)
    session.show(ArrayRecording(np.zeros((8000, 1), np.float32), RATE))
    assert view.channel == 0
    assert not view.zoomed
