"""The K-weighting filter against the standard's coefficients and against the plain recursion."""

import numpy as np
import pytest
from scipy import signal

from audiolab.analysis.loudness.kweighting import ROW, SETTLING_SECONDS, KWeighting, k_weighting
from audiolab.core.units import LOUDNESS_OFFSET

RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000, 384_000]


def noise(rate: int, seconds: float = 1.0) -> np.ndarray:
    rows = round(seconds * rate) // ROW
    return np.random.default_rng(7).standard_normal((2, rows * ROW)) * 0.1


def test_coefficients_at_48_khz_are_those_of_the_standard() -> None:
    standard = [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
    np.testing.assert_allclose(k_weighting(48_000), standard, rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("rate", RATES)
def test_997_hz_reads_the_same_at_any_rate(rate: int) -> None:
    _, response = signal.sosfreqz(k_weighting(rate), [997.0], fs=rate)
    assert 20.0 * np.log10(np.abs(response[0])) == pytest.approx(-LOUDNESS_OFFSET, abs=0.05)


@pytest.mark.parametrize("rate", [16_000, 44_100, 96_000, 384_000])
def test_the_response_is_that_of_48_khz(rate: int) -> None:
    frequencies = np.geomspace(20.0, 0.4 * min(rate, 48_000), 50)
    _, here = signal.sosfreqz(k_weighting(rate), frequencies, fs=rate)
    _, there = signal.sosfreqz(k_weighting(48_000), frequencies, fs=48_000)
    np.testing.assert_allclose(20.0 * np.log10(np.abs(here / there)), 0.0, atol=0.16)


@pytest.mark.parametrize("rate", RATES)
def test_it_is_the_recursion(rate: int) -> None:
    sound = noise(rate)
    np.testing.assert_allclose(
        KWeighting(rate, 2).process(sound), signal.sosfilt(k_weighting(rate), sound), rtol=0.0, atol=1e-11
    )


@pytest.mark.parametrize("rate", RATES)
def test_32_bits_suffice(rate: int) -> None:
    sound = noise(rate).astype(np.float32)
    exact = signal.sosfilt(k_weighting(rate), sound.astype(np.float64))
    np.testing.assert_allclose(KWeighting(rate, 2, np.float32).process(sound), exact, rtol=0.0, atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 48_000, 384_000])
def test_32_bits_suffice_for_whispers_on_a_rumble(rate: int) -> None:
    count = np.arange(10 * rate // ROW * ROW)
    rumble = 0.9 * np.sin(2.0 * np.pi * 3.0 * count / rate) + 0.09
    sound = (rumble + 1e-3 * noise(rate, 10.0)[0, : len(count)]).astype(np.float32)[np.newaxis]
    exact = signal.sosfilt(k_weighting(rate), sound.astype(np.float64))
    found = KWeighting(rate, 1, np.float32).process(sound).astype(np.float64)
    settled = slice(rate, None)
    error = 10.0 * np.log10(np.mean(found[0, settled] ** 2) / np.mean(exact[0, settled] ** 2))
    assert abs(error) < 1e-3


@pytest.mark.parametrize("pieces", [[1], [1, 1, 1], [15, 16, 17], [255, 256, 257], [1, 4096, 3]])
def test_pieces_join_without_a_seam(pieces: list[int]) -> None:
    sound = noise(48_000, 10.0)
    whole = KWeighting(48_000, 2).process(sound).copy()
    weighting, start = KWeighting(48_000, 2), 0
    for rows in pieces:
        stop = start + rows * ROW
        np.testing.assert_allclose(weighting.process(sound[:, start:stop]), whole[:, start:stop], atol=1e-12)
        start = stop


@pytest.mark.parametrize("rate", [8_000, 48_000, 384_000])
def test_after_settling_the_past_is_forgotten(rate: int) -> None:
    settling = -(-round(SETTLING_SECONDS * rate) // ROW) * ROW
    past = np.concatenate([np.ones((1, 3 * settling)), np.zeros((1, 4 * settling))], axis=1)
    late = signal.sosfilt(k_weighting(rate), past)[0, 4 * settling :]
    assert np.abs(late).max() < 1e-13
