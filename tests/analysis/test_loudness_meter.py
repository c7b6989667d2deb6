"""The live meter: any blocks, pause and reset, history, peaks of the moment, correlation and balance."""

import numpy as np
import pytest

from audiolab.analysis.loudness import LAYOUTS, LoudnessMeter, LoudnessReading
from audiolab.core.errors import AudiolabError
from tests.analysis.loudness_signals import RATE, Sound, measured, tones


def wandering(seconds: float = 5.0, channels: int = 2) -> Sound:
    random = np.random.default_rng(11)
    count = round(seconds * RATE)
    level = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, 9), random.uniform(0.001, 0.3, 9))
    return (random.standard_normal((count, channels)) * level[:, np.newaxis]).astype(np.float32)


def numbers(reading: LoudnessReading) -> list[float]:
    single = [
        reading.seconds,
        reading.momentary_lufs,
        reading.short_term_lufs,
        reading.integrated_lufs,
        reading.loudness_range_lu,
        reading.threshold_lufs,
        reading.max_momentary_lufs,
        reading.max_short_term_lufs,
        reading.correlation,
        reading.balance,
    ]
    return [*single, *reading.true_peaks_dbtp, *reading.max_true_peaks_dbtp, *reading.max_sample_peaks_dbfs]


@pytest.mark.parametrize("sizes", [(480,), (1, 2, 3, 5, 997), (31,), (32,), (1024,), (10**9,)])
def test_blocks_of_any_size_read_alike(sizes: tuple[int, ...]) -> None:
    sound = wandering()
    expected, found = measured(sound, sizes=(4800,)), measured(sound, sizes=sizes)
    assert numbers(found.reading()) == pytest.approx(numbers(expected.reading()), abs=1e-6)
    np.testing.assert_allclose(found.history().short_term, expected.history().short_term, atol=1e-5)


def test_single_samples() -> None:
    sound = wandering(0.5, channels=1)
    one, many = measured(sound, sizes=(1,)).reading(), measured(sound, sizes=(4800,)).reading()
    assert one.momentary_lufs == pytest.approx(many.momentary_lufs, abs=1e-9)
    assert one.max_true_peak_dbtp == pytest.approx(many.max_true_peak_dbtp, abs=1e-9)


def test_before_anything_was_heard_there_are_no_levels() -> None:
    reading = LoudnessMeter(RATE, 2).reading()
    assert reading.seconds == 0.0
    assert reading.running
    assert reading.momentary_lufs is reading.integrated_lufs is reading.loudness_range_lu is None
    assert reading.max_true_peak_dbtp is None
    assert reading.true_peaks_dbtp == (None, None)
    assert reading.correlation is None
    assert len(LoudnessMeter(RATE, 2).history()) == 0


def test_integrated_loudness_needs_a_whole_block_and_range_a_whole_window() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((0.39, -20)))
    assert meter.reading().integrated_lufs is None
    meter.push(tones((0.02, -20)))
    assert meter.reading().integrated_lufs == pytest.approx(-20.0, abs=0.1)
    assert meter.reading().loudness_range_lu is None
    meter.push(tones((2.6, -20)))
    assert meter.reading().loudness_range_lu == pytest.approx(0.0, abs=0.01)


def test_pause_holds_what_accumulates_and_nothing_else() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((5, -23)))
    before = meter.reading()
    meter.pause()
    meter.push(tones((5, -3)))
    paused = meter.reading()
    assert not paused.running
    assert not meter.running
    assert paused.momentary_lufs == pytest.approx(-3.0, abs=0.1)
    assert paused.short_term_lufs == pytest.approx(-3.0, abs=0.1)
    assert paused.true_peaks_dbtp == pytest.approx((-3.0, -3.0), abs=0.1)
    for name in (
        "seconds",
        "integrated_lufs",
        "loudness_range_lu",
        "threshold_lufs",
        "max_momentary_lufs",
        "max_short_term_lufs",
        "max_true_peak_dbtp",
        "max_sample_peaks_dbfs",
    ):
        assert getattr(paused, name) == getattr(before, name), name


def test_going_on_after_a_pause_measures_no_window_that_reaches_into_it() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((5, -23)))
    meter.pause()
    meter.push(tones((2, -3)))
    meter.push(tones((0.5, None)))
    meter.proceed()
    meter.proceed()
    meter.push(tones((5, -23)))
    reading = meter.reading()
    assert reading.seconds == pytest.approx(10.0)
    assert reading.integrated_lufs == pytest.approx(-23.0, abs=0.05)
    assert reading.loudness_range_lu == pytest.approx(0.0, abs=0.05)
    assert reading.max_momentary_lufs == pytest.approx(-23.0, abs=0.05)
    assert reading.max_short_term_lufs == pytest.approx(-23.0, abs=0.05)
    assert reading.max_true_peak_dbtp == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("paused", [False, True])
def test_reset_forgets_what_accumulates_running_or_paused(paused: bool) -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((5, -3), (0.5, None)))
    if paused:
        meter.pause()
    meter.reset()
    reading = meter.reading()
    assert reading.running is not paused
    assert reading.seconds == 0.0
    assert reading.short_term_lufs is not None
    assert reading.integrated_lufs is reading.loudness_range_lu is reading.max_momentary_lufs is None
    assert reading.max_short_term_lufs is reading.max_true_peak_dbtp is reading.threshold_lufs is None
    assert len(meter.history()) == 0
    meter.proceed()
    meter.push(tones((5, -23)))
    again = meter.reading()
    assert again.integrated_lufs == pytest.approx(-23.0, abs=0.05)
    assert again.max_momentary_lufs == pytest.approx(-23.0, abs=0.05)
    assert again.max_short_term_lufs == pytest.approx(-23.0, abs=0.05)
    assert again.max_true_peak_dbtp == pytest.approx(-23.0, abs=0.1)


