"""Loudness of parts of a recording that was measured: words, utterances, all that one speaker says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audiolab.analysis.loudness.gating import GatedPowers, integrated
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.result import LoudnessResult
from audiolab.analysis.loudness.silence import level_of_peak, loudness_of_power
from audiolab.analysis.loudness.spanpeaks import true_peaks_of
from audiolab.analysis.loudness.windows import MOMENTARY_HOPS, SHORT_TERM_HOPS, STEP_HOPS, sliding_means
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan

_CHECK_EVERY = 256
"""Parts between two looks at the cancel token."""


@dataclass(frozen=True, slots=True)
class PartLoudness:
    """What a meter would have shown of a part alone. Levels that do not exist (silence) are None.

    Attributes:
        integrated_lufs: gated loudness (BS.1770-5); where the part is too short for a gating block of 0.4 s, the
            loudness of all of it.
        gated: whether a gating block fits.
        max_momentary_lufs: highest of any 0.4 s that lie in it; what is shorter counts as followed by silence.
        max_short_term_lufs: likewise of 3 s.
        max_true_peak_dbtp: highest of any channel.
    """

    integrated_lufs: float | None
    gated: bool
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    max_true_peak_dbtp: float | None


def measure_parts(
    recording: Recording,
    result: LoudnessResult,
    parts: Sequence[Sequence[TimeSpan]],
    *,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> list[PartLoudness]:
    """Measure each of `parts`.

    Args:
        recording: what was measured; read once more, for the true peaks.
        result: of a scan of it.
        parts: each is one span or several, in sample frames, that do not overlap; widened to whole 10 ms. Gating
            blocks and windows lie in one span each, and those of all spans count together.
        cancel: checked now and then.
        progress: told the finished fraction.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    spans = [span for part in parts for span in part]
    peaks = true_peaks_of(recording, spans, cancel=cancel, progress=progress)
    momentary = sliding_means(result.hop_power, MOMENTARY_HOPS)
    short_term = sliding_means(result.hop_power, SHORT_TERM_HOPS)
    found = []
    taken = 0
    for number, part in enumerate(parts):
        if cancel is not None and number % _CHECK_EVERY == 0:
            cancel.check()
        peak = float(peaks[taken : taken + len(part)].max(initial=0.0))
        taken += len(part)
        hops = [result.hops_of(span) for span in part]
        blocks = GatedPowers()
        fitting = [momentary[first + MOMENTARY_HOPS - 1 : stop : STEP_HOPS] for first, stop in hops]
        gated = any(map(len, fitting))
        if gated:
            blocks.add(np.concatenate(fitting))
        found.append(
            PartLoudness(
                integrated_lufs=integrated(blocks)[0] if gated else result.loudness_of(part),
                gated=gated,
                max_momentary_lufs=_highest(result.hop_power, momentary, hops, MOMENTARY_HOPS),
                max_short_term_lufs=_highest(result.hop_power, short_term, hops, SHORT_TERM_HOPS),
                max_true_peak_dbtp=level_of_peak(peak),
            )
        )
    return found


def _highest(power: Doubles, means: Doubles, hops: list[tuple[int, int]], length: int) -> float | None:
    """Highest mean of `length` hops in LUFS; in a span that is shorter, of all of it and silence after it."""
    highest = 0.0
    for first, stop in hops:
        if stop - first >= length:
            highest = max(highest, float(means[first + length - 1 : stop].max()))
        else:
            highest = max(highest, float(power[first:stop].sum()) / length)
    return loudness_of_power(highest)
