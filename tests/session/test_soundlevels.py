from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import Settings, SettingsStore
from audiolab.session.soundlevels import spec_of
from tests.fakes import ScriptedRecognizer

RATE = 16000


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    session = Session(
        lambda _name: ScriptedRecognizer(),
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    yield session
    session.shutdown()


def sine(db: float, seconds: float, frequency: float = 1000.0) -> np.ndarray:
    """A tone whose level is `db` dBFS (RMS re a full-scale square wave)."""
    wave = 10 ** (db / 20) * np.sqrt(2) * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)
    return wave.astype(np.float32)[:, np.newaxis]


def test_uncalibrated_there_are_dbfs_and_nothing_more(session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0, 10.0), RATE))
    levels = session.soundlevels
    levels.measure(TimeSpan(0, 10 * RATE))
    assert levels.spec.unit == "dBFS(A)"
    assert levels.selected.reading.leq == pytest.approx(-20.0, abs=0.1)
    assert levels.selected.doses == ()


def test_calibrated_with_a_selection_of_known_level(session: Session) -> None:
    both = np.concatenate([sine(-20.0, 4.0), sine(-10.0, 4.0)])
    session.show(ArrayRecording(both, RATE))
    levels = session.soundlevels
    levels.calibrate(TimeSpan(0, 4 * RATE), 94.0)
    assert session.settings.current.sound_calibration == pytest.approx(114.0, abs=0.1)
    assert levels.spec.unit == "dB(A) SPL"
    levels.measure(TimeSpan(6 * RATE, 8 * RATE))
    assert levels.selected.reading.leq == pytest.approx(104.0, abs=0.1)
    levels.forget_calibration()
    assert levels.selected.reading.leq == pytest.approx(-10.0, abs=0.1)


def test_doses_of_a_known_exposure(session: Session) -> None:
    """One minute at 100 dB(A): NIOSH allows 15 minutes, OSHA 2 hours."""
    session.settings.update(sound_calibration=120.0)
    session.show(ArrayRecording(sine(-20.0, 60.0), RATE))
    session.soundlevels.measure(TimeSpan(0, 60 * RATE))
    niosh, osha = session.soundlevels.selected.doses
    assert (niosh.name, osha.name) == ("NIOSH", "OSHA")
    assert niosh.per_cent == pytest.approx(100 / 15, rel=0.05)  # the Slow level takes a second to rise
    assert osha.per_cent == pytest.approx(100 / 120, rel=0.05)
    assert niosh.seconds_left == pytest.approx(14 * 60, rel=0.05)


def test_live_levels_begin_when_they_are_wanted(session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0, 1.0), RATE))
    levels = session.soundlevels
    session.metering.sounded.emit(sine(-20.0, 1.0))
    assert levels.live is None
    levels.watch()
    for _ in range(30):
        session.metering.sounded.emit(sine(-20.0, 0.1))
    assert levels.live.reading.level == pytest.approx(-20.0, abs=0.1)
    assert levels.live.reading.seconds == pytest.approx(3.0)
    levels.reset()
    assert levels.live.reading.seconds == 0.0


def test_weighting_is_chosen(session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0, 8.0, 100.0), RATE))
    session.soundlevels.measure(TimeSpan(0, 8 * RATE))
    assert session.soundlevels.selected.reading.leq == pytest.approx(-39.1, abs=0.3)  # A at 100 Hz: -19.1 dB
    session.settings.update(sound_weighting="Z")
    assert session.soundlevels.selected.reading.leq == pytest.approx(-20.0, abs=0.1)


def test_what_cannot_be_calibrated_with_is_told(session: Session) -> None:
    told: list[str] = []
    session.notice.connect(told.append)
    session.soundlevels.calibrate(TimeSpan(0, 10), 94.0)
    session.show(ArrayRecording(np.zeros((RATE, 1), np.float32), RATE))
    session.soundlevels.calibrate(TimeSpan(0, RATE), 94.0)
    assert told == [
        "Select a sound of known level to calibrate with.",
        "The selection was not calibrated with: a silent recording cannot be calibrated with.",
    ]
    assert session.settings.current.sound_calibration is None


def test_a_rate_without_weightings_shows_nothing(session: Session) -> None:
    session.soundlevels.watch()
    session.show(ArrayRecording(np.zeros((3000, 1), np.float32), 3000))
    session.soundlevels.measure(TimeSpan(0, 3000))
    assert session.soundlevels.live is None
    assert session.soundlevels.selected is None


def test_unknown_settings_take_the_default() -> None:
    spec = spec_of(Settings(sound_weighting="B", sound_time_weighting="Impulse"))
    assert (spec.weighting, spec.time_weighting) == ("A", "Fast")
