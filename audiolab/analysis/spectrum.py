"""Spectra at one instant, and averaged over a span."""

import numpy as np
import numpy.typing as npt

from audiolab.analysis.stft import StftSpec, power_db, power_spectrogram
from audiolab.core.cancel import CancelToken
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan

FloatArray = npt.NDArray[np.float32]

MAX_WINDOWS = 2000
"""Windows that an average is made of, at most: a longer span is sampled evenly."""


def spectrum_at(recording: Recording, spec: StftSpec, frame: int) -> FloatArray:
    """Levels in dBFS of one window centred on sample `frame`; a full-scale sine reads 0.

    Returns:
        float32 of shape (channels, spec.bins).
    """
    return power_db(_power(recording, spec, frame))


def average_spectrum(recording: Recording, spec: StftSpec, span: TimeSpan, cancel: CancelToken) -> FloatArray:
    """Levels in dBFS of the mean power in `span` (Welch 1967: windows that overlap by half, no detrending).

    Returns:
        float32 of shape (channels, spec.bins); of an empty span what `spectrum_at` gives.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    step = max(spec.length // 2, -(-span.length // MAX_WINDOWS), 1)
    first = span.start + min(spec.length // 2, span.length // 2)
    centres = range(first, max(span.stop - spec.length // 2, first + 1), step)
    total = np.zeros((recording.channels, spec.bins), dtype=np.float64)
    for index, centre in enumerate(centres):
        if index % 64 == 0:
            cancel.check()
        total += _power(recording, spec, centre)
    return power_db((total / len(centres)).astype(np.float32))


def _power(recording: Recording, spec: StftSpec, centre: int) -> FloatArray:
    start = centre - spec.length // 2
    samples = recording.read(start, start + spec.length)
    return power_spectrogram(np.ascontiguousarray(samples.T), spec, recording.sample_rate)
