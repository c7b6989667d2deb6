import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.timebase import FrameGrid, TimeSpan


def test_span_refuses_to_run_backwards() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        TimeSpan(5, 4)


def test_span_is_half_open() -> None:
    span = TimeSpan(2, 4)
    assert [frame for frame in range(6) if frame in span] == [2, 3]
    assert not span.overlaps(TimeSpan(4, 6))
    assert span.overlaps(TimeSpan(3, 9))


def test_intersection_of_strangers_is_empty() -> None:
    assert not TimeSpan(0, 2).intersection(TimeSpan(5, 9))
    assert TimeSpan(0, 6).intersection(TimeSpan(5, 9)) == TimeSpan(5, 6)


@given(st.integers(-50, 500), st.integers(0, 500), st.integers(0, 300))
def test_clamped_lies_in_the_recording(start: int, length: int, frames: int) -> None:
    clamped = TimeSpan(start, start + length).clamped(frames)
    assert 0 <= clamped.start <= clamped.stop <= frames


@given(
    st.integers(1, 4096),
    st.integers(-5000, 5000),
    st.sampled_from([8000, 11025, 16000, 44100, 48000]),
    st.sampled_from([8000, 16000, 22050, 44100, 96000]),
    st.integers(0, 10**9),
)
def test_frame_at_inverts_span(hop: int, offset: int, rate: int, other: int, sample: int) -> None:
    grid = FrameGrid(hop, offset, rate)
    frame = grid.frame_at(sample, other)
    assert grid.sample_at(frame, other) <= sample < grid.sample_at(frame + 1, other)


def test_known_grid_positions() -> None:
    grid = FrameGrid(hop=320, offset=-160, sample_rate=16000)
    assert grid.sample_at(1, 16000) == 160
    assert grid.sample_at(1, 48000) == 480
    assert grid.span(0, 2, 16000) == TimeSpan(0, 480)


@given(
    st.integers(1, 4096), st.integers(-5000, 5000), st.sampled_from([100, 8000, 44100]), st.integers(8000, 384000)
)
def test_many_positions_are_those_of_each(hop: int, offset: int, rate: int, other: int) -> None:
    grid = FrameGrid(hop, offset, rate)
    frames = np.arange(-3, 1000, 97)
    assert grid.samples_at(frames, other).tolist() == [grid.sample_at(int(frame), other) for frame in frames]