def test_the_range_is_stable_after_a_minute() -> None:
    meter = LoudnessMeter(8_000, 1)
    quiet = tones((59.9, -23), rate=8_000, channels=1)
    meter.push(quiet)
    assert not meter.reading().range_stable
    meter.push(quiet[:1600])
    assert meter.reading().range_stable


def test_history_keeps_every_tenth_of_a_second_and_what_was_given_out_stays() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((1, -23)))
    early = meter.history()
    kept = early.momentary.copy()
    with pytest.raises(ValueError, match="read-only"):
        early.momentary[0] = 0.0
    meter.push(tones((1, -3)))
    np.testing.assert_array_equal(early.momentary, kept)
    late = meter.history()
    assert (len(early), len(late)) == (10, 20)
    np.testing.assert_allclose(late.momentary[4:10], -23.0, atol=0.1)
    np.testing.assert_allclose(late.momentary[13:], -3.0, atol=0.1)
    np.testing.assert_allclose(late.integrated[3:10], -23.0, atol=0.1)
    assert np.isnan(late.integrated[:3]).all()


def test_history_grows_past_its_first_memory_and_goes_on_in_a_pause() -> None:
    meter = LoudnessMeter(8_000, 1)
    meter.push(tones((110, -23), rate=8_000, channels=1))
    meter.pause()
    meter.push(tones((10, -13), rate=8_000, channels=1))
    history = meter.history()
    assert len(history) == 1200
    np.testing.assert_allclose(history.momentary[10:1100], -26.0, atol=0.1)
    np.testing.assert_allclose(history.short_term[1140:], -16.0, atol=0.1)
    np.testing.assert_allclose(history.integrated[1100:], -26.0, atol=0.1)


def test_peaks_of_the_moment_fall_and_maxima_stay() -> None:
    meter = LoudnessMeter(RATE, 2)
    meter.push(tones((1, -6)))
    meter.push(tones((0.2, -40)))
    reading = meter.reading()
    assert reading.sample_peaks_dbfs == pytest.approx((-40.0, -40.0), abs=0.1)
    assert reading.true_peaks_dbtp == pytest.approx((-40.0, -40.0), abs=0.1)
    assert reading.max_sample_peaks_dbfs == pytest.approx((-6.0, -6.0), abs=0.1)
    assert reading.max_true_peaks_dbtp == pytest.approx((-6.0, -6.0), abs=0.1)
    meter.push(tones((0.5, None)))
    assert meter.reading().sample_peaks_dbfs == (None, None)


def test_each_channel_has_its_own_peaks() -> None:
    sound = np.concatenate([tones((1, -6), channels=1), tones((1, -20), channels=1)], axis=1)
    reading = measured(sound).reading()
    assert reading.max_true_peaks_dbtp == pytest.approx((-6.0, -20.0), abs=0.1)
    assert reading.max_true_peak_dbtp == pytest.approx(-6.0, abs=0.1)


@pytest.mark.parametrize(
    ("left", "right", "correlation", "balance"),
    [
        (1.0, 1.0, 1.0, 0.0),
        (1.0, -1.0, -1.0, 0.0),
        (1.0, 0.5, 1.0, -0.6),
        (0.0, 1.0, None, 1.0),
        (1.0, 0.0, None, -1.0),
    ],
)
def test_correlation_and_balance(left: float, right: float, correlation: float | None, balance: float) -> None:
    tone = tones((1, -10), channels=1)
    reading = measured(np.concatenate([left * tone, right * tone], axis=1)).reading()
    assert reading.correlation == (None if correlation is None else pytest.approx(correlation))
    assert reading.balance == pytest.approx(balance)


def test_independent_channels_do_not_correlate_and_mono_has_no_field() -> None:
    noise = np.random.default_rng(2).standard_normal((RATE, 2)).astype(np.float32)
    assert measured(noise).reading().correlation == pytest.approx(0.0, abs=0.03)
    alone = measured(noise[:, :1]).reading()
    assert alone.correlation is alone.balance is None


def test_broken_samples_are_silence_and_do_not_stick() -> None:
    sound = tones((6, -23))
    sound[50_000] = np.nan
    sound[60_000, 0] = np.inf
    reading = measured(sound).reading()
    assert reading.short_term_lufs == pytest.approx(-23.0, abs=0.1)
    assert reading.max_sample_peaks_dbfs == pytest.approx((-23.0, -23.0), abs=0.1)


def test_dual_mono_and_layouts() -> None:
    mono = tones((2, -20), channels=1)
    meter = LoudnessMeter(RATE, 1, dual_mono=True)
    meter.push(mono)
    assert meter.reading().integrated_lufs == pytest.approx(-20.0, abs=0.05)
    film = LoudnessMeter(RATE, 6, LAYOUTS["5.1 film"])
    film.push(np.concatenate([0 * mono, 0 * mono, 0 * mono, mono, 0 * mono, mono], axis=1))
    assert film.reading().integrated_lufs == pytest.approx(-23.0 + 1.5, abs=0.05)
    with pytest.raises(AudiolabError, match="has 6 channels, the sound has 2"):
        LoudnessMeter(RATE, 2, LAYOUTS["5.1"])


def test_blocks_of_another_shape_are_refused() -> None:
    meter = LoudnessMeter(RATE, 2)
    with pytest.raises(ValueError, match="measures 2 channels"):
        meter.push(np.zeros((10, 1), np.float32))
    with pytest.raises(ValueError, match="measures 2 channels"):
        meter.push(np.zeros(10, np.float32))
    meter.push(np.zeros((0, 2), np.float32))
    assert meter.reading().seconds == 0.0
