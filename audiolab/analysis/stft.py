"""Short-time Fourier transform: `StftSpec`, and levels in dBFS.

Frame ``i`` is centred on sample ``i * hop``. A sine of full scale reads 0 dBFS at its bin, whatever the window:
amplitudes are divided by half the sum of the window (its coherent gain; Harris 1978), those of the zero and the
Nyquist bin, which have no mirror image, by the whole sum.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audiolab.analysis.gather import PeakSamples
from audiolab.analysis.windows import WindowName, window
from audiolab.core.recording import Recording

FloatArray = npt.NDArray[np.float32]

POWER_FLOOR = np.float32(1e-20)
"""Power below which a level reads -200 dBFS (`core.units.SILENCE_DB`)."""

PRE_EMPHASIS_REFERENCE = 1000.0
"""Hz where pre-emphasis leaves levels as they are (as in Praat)."""

BATCH_SAMPLES = 2**16
"""Windowed samples that are transformed at once: 256 KiB, which stay in the cache of one core."""


@dataclass(frozen=True, slots=True)
class StftSpec:
    """How a spectrogram is made.

    Attributes:
        n_fft: points of a frame before zero padding.
        window: name of the window.
        window_length: samples of the window, at most `n_fft`; None for `n_fft`.
        hop: samples from one frame to the next.
        zero_padding: transform length as a multiple of `n_fft`.
        pre_emphasis: dB per octave, 0 dB at 1 kHz.

    Raises:
        ValueError: a value is out of its range.
    """

    n_fft: int = 1024
    window: WindowName = "hann"
    window_length: int | None = None
    hop: int = 256
    zero_padding: int = 1
    pre_emphasis: float = 0.0

    def __post_init__(self) -> None:
        if self.n_fft < 2 or self.n_fft % 2 or self.hop < 1 or self.zero_padding < 1:
            raise ValueError(f"n_fft must be even, hop and zero padding at least 1: {self}")
        if not 1 <= self.length <= self.n_fft:
            raise ValueError(f"the window must have 1 to n_fft samples: {self}")

    @property
    def length(self) -> int:
        """Samples of the window."""
        return self.n_fft if self.window_length is None else self.window_length

    @property
    def transform_length(self) -> int:
        """Points of the Fourier transform."""
        return self.n_fft * self.zero_padding

    @property
    def bins(self) -> int:
        """Frequency bins, 0 Hz and Nyquist included."""
        return self.transform_length // 2 + 1

    def bin_of(self, frequency: float, sample_rate: int) -> float:
        """The (fractional) bin of `frequency` in Hz."""
        return frequency * self.transform_length / sample_rate

    def frequency_of(self, bin_index: float, sample_rate: int) -> float:
        """Hz at the centre of (fractional) bin `bin_index`."""
        return bin_index * sample_rate / self.transform_length


def frame_count(frames: int, spec: StftSpec) -> int:
    """STFT frames of a recording of `frames` samples: those whose centre lies in it."""
    return -(-frames // spec.hop)


def power_spectrogram(segments: PeakSamples, spec: StftSpec, sample_rate: int, scale: float = 1.0) -> FloatArray:
    """Power of each segment after windowing; 1.0 is a sine of full scale.

    Args:
        segments: (frames, spec.length) samples, int16 or float32; not changed, may be overlapping views.
        spec: how to transform; its hop plays no role here.
        sample_rate: Hz; only pre-emphasis depends on it.
        scale: factor from `segments` to full scale 1.0.

    Returns:
        float32 of shape (frames, spec.bins).
    """
    return normalised_power(magnitudes(segments, spec, scale), spec, sample_rate)


def magnitudes(segments: PeakSamples, spec: StftSpec, scale: float = 1.0) -> FloatArray:
    """Magnitudes of the Fourier transforms of the windowed segments, not normalised; see `power_spectrogram`."""
    import scipy.fft  # here, because it takes a tenth of a second that showing the window must not wait for

    result = np.empty((len(segments), spec.bins), dtype=np.float32)
    shape = window(spec.window, spec.length) * np.float32(scale)
    batch = max(BATCH_SAMPLES // spec.transform_length, 1)
    for first in range(0, len(segments), batch):
        windowed = segments[first : first + batch] * shape
        spectrum = scipy.fft.rfft(windowed, n=spec.transform_length, axis=1, overwrite_x=True)
        np.abs(spectrum, out=result[first : first + batch])
    return result


def normalised_power(magnitude: FloatArray, spec: StftSpec, sample_rate: int) -> FloatArray:
    """Magnitudes to power, in place: 1.0 is a sine of full scale; pre-emphasis is applied."""
    magnitude *= _bin_weights(spec, sample_rate)
    return np.square(magnitude, out=magnitude)


def stft_db(recording: Recording, spec: StftSpec, channel: int, first_frame: int, frames: int) -> FloatArray:
    """Levels in dBFS of `frames` STFT frames from `first_frame`, of one channel.

    Samples outside the recording are zeros, so that frames at (and beyond) its edges can be asked for.

    Returns:
        float32 of shape (frames, spec.bins), at least -200.
    """
    start = first_frame * spec.hop - spec.length // 2
    samples = recording.read(start, start + max(frames - 1, 0) * spec.hop + spec.length)[:, channel]
    segments = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(samples), spec.length)[:: spec.hop]
    return power_db(power_spectrogram(segments[:frames], spec, recording.sample_rate))


def power_db(power: FloatArray) -> FloatArray:
    """float32 power to dB, in place; at least -200."""
    np.maximum(power, POWER_FLOOR, out=power)
    np.log10(power, out=power)
    power *= np.float32(10.0)
    return power


@lru_cache(maxsize=32)
def _bin_weights(spec: StftSpec, sample_rate: int) -> FloatArray:
    """Factor of each bin's magnitude: normalisation to full scale, and pre-emphasis."""
    weights = np.full(spec.bins, 2.0 / float(window(spec.window, spec.length).sum(dtype=np.float64)))
    weights[0] /= 2.0
    weights[-1] /= 2.0
    if spec.pre_emphasis:
        ratio = np.arange(spec.bins) * (sample_rate / spec.transform_length / PRE_EMPHASIS_REFERENCE)
        # Amplitude grows by 10**(dB / 20) for every doubling: a power of the frequency ratio.
        weights *= ratio ** (spec.pre_emphasis / (20.0 * np.log10(2.0)))
    result: FloatArray = weights.astype(np.float32)
    result.flags.writeable = False
    return result
