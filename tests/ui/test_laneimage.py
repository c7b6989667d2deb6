"""Spans as pixels."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.sequences import difference
from audiolab.core.speech import Token
from audiolab.core.tiers import Interval
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.laneimage import Spans, frame_starts, paint_bars

SHADES = np.arange(256, dtype=np.uint32)


def spans(*pairs: tuple[int, int]) -> Spans:
    return Spans.of([Token("x", TimeSpan(*pair), TimeSpan(0, 1), 1.0) for pair in pairs])


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_edited_spans_are_those_made_anew(lengths: list[int], removed: int, cut: int) -> None:
    bounds = [0, *np.cumsum(lengths).tolist()]
    before = [Interval(TimeSpan(a, b), "x") for a, b in itertools.pairwise(bounds)]
    after = [*before[:removed], *before[removed + 1 : cut], *(replace(item, text="y") for item in before[cut:])]
    found, expected = Spans.of(before).edited(difference(before, after), after), Spans.of(after)
    for name in ("starts", "stops", "covered"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def test_nothing_covers_nothing() -> None:
    axis = TimeAxis(TimeSpan(0, 100), 0, 10)
    assert spans().coverage(axis).tolist() == [0.0] * 10
    pixels = np.ones((2, 10), np.uint32)
    spans().paint(pixels, axis, SHADES)
    assert not pixels.any()
    assert spans().roomy(axis, 1.0) == []


@given(st.lists(st.integers(1, 40), min_size=2, max_size=30), st.integers(0, 200), st.integers(1, 300))
def test_coverage_is_what_counting_finds(lengths: list[int], start: int, length: int) -> None:
    bounds = np.cumsum(lengths)
    pairs = list(zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=False))
    covered = np.zeros(2000)
    for first, stop in pairs:
        covered[first:stop] = 1.0
    axis = TimeAxis(TimeSpan(start, start + 5 * length), 0, length)
    expected = covered[start : start + 5 * length].reshape(length, 5).mean(axis=1)
    assert np.allclose(spans(*pairs).coverage(axis), expected)


def test_items_are_drawn_in_their_columns_with_ground_between() -> None:
    pixels = np.zeros((3, 100), np.uint32)
    spans((100, 300), (300, 500), (700, 800)).paint(pixels, TimeAxis(TimeSpan(0, 1000), 0, 100), SHADES)
    assert (pixels[0] == pixels[2]).all()
    assert np.flatnonzero(pixels[0] == 255).tolist() == [*range(11, 30), *range(31, 50), *range(71, 80)]
    assert pixels[0, [10, 30, 70]].tolist() == [0, 0, 0]


def test_dense_items_become_a_shade() -> None:
    many = spans(*((10 * index, 10 * index + 5) for index in range(1000)))
    pixels = np.zeros((1, 100), np.uint32)
    many.paint(pixels, TimeAxis(TimeSpan(0, 10_000), 0, 100), SHADES)
    assert set(pixels[0].tolist()) == {128}


def test_room_is_what_can_be_seen_of_an_item() -> None:
    items = spans((0, 100), (100, 110), (200, 400))
    axis = TimeAxis(TimeSpan(50, 350), 60, 300)
    assert items.roomy(axis, 10.0) == [(0, 60.0, 110.0), (1, 110.0, 120.0), (2, 210.0, 360.0)]
    assert [index for index, _, _ in items.roomy(axis, 11.0)] == [0, 2]


@given(st.integers(1, 2000), st.integers(-500, 500), st.sampled_from([8000, 16000, 44100, 48000]))
def test_frame_starts_agree_with_the_grid(hop: int, offset: int, rate: int) -> None:
    grid = FrameGrid(hop, offset, 16000)
    assert frame_starts(grid, 3, 9, rate).tolist() == [grid.sample_at(frame, rate) for frame in range(3, 10)]


def test_bars_stand_on_the_lower_edge() -> None:
    pixels = np.full((10, 40), 7, np.uint32)
    starts = np.array([0, 100, 200, 300])
    heights = np.array([1.0, 0.5, 0.0])
    paint_bars(pixels, TimeAxis(TimeSpan(0, 400), 0, 40), starts, heights, np.array([1, 2, 3], np.uint32), 9)
    assert set(pixels[:, 0:9].ravel().tolist()) == {1}
    assert pixels[:, 12].tolist() == [9] * 5 + [2] * 5
    assert set(pixels[:, 20:29].ravel().tolist()) == {9}
    assert set(pixels[:, [9, 19]].ravel().tolist()) == {7}
    assert set(pixels[:, 30:].ravel().tolist()) == {7}


@pytest.mark.parametrize("visible", [TimeSpan(150, 250), TimeSpan(0, 16), TimeSpan(250, 4000)])
def test_bars_are_cut_at_the_edges(visible: TimeSpan) -> None:
    pixels = np.full((4, 40), 7, np.uint32)
    axis = TimeAxis(visible, 0, 40)
    paint_bars(pixels, axis, np.array([0, 100, 200, 300]), np.ones(3), np.array([1, 2, 3], np.uint32), 9)
    for column in range(40):
        frame = axis.frame(column)
        assert pixels[0, column] in ({frame // 100 + 1, 7} if frame < 300 else {7})
