"""Sample frames and pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.timebase import TimeSpan
from audiolab.ui.geometry import TimeAxis

AXES = st.builds(
    lambda start, length, left, width: TimeAxis(TimeSpan(start, start + length), left, width),
    st.integers(0, 10**10),
    st.integers(1, 10**10),
    st.integers(0, 200),
    st.integers(1, 8000),
)


def test_known_places() -> None:
    axis = TimeAxis(TimeSpan(100, 300), 50, 100)
    assert axis.samples_per_pixel == 2.0
    assert axis.pixels(TimeSpan(100, 300)) == (50.0, 150.0)
    assert (axis.x(200), axis.frame(100), axis.frame(100.4)) == (100.0, 200, 200)
    assert (axis.column(201), axis.column(99)) == (100, 49)
    assert (axis.frames(10), axis.frames(-0.5)) == (20, -1)


def test_wide_samples_own_all_their_columns() -> None:
    axis = TimeAxis(TimeSpan(7, 17), 0, 100)
    assert [axis.frame(x) for x in (0, 9, 10, 99)] == [7, 7, 8, 16]


@given(AXES, st.floats(0.0, 1.0))
def test_a_samples_place_leads_back_to_it(axis: TimeAxis, where: float) -> None:
    frame = axis.span.start + int(where * axis.span.length)
    assert axis.frame(axis.x(frame)) == frame


@given(AXES)
def test_edges_divide_the_span(axis: TimeAxis) -> None:
    edges = axis.edges()
    assert len(edges) == axis.width + 1
    assert edges[0] == axis.span.start
    assert edges[-1] == pytest.approx(axis.span.stop)
    assert np.allclose(np.diff(edges), axis.samples_per_pixel, rtol=1e-3, atol=1e-5)


def test_an_axis_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="span and a width"):
        TimeAxis(TimeSpan(5, 5), 0, 10)
    with pytest.raises(ValueError, match="span and a width"):
        TimeAxis(TimeSpan(5, 6), 0, 0)
