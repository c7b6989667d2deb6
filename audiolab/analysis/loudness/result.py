"""What a loudness measurement found: live readings, the result of a file, and curves over time.

A level that does not exist (silence, too short) is None, and NaN in arrays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from audiolab.analysis.loudness.channels import ChannelLayout
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.silence import loudness_of_power
from audiolab.core.errors import AudiolabError
from audiolab.core.timebase import FrameGrid, TimeSpan

CURVE_GRID: Final = FrameGrid(hop=1, offset=0, sample_rate=10)
"""Frames of 100 ms: entry i of a loudness curve is what a meter showed at the end of grid frame i."""

HOP_GRID: Final = FrameGrid(hop=1, offset=0, sample_rate=100)
"""Frames of 10 ms, in which power is kept."""

MEASURABLE_RATES: Final = range(8_000, 384_001)
"""Sample rates in Hz at which loudness is measured: below, the K-weighting's shelf lies beyond Nyquist."""

RANGE_STABLE_SECONDS: Final = 60.0
"""Loudness range is not stable before it has been measured for so long (EBU Tech 3341)."""

Curve = npt.NDArray[np.float32]


def check_rate(sample_rate: int) -> None:
    """Raise AudiolabError, with what to do, where loudness cannot be measured at `sample_rate`."""
    if sample_rate not in MEASURABLE_RATES:
        raise AudiolabError(
            f"Loudness is measured at 8 to 384 kHz; this has a sample rate of {sample_rate} Hz; resample it first."
        )


@dataclass(frozen=True, slots=True)
class LoudnessCurves:
    """Loudness over time in steps of 100 ms (`CURVE_GRID`); all arrays float32 of one length, LUFS, NaN for none.

    Attributes:
        momentary: of the last 0.4 s.
        short_term: of the last 3 s.
        integrated: of everything measured so far, gated.
    """

    momentary: Curve
    short_term: Curve
    integrated: Curve

    def __len__(self) -> int:
        return len(self.momentary)


@dataclass(frozen=True, slots=True)
class LoudnessReading:
    """What a live meter shows at one moment. Levels that do not exist yet are None.

    Attributes:
        seconds: measured since the last reset, pauses left out.
        running: whether integrated loudness, range and maxima are being measured (False: paused).
        momentary_lufs: of the last 0.4 s.
        short_term_lufs: of the last 3 s.
        integrated_lufs: gated loudness since the reset.
        loudness_range_lu: range since the reset.
        range_stable: whether the range has been measured for 60 s.
        threshold_lufs: the relative gate of integrated loudness.
        max_momentary_lufs: highest since the reset.
        max_short_term_lufs: highest since the reset.
        max_true_peak_dbtp: highest of any channel since the reset.
        sample_peaks_dbfs: of each channel in the last 0.1 s.
        true_peaks_dbtp: of each channel in the last 0.1 s.
        max_sample_peaks_dbfs: of each channel since the reset.
        max_true_peaks_dbtp: of each channel since the reset.
        held_true_peaks_dbtp: of each channel the highest of the last 2 s, falling after (see `hold`).
        clipped: of each channel whether 3 and more neighbouring samples were at full scale since the reset.
        correlation: of left and right in the last 0.4 s, -1 to 1; None unless stereo with sound in both.
        balance: -1 all left, 0 even, 1 all right, by power of the last 0.4 s; None unless stereo with sound.
    """

    seconds: float
    running: bool
    momentary_lufs: float | None
    short_term_lufs: float | None
    integrated_lufs: float | None
    loudness_range_lu: float | None
    range_stable: bool
    threshold_lufs: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    max_true_peak_dbtp: float | None
    sample_peaks_dbfs: tuple[float | None, ...]
    true_peaks_dbtp: tuple[float | None, ...]
    max_sample_peaks_dbfs: tuple[float | None, ...]
    max_true_peaks_dbtp: tuple[float | None, ...]
    held_true_peaks_dbtp: tuple[float | None, ...]
    clipped: tuple[bool, ...]
    correlation: float | None
    balance: float | None


