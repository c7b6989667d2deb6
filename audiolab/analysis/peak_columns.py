"""Peak columns for a view, and those that are made from the samples themselves."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.gather import gather, peak_dtype, peak_scale, read_peak_samples
from audiolab.analysis.peak_blocks import BLOCK, BlockReducer
from audiolab.core.recording import Recording

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

BATCH_FRAMES = 128 * 1024
"""Sample frames of the columns that are measured together: they stay in the cache of one core."""

SKETCH_BATCH = 512
"""Blocks that a sketch reads at once."""


@dataclass(frozen=True, slots=True, eq=False)
class PeakColumns:
    """What a waveform view draws: one entry for each pixel column, full scale 1.0.

    Attributes:
        minimum: float32 of shape (channels, columns).
        maximum: the same shape.
        rms: the same shape.
        valid: the columns for which there is sound; all others hold zeros.
        approximate: whether peaks may be missing (`sketch`) or columns may show up to one block of their
            neighbours' (a query without the recording).
    """

    minimum: FloatArray
    maximum: FloatArray
    rms: FloatArray
    valid: range
    approximate: bool

    @classmethod
    def silent(cls, channels: int, columns: int, valid: range, *, approximate: bool) -> "PeakColumns":
        """Columns of zeros, to be filled."""
        shape = (channels, columns)
        zeros = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        return cls(*zeros, valid, approximate)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The sample frames of the columns that lie in a recording.

    Attributes:
        valid: which columns these are.
        lower: first sample of each of them; shape (len(valid),), as `upper`.
        upper: where it ends, at least one sample later.
        per_column: samples per column, as asked for.
    """

    valid: range
    lower: IntArray
    upper: IntArray
    per_column: float

    @classmethod
    def of(cls, start: float, stop: float, columns: int, frames: int) -> "Parts":
        """`columns` equal parts of `start` to `stop`, clipped to a recording of `frames`."""
        per_column = (stop - start) / columns
        edges = np.ceil(start + per_column * np.arange(columns + 1)).astype(np.int64)
        # A column between two samples shows the one before it.
        lower = edges[:-1] - (edges[1:] == edges[:-1])
        lower = np.maximum(lower, 0)
        upper = np.minimum(edges[1:], frames)
        inside = np.flatnonzero(upper > lower)
        if not len(inside):
            return cls(range(0), lower[:0], upper[:0], per_column)
        valid = range(int(inside[0]), int(inside[-1]) + 1)
        part = slice(valid.start, valid.stop)
        return cls(valid, lower[part], upper[part], per_column)


def columns_from_samples(recording: Recording, parts: Parts, columns: int) -> PeakColumns:
    """Exact columns from all their samples."""
    result = PeakColumns.silent(recording.channels, columns, parts.valid, approximate=False)
    scale = np.float32(peak_scale(recording))
    batch = max(int(BATCH_FRAMES / max(parts.per_column, 1.0)), 1)
    for first in range(0, len(parts.valid), batch):
        lower, upper = parts.lower[first : first + batch], parts.upper[first : first + batch]
        place = slice(parts.valid.start + first, parts.valid.start + first + len(lower))
        interleaved = read_peak_samples(recording, int(lower[0]), int(upper[-1]))
        # Where columns share a sample, the next bound is no larger: reduceat then takes just that one.
        bounds = lower - lower[0]
        for channel in range(recording.channels):
            samples: npt.NDArray[np.generic] = np.ascontiguousarray(interleaved[:, channel])
            np.multiply(np.minimum.reduceat(samples, bounds), scale, out=result.minimum[channel, place])
            np.multiply(np.maximum.reduceat(samples, bounds), scale, out=result.maximum[channel, place])
            values = samples.astype(np.float32)
            np.square(values, out=values)
            mean = np.add.reduceat(values, bounds) / (upper - lower)
            result.rms[channel, place] = np.sqrt(mean) * scale
    return result


def sketch(
    recording: Recording, columns: int, start: float = 0.0, stop: float | None = None, blocks_per_column: int = 2
) -> PeakColumns:
    """A first look at a span of any length, from a few short blocks spread over each column.

    Short peaks may be missing, so the result is marked approximate (unless the span is so short that all of it was
    read). Takes some tens of milliseconds.

    Args:
        recording: what to look at.
        columns: number of columns.
        start: first sample frame of the first column.
        stop: sample frame where the last column ends; None for the end of the recording.
        blocks_per_column: blocks of `BLOCK` frames that are read for each column.
    """
    frames = recording.frames
    parts = Parts.of(start, frames if stop is None else stop, columns, frames)
    if parts.per_column <= BLOCK * blocks_per_column:
        return columns_from_samples(recording, parts, columns)
    result = PeakColumns.silent(recording.channels, columns, parts.valid, approximate=True)
    scale = peak_scale(recording)
    share = (np.arange(blocks_per_column) + 0.5) / blocks_per_column
    batch = max(SKETCH_BATCH // blocks_per_column, 1)
    reducer = BlockReducer(peak_dtype(recording), scale, batch * blocks_per_column * BLOCK)
    for first in range(0, len(parts.valid), batch):
        lower, upper = parts.lower[first : first + batch], parts.upper[first : first + batch]
        centres = lower[:, np.newaxis] + (upper - lower)[:, np.newaxis] * share
        starts = np.clip(centres.astype(np.int64).ravel() - BLOCK // 2, 0, max(frames - BLOCK, 0))
        samples = gather(recording, starts, BLOCK).reshape(-1, recording.channels)
        entries = reducer.entries(samples, BLOCK).grouped(blocks_per_column)
        place = slice(parts.valid.start + first, parts.valid.start + first + len(lower))
        result.minimum[:, place] = entries.minimum * np.float32(scale)
        result.maximum[:, place] = entries.maximum * np.float32(scale)
        result.rms[:, place] = np.sqrt(entries.power)
    return result
