"""How long each time view takes to paint a frame, 1900 pixels wide: run with --benchmark-only."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import annotation_of
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.ui.lanes import LaneView
from audiolab.ui.overview import Overview
from audiolab.ui.ruler import TimeRuler
from audiolab.ui.spectrogram import SpectrogramView
from audiolab.ui.theme import Theme
from audiolab.ui.timeview import TimeView
from audiolab.ui.waveform import WaveformView
from tests.benchmarks.frames import transcription_of
from tests.fakes import ScriptedRecognizer

RATE = 48000
HEIGHTS = {Overview: 48, TimeRuler: 27, WaveformView: 280, LaneView: 65, SpectrogramView: 480}


@pytest.fixture(scope="module")
def recording() -> ArrayRecording:
    """A minute of stereo noise in bursts."""
    noise = np.random.default_rng(4).normal(0, 0.1, (60 * RATE, 2)).astype(np.float32)
    bursts = np.abs(np.sin(np.arange(60 * RATE) / RATE * 4))[:, np.newaxis].astype(np.float32)
    return ArrayRecording(noise * bursts, RATE)


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, recording: ArrayRecording) -> Iterator[Session]:
    """The recording with a transcription, all jobs done at once."""
    made = Session(
        lambda _name: ScriptedRecognizer(),
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    made.show(recording)
    read = transcription_of(recording.frames, RATE)
    made.reading._set((read, annotation_of(read.alignment, RATE, recording.frames)))
    yield made
    made.shutdown()


def shown(qtbot: QtBot, session: Session, kind: type[TimeView]) -> TimeView:
    view = kind(session, Theme("dark"))
    qtbot.addWidget(view)
    view.resize(1900, HEIGHTS[kind])
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.mark.parametrize("per_pixel", [0.25, 4, 100, 600])
@pytest.mark.parametrize("kind", HEIGHTS, ids=lambda kind: kind.__name__)
def test_pan(benchmark, qtbot: QtBot, session: Session, kind: type[TimeView], per_pixel: float) -> None:
    view, timeline = shown(qtbot, session, kind), session.timeline
    length = round(1836 * per_pixel)
    timeline.show(TimeSpan(0, length))
    step = max(round(8 * per_pixel), 1)

    def frame() -> None:
        if timeline.visible.stop + step > timeline.length:
            timeline.show(TimeSpan(0, length))
        timeline.scroll(step)
        view.repaint()

    for _ in range(20):  # the tiles come after the first frames that ask for them
        frame()
        QApplication.processEvents()
    benchmark(frame)


@pytest.mark.parametrize("kind", HEIGHTS, ids=lambda kind: kind.__name__)
def test_zoom(benchmark, qtbot: QtBot, session: Session, kind: type[TimeView]) -> None:
    view, timeline = shown(qtbot, session, kind), session.timeline
    timeline.show_all()
    factors = [1.1] * 60 + [1 / 1.1] * 60
    place = [0]

    def frame() -> None:
        timeline.zoom(factors[place[0] % len(factors)], timeline.length // 3)
        place[0] += 1
        view.repaint()

    for _ in factors:
        frame()
        QApplication.processEvents()
    benchmark(frame)


@pytest.mark.parametrize("kind", HEIGHTS, ids=lambda kind: kind.__name__)
def test_play(benchmark, qtbot: QtBot, session: Session, kind: type[TimeView]) -> None:
    shown(qtbot, session, kind)
    timeline = session.timeline
    timeline.show(TimeSpan(0, 12 * RATE))

    def frame() -> None:
        timeline.set_playhead(((timeline.playhead or 0) + RATE // 60) % (12 * RATE))
        QApplication.processEvents()

    benchmark(frame)
