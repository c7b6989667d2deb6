import math

import numpy as np
import pytest

from audiolab.core import units


def test_full_scale_is_zero_db() -> None:
    assert units.amplitude_to_db(1.0) == 0.0
    assert units.amplitude_to_db(-0.5) == pytest.approx(-6.0206, abs=1e-4)
    assert units.amplitude_to_db(0.0) == pytest.approx(units.SILENCE_DB)


def test_arrays_convert_like_scalars() -> None:
    values = np.array([0.0, 0.1, 1.0])
    np.testing.assert_allclose(units.amplitude_to_db(values), [units.amplitude_to_db(float(v)) for v in values])


def test_power_and_amplitude_agree() -> None:
    assert units.power_to_db(0.25) == pytest.approx(units.amplitude_to_db(0.5))


def test_mel_is_inverted() -> None:
    assert units.hz_to_mel(1000.0) == pytest.approx(1000.0, abs=0.02)
    hz = np.linspace(0, 20000, 50)
    np.testing.assert_allclose(units.mel_to_hz(units.hz_to_mel(hz)), hz, atol=1e-8)


def test_bark_and_erb_are_inverted() -> None:
    assert units.hz_to_bark(1000.0) == pytest.approx(8.527, abs=1e-3)
    assert units.hz_to_erb(1000.0) == pytest.approx(15.62, abs=0.01)
    hz = np.linspace(0, 20000, 50)
    np.testing.assert_allclose(units.bark_to_hz(units.hz_to_bark(hz)), hz, atol=1e-7)
    np.testing.assert_allclose(units.erb_to_hz(units.hz_to_erb(hz)), hz, atol=1e-8)


def test_silence_has_no_loudness() -> None:
    assert units.power_to_lufs(0.0) == -math.inf
    assert units.power_to_lufs(1.0) == pytest.approx(-0.691)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00.000"),
        (12.3456, "00:12.346"),
        (59.9996, "01:00.000"),
        (3723.21, "1:02:03.210"),
        (-1.5, "-00:01.500"),
    ],
)
def test_clock(seconds: float, text: str) -> None:
    assert units.clock(seconds) == text


def test_clock_without_decimals_rounds_once() -> None:
    assert units.clock(59.6, 0) == "01:00"
    assert units.clock(5, 0, hours=True) == "0:00:05"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 kB"), (1, "1 kB"), (40_000, "40 kB"), (378_100_000, "378.1 MB"), (1_262_000_000, "1.26 GB")],
)
def test_sizes(size: int, text: str) -> None:
    assert units.size_text(size) == text
