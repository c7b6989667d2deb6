import math

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.soundlevels import SoundLevelPanel, figures, time_left
from audiolab.ui.theme import Theme

RATE = 16000


def sine(db: float, seconds: float) -> np.ndarray:
    wave = 10 ** (db / 20) * np.sqrt(2) * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)
    return wave.astype(np.float32)[:, np.newaxis]


@pytest.fixture
def panel(session: Session, theme: Theme, qtbot: QtBot) -> SoundLevelPanel:
    made = SoundLevelPanel(session, theme)
    qtbot.addWidget(made)
    made.show()
    return made


def said(panel: SoundLevelPanel, name: str) -> str:
    return next(label.text() for label in panel.findChildren(QLabel) if label.accessibleName() == name)


def test_time_left_in_words() -> None:
    assert time_left(math.inf) == time_left(90000.0) == "no limit"
    assert time_left(840.0) == "0:14:00 left"


def test_nothing_measured_is_dashes() -> None:
    assert figures(None) == ("–",) * 6


def test_selection_is_measured_once_it_stands_still(panel: SoundLevelPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0, 5.0), RATE))
    session.timeline.select(TimeSpan(RATE, 4 * RATE))
    qtbot.waitUntil(lambda: said(panel, "Leq, selection") == "−20.0")
    assert "Uncalibrated" in panel._state.text()
    assert not next(label for label in panel._names if label.text() == "NIOSH").isVisible()


def test_calibrating_turns_dbfs_into_spl(panel: SoundLevelPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0, 5.0), RATE))
    assert not panel._calibrate.isEnabled()
    session.timeline.select(TimeSpan(RATE, 4 * RATE))
    qtbot.waitUntil(panel._calibrate.isEnabled)
    panel._known.setValue(94.0)
    panel._calibrate.click()
    qtbot.waitUntil(lambda: said(panel, "Leq, selection") == "94.0")
    assert panel._unit.text() == "dB(A) SPL"
    assert next(label for label in panel._names if label.text() == "NIOSH").isVisible()
    assert "left" in said(panel, "NIOSH, selection")
    panel._forget.click()
    assert panel._unit.text() == "dBFS(A)"


def test_live_levels_follow_what_is_heard(panel: SoundLevelPanel, session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-20.0, 5.0), RATE))
    session.metering.sounded.emit(sine(-20.0, 2.0))
    qtbot.waitUntil(lambda: said(panel, "Now, live") == "−20.0")


def test_weightings_are_chosen(panel: SoundLevelPanel, session: Session) -> None:
    weighting, time = panel.findChildren(QComboBox)
    weighting.activated.emit(1)
    time.activated.emit(1)
    assert (session.settings.current.sound_weighting, session.settings.current.sound_time_weighting) == (
        "C",
        "Slow",
    )
    assert panel._unit.text() == "dBFS(C)"
