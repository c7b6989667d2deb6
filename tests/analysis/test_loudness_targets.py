"""Targets, verdicts and the gain that meets a target."""

import dataclasses

import numpy as np
import pytest

from audiolab.analysis.loudness import (
    DEFAULT_TARGET,
    TARGETS,
    LoudnessResult,
    LoudnessTarget,
    gain_for,
    scan,
    verdict,
)
from audiolab.core.recording import ArrayRecording
from tests.analysis.loudness_signals import RATE, tones

TARGET = LoudnessTarget("test", -23.0, 0.5, -1.0)


def result(integrated: float | None, peak: float | None) -> LoudnessResult:
    silent = scan(ArrayRecording(np.zeros((10, 2), np.float32), RATE))
    return dataclasses.replace(silent, integrated_lufs=integrated, max_true_peak_dbtp=peak)


def test_presets() -> None:
    assert {name: (t.integrated_lufs, t.max_true_peak_dbtp) for name, t in TARGETS.items()} == {
        "EBU R128": (-23.0, -1.0),
        "Streaming -14": (-14.0, -1.0),
        "Streaming -16": (-16.0, -1.0),
        "ATSC A/85": (-24.0, -2.0),
        "Podcast -16": (-16.0, -1.0),
        "Podcast -19": (-19.0, -1.0),
    }
    assert DEFAULT_TARGET is TARGETS["EBU R128"]


@pytest.mark.parametrize(
    ("integrated", "peak", "loudness_met", "true_peak_met"),
    [
        (-23.0, -1.0, True, True),
        (-23.5, -3.0, True, True),
        (-22.5, -3.0, True, True),
        (-22.46, -3.0, True, True),
        (-22.44, -3.0, False, True),
        (-23.6, -3.0, False, True),
        (-23.0, -0.96, True, True),
        (-23.0, -0.94, True, False),
        (-14.0, 0.5, False, False),
    ],
)
def test_verdicts_compare_what_is_shown(
    integrated: float, peak: float, loudness_met: bool, true_peak_met: bool
) -> None:
    found = verdict(result(integrated, peak), TARGET)
    assert (found.loudness_met, found.true_peak_met) == (loudness_met, true_peak_met)
    assert found.met == (loudness_met and true_peak_met)
    assert found.deviation_lu == pytest.approx(round(integrated, 1) + 23.0)
    assert found.headroom_db == pytest.approx(-1.0 - round(peak, 1))


def test_silence_meets_no_target() -> None:
    found = verdict(result(None, None), TARGET)
    assert not found.met
    assert found.true_peak_met
    assert found.deviation_lu is found.headroom_db is None
    assert gain_for(result(None, None), TARGET) is None


def test_gain_goes_to_the_target_where_the_ceiling_allows() -> None:
    gain = gain_for(result(-30.0, -12.0), TARGET)
    assert gain is not None
    assert (gain.gain_db, gain.integrated_lufs, gain.max_true_peak_dbtp, gain.limited) == (7.0, -23.0, -5.0, False)
    down = gain_for(result(-10.0, 0.5), TARGET)
    assert down is not None
    assert (down.gain_db, down.limited) == (-13.0, False)


def test_gain_stops_at_the_ceiling() -> None:
    gain = gain_for(result(-30.0, -4.0), TARGET)
    assert gain is not None
    assert (gain.gain_db, gain.integrated_lufs, gain.max_true_peak_dbtp, gain.limited) == (3.0, -27.0, -1.0, True)
    turned_down = gain_for(result(-24.0, 2.0), TARGET)
    assert turned_down is not None
    assert (turned_down.gain_db, turned_down.limited) == (-3.0, True)


@pytest.mark.parametrize("name", TARGETS)
def test_the_gain_makes_a_recording_meet_the_target(name: str) -> None:
    target = TARGETS[name]
    sound = tones((3, -35), (3, -28))
    gain = gain_for(scan(ArrayRecording(sound, RATE)), target)
    assert gain is not None
    louder = (sound * 10.0 ** (gain.gain_db / 20.0)).astype(np.float32)
    assert verdict(scan(ArrayRecording(louder, RATE)), target).met
