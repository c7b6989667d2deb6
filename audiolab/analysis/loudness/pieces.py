"""Measures one piece of a recording by itself, so that pieces can be measured side by side.

A piece is read with enough sound around it: 0.2 s before, in which the K-weighting filter settles (what came
earlier weighs below 1e-16), and what the interpolator and a clipped run may need after.
"""

import threading
from dataclasses import dataclass

import numpy as np

from audiolab.analysis.loudness import kweighting
from audiolab.analysis.loudness.faults import BLOCK, CLIPPED_SAMPLES, FULL_SCALE, Blocks, FaultFinder
from audiolab.analysis.loudness.kinds import Doubles, Floats, Indices
from audiolab.analysis.loudness.regions import Regions
from audiolab.analysis.loudness.result import HOP_GRID
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.core.recording import NativeSamples, Recording
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import db_to_amplitude

_FARTHEST = 1e6
"""Above that (+120 dBFS, in broken float files) squares could overflow 32 bits."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What was found in one piece; amplitudes relative to full scale.

    Attributes:
        hop_power: channel-weighted K-weighted mean square of each hop, shape (hops,).
        sample_peaks: of each channel, shape (channels,).
        true_peaks: of each channel; where it cannot be the highest of the recording, possibly less than it is.
        overs: of each channel, where true peaks exceed the ceiling.
        clipped: of each channel, with the length of the longest run in place of a peak.
    """

    hop_power: Doubles
    sample_peaks: Doubles
    true_peaks: Doubles
    overs: tuple[Regions, ...]
    clipped: tuple[Regions, ...]


class PieceMeter:
    """Measures pieces of one recording, from any number of threads.

    Args:
        recording: what to measure.
        span: sample frames of it that count; outside there is silence.
        weights: power weight of each channel.
        ceiling_dbtp: true peaks above it are overs.
    """

    def __init__(
        self, recording: Recording, span: TimeSpan, weights: tuple[float, ...], ceiling_dbtp: float
    ) -> None:
        self._recording = recording
        self._span = span
        self._rate = recording.sample_rate
        self._scale = recording.native_scale
        self._counted = np.flatnonzero(weights)
        self._weights = np.array(weights)[self._counted]
        self._finder = FaultFinder(
            self._rate, recording.channels, db_to_amplitude(ceiling_dbtp) / self._scale, FULL_SCALE / self._scale
        )
        settling = kweighting.SETTLING_SECONDS * self._rate
        self._lead = -(-max(round(settling), BLOCK) // kweighting.ROW) * kweighting.ROW
        self._local = threading.local()

    def measure(self, first_hop: int, stop_hop: int) -> Piece:
        """Measure hops `first_hop` to `stop_hop` (excluded), counted from the start of the span."""
        edges = HOP_GRID.samples_at(np.arange(first_hop, stop_hop + 1), self._rate)
        start, length = self._span.start + int(edges[0]), int(edges[-1] - edges[0])
        blocks = -(-(length + CLIPPED_SAMPLES - 1) // BLOCK)
        samples = self._read(start - self._lead, start + (blocks + 1) * BLOCK)
        around = samples[:, self._lead - BLOCK :]
        magnitudes, peaks = self._magnitudes(around)
        if not np.isfinite(peaks).all():
            np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
            magnitudes, peaks = self._magnitudes(around)
        channels = [Blocks(start, *parts) for parts in zip(around, magnitudes, peaks, strict=True)]
        scratch = self._scratch()
        found = [self._finder.true_peaks(index, channel, scratch) for index, channel in enumerate(channels)]
        return Piece(
            hop_power=self._hop_power(samples, edges - edges[0], float(peaks.max())),
            sample_peaks=peaks[:, 1:-1].max(axis=1) * self._scale,
            true_peaks=np.array([peak for peak, _ in found]) * self._scale,
            overs=tuple(overs.scaled(self._scale) for _, overs in found),
            clipped=tuple(self._finder.clipped(channel) for channel in channels),
        )

    def _read(self, start: int, stop: int) -> Floats:
        """Frames `start` to `stop`, zeros outside the span: float32 (channels, n), native scale."""
        native: NativeSamples = self._recording.read_native(
            max(start, self._span.start), max(min(stop, self._span.stop), self._span.start)
        )
        samples = self._array("samples", (self._recording.channels, stop - start))
        before = max(self._span.start - start, 0)
        samples[:, :before] = 0.0
        for channel in range(len(samples)):
            samples[channel, before : before + len(native)] = native[:, channel]
        samples[:, before + len(native) :] = 0.0
        return samples

    def _magnitudes(self, samples: Floats) -> tuple[Floats, Floats]:
        """Magnitudes of whole blocks, shape (channels, n), and the highest of each: (channels, n / BLOCK)."""
        magnitudes = np.abs(samples, out=self._array("magnitudes", samples.shape))
        return magnitudes, magnitudes.reshape(len(samples), -1, BLOCK).max(axis=2)

    def _array(self, name: str, shape: tuple[int, ...]) -> Floats:
        return self._scratch().array(name, shape, np.float32)

    def _scratch(self) -> Scratch:
        """The memory of the calling thread."""
        if not hasattr(self._local, "scratch"):
            self._local.scratch = Scratch()
        scratch: Scratch = self._local.scratch
        return scratch

    def _hop_power(self, samples: Floats, edges: Indices, peak: float) -> Doubles:
        length = int(edges[-1])
        rows = -(-(self._lead + length) // kweighting.ROW) * kweighting.ROW
        dtype = np.float64 if peak * self._scale > _FARTHEST else np.float32
        weighting = kweighting.KWeighting(self._rate, len(self._counted), dtype, self._scratch())
        counted = samples if len(self._counted) == len(samples) else samples[self._counted]
        weighted = weighting.process(counted[:, :rows].astype(dtype, copy=False))
        weighted = weighted[:, self._lead : self._lead + length]
        lengths = np.diff(edges)
        if lengths.min() == lengths.max():
            hops = weighted.reshape(len(weighted), len(lengths), -1)
            energy = np.vecdot(hops, hops)
        else:
            energy = np.add.reduceat(np.square(weighted), edges[:-1], axis=1, dtype=np.float64)
        power: Doubles = self._weights @ energy * (self._scale**2 / lengths)
        return power
