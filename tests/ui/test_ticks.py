"""Marks of axes."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.timebase import TimeSpan
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.ticks import (
    amplitude_ticks,
    frequency_ticks,
    hertz,
    in_samples,
    level_ticks,
    multiples,
    nice_step,
    round_frequencies,
    time_ticks,
)


def labels(axis: TimeAxis, rate: int, spacing: float = 80.0, *, hours: bool = False) -> dict[float, str]:
    ticks = time_ticks(axis, rate, spacing, hours=hours)
    return {tick.position: tick.label for tick in ticks if tick.label}


def test_seconds_and_their_fifths() -> None:
    ticks = time_ticks(TimeAxis(TimeSpan(0, 80000), 0, 1000), 8000, 80.0)
    assert {tick.position: tick.label for tick in ticks if tick.label} == {
        second * 8000.0: f"00:{second:02d}" for second in range(11)
    }
    assert [tick.position for tick in ticks][:6] == pytest.approx([0, 1600, 3200, 4800, 6400, 8000])


def test_tenths_and_thousandths_say_as_many_decimals_as_they_need() -> None:
    assert labels(TimeAxis(TimeSpan(8000, 16000), 0, 1000), 8000)[8800.0] == "00:01.1"
    assert labels(TimeAxis(TimeSpan(48000, 48480), 0, 1000), 48000)[48048.0] == "00:01.001"


def test_sixty_is_the_base_beyond_half_a_minute() -> None:
    ten_minutes = labels(TimeAxis(TimeSpan(0, 600 * 8000), 0, 1000), 8000)
    assert list(ten_minutes.values())[:3] == ["00:00", "01:00", "02:00"]
    ten_hours = labels(TimeAxis(TimeSpan(0, 36000 * 8000), 0, 1000), 8000, hours=True)
    assert list(ten_hours.values())[:3] == ["0:00:00", "1:00:00", "2:00:00"]


def test_samples_are_numbered_where_time_would_need_more_than_milliseconds() -> None:
    axis = TimeAxis(TimeSpan(1000, 1100), 0, 1000)
    assert in_samples(axis, 48000, 80.0)
    assert labels(axis, 48000) == {1000.0 + 10 * step: f"{1000 + 10 * step:,}" for step in range(11)}


@given(st.integers(0, 10**9), st.integers(16, 10**9), st.sampled_from([8000, 44100, 48000, 192000]))
def test_labels_keep_their_distance_and_lie_in_view(start: int, length: int, rate: int) -> None:
    axis = TimeAxis(TimeSpan(start, start + length), 0, 1900)
    ticks = time_ticks(axis, rate, 90.0)
    places = [axis.x(tick.position) for tick in ticks if tick.label]
    assert all(b - a >= 89.9 for a, b in pairwise(places))
    assert all(-0.1 <= axis.x(tick.position) <= 1900.1 for tick in ticks)
    assert len(ticks) < 1000


@pytest.mark.parametrize(
    ("wanted", "step"), [(1.0, 1.0), (1.1, 2.0), (3.0, 5.0), (6.0, 10.0), (0.03, 0.05), (700, 1000)]
)
def test_steps_are_round(wanted: float, step: float) -> None:
    assert nice_step(wanted) == pytest.approx(step)


def test_multiples_include_both_ends() -> None:
    assert multiples(0.0, 1.0, 0.25) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert multiples(-0.5, 0.5, 0.5) == [-0.5, 0.0, 0.5]


def test_decades_come_first_on_a_curved_axis() -> None:
    ticks = frequency_ticks(round_frequencies(20, 20000), lambda hz: -100.0 * math.log10(hz), 60.0)
    assert [tick.label for tick in ticks] == ["20", "100", "1k", "10k"]
    close = frequency_ticks(round_frequencies(20, 20000), lambda hz: -100.0 * math.log10(hz), 25.0)
    assert [tick.label for tick in close] == ["20", "50", "100", "200", "500", "1k", "2k", "5k", "10k", "20k"]


def test_frequencies_are_short() -> None:
    assert [hertz(hz) for hz in (0, 440, 1000, 2500, 22050)] == ["0", "440", "1k", "2.5k", "22.05k"]


def test_amplitudes_from_plus_to_minus() -> None:
    ticks = amplitude_ticks(1.0, lambda value: 100.0 - 100.0 * value, 45.0)
    assert [tick.label for tick in ticks] == ["1", "0.5", "0", "−0.5", "−1"]


def test_few_pixels_have_few_amplitudes() -> None:
    assert [tick.label for tick in amplitude_ticks(1.0, lambda value: 10.0 - 10.0 * value, 40.0)] == [
        "1",
        "0",
        "−1",
    ]


def test_levels_mirror_at_silence() -> None:
    def y_of(value: float) -> float:
        height = 0.0 if not value else math.copysign(1.0 + 20.0 * math.log10(abs(value)) / 60.0, value)
        return 100.0 - 100.0 * height

    texts = [tick.label for tick in level_ticks(1.0, y_of, 19.0)]
    assert texts == ["0", "−12", "−24", "−36", "−48", "−∞", "−48", "−36", "−24", "−12", "0"]
