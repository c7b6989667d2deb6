import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import sosfreqz

from audiolab.analysis.soundlevel import (
    NIOSH,
    OSHA,
    Exposure,
    SoundLevelMeter,
    SoundLevelSpec,
    calibration_for,
    measure_levels,
)
from audiolab.analysis.weighting import Weighting, weighting_db, weighting_sections
from audiolab.core.recording import ArrayRecording
from audiolab.core.units import SILENCE_DB

# IEC 61672-1:2013, table 3: A and C weightings at nominal frequencies (computed there at the exact base-ten ones).
TABLE_3 = [
    (31.623, -39.4, -3.0),
    (63.096, -26.2, -0.8),
    (125.89, -16.1, -0.2),
    (251.19, -8.6, 0.0),
    (501.19, -3.2, 0.0),
    (1000.0, 0.0, 0.0),
    (1995.3, 1.2, -0.2),
    (3981.1, 1.0, -0.8),
    (7943.3, -1.1, -3.0),
    (15849.0, -6.6, -8.5),
]


def sine(frequency: float, seconds: float, rate: int = 48000, amplitude: float = 1.0) -> ArrayRecording:
    time = np.arange(round(seconds * rate)) / rate
    return ArrayRecording(amplitude * np.sin(2 * np.pi * frequency * time), rate)


@pytest.mark.parametrize(("frequency", "a", "c"), TABLE_3)
def test_analytic_curves_are_the_standards(frequency: float, a: float, c: float) -> None:
    assert weighting_db(frequency, "A") == pytest.approx(a, abs=0.06)
    assert weighting_db(frequency, "C") == pytest.approx(c, abs=0.06)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000, 96000, 192000])
@pytest.mark.parametrize("curve", ["A", "C"])
def test_filters_follow_the_curve_at_every_rate(rate: int, curve: Weighting) -> None:
    frequencies = np.geomspace(20, min(rate / 2 * 0.95, 20000), 200)
    _, response = sosfreqz(weighting_sections(curve, rate), frequencies, fs=rate)
    wanted = [weighting_db(float(frequency), curve) for frequency in frequencies]
    error = np.abs(20 * np.log10(np.abs(response)) - wanted)
    # Class 1 allows 1 dB and more everywhere below 8 kHz (table 3); near Nyquist up to 1 dB is left.
    assert error.max() < 1.0
    assert error[frequencies < min(10000, rate / 5)].max() < (0.1 if rate >= 44100 else 0.4)


@pytest.mark.parametrize("weighting", ["A", "C", "Z"])
def test_one_kilohertz_reads_the_same_in_every_weighting(weighting: Weighting) -> None:
    result = measure_levels(sine(1000, 3), SoundLevelSpec(weighting))
    assert result.leq == pytest.approx(-3.01, abs=0.05)
    assert result.exceeded[50] == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize(("time_weighting", "seconds"), [("Fast", 0.125), ("Slow", 1.0)])
def test_level_decays_with_the_time_constant(time_weighting: str, seconds: float) -> None:
    meter = SoundLevelMeter(48000, 1, SoundLevelSpec("Z", time_weighting))  # type: ignore[arg-type]
    meter.push(sine(1000, 8).read(0, 8 * 48000))
    before = meter.reading().level
    meter.push(np.zeros((round(seconds * 48000), 1), dtype=np.float32))
    # One time constant later e**-1 of the power is left: 4.34 dB.
    assert before - meter.reading().level == pytest.approx(10 * math.log10(math.e), abs=0.02)


def test_tone_burst_of_200_ms_reads_one_decibel_less() -> None:
    # IEC 61672-1:2013, table 4: a 200 ms burst of 4 kHz reads LAFmax - LA = -1.0 dB, LASmax - LA = -7.4 dB.
    for time_weighting, wanted in (("Fast", -1.0), ("Slow", -7.4)):
        spec = SoundLevelSpec("A", time_weighting)  # type: ignore[arg-type]
        steady = measure_levels(sine(4000, 8), spec).maximum
        burst = np.zeros(48000 * 4, dtype=np.float32)
        burst[48000 : 48000 + 9600] = sine(4000, 0.2).read(0, 9600)[:, 0]
        assert measure_levels(ArrayRecording(burst, 48000), spec).maximum - steady == pytest.approx(wanted, abs=0.1)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=12))
def test_block_sizes_do_not_matter(sizes: list[int]) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (sum(sizes), 2)).astype(np.float32)
    whole = SoundLevelMeter(48000, 2, SoundLevelSpec())
    pieces = SoundLevelMeter(48000, 2, SoundLevelSpec())
    levels = whole.push(noise)
    edges = np.cumsum([0, *sizes])
    parts = [pieces.push(noise[a:b]) for a, b in itertools.pairwise(edges)]
    np.testing.assert_allclose(np.concatenate(parts), levels)
    assert pieces.reading().leq == pytest.approx(whole.reading().leq)
    assert pieces.reading().level == pytest.approx(whole.reading().level)


def test_calibration_turns_full_scale_into_pressure() -> None:
    tone = sine(1000, 2, amplitude=0.1)
    calibration = calibration_for(tone, 94.0)
    spec = SoundLevelSpec("A", calibration=calibration)
    assert measure_levels(tone, spec).leq == pytest.approx(94.0, abs=0.05)
    assert spec.unit == "dB(A) SPL"
    assert SoundLevelSpec("C").unit == "dBFS(C)"


def test_silence_cannot_calibrate() -> None:
    with pytest.raises(ValueError, match="silent"):
        calibration_for(ArrayRecording(np.zeros(48000), 48000), 94.0)


def test_silence_and_nothing_have_a_level() -> None:
    assert measure_levels(ArrayRecording(np.zeros(4800), 48000), SoundLevelSpec()).leq == SILENCE_DB
    nothing = measure_levels(ArrayRecording(np.zeros(0), 48000), SoundLevelSpec())
    assert (nothing.leq, nothing.maximum, nothing.seconds) == (SILENCE_DB, SILENCE_DB, 0.0)


@pytest.mark.parametrize(
    ("standard", "level", "hours", "dose"),
    [(NIOSH, 85, 8, 100), (NIOSH, 88, 4, 100), (NIOSH, 100, 0.25, 100), (OSHA, 90, 8, 100), (OSHA, 95, 4, 100)],
)
def test_doses_of_the_published_tables(standard: object, level: float, hours: float, dose: float) -> None:
    exposure = Exposure(standard)  # type: ignore[arg-type]
    exposure.add(np.full(100, float(level)), hours * 3600)
    assert exposure.dose == pytest.approx(dose)
    assert exposure.seconds_left == 0.0


def test_half_a_dose_leaves_as_much_time_again() -> None:
    exposure = Exposure(NIOSH)
    exposure.add(np.full(10, 85.0), 4 * 3600)
    assert exposure.dose == pytest.approx(50)
    assert exposure.seconds_left == pytest.approx(4 * 3600)
    assert exposure.time_weighted_average == pytest.approx(82.0, abs=0.02)


def test_what_is_below_the_threshold_does_not_count() -> None:
    exposure = Exposure(OSHA)
    exposure.add(np.full(10, 89.9), 8 * 3600)
    assert exposure.dose == 0
    assert exposure.seconds_left == math.inf
