"""The falling hold of true peaks, and the latch of clipped samples, as the live meter shows them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiolab.analysis.loudness import LoudnessMeter
from audiolab.analysis.loudness.hold import FALL_DB_PER_SECOND
from tests.analysis.loudness_signals import RATE, tones


def held_after(*parts: tuple[float, float], rate: int = RATE) -> float:
    """What is held at the left after tones of (seconds, dBFS peak)."""
    meter = LoudnessMeter(rate, 2)
    for seconds, db in parts:
        time = np.arange(round(seconds * rate)) / rate
        meter.push(np.repeat(10 ** (db / 20) * np.sin(2 * np.pi * 1000 * time)[:, None], 2, axis=1).astype("f4"))
    return meter.reading().held_true_peaks_dbtp[0]


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 192_000])
def test_a_peak_is_held_for_two_seconds_and_falls_then(rate: int) -> None:
    # A tone that breaks off rings over between samples: 0.3 dB.
    assert held_after((1.0, -6.0), (1.8, -50.0), rate=rate) == pytest.approx(-6.0, abs=0.35)
    fallen = held_after((1.0, -6.0), (3.0, -50.0), rate=rate)
    assert fallen == pytest.approx(-6.0 - FALL_DB_PER_SECOND, abs=1.0)
    assert held_after((1.0, -6.0), (7.0, -50.0), rate=rate) == pytest.approx(-50.0, abs=0.35)


def test_a_higher_peak_takes_over() -> None:
    assert held_after((1.0, -20.0), (0.1, -3.0), (1.0, -30.0)) == pytest.approx(-3.0, abs=0.35)


def test_the_hold_goes_on_in_a_pause_and_ends_with_a_reset() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((1, -6)))
    meter.pause()
    meter.push(tones((1, -3)))
    assert meter.reading().held_true_peaks_dbtp == pytest.approx((-3.0, -3.0), abs=0.35)
    assert meter.reading().max_true_peaks_dbtp == pytest.approx((-6.0, -6.0), abs=0.35)
    meter.reset_peaks()
    assert meter.reading().held_true_peaks_dbtp == meter.reading().max_true_peaks_dbtp == (None, None)


def test_resetting_peaks_leaves_loudness_alone() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((5, -20)))
    before = meter.reading()
    meter.reset_peaks()
    after = meter.reading()
    assert after.integrated_lufs == before.integrated_lufs
    assert after.max_short_term_lufs == before.max_short_term_lufs
    assert after.max_true_peak_dbtp is None


FULL = 32767 / 32768


@pytest.mark.parametrize(("count", "clipped"), [(1, False), (2, False), (3, True), (40, True)])
def test_three_neighbours_at_full_scale_are_clipped(count: int, clipped: bool) -> None:
    samples = np.zeros((4800, 2), np.float32)
    samples[1000 : 1000 + count, 1] = -FULL
    meter = LoudnessMeter(RATE, 2)
    meter.push(samples)
    assert meter.reading().clipped == (False, clipped)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([0.0, 0.5, FULL, -1.0]), min_size=1, max_size=60), st.integers(1, 37))
def test_a_run_is_found_however_blocks_are_cut(values: list[float], size: int) -> None:
    runs = "".join("x" if abs(value) >= FULL else "." for value in values)
    samples = np.zeros((480 + len(values) + 64, 1), np.float32)
    samples[480 : 480 + len(values), 0] = values
    meter = LoudnessMeter(RATE, 1)
    for start in range(0, len(samples), size):
        meter.push(samples[start : start + size])
        meter.reading()
    meter.push(np.zeros((64, 1), np.float32))
    assert meter.reading().clipped == ("xxx" in runs,)


def test_the_lamp_stays_until_a_reset_and_is_not_lit_in_a_pause() -> None:
    clipped = np.full((480, 1), 1.0, np.float32)
    meter = LoudnessMeter(RATE, 1)
    meter.pause()
    meter.push(clipped)
    assert meter.reading().clipped == (False,)
    meter.push(np.zeros((480, 1), np.float32))
    meter.proceed()
    meter.push(clipped)
    meter.push(np.zeros((RATE, 1), np.float32))
    assert meter.reading().clipped == (True,)
    meter.reset()
    assert meter.reading().clipped == (False,)
