"""Plain levels of a span: sample peak, RMS, DC offset and clipping. Exact, streaming, any length."""

from dataclasses import dataclass

from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import amplitude_to_db

CLIPPED_RUN = 3
"""Consecutive samples at full scale, of one sign, that count as clipped: two may be a peak that just fits."""


@dataclass(frozen=True, slots=True)
class ChannelLevels:
    """Levels of one channel; linear values have full scale 1.0.

    Attributes:
        peak: largest magnitude of a sample.
        peak_frame: the first sample frame that has it.
        rms: root mean square, DC included.
        dc_offset: mean.
        clipped_runs: number of runs of at least `CLIPPED_RUN` samples at full scale.
    """

    peak: float
    peak_frame: int
    rms: float
    dc_offset: float
    clipped_runs: int

    @property
    def peak_db(self) -> float:
        """Sample peak in dBFS."""
        return amplitude_to_db(self.peak)

    @property
    def rms_db(self) -> float:
        """RMS in dB relative to an amplitude of 1.0: a sine of full scale reads -3.01."""
        return amplitude_to_db(self.rms)


def measure_levels(
    recording: Recording, span: TimeSpan, cancel: CancelToken, progress: Progress = no_progress
) -> tuple[ChannelLevels, ...]:
    """Levels of each channel over the part of `span` that lies in `recording`; zeros for an empty one.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    raise NotImplementedError
