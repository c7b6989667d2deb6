"""What the meter costs while it plays: a frame of the screen, and a second of sound. Run with --benchmark-only.

Goals: 1 ms a frame (30 a second), and 20 ms a second of 48 kHz stereo for all that measures it live.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.ui.actions import ActionSet
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.meter import MeterPanel
from audiolab.ui.theme import Theme
from tests.fakes import ScriptedRecognizer
from tests.ui.test_actions import Journal

RATE = 48000
TICK = 720
"""Samples of 15 ms: what the transport passes on at a time."""

FRAME = 1584
"""Samples of 33 ms: what sounds between two drawings."""


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(
        lambda _name: ScriptedRecognizer(),
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    noise = np.random.default_rng(4).normal(0, 0.1, (60 * RATE, 2)).astype(np.float32)
    made.show(ArrayRecording(noise, RATE))
    yield made
    made.shutdown()


def sound(session: Session, frames: int) -> None:
    """The next samples are heard."""
    metering = session.metering
    start = sound.at % (59 * RATE)
    sound.at = start + frames
    samples = session.recording.read(start, start + frames)
    metering.meter.push(samples)
    metering.sounded.emit(samples)


sound.at = 0


def test_a_frame_of_the_meter(benchmark, qtbot: QtBot, session: Session) -> None:
    theme = Theme("dark")
    actions = ActionSet(ACTIONS, session, theme, Journal(), session)
    panel = MeterPanel(session, theme, actions)
    qtbot.addWidget(panel)
    panel.resize(400, 360)
    panel.show()
    qtbot.waitExposed(panel)
    for _ in range(2000):  # a full history
        sound(session, FRAME)

    def frame() -> None:
        panel._draw()
        QApplication.processEvents()

    benchmark.pedantic(frame, setup=lambda: sound(session, FRAME), rounds=500)


@pytest.mark.parametrize("levels", [False, True], ids=["loudness", "loudness and sound levels"])
def test_a_second_of_the_live_path(benchmark, session: Session, levels: bool) -> None:
    if levels:
        session.settings.update(sound_calibration=110.0)
        session.soundlevels.watch()

    def second() -> None:
        for tick in range(RATE // TICK):
            sound(session, TICK)
            if tick % 2 == 0:
                session.metering.reading  # noqa: B018 - what the meter asks for each frame

    benchmark.pedantic(second, rounds=20, warmup_rounds=2)