@dataclass(frozen=True, slots=True)
class TruePeakOver:
    """A stretch of one channel whose true peaks exceed the ceiling of the scan.

    Attributes:
        channel: counted from 0.
        span: sample frames from the first to the last exceeding one (stop excluded), in steps of 16.
        peak_dbtp: the highest true peak in it.
    """

    channel: int
    span: TimeSpan
    peak_dbtp: float


@dataclass(frozen=True, slots=True)
class ClippedRun:
    """A stretch of one channel with runs of three and more neighbouring samples at full scale.

    Attributes:
        channel: counted from 0.
        span: sample frames from the first to the last clipped one (stop excluded).
        longest: samples of the longest run in it.
    """

    channel: int
    span: TimeSpan
    longest: int


@dataclass(frozen=True, slots=True, eq=False)
class LoudnessResult:
    """The loudness of a recording, or of a span of it. Levels that do not exist (silence, too short) are None.

    Attributes:
        sample_rate: of the recording, in Hz; `span` and all positions count its sample frames.
        span: what was measured.
        layout: where its channels were taken to stand.
        integrated_lufs: gated loudness of all of it (BS.1770-5).
        loudness_range_lu: EBU Tech 3342, with 1.5 s of silence appended.
        range_stable: whether it is long enough for the range to mean much (60 s).
        max_true_peak_dbtp: highest of any channel.
        max_momentary_lufs: highest loudness of any 0.4 s, in steps of 10 ms.
        max_short_term_lufs: highest loudness of any 3 s, in steps of 10 ms.
        sample_peak_dbfs: highest of any channel.
        threshold_lufs: the relative gate of integrated loudness.
        true_peaks_dbtp: of each channel.
        sample_peaks_dbfs: of each channel.
        curves: momentary, short-term and integrated-so-far loudness, counted from `span.start`.
        overs: where true peaks exceed the ceiling of the scan, by position.
        clipped: where samples stay at full scale, by position.
        hop_power: float64, channel-weighted K-weighted mean square of each whole 10 ms from `span.start`.
    """

    sample_rate: int
    span: TimeSpan
    layout: ChannelLayout
    integrated_lufs: float | None
    loudness_range_lu: float | None
    range_stable: bool
    max_true_peak_dbtp: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    sample_peak_dbfs: float | None
    threshold_lufs: float | None
    true_peaks_dbtp: tuple[float | None, ...]
    sample_peaks_dbfs: tuple[float | None, ...]
    curves: LoudnessCurves
    overs: tuple[TruePeakOver, ...]
    clipped: tuple[ClippedRun, ...]
    hop_power: Doubles

    def figures(self) -> dict[str, float | None]:
        """The seven single numbers, by the keys of ``audiolab loudness --json``."""
        return {
            "integrated_lufs": self.integrated_lufs,
            "loudness_range_lu": self.loudness_range_lu,
            "max_true_peak_dbtp": self.max_true_peak_dbtp,
            "max_momentary_lufs": self.max_momentary_lufs,
            "max_short_term_lufs": self.max_short_term_lufs,
            "sample_peak_dbfs": self.sample_peak_dbfs,
            "threshold_lufs": self.threshold_lufs,
        }

    def loudness_of(self, spans: Iterable[TimeSpan]) -> float | None:
        """Ungated loudness of some spans taken together: a word, a segment, all that one speaker says.

        Args:
            spans: in sample frames of the recording; widened to whole 10 ms, what lies outside `span` left out.

        Returns:
            LUFS, or None where they hold no sound.
        """
        total, count = 0.0, 0
        for span in spans:
            power = self.hop_power[slice(*self.hops_of(span))]
            total += float(power.sum())
            count += len(power)
        return loudness_of_power(total / count) if count else None

    def hops_of(self, span: TimeSpan) -> tuple[int, int]:
        """Which entries of `hop_power`, half open, cover a span in sample frames of the recording."""
        first = max(HOP_GRID.frame_at(span.start - self.span.start, self.sample_rate), 0)
        last = HOP_GRID.frame_at(span.stop - 1 - self.span.start, self.sample_rate)
        stop = min(last + 1, len(self.hop_power)) if span else first
        return min(first, len(self.hop_power)), max(stop, min(first, len(self.hop_power)))
