"""A session without threads, and what it works on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.ui.theme import Theme
from tests.fakes import ScriptedRecognizer

RATE = 8000


@pytest.fixture
def recognizer() -> ScriptedRecognizer:
    """What `session` reads with."""
    return ScriptedRecognizer()


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, recognizer: ScriptedRecognizer) -> Iterator[Session]:
    """A real session whose jobs run at once."""
    made = Session(
        lambda _name: recognizer,
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    yield made
    made.shutdown()


@pytest.fixture
def theme(qtbot: QtBot) -> Theme:
    """The dark theme."""
    return Theme("dark")


@pytest.fixture
def recording() -> ArrayRecording:
    """Eight seconds of stereo: a tone of 440 Hz at the left, a quieter one of 1 kHz at the right."""
    return tone(8.0)


@pytest.fixture
def make_tone() -> Callable[[float], ArrayRecording]:
    """Tones of other lengths in seconds."""
    return tone


def tone(seconds: float) -> ArrayRecording:
    time = np.arange(round(seconds * RATE)) / RATE
    left, right = 0.5 * np.sin(2 * np.pi * 440 * time), 0.1 * np.sin(2 * np.pi * 1000 * time)
    return ArrayRecording(np.c_[left, right], RATE, "tone.wav")
