"""Plain levels of a span: sample peak, RMS, DC offset and clipping. Exact, streaming, any length."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import amplitude_to_db

CLIPPED_RUN = 3
"""Consecutive samples at full scale, of one sign, that count as clipped: two may be a peak that just fits."""


CHUNK_FRAMES = 2**16
"""Frames that are measured at once: 512 KiB in double precision stay in the cache of one core."""


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

    Sums are exact for 16-bit samples, and in double precision for all others.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    span = span.clamped(recording.frames)
    tallies = [_Tally(recording.native_scale, clipping_level(recording)) for _ in range(recording.channels)]
    for first in range(span.start, span.stop, CHUNK_FRAMES):
        cancel.check()
        last = min(first + CHUNK_FRAMES, span.stop)
        native = recording.read_native(first, last)
        for channel, tally in enumerate(tallies):
            tally.add(native[:, channel], first)
        progress((last - span.start) / span.length)
    return tuple(tally.levels() for tally in tallies)


def clipping_level(recording: Recording) -> float:
    """The magnitude from which a sample of `recording` is at full scale.

    One step below 1.0 for integer formats, which have no positive 1.0. The step is that of 16 bits for float
    samples, which mostly come from 16-bit sound or from a lossy codec.
    """
    bits = recording.info.bit_depth or 16
    if recording.read_native(0, 0).dtype.kind == "f":
        bits = 16
    return 1.0 - 2.0 ** (1 - bits)


class _Tally:
    """Running sums of one channel, chunk by chunk.

    Args:
        scale: factor to full scale 1.0.
        clipping: magnitude that counts as full scale.
    """

    def __init__(self, scale: float, clipping: float) -> None:
        self._scale = scale
        self._frames = 0
        self._sum = 0.0
        self._squares = 0.0
        self._peak = 0.0
        self._peak_frame = 0
        self._above = _Runs(clipping)
        self._below = _Runs(clipping)

    def add(self, native: npt.NDArray[Any], first_frame: int) -> None:
        """Samples that follow those of the last call; `first_frame` is the position of the first of them."""
        values = native.astype(np.float64)  # holds the sum of a chunk of squared 16-bit samples exactly
        if native.dtype.kind == "f":
            np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        self._frames += len(values)
        self._sum += float(values.sum()) * self._scale
        # Not `values @ values`: BLAS would start threads for so long a vector, and lose time waiting for them.
        self._squares += float(np.einsum("i,i", values, values)) * self._scale**2
        high, low = float(values.max()) * self._scale, float(values.min()) * self._scale
        if max(high, -low) > self._peak:
            self._peak = max(high, -low)
            self._peak_frame = first_frame + int(np.abs(values).argmax())
        self._above.add(values, self._scale, high)
        self._below.add(values, -self._scale, -low)

    def levels(self) -> ChannelLevels:
        """What all samples so far add up to."""
        frames = max(self._frames, 1)
        runs = self._above.finished() + self._below.finished()
        return ChannelLevels(
            self._peak, self._peak_frame, math.sqrt(self._squares / frames), self._sum / frames, runs
        )


class _Runs:
    """Counts runs of at least `CLIPPED_RUN` samples at or above `limit`, also across chunks."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._runs = 0
        self._open = 0

    def add(self, values: npt.NDArray[np.float64], scale: float, highest: float) -> None:
        """`values` times `scale`, of which `highest` is the maximum."""
        if highest < self._limit:
            self._close(0)
            return
        hits = np.concatenate(([False], values * scale >= self._limit, [False]))
        edges = np.flatnonzero(hits[1:] != hits[:-1])
        starts, stops = edges[::2], edges[1::2]
        if starts[0] > 0:
            self._close(0)
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            if stop == len(values):
                self._open += stop - start
            else:
                self._close(stop - start)

    def finished(self) -> int:
        """Number of runs, an open one included."""
        return self._runs + (self._open >= CLIPPED_RUN)

    def _close(self, length: int) -> None:
        """A run ends that is `length` longer than what was open."""
        self._runs += self._open + length >= CLIPPED_RUN
        self._open = 0
