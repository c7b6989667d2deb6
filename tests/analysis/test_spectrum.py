import numpy as np
import pytest

from audiolab.analysis.spectrum import average_spectrum, spectrum_at
from audiolab.analysis.stft import StftSpec
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan

RATE = 16000
SPEC = StftSpec()


def tones() -> ArrayRecording:
    """One second of a full-scale 1 kHz sine, then one of silence, left; the same at -20 dB and 2 kHz right."""
    time = np.arange(RATE) / RATE
    left, right = np.sin(2 * np.pi * 1000 * time), 0.1 * np.sin(2 * np.pi * 2000 * time)
    return ArrayRecording(np.vstack([np.column_stack([left, right]), np.zeros((RATE, 2))]), RATE)


def test_a_full_scale_sine_reads_zero_at_its_bin() -> None:
    spectrum = spectrum_at(tones(), SPEC, RATE // 2)
    assert spectrum.shape == (2, SPEC.bins)
    left, right = spectrum
    assert left.argmax() == SPEC.bin_of(1000, RATE)
    assert left.max() == pytest.approx(0.0, abs=0.01)
    assert right.argmax() == SPEC.bin_of(2000, RATE)
    assert right.max() == pytest.approx(-20.0, abs=0.01)


def test_the_average_is_of_power() -> None:
    # Half of the time a sine and half of it nothing: half of the power, 3.01 dB less.
    average = average_spectrum(tones(), SPEC, TimeSpan(0, 2 * RATE), CancelToken())
    assert average[0].max() == pytest.approx(-3.01, abs=0.15)


def test_edges_and_tiny_spans_are_no_special_case() -> None:
    recording = tones()
    for span in (TimeSpan(0, 0), TimeSpan(5, 6), TimeSpan(2 * RATE - 1, 2 * RATE)):
        assert np.isfinite(average_spectrum(recording, SPEC, span, CancelToken())).all()
    assert spectrum_at(recording, SPEC, 10 * RATE).max() == pytest.approx(-200.0, abs=1)


def test_long_spans_cost_no_more_than_the_limit() -> None:
    noise = ArrayRecording(np.random.default_rng(0).normal(0, 0.1, RATE * 300), RATE)
    average = average_spectrum(noise, SPEC, TimeSpan(0, RATE * 300), CancelToken())
    # White noise of this power has the same level in every bin.
    assert average[0, 20:-20].std() < 0.3


def test_it_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        average_spectrum(tones(), SPEC, TimeSpan(0, RATE), token)
