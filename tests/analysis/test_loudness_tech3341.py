"""Every signal of EBU Tech 3341 but the two programme recordings (7, 8), from files and through the live meter."""

import numpy as np
import pytest

from audiolab.analysis.loudness import LAYOUTS, LoudnessMeter, LoudnessReading, LoudnessResult, LoudnessSpec, scan
from audiolab.core.recording import ArrayRecording
from tests.analysis.loudness_signals import (
    RATE,
    Sound,
    blocks,
    measured,
    peak_burst,
    peak_tone,
    surround_tone,
    tones,
)

INTEGRATED: dict[str, tuple[Sound, float]] = {
    "1": (tones((20, -23)), -23.0),
    "2": (tones((20, -33)), -33.0),
    "3": (tones((10, -36), (60, -23), (10, -36)), -23.0),
    "4": (tones((10, -72), (10, -36), (60, -23), (10, -36), (10, -72)), -23.0),
    "5": (tones((20, -26), (20.1, -20), (20, -26)), -23.0),
    "6, five channels": (surround_tone(-28, -28, -24, -30, -30), -23.0),
    "6, with LFE": (surround_tone(-28, -28, -24, -20, -30, -30), -23.0),
}
CASE_9 = tones(*[(1.34, -20), (1.66, -30)] * 5)
CASE_12 = tones(*[(0.18, -20), (0.22, -30)] * 25)

PEAKS: dict[str, tuple[Sound, float]] = {
    "15": (peak_tone(4, 0.0, 0.5), -6.0),
    "16": (peak_tone(4, 45.0, 0.5), -6.0),
    "17": (peak_tone(6, 60.0, 0.5), -6.0),
    "18": (peak_tone(8, 67.5, 0.5), -6.0),
    "19": (peak_tone(4, 45.0, 1.41), 3.0),
    "20": (peak_burst(0), 0.0),
    "21": (peak_burst(1), 0.0),
    "22": (peak_burst(2), 0.0),
    "23": (peak_burst(3), 0.0),
}


def scanned(sound: Sound) -> LoudnessResult:
    return scan(ArrayRecording(sound, RATE))


@pytest.mark.parametrize("case", INTEGRATED)
def test_integrated_loudness_of_a_file(case: str) -> None:
    sound, expected = INTEGRATED[case]
    assert scanned(sound).integrated_lufs == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("case", INTEGRATED)
def test_integrated_loudness_live(case: str) -> None:
    sound, expected = INTEGRATED[case]
    assert measured(sound).reading().integrated_lufs == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("case", ["1", "2"])
def test_a_steady_tone_reads_the_same_in_every_window(case: str) -> None:
    sound, expected = INTEGRATED[case]
    result, reading = scanned(sound), measured(sound).reading()
    read = [result.max_momentary_lufs, result.max_short_term_lufs]
    read += [
        reading.momentary_lufs,
        reading.short_term_lufs,
        reading.max_momentary_lufs,
        reading.max_short_term_lufs,
    ]
    assert read == pytest.approx([expected] * 6, abs=0.1)


def test_case_9_short_term_is_constant() -> None:
    meter = LoudnessMeter(RATE, 2)
    live = []
    for block in blocks(CASE_9):
        meter.push(block)
        live.append(meter.reading())
    late = [reading.short_term_lufs for reading in live if reading.seconds > 3.0]
    assert late == pytest.approx([-23.0] * len(late), abs=0.1)
    np.testing.assert_allclose(scanned(CASE_9).curves.short_term[30:], -23.0, atol=0.1)


def test_case_12_momentary_is_constant() -> None:
    meter = LoudnessMeter(RATE, 2)
    live = []
    for block in blocks(CASE_12):
        meter.push(block)
        live.append(meter.reading())
    late = [reading.momentary_lufs for reading in live if reading.seconds > 1.0]
    assert late == pytest.approx([-23.0] * len(late), abs=0.1)
    np.testing.assert_allclose(scanned(CASE_12).curves.momentary[10:], -23.0, atol=0.1)


@pytest.mark.parametrize("shift", range(20))
def test_case_10_maximum_short_term_of_a_file(shift: int) -> None:
    sound = tones((0.15 * shift, None), (3, -23), (1, None))
    assert scanned(sound).max_short_term_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("shift", range(20))
def test_case_13_maximum_momentary_of_a_file(shift: int) -> None:
    sound = tones((0.02 * shift, None), (0.4, -23), (1, None))
    assert scanned(sound).max_momentary_lufs == pytest.approx(-23.0, abs=0.1)


def maxima(parts: list[Sound], *, reset: bool) -> list[LoudnessReading]:
    """Readings after each part of one live measurement."""
    meter = LoudnessMeter(RATE, 2)
    readings = []
    for part in parts:
        if reset:
            meter.reset()
        for block in blocks(part):
            meter.push(block)
        readings.append(meter.reading())
    return readings


@pytest.mark.parametrize("reset", [False, True])
def test_case_11_maximum_short_term_live(reset: bool) -> None:
    parts = [tones((0.15 * i, None), (3, -38 + i), (3 - 0.15 * i, None)) for i in range(20)]
    found = [reading.max_short_term_lufs for reading in maxima(parts, reset=reset)]
    assert found == pytest.approx([-38.0 + i for i in range(20)], abs=0.1)


@pytest.mark.parametrize("reset", [False, True])
def test_case_14_maximum_momentary_live(reset: bool) -> None:
    parts = [tones((0.02 * i, None), (0.4, -38 + i), (0.4 - 0.02 * i, None)) for i in range(20)]
    found = [reading.max_momentary_lufs for reading in maxima(parts, reset=reset)]
    assert found == pytest.approx([-38.0 + i for i in range(20)], abs=0.1)


@pytest.mark.parametrize("case", PEAKS)
def test_true_peak_of_a_file(case: str) -> None:
    sound, expected = PEAKS[case]
    for found in scanned(sound).true_peaks_dbtp:
        assert found is not None
        assert expected - 0.4 <= found <= expected + 0.2


@pytest.mark.parametrize("case", PEAKS)
def test_true_peak_live(case: str) -> None:
    sound, expected = PEAKS[case]
    for found in measured(sound).reading().max_true_peaks_dbtp:
        assert found is not None
        assert expected - 0.4 <= found <= expected + 0.2


def test_the_order_of_channels_matters_with_another_layout() -> None:
    film = surround_tone(-28, -24, -28, -30, -30, -20)
    result = scan(ArrayRecording(film, RATE), LoudnessSpec(layout=LAYOUTS["5.1 film"]))
    assert result.integrated_lufs == pytest.approx(-23.0, abs=0.1)
