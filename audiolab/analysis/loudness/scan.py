"""`scan`: the loudness of a whole recording, far faster than it plays."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from audiolab.analysis.loudness.channels import ChannelLayout, channel_weights, fitting_layout
from audiolab.analysis.loudness.faults import GAP_SECONDS
from audiolab.analysis.loudness.gating import (
    GatedPowers,
    integrated,
    integrated_so_far,
    loudness_range,
)
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.pieces import Piece, PieceMeter
from audiolab.analysis.loudness.regions import Regions
from audiolab.analysis.loudness.result import (
    HOP_GRID,
    RANGE_STABLE_SECONDS,
    ClippedRun,
    LoudnessCurves,
    LoudnessResult,
    TruePeakOver,
    check_rate,
)
from audiolab.analysis.loudness.silence import curve_of_powers, level_of_peak, loudness_of_power
from audiolab.analysis.loudness.windows import (
    MOMENTARY_HOPS,
    SHORT_TERM_HOPS,
    STEP_HOPS,
    sliding_means,
)
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import amplitude_to_db, frames_to_seconds

_APPENDED_HOPS = 150
"""1.5 s of silence follow a file when its range is measured (EBU Tech 3342)."""

_PIECE_SAMPLES = 2**20
"""Samples of all channels together that one thread measures at a time: some 20 MB with all that is computed."""

_MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class LoudnessSpec:
    """How to measure a recording: with the recording's identity the key of a cache.

    Attributes:
        layout: where its channels stand; None: as the file says, or else what their number suggests.
        dual_mono: count a single channel as two loudspeakers.
        span: measure only these sample frames; None: all.
        ceiling_dbtp: true peaks above it are listed in `LoudnessResult.overs`.
    """

    layout: ChannelLayout | None = None
    dual_mono: bool = False
    span: TimeSpan | None = None
    ceiling_dbtp: float = -1.0


def scan(
    recording: Recording,
    spec: LoudnessSpec | None = None,
    *,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> LoudnessResult:
    """Measure what `recording` holds now.

    Args:
        recording: of any length; read in pieces from several threads, never whole in memory.
        spec: how; by default EBU mode with the likely layout.
        cancel: checked after every piece.
        progress: told the finished fraction, from the calling thread.

    Raises:
        Cancelled: `cancel` was cancelled.
        AudiolabError: the sample rate is not one of `MEASURABLE_RATES`, or the layout of `spec` has another number
            of channels than the recording.
    """
    check_rate(recording.sample_rate)
    spec = spec or LoudnessSpec()
    layout = fitting_layout(recording.channels, spec.layout, recording.info.speakers)
    whole = TimeSpan(0, recording.frames)
    span = whole if spec.span is None else spec.span.intersection(whole)
    weights = channel_weights(layout, dual_mono=spec.dual_mono)
    meter = PieceMeter(recording, span, weights, spec.ceiling_dbtp)
    hops = HOP_GRID.frame_at(span.length, recording.sample_rate)
    padded_hops = -(-(hops + 1 + _APPENDED_HOPS) // STEP_HOPS) * STEP_HOPS
    pieces = []
    measured = 0
    for piece in _measured(meter, padded_hops, _piece_hops(recording)):
        if cancel is not None:
            cancel.check()
        pieces.append(piece)
        measured += len(piece.hop_power)
        progress(measured / padded_hops)
    return _Summary(recording.sample_rate, span, layout, pieces, hops).result()


def _piece_hops(recording: Recording) -> int:
    """Hops of a piece: a whole number of seconds."""
    seconds = _PIECE_SAMPLES // (recording.channels * recording.sample_rate)
    return max(seconds, 1) * HOP_GRID.sample_rate


def _measured(meter: PieceMeter, hops: int, piece_hops: int) -> Iterator[Piece]:
    """The pieces in order, measured a few ahead in threads; the threads end with the iteration."""
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    ahead: deque[Future[Piece]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="loudness") as pool:
        for first in range(0, hops, piece_hops):
            ahead.append(pool.submit(meter.measure, first, min(first + piece_hops, hops)))
            if len(ahead) > 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


class _Summary:
    """Puts the pieces of one recording together."""

    def __init__(
        self, sample_rate: int, span: TimeSpan, layout: ChannelLayout, pieces: list[Piece], hops: int
    ) -> None:
        self._rate = sample_rate
        self._span = span
        self._layout = layout
        self._pieces = pieces
        self._padded = np.concatenate([piece.hop_power for piece in pieces])
        self._power = self._padded[:hops]

    def result(self) -> LoudnessResult:
        momentary = sliding_means(self._power, MOMENTARY_HOPS)
        short_term = sliding_means(self._power, SHORT_TERM_HOPS)
        blocks = momentary[MOMENTARY_HOPS - 1 :: STEP_HOPS]
        gated = GatedPowers()
        gated.add(blocks)
        loudness, threshold = integrated(gated)
        sample_peaks = np.max([piece.sample_peaks for piece in self._pieces], axis=0)
        true_peaks = np.max([piece.true_peaks for piece in self._pieces], axis=0)
        return LoudnessResult(
            sample_rate=self._rate,
            span=self._span,
            layout=self._layout,
            integrated_lufs=loudness,
            loudness_range_lu=self._range(),
            range_stable=frames_to_seconds(self._span.length, self._rate) >= RANGE_STABLE_SECONDS,
            max_true_peak_dbtp=level_of_peak(float(true_peaks.max())),
            max_momentary_lufs=loudness_of_power(float(momentary.max(initial=0.0))),
            max_short_term_lufs=loudness_of_power(float(short_term.max(initial=0.0))),
            sample_peak_dbfs=level_of_peak(float(sample_peaks.max())),
            threshold_lufs=threshold,
            true_peaks_dbtp=tuple(map(level_of_peak, true_peaks.tolist())),
            sample_peaks_dbfs=tuple(map(level_of_peak, sample_peaks.tolist())),
            curves=self._curves(momentary, short_term, blocks),
            overs=tuple(
                TruePeakOver(channel, span, amplitude_to_db(peak))
                for channel, span, peak in self._found([piece.overs for piece in self._pieces])
            ),
            clipped=tuple(
                ClippedRun(channel, span, round(longest))
                for channel, span, longest in self._found([piece.clipped for piece in self._pieces])
            ),
            hop_power=self._power,
        )

    def _range(self) -> float | None:
        windows = GatedPowers()
        windows.add(sliding_means(self._padded, SHORT_TERM_HOPS)[SHORT_TERM_HOPS - 1 :: STEP_HOPS])
        return loudness_range(windows)

    def _curves(self, momentary: Doubles, short_term: Doubles, blocks: Doubles) -> LoudnessCurves:
        steps = slice(STEP_HOPS - 1, None, STEP_HOPS)
        so_far = np.full(len(momentary[steps]), np.nan)
        so_far[len(so_far) - len(blocks) :] = integrated_so_far(blocks)
        return LoudnessCurves(
            momentary=curve_of_powers(momentary[steps]).astype(np.float32),
            short_term=curve_of_powers(short_term[steps]).astype(np.float32),
            integrated=so_far.astype(np.float32),
        )

    def _found(self, parts: list[tuple[Regions, ...]]) -> Iterator[tuple[int, TimeSpan, float]]:
        """Channel, span and value of the regions of all pieces, by position."""
        gap = round(GAP_SECONDS * self._rate)
        found = []
        for channel, regions in enumerate(zip(*parts, strict=True)):
            joined = Regions.merged(list(regions), gap)
            for start, stop, value in zip(
                joined.starts.tolist(), joined.stops.tolist(), joined.peaks.tolist(), strict=True
            ):
                found.append((channel, TimeSpan(start, stop), value))
        yield from sorted(found, key=lambda item: (item[1].start, item[0]))
