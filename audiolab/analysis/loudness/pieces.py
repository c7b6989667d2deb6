"""Measures one piece of a recording by itself, so that pieces can be measured side by side.

A piece is read with enough sound around it: 0.2 s before, in which the K-weighting filter settles (what came
earlier weighs below 1e-16), and what the interpolator and a clipped run may need after.
"""

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np

from audiolab.analysis.loudness import kweighting, truepeak
from audiolab.analysis.loudness.kinds import Doubles, Floats, Indices
from audiolab.analysis.loudness.regions import Regions
from audiolab.analysis.loudness.result import HOP_GRID
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.core.recording import NativeSamples, Recording
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import db_to_amplitude

CLIPPED_SAMPLES: Final = 3
"""So many neighbouring samples at full scale are clipped; fewer happen in sound that is merely loud."""
FULL_SCALE: Final = 1.0 - 2.0**-15
"""The highest positive sample of 16 bits, taken as full scale in every format."""
GAP_SECONDS: Final = 0.1
"""Overs, or clipped runs, closer than that are listed as one."""

_BLOCK = 128
"""Samples that are interpolated together or not at all."""
_BATCH = 256
"""Blocks interpolated at once: their values stay in the cache of a core."""
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
        self._interpolator = truepeak.Interpolator(self._rate)
        self._ceiling = db_to_amplitude(ceiling_dbtp) / self._scale
        self._gap = round(GAP_SECONDS * self._rate)
        settling = kweighting.SETTLING_SECONDS * self._rate
        self._lead = -(-max(round(settling), _BLOCK) // kweighting.ROW) * kweighting.ROW
        # The highest true peak of each channel so far. Threads may overwrite each other's: it only saves work.
        self._highest = [0.0] * recording.channels
        self._local = threading.local()

    def measure(self, first_hop: int, stop_hop: int) -> Piece:
        """Measure hops `first_hop` to `stop_hop` (excluded), counted from the start of the span."""
        edges = np.array([HOP_GRID.sample_at(hop, self._rate) for hop in range(first_hop, stop_hop + 1)])
        start, length = self._span.start + int(edges[0]), int(edges[-1] - edges[0])
        blocks = -(-(length + CLIPPED_SAMPLES - 1) // _BLOCK)
        samples = self._read(start - self._lead, start + (blocks + 1) * _BLOCK)
        block_peaks = self._block_peaks(samples)
        if not np.isfinite(block_peaks).all():
            np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
            block_peaks = self._block_peaks(samples)
        channels = range(len(samples))
        peaks = [self._true_peaks(channel, samples[channel], block_peaks[channel], start) for channel in channels]
        return Piece(
            hop_power=self._hop_power(samples, edges - edges[0], float(block_peaks.max())),
            sample_peaks=block_peaks[:, 1:-1].max(axis=1) * self._scale,
            true_peaks=np.array([peak for peak, _ in peaks]) * self._scale,
            overs=tuple(overs for _, overs in peaks),
            clipped=tuple(self._clipped(samples[channel], block_peaks[channel], start) for channel in channels),
        )

    def _read(self, start: int, stop: int) -> Floats:
        """Frames `start` to `stop`, zeros outside the span: float32 (channels, n), native scale."""
        native: NativeSamples = self._recording.read_native(
            max(start, self._span.start), max(min(stop, self._span.stop), self._span.start)
        )
        samples = self._array("samples", (self._recording.channels, stop - start))
        before = max(self._span.start - start, 0)
        samples[:, :before] = 0.0
        samples[:, before : before + len(native)] = native.T
        samples[:, before + len(native) :] = 0.0
        return samples

    def _block_peaks(self, samples: Floats) -> Floats:
        """Highest magnitude of each block after the lead, and of one before them: (channels, blocks + 2)."""
        around = samples[:, self._lead - _BLOCK :]
        magnitudes = np.abs(around, out=self._array("magnitudes", around.shape))
        peaks: Floats = magnitudes.reshape(len(samples), -1, _BLOCK).max(axis=2)
        return peaks

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
            energy = np.array([np.einsum("ij,ij->i", channel, channel) for channel in hops], np.float64)
        else:
            energy = np.add.reduceat(np.square(weighted), edges[:-1], axis=1, dtype=np.float64)
        power: Doubles = self._weights @ energy * (self._scale**2 / lengths)
        return power

    def _true_peaks(self, channel: int, samples: Floats, block_peaks: Floats, start: int) -> tuple[float, Regions]:
        """Highest true peak of a channel, and its overs.

        Args:
            channel: which.
            samples: its samples, with the lead.
            block_peaks: highest sample of each block, one block more on either side.
            start: position in the recording of the first sample after the lead.
        """
        inner = block_peaks[1:-1]
        highest = float(inner.max())
        limit = min(self._ceiling, max(highest, self._highest[channel]))
        blocks, bounds = self._candidates(samples, block_peaks, limit)
        positions, peaks = [], []
        for first in range(0, len(blocks), _BATCH):
            limit = min(self._ceiling, max(highest, self._highest[channel]))
            batch = blocks[first : first + _BATCH][bounds[first : first + _BATCH] > limit]
            if not len(batch):
                break
            values = self._between(samples, batch)
            block_highest = np.maximum(values.reshape(len(batch), -1).max(axis=1, initial=0.0), inner[batch])
            highest = max(highest, float(block_highest.max()))
            over = block_highest > self._ceiling
            if over.any():
                where, what = self._overs(samples, batch[over], values[over])
                positions.append(where + start)
                peaks.append(what)
        self._highest[channel] = max(highest, self._highest[channel])
        if not positions:
            return highest, _no_regions()
        where, what = np.concatenate(positions), np.concatenate(peaks)
        order = np.argsort(where)
        return highest, Regions.of_samples(where[order], what[order], self._gap)

    def _candidates(self, samples: Floats, block_peaks: Floats, limit: float) -> tuple[Indices, Floats]:
        """Blocks where a value between samples can exceed `limit`, and what it cannot exceed, highest first."""
        around = np.maximum(np.maximum(block_peaks[:-2], block_peaks[2:]), block_peaks[1:-1])
        blocks = np.flatnonzero(around * self._interpolator.gain > limit)
        windows = np.lib.stride_tricks.sliding_window_view(samples, _BLOCK + 2 * truepeak.REACH)
        bounds = np.maximum(block_peaks[1:-1], block_peaks[2:])[blocks]
        for first in range(0, len(blocks), _BATCH):
            batch = windows[self._lead - truepeak.REACH + blocks[first : first + _BATCH] * _BLOCK]
            bends = np.diff(batch, 2)
            bounds[first : first + _BATCH] += self._interpolator.bend * np.abs(bends, out=bends).max(axis=1)
        order = np.argsort(-bounds)
        order = order[: np.count_nonzero(bounds > limit)]
        return blocks[order], bounds[order]

    def _between(self, samples: Floats, blocks: Indices) -> Floats:
        """Magnitudes between the samples of some blocks: (blocks, rows, factor - 1, row)."""
        rows = np.arange(0, _BLOCK, truepeak.ROW)
        starts = self._lead + blocks[:, np.newaxis] * _BLOCK + rows
        values = self._interpolator.between(samples, starts.ravel())
        return np.abs(values, out=values).reshape(len(blocks), len(rows), *values.shape[1:])

    def _overs(self, samples: Floats, blocks: Indices, values: Floats) -> tuple[Indices, Floats]:
        """Samples after the lead, in some blocks, whose true peak exceeds the ceiling, and their true peaks."""
        offsets = blocks[:, np.newaxis] * _BLOCK + np.arange(_BLOCK)
        peaks = np.abs(samples[self._lead + offsets])
        for phase in range(values.shape[2]):
            peaks = np.maximum(peaks, values[:, :, phase].reshape(peaks.shape))
        where = peaks > self._ceiling
        return offsets[where], peaks[where]

    def _clipped(self, samples: Floats, block_peaks: Floats, start: int) -> Regions:
        full_scale = FULL_SCALE / self._scale
        blocks = np.flatnonzero(block_peaks[1:-1] >= full_scale)
        if not len(blocks):
            return _no_regions()
        offsets = blocks[:, np.newaxis] * _BLOCK + np.arange(_BLOCK)
        positions = offsets[np.abs(samples[self._lead + offsets]) >= full_scale]
        runs = Regions.of_samples(positions, np.zeros(len(positions)), 0)
        lengths = runs.stops - runs.starts
        long = lengths >= CLIPPED_SAMPLES
        found = Regions(runs.starts[long] + start, runs.stops[long] + start, lengths[long].astype(np.float64))
        return Regions.merged([found], self._gap)


def _no_regions() -> Regions:
    return Regions(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
