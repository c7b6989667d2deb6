import numpy as np
import pytest

from audiolab.analysis.zerocrossing import nearest_zero_crossing
from audiolab.core.recording import ArrayRecording


def sine(hertz: float, rate: int = 8000, seconds: float = 1.0, phase: float = 0.0) -> ArrayRecording:
    time = np.arange(round(rate * seconds)) / rate
    return ArrayRecording(np.sin(2 * np.pi * hertz * time + phase), rate)


@pytest.mark.parametrize(("frame", "expected"), [(199, 200), (200, 200), (210, 200), (239, 240), (225, 240)])
def test_finds_the_nearest_change_of_sign(frame: int, expected: int) -> None:
    # 100 Hz at 8 kHz, a quarter of a sample late: the sign changes just before every 40th sample.
    recording = sine(100.0, phase=2 * np.pi * 100.0 * 0.25 / 8000)
    assert nearest_zero_crossing(recording, frame) == expected


def test_a_cut_there_has_no_step() -> None:
    recording = sine(440.0, rate=48000)
    samples = recording.read(0, recording.frames)[:, 0]
    for frame in range(1000, 2000, 37):
        found = nearest_zero_crossing(recording, frame)
        assert min(abs(samples[found]), abs(samples[found - 1])) < np.sin(2 * np.pi * 440 / 48000)


def test_channels_are_taken_together() -> None:
    left = np.r_[np.ones(100), -np.ones(100)]
    right = np.r_[np.ones(150), -np.ones(50)] * 3
    assert nearest_zero_crossing(ArrayRecording(np.c_[left, right], 8000), 100) == 150


@pytest.mark.parametrize("samples", [np.ones(500), np.zeros(500), np.zeros(1), np.zeros(0)])
def test_stays_where_nothing_crosses(samples: np.ndarray) -> None:
    recording = ArrayRecording(samples, 8000)
    assert nearest_zero_crossing(recording, min(7, len(samples))) == min(7, len(samples))
