"""Peaks of what scrolls: at once, and exact soon."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.peaksource import DIRECT_LIMIT, PeakSource

FRAMES = 1_000_000


class CountingRecording(ArrayRecording):
    """Counts the sample frames that were read."""

    frames_read = 0

    def read(self, start: int, stop: int):
        type(self).frames_read += stop - start
        return super().read(start, stop)

    def read_native(self, start: int, stop: int):
        type(self).frames_read += max(stop - start, 0)
        return super().read_native(start, stop)


@pytest.fixture
def noise() -> CountingRecording:
    samples = np.random.default_rng(3).uniform(-1, 1, (FRAMES, 2)).astype(np.float32)
    return CountingRecording(samples, 8000)


@pytest.fixture
def source(session: Session, noise: CountingRecording) -> PeakSource:
    session.show(noise)
    CountingRecording.frames_read = 0
    return PeakSource(session, "test", session)


def exact(session: Session, start: float, per_column: float, count: int):
    return session.analyses.peaks.query(session.recording, start, start + per_column * count, count)


def test_nothing_open_has_no_columns(session: Session) -> None:
    source = PeakSource(session, "test", session)
    assert source.columns(TimeAxis(TimeSpan(0, 100), 0, 10)) is None


@pytest.mark.parametrize("shift", [0, 7, -7, 99, 100, 250, -100, -300])
def test_scrolling_answers_the_same_as_asking_anew(session: Session, source: PeakSource, shift: int) -> None:
    source.columns(TimeAxis(TimeSpan(5000, 6000), 0, 100))
    start = 5000 + 10 * shift
    moved = source.columns(TimeAxis(TimeSpan(start, start + 1000), 0, 100))
    asked = exact(session, start, 10, 100)
    for part in ("minimum", "maximum", "rms"):
        assert np.array_equal(getattr(moved, part), getattr(asked, part))
    assert moved.valid == asked.valid


def test_scrolling_reads_only_what_is_new(source: PeakSource) -> None:
    source.columns(TimeAxis(TimeSpan(5000, 105_000), 0, 1000))
    CountingRecording.frames_read = 0
    source.columns(TimeAxis(TimeSpan(6000, 106_000), 0, 1000))
    assert CountingRecording.frames_read <= 2500


def test_scrolling_by_fractions_stays_within_half_a_column(session: Session, source: PeakSource) -> None:
    source.columns(TimeAxis(TimeSpan(5000, 6000), 0, 100))
    for start in range(5001, 5300, 7):
        columns = source.columns(TimeAxis(TimeSpan(start, start + 1000), 0, 100))
        nearest = [whole for whole in range(5000, 5320, 10) if abs(whole - start) <= 5]
        assert any(np.array_equal(columns.maximum, exact(session, whole, 10, 100).maximum) for whole in nearest)


def test_the_end_of_a_recording_is_the_end_of_its_columns(source: PeakSource) -> None:
    axis = TimeAxis(TimeSpan(FRAMES - 500, FRAMES + 500), 0, 100)
    assert source.columns(axis).valid == range(50)
    later = TimeAxis(TimeSpan(FRAMES - 300, FRAMES + 700), 0, 100)
    assert source.columns(later).valid == range(30)
    back = TimeAxis(TimeSpan(FRAMES - 700, FRAMES + 300), 0, 100)
    assert source.columns(back).valid == range(70)


def test_too_many_samples_are_not_read_at_once_but_soon(qtbot: QtBot, session: Session, source: PeakSource) -> None:
    axis = TimeAxis(TimeSpan(100, 400_100), 0, 1000)
    assert axis.span.length * 2 > DIRECT_LIMIT
    first = source.columns(axis)
    assert CountingRecording.frames_read == 0
    assert first.approximate
    with qtbot.waitSignal(source.changed):
        pass
    second = source.columns(axis)
    assert not second.approximate
    assert np.array_equal(second.maximum, exact(session, 100, 400, 1000).maximum)
    assert (first.maximum >= second.maximum).all()


def test_another_recording_is_not_confused_with_the_last(
    qtbot: QtBot, session: Session, source: PeakSource
) -> None:
    axis = TimeAxis(TimeSpan(0, 8000), 0, 100)
    source.columns(axis)
    session.show(ArrayRecording(np.zeros(8000, np.float32), 8000))
    assert source.columns(axis).maximum.max() == 0.0
