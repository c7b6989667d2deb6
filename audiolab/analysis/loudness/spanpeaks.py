"""True peaks of many spans of a recording: every word of an hour in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audiolab.analysis.loudness.kinds import Doubles, Floats, Indices
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.truepeak import MARGIN, REACH, ROW, Interpolator, row_peaks
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan

_PIECE_SAMPLES = 2**20
"""Samples of all channels that are read at a time."""

_BATCH = 4096
"""Rows that are interpolated at once."""


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans in rows of `truepeak.ROW` samples, ordered by their first row; all arrays of one length.

    Attributes:
        index: their places in what was asked for.
        starts, stops: rows, half open.
    """

    index: Indices
    starts: Indices
    stops: Indices

    @classmethod
    def of(cls, spans: Sequence[TimeSpan], frames: int) -> "_Spans":
        """Of those that hold sound of a recording of `frames` sample frames."""
        edges = np.array([(span.start, span.stop) for span in spans], np.intp).reshape(-1, 2).clip(0, frames)
        index = np.flatnonzero(edges[:, 1] > edges[:, 0])
        index = index[np.argsort(edges[index, 0], kind="stable")]
        return cls(index, edges[index, 0] // ROW, -(-edges[index, 1] // ROW))

    def within(self, first: int, stop: int) -> "_Spans":
        """What of them lies in rows `first` to `stop`."""
        inside = np.flatnonzero((self.starts < stop) & (self.stops > first))
        return _Spans(self.index[inside], self.starts[inside].clip(min=first), self.stops[inside].clip(max=stop))

    def moved(self, rows: int) -> "_Spans":
        """The same, `rows` earlier."""
        return _Spans(self.index, self.starts - rows, self.stops - rows)

    def highest(self, levels: Floats) -> Floats:
        """Highest of `levels`, one a row, in each span."""
        pairs = np.column_stack([self.starts, self.stops]).ravel()
        return np.asarray(np.maximum.reduceat(np.append(levels, 0.0), pairs)[::2])

    def spread(self, values: Floats, rows: int) -> Floats:
        """For each of so many rows the lowest of the values of the spans that it is in; infinite outside."""
        lengths = self.stops - self.starts
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1]) + np.repeat(self.starts - (ends - lengths), lengths)
        result = np.full(rows, np.inf)
        np.minimum.at(result, places, np.repeat(values, lengths))
        return result


def true_peaks_of(
    recording: Recording,
    spans: Sequence[TimeSpan],
    *,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> Doubles:
    """The highest true peak of any channel in each span.

    Interpolation is left out where it cannot exceed what the span's samples reach (see `truepeak`).

    Args:
        recording: read in pieces.
        spans: sample frames, in any order; widened to whole rows of 16. They may overlap.
        cancel: checked after every piece.
        progress: told the finished fraction.

    Returns:
        Amplitudes relative to full scale, shape (len(spans),); 0 for silence.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    peaks = np.zeros(len(spans))
    rows = _Spans.of(spans, recording.frames)
    if not len(rows.index):
        return peaks
    meter = _RowMeter(recording)
    step = max(_PIECE_SAMPLES // (recording.channels * ROW), 1)
    first, last = int(rows.starts[0]), int(rows.stops.max())
    for start in range(first, last, step):
        if cancel is not None:
            cancel.check()
        inside = rows.within(start, start + step)
        if len(inside.index):
            np.maximum.at(peaks, inside.index, meter.measure(inside))
        progress(min((start + step - first) / (last - first), 1.0))
    return peaks


class _RowMeter:
    """Measures stretches of one recording."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._interpolator = Interpolator(recording.sample_rate)
        self._scratch = Scratch()

    def measure(self, spans: _Spans) -> Floats:
        """Highest true peak in each of `spans`, which lie close together."""
        first, stop = int(spans.starts[0]), int(spans.stops.max())
        samples = self._recording.read((first - 1) * ROW, (stop + 1) * ROW).T.astype(np.float32, order="C")
        magnitudes = row_peaks(np.abs(samples))
        spans = spans.moved(first)
        inner = magnitudes[:, 1:-1]
        if self._interpolator.factor == 1:
            return spans.highest(inner.max(axis=0))
        limits = spans.spread(spans.highest(inner.max(axis=0)), stop - first)
        levels = inner.copy()
        channel, row = np.nonzero(self._bounds(samples, magnitudes) > limits)
        windows = np.lib.stride_tricks.sliding_window_view(samples, MARGIN + ROW, axis=1)
        for place in range(0, len(row), _BATCH):
            channels, places = channel[place : place + _BATCH], row[place : place + _BATCH]
            stretches = windows[channels, (places + 1) * ROW - (REACH - 1)]
            between = self._interpolator.between(stretches, self._scratch)
            highest = np.abs(between, out=between).max(axis=(1, 2, 3))
            levels[channels, places] = np.maximum(levels[channels, places], highest)
        return spans.highest(levels.max(axis=0))

    def _bounds(self, samples: Floats, magnitudes: Floats) -> Floats:
        """What no value between the samples of each inner row exceeds: (channels, rows)."""
        before, here, after = magnitudes[:, :-2], magnitudes[:, 1:-1], magnitudes[:, 2:]
        beside = np.maximum(here, after)
        bends = np.zeros_like(samples)
        np.abs(np.diff(samples, 2, axis=1), out=bends[:, 1:-1])
        rows = row_peaks(bends)
        bend = np.maximum(np.maximum(rows[:, :-2], rows[:, 2:]), rows[:, 1:-1])
        around = np.maximum(before, beside) * self._interpolator.gain
        return np.asarray(np.minimum(around, beside + self._interpolator.bend * bend))
