from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.loudnesslane import LoudnessLane, column_bounds
from audiolab.ui.theme import Theme

RATE = 48000


def steps(*levels: float) -> ArrayRecording:
    """Four seconds of 1 kHz in stereo at each level in dBFS peak."""
    time = np.arange(4 * RATE) / RATE
    parts = [10 ** (level / 20) * np.sin(2 * np.pi * 1000 * time) for level in levels]
    wave = np.concatenate(parts).astype(np.float32)
    return ArrayRecording(np.column_stack([wave, wave]), RATE)


@pytest.fixture
def lane(session: Session, theme: Theme, qtbot: QtBot) -> LoudnessLane:
    made = LoudnessLane(session, theme)
    qtbot.addWidget(made)
    made.resize(made.gutter + 600, 112)
    made.show()
    return made


# ---- from curve to columns


def test_entries_lie_at_the_end_of_their_tenth_of_a_second() -> None:
    curve = np.array([-20.0, -30.0, -40.0], np.float32)
    low, high = column_bounds(curve, TimeAxis(TimeSpan(0, 400), 0, 400), 1000)
    assert low[100] == pytest.approx(-20.0)
    assert low[150] == pytest.approx(-25.0)
    assert low[200] == pytest.approx(-30.0)
    assert np.isnan(low[:99]).all()
    assert np.isnan(high[301:]).all()


def test_many_entries_in_a_column_keep_their_extremes() -> None:
    curve = np.full(1000, -30.0, np.float32)
    curve[500], curve[501] = -10.0, -50.0
    low, high = column_bounds(curve, TimeAxis(TimeSpan(0, 100_000), 0, 50), 1000)
    assert high.max() == -10.0
    assert low.min() == -50.0
    assert np.argmax(high) == 25
    assert np.isfinite(high).sum() == 50


def test_silence_among_entries_is_left_out() -> None:
    curve = np.full(1000, np.nan, np.float32)
    curve[100] = -20.0
    low, high = column_bounds(curve, TimeAxis(TimeSpan(0, 100_000), 0, 50), 1000)
    assert np.isfinite(high).sum() == 1
    assert high[5] == low[5] == -20.0


@pytest.mark.parametrize("width", [7, 600])
def test_what_is_visible_beyond_the_end_stays_empty(width: int) -> None:
    curve = np.full(10, -20.0, np.float32)
    for start in (0, 900, 5000):
        low, _ = column_bounds(curve, TimeAxis(TimeSpan(start, start + 4000), 0, width), 1000)
        assert len(low) == width
    assert np.isnan(low).all()


def test_nothing_was_measured() -> None:
    for width in (3, 600):
        low, high = column_bounds(np.empty(0, np.float32), TimeAxis(TimeSpan(0, 900), 0, width), 1000)
        assert np.isnan(low).all()
        assert np.isnan(high).all()


# ---- the view


def test_it_says_what_to_do_while_there_is_nothing(lane: LoudnessLane, session: Session) -> None:
    assert "Open" in lane.empty_text()
    session.show(ArrayRecording(np.zeros((4000, 1), np.float32), 4000))
    assert lane.empty_text() == "Loudness is not defined at 4,000 Hz"


def test_integrated_is_drawn_where_the_scale_says(lane: LoudnessLane, session: Session, theme: Theme) -> None:
    session.show(steps(-26.0, -26.0))
    image = lane.grab().toImage()
    x = lane.gutter + 500
    drawn = [y for y in range(112) if image.pixelColor(x, y) == theme.colours.text]
    assert np.mean(drawn) == pytest.approx(111 * (1 - 15 / 27), abs=1.5)  # 15 LU above the lower end


def test_pointer_reads_the_three_loudnesses(lane: LoudnessLane, session: Session) -> None:
    session.show(steps(-30.0, -20.0))
    assert lane.probe_at(QPointF(lane.gutter + 280, 50)).text == "M −30.0  S −30.0  I −30.0 LUFS"
    assert lane.probe_at(QPointF(lane.gutter + 590, 50)).text.startswith("M −20.0  S −20.0")
    session.settings.update(loudness_absolute=False)
    assert lane.probe_at(QPointF(lane.gutter + 280, 50)).text == "M −7.0  S −7.0  I −7.0 LU"


def test_pointer_reads_the_loudness_of_the_word(lane: LoudnessLane, session: Session) -> None:
    session.show(steps(-30.0, -20.0))
    session.transcribe()
    word = session.reading.words[0]
    lane.refresh()
    text = lane._text_at(word.span.start)
    assert text.endswith(f"“{word.text}” −30.0 LUFS")


def test_pointer_reads_the_loudness_of_all_that_a_speaker_says(lane: LoudnessLane, session: Session) -> None:
    session.show(steps(-30.0, -20.0, -30.0))
    turns = (
        Interval(TimeSpan(0, 4 * RATE), "one", "Ann"),
        Interval(TimeSpan(4 * RATE, 8 * RATE), "two", "Ben"),
        Interval(TimeSpan(8 * RATE, 12 * RATE), "three", "Ann"),
    )
    session.annotations.edit(
        "Add turns", lambda annotation: replace(annotation, tiers=(IntervalTier("turns", turns),))
    )
    assert lane._text_at(2 * RATE).endswith("   Ann −30.0 LUFS")
    assert lane._text_at(6 * RATE).endswith("   Ben −20.0 LUFS")


def test_overs_are_marked_at_the_top(
    lane: LoudnessLane, session: Session, theme: Theme, make_tone: Callable[[float], ArrayRecording]
) -> None:
    samples = make_tone(8.0).read(0, 64000)
    samples[32000:32100] = 1.2
    session.show(ArrayRecording(samples, 8000))
    image = lane.grab().toImage()
    marked = [x for x in range(lane.gutter, image.width()) if image.pixelColor(x, 1) == theme.colours.bad]
    assert marked
    assert min(marked) == pytest.approx(lane.gutter + 300, abs=2)
    assert max(marked) <= lane.gutter + 304


def test_another_target_moves_the_scale(lane: LoudnessLane, session: Session) -> None:
    session.show(steps(-20.0, -20.0))
    before = lane.grab().toImage()
    session.settings.update(loudness_target="Streaming -14")
    assert lane.grab().toImage() != before
