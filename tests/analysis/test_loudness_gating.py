"""Gating and range, exact while values come, against the definitions written out plainly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiolab.analysis.loudness.gating import (
    GatedPowers,
    integrated,
    integrated_so_far,
    loudness_range,
)
from audiolab.analysis.loudness.silence import lufs_to_power
from audiolab.core.units import power_to_lufs

LEVELS = st.lists(st.floats(-90.0, 5.0), min_size=1, max_size=60)


def plain_integrated(powers: np.ndarray) -> float | None:
    passing = powers[powers >= lufs_to_power(-70.0)]
    if not len(passing):
        return None
    return power_to_lufs(float(passing[passing > passing.mean() * 0.1].mean()))


def plain_range(powers: np.ndarray) -> float | None:
    passing = powers[powers >= lufs_to_power(-70.0)]
    if not len(passing):
        return None
    ranked = np.sort(passing[passing >= passing.mean() * 0.01])
    low, high = (ranked[int((len(ranked) - 1) * share + 0.5)] for share in (0.10, 0.95))
    return float(10.0 * np.log10(high / low))


def many(count: int, seed: int = 3) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.array([lufs_to_power(level) for level in random.uniform(-80.0, -10.0, count)])


@settings(max_examples=200, deadline=None)
@given(LEVELS)
def test_gates_follow_the_definition(levels: list[float]) -> None:
    powers = np.array([lufs_to_power(level) for level in levels])
    gated = GatedPowers()
    for power in powers:
        gated.add(np.array([power]))
    expected, expected_range = plain_integrated(powers), plain_range(powers)
    assert integrated(gated)[0] == (expected and pytest.approx(expected, abs=1e-9))
    assert loudness_range(gated) == (expected_range and pytest.approx(expected_range, abs=1e-9))


def test_long_measurements_stay_exact() -> None:
    powers = many(3000)
    gated = GatedPowers()
    for start in range(0, len(powers), 7):
        gated.add(powers[start : start + 7])
        if start % 700 == 0:
            heard = powers[: start + 7]
            assert integrated(gated)[0] == pytest.approx(plain_integrated(heard), abs=1e-9)
            assert loudness_range(gated) == pytest.approx(plain_range(heard), abs=1e-9)
    assert len(gated) == np.count_nonzero(powers >= lufs_to_power(-70.0))


def test_integrated_so_far_is_what_a_live_meter_says_at_each_block() -> None:
    powers = np.concatenate([np.zeros(5), many(1500), np.zeros(3), many(20, seed=4)])
    so_far = integrated_so_far(powers)
    assert np.isnan(so_far[:5]).all()
    for place in range(5, len(powers), 13):
        expected = plain_integrated(powers[: place + 1])
        assert so_far[place] == pytest.approx(np.nan if expected is None else expected, abs=1e-9, nan_ok=True)


def test_silence_has_no_loudness() -> None:
    gated = GatedPowers()
    gated.add(np.array([0.0, lufs_to_power(-70.1)]))
    assert integrated(gated) == (None, None)
    assert loudness_range(gated) is None
    assert np.isnan(integrated_so_far(np.array([0.0, 0.0]))).all()


def test_the_threshold_is_10_lu_below_the_mean() -> None:
    gated = GatedPowers()
    gated.add(np.array([lufs_to_power(-20.0), lufs_to_power(-20.0), lufs_to_power(-75.0)]))
    loudness, threshold = integrated(gated)
    assert loudness == pytest.approx(-20.0)
    assert threshold == pytest.approx(-30.0)
