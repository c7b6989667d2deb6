from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.session.jobs import JobRunner
from audiolab.session.loudnesschoice import layout_of, with_layout
from audiolab.session.session import Session
from audiolab.session.settings import Settings, SettingsStore
from tests.fakes import ScriptedRecognizer

RATE = 48000


def sine(db: float, seconds: float = 4.0, channels: int = 2) -> np.ndarray:
    wave = 10 ** (db / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    session = Session(
        lambda _name: ScriptedRecognizer(),
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    yield session
    session.shutdown()


def test_pause_holds_integrated_and_range_together(session: Session, qtbot: QtBot) -> None:
    session.show(ArrayRecording(sine(-23.0), RATE))
    metering = session.metering
    assert metering.running
    metering.meter.push(sine(-23.0))
    with qtbot.waitSignal(metering.running_changed):
        metering.set_running(False)
    metering.meter.push(sine(-10.0))
    held = metering.reading
    assert held.integrated_lufs == pytest.approx(-23.0, abs=0.05)
    assert held.momentary_lufs == pytest.approx(-10.0, abs=0.1)
    metering.reset()
    assert metering.reading.integrated_lufs is None
    assert not metering.running
    metering.set_running(True)
    metering.meter.push(sine(-15.0))
    assert metering.reading.integrated_lufs == pytest.approx(-15.0, abs=0.1)


def test_nothing_runs_while_nothing_is_open(session: Session) -> None:
    session.metering.set_running(True)
    assert not session.metering.running
    assert session.metering.reading is None


def test_mono_counts_twice_where_that_is_chosen(session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0, channels=1), RATE))
    single = session.analyses.loudness.integrated_lufs
    assert single == pytest.approx(-23.0, abs=0.05)
    session.settings.update(loudness_dual_mono=True)
    assert session.analyses.loudness.integrated_lufs == pytest.approx(single + 3.01, abs=0.01)
    session.metering.meter.push(sine(-20.0, channels=1))
    assert session.metering.reading.integrated_lufs == pytest.approx(-20.0, abs=0.05)


def test_stereo_goes_on_when_mono_counts_twice(session: Session) -> None:
    session.show(ArrayRecording(sine(-20.0), RATE))
    meter = session.metering.meter
    session.settings.update(loudness_dual_mono=True)
    assert session.metering.meter is meter
    assert session.analyses.loudness.integrated_lufs == pytest.approx(-20.0, abs=0.05)


def test_overs_are_found_for_the_ceiling_of_the_target(session: Session) -> None:
    samples = sine(-30.0)
    samples[RATE : RATE + 480] *= 10 ** (28.5 / 20)  # peaks at -1.5 dBTP
    session.show(ArrayRecording(samples, RATE))
    assert session.analyses.loudness.overs == ()
    session.settings.update(loudness_target="ATSC A/85")
    assert {over.channel for over in session.analyses.loudness.overs} == {0, 1}


def test_the_layout_weighs_the_channels_live_and_of_the_file(session: Session) -> None:
    film = ArrayRecording(np.pad(sine(-20.0, channels=1), ((0, 0), (3, 2))), RATE)
    session.show(film)
    assert session.analyses.loudness.integrated_lufs is None  # taken as low-frequency effects
    choice = with_layout(session.settings.current, film, "5.1 film")
    session.settings.update(loudness_layouts=choice)
    assert session.analyses.loudness.integrated_lufs == pytest.approx(-21.5, abs=0.05)
    session.metering.meter.push(film.read(0, film.frames))
    assert session.metering.reading.integrated_lufs == pytest.approx(-21.5, abs=0.05)
    assert session.normalising.gain.gain_db == pytest.approx(-1.5, abs=0.05)


def test_a_layout_is_remembered_for_files_that_say_the_same(session: Session) -> None:
    silent = ArrayRecording(np.zeros((RATE, 6)), RATE)
    says = ArrayRecording(np.zeros((RATE, 6)), RATE)
    says._info = replace(says.info, speakers=("L", "R", "C", "LFE", "Ls", "Rs"))
    settings = Settings(loudness_layouts=with_layout(Settings(), silent, "5.1 film"))
    assert layout_of(settings, ArrayRecording(np.zeros((9, 6)), RATE)).name == "5.1 film"
    assert layout_of(settings, says).name == "5.1"
    both = replace(settings, loudness_layouts=with_layout(settings, says, "6 channels"))
    assert layout_of(both, says).name == "6 channels"
    assert layout_of(both, silent).name == "5.1 film"
    assert with_layout(both, says, None) == settings.loudness_layouts


@pytest.mark.parametrize("entry", ["6=of another version", "6=stereo", "6", ""])
def test_a_choice_that_does_not_fit_is_no_choice(entry: str) -> None:
    settings = Settings(loudness_layouts=(entry,))
    assert layout_of(settings, ArrayRecording(np.zeros((9, 6)), RATE)).name == "5.1"
