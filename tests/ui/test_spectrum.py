import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.spectrum import SpectrumPanel
from audiolab.ui.theme import Theme


@pytest.fixture
def panel(qtbot: QtBot, session: Session, theme: Theme) -> SpectrumPanel:
    panel = SpectrumPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(400, 240)
    panel.show()
    return panel


def peak_hz(panel: SpectrumPanel, channel: int) -> float:
    assert panel.levels is not None
    return float(panel.levels[channel].argmax()) / (panel.levels.shape[1] - 1) * 4000


def test_shows_the_tones_at_the_cursor(panel: SpectrumPanel, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    session.timeline.set_cursor(4 * recording.sample_rate)
    panel.refresh()
    assert peak_hz(panel, 0) == pytest.approx(440, abs=8)
    assert peak_hz(panel, 1) == pytest.approx(1000, abs=8)
    assert panel.levels is not None
    assert panel.levels[1].max() == pytest.approx(-20, abs=1.5)


def test_shows_the_average_of_the_selection(
    panel: SpectrumPanel, session: Session, recording: ArrayRecording
) -> None:
    session.show(recording)
    session.timeline.select(TimeSpan(8000, 40000))
    panel.refresh()
    assert "selection" in panel._title.text()
    assert peak_hz(panel, 0) == pytest.approx(440, abs=8)


def test_draws_curves_in_both_themes(
    panel: SpectrumPanel, session: Session, recording: ArrayRecording, theme: Theme
) -> None:
    session.show(recording)
    panel.refresh()
    dark = panel.grab().toImage()
    theme.choose("light", 1.0)
    light = panel.grab().toImage()
    assert dark.pixelColor(200, 120) != light.pixelColor(200, 120)


def test_nothing_open_says_what_to_do(panel: SpectrumPanel, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    panel.refresh()
    session.show(None)
    panel.refresh()
    assert panel.levels is None
    assert "Open a recording" in panel._title.text()


def test_follows_the_cursor_by_itself(
    qtbot: QtBot, panel: SpectrumPanel, session: Session, recording: ArrayRecording
) -> None:
    silent_end = np.vstack([recording.read(0, 32000), np.zeros((32000, 2), dtype=np.float32)])
    session.show(ArrayRecording(silent_end, 8000))
    qtbot.waitUntil(lambda: panel.levels is not None)
    session.timeline.set_cursor(60000)
    qtbot.waitUntil(lambda: panel.levels is not None and panel.levels.max() < -100)
