"""The interpolator: its values, and the bounds that let a scan skip it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.truepeak import MARGIN, REACH, ROW, Interpolator, oversampling

RATES = {8_000: 4, 44_100: 4, 48_000: 4, 95_999: 4, 96_000: 2, 176_400: 2, 192_000: 1, 384_000: 1}


def test_oversampling_follows_the_rate() -> None:
    assert {rate: oversampling(rate) for rate in RATES} == RATES


@pytest.mark.parametrize("rate", [48_000, 96_000])
@pytest.mark.parametrize("frequency", [0.001, 0.05, 0.2, 0.3, 0.36])
def test_values_between_samples_of_a_sine(rate: int, frequency: float) -> None:
    interpolator = Interpolator(rate)
    place = np.arange(40 * ROW + MARGIN)
    starts = np.arange(40) * ROW + REACH - 1
    values = interpolator.between(np.sin(2.0 * np.pi * frequency * place + 0.3)[np.newaxis], Scratch())[0]
    assert values.shape == (40, interpolator.factor - 1, ROW)
    for phase in range(1, interpolator.factor):
        at = starts[:, np.newaxis] + np.arange(ROW) + phase / interpolator.factor
        expected = np.sin(2.0 * np.pi * frequency * at + 0.3)
        np.testing.assert_allclose(values[:, phase - 1], expected, atol=2e-3)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([-1.0, 1.0, 0.5, 0.0]) | st.floats(-1.0, 1.0), min_size=64, max_size=64))
def test_no_value_exceeds_the_bounds(samples: list[float]) -> None:
    sound = np.array(samples)
    interpolator = Interpolator(48_000)
    start = 24
    around = sound[start - REACH + 1 : start + ROW + REACH]
    values = np.abs(interpolator.between(around[np.newaxis], Scratch())).max()
    assert values <= np.abs(around).max() * interpolator.gain + 1e-12
    beside = np.abs(sound[start : start + ROW + 1]).max()
    assert values <= beside + interpolator.bend * np.abs(np.diff(around, 2)).max() + 1e-12


def test_the_bound_of_magnitudes_is_reached() -> None:
    interpolator = Interpolator(48_000)
    impulse = np.zeros((1, 2 * ROW + MARGIN))
    impulse[0, ROW + REACH - 1] = 1.0
    response = interpolator.between(impulse, Scratch())[0, :, 1].ravel()
    worst = np.zeros((1, ROW + MARGIN))
    worst[0, : 2 * REACH] = np.sign(response[ROW - REACH : ROW + REACH])[::-1]
    assert np.abs(interpolator.between(worst, Scratch())).max() == pytest.approx(interpolator.gain)
