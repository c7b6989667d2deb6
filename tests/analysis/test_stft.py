"""Spectra of signals whose spectra are known."""

import numpy as np
import pytest

from audiolab.analysis.stft import StftSpec, frame_count, power_spectrogram, stft_db
from audiolab.analysis.windows import WINDOW_NAMES, WindowName
from audiolab.core.recording import ArrayRecording

RATE = 48000


def sine(frequency: float, frames: int, amplitude: float = 1.0) -> ArrayRecording:
    return ArrayRecording(amplitude * np.sin(2 * np.pi * frequency * np.arange(frames) / RATE), RATE)


@pytest.mark.parametrize("name", WINDOW_NAMES)
@pytest.mark.parametrize("padding", [1, 2])
@pytest.mark.parametrize("length", [None, 480])
def test_a_full_scale_sine_reads_0_dbfs_at_its_bin(name: WindowName, padding: int, length: int | None) -> None:
    spec = StftSpec(1024, name, length, 256, padding)
    frequency = spec.frequency_of(64 * padding, RATE)
    levels = stft_db(sine(frequency, 20_000), spec, 0, 10, 3)
    assert levels.shape == (3, spec.bins)
    assert levels.argmax(axis=1).tolist() == [64 * padding] * 3
    np.testing.assert_allclose(levels.max(axis=1), 0.0, atol=0.02)


def test_levels_follow_the_amplitude() -> None:
    spec = StftSpec()
    levels = stft_db(sine(3000.0, 20_000, amplitude=0.001), spec, 0, 10, 1)
    assert levels.max() == pytest.approx(-60.0, abs=0.02)


def test_a_constant_and_the_nyquist_frequency_read_their_amplitude() -> None:
    spec = StftSpec()
    constant = ArrayRecording(np.full(8192, 0.5), RATE)
    assert stft_db(constant, spec, 0, 16, 1)[0, 0] == pytest.approx(-6.02, abs=0.01)
    alternating = ArrayRecording(0.5 * (-1.0) ** np.arange(8192), RATE)
    assert stft_db(alternating, spec, 0, 16, 1)[0, -1] == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("length", [None, 441, 480])
def test_frame_i_is_centred_on_sample_i_times_hop(length: int | None) -> None:
    spec = StftSpec(window_length=length)
    samples = np.zeros(20_000)
    samples[5120] = 1.0
    levels = stft_db(ArrayRecording(samples, RATE), spec, 0, 0, 60)
    loudest = levels.max(axis=1)
    assert loudest.argmax() == 5120 // 256
    np.testing.assert_allclose(loudest[19], loudest[21], atol=0.05)
    # A window of one click has a flat spectrum, as high as twice the click over the sum of the window.
    assert np.ptp(levels[20, 1:-1]) < 0.01


def test_frames_at_and_beyond_the_edges_see_silence_outside() -> None:
    spec = StftSpec()
    recording = sine(3000.0, 1000)
    levels = stft_db(recording, spec, 0, -10, 40)
    assert levels.shape == (40, 513)
    np.testing.assert_allclose(levels[:4], -200.0)
    np.testing.assert_allclose(levels[-4:], -200.0)
    assert levels[12].max() > -3
    assert stft_db(recording, spec, 0, 0, 0).shape == (0, 513)


def test_a_range_of_frames_equals_the_same_frames_of_the_whole() -> None:
    rng = np.random.default_rng(0)
    recording = ArrayRecording(rng.standard_normal((30_000, 2)) * 0.1, RATE)
    spec = StftSpec(512, hop=100)
    whole = stft_db(recording, spec, 1, 0, frame_count(30_000, spec))
    assert len(whole) == 300
    np.testing.assert_allclose(stft_db(recording, spec, 1, 130, 40), whole[130:170], atol=1e-3)


def test_parseval() -> None:
    rng = np.random.default_rng(1)
    segments = rng.standard_normal((5, 256)).astype(np.float32)
    spec = StftSpec(256, "rectangular")
    power = power_spectrogram(segments, spec, RATE).astype(np.float64)
    # A sine of power 1 here has mean square 1/2; the outer bins hold amplitudes, not halves of sines.
    total = power[:, 1:-1].sum(axis=1) / 2 + power[:, 0] + power[:, -1]
    np.testing.assert_allclose(total, (segments.astype(np.float64) ** 2).mean(axis=1), rtol=1e-5)


def test_integer_samples_are_scaled() -> None:
    values = (np.random.default_rng(2).standard_normal((3, 512)) * 5000).astype(np.int16)
    spec = StftSpec(512)
    scaled = power_spectrogram(values.astype(np.float32) / 32768, spec, RATE)
    np.testing.assert_allclose(power_spectrogram(values, spec, RATE, 2.0**-15), scaled, rtol=1e-4, atol=1e-12)


def test_pre_emphasis_lifts_octaves_and_leaves_1_khz() -> None:
    spec = StftSpec(n_fft=960, pre_emphasis=6.0)
    for frequency, gain in ((500.0, -6.0), (1000.0, 0.0), (2000.0, 6.0), (8000.0, 18.0)):
        levels = stft_db(sine(frequency, 20_000, 0.1), spec, 0, 20, 1)
        assert levels[0, round(spec.bin_of(frequency, RATE))] == pytest.approx(-20.0 + gain, abs=0.05)


@pytest.mark.parametrize(
    "bad",
    [{"n_fft": 1}, {"n_fft": 1023}, {"hop": 0}, {"zero_padding": 0}, {"window_length": 2048}, {"window_length": 0}],
)
def test_impossible_recipes_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="StftSpec"):
        StftSpec(**bad)  # type: ignore[arg-type]


def test_bins_and_frequencies_are_inverse() -> None:
    spec = StftSpec(2048, zero_padding=2)
    assert spec.bins == 2049
    assert spec.frequency_of(spec.bins - 1, RATE) == RATE / 2
    assert spec.bin_of(spec.frequency_of(17.25, RATE), RATE) == pytest.approx(17.25)
