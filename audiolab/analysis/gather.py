"""Reading samples for analyses that need not have them as float32: 16-bit samples stay what they are."""

from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from audiolab.core.recording import NativeSamples, Recording

PeakSamples = npt.NDArray[np.int16] | npt.NDArray[np.float32]
"""16-bit samples as stored, or finite float32 of full scale 1.0 for every other format."""


GROUP = 64
"""Pieces that may share a read."""

GAP_BYTES = 48 * 1024
"""What may lie between two pieces of a shared read: as much as is copied in the time that one more read takes."""


def peak_dtype(recording: Recording) -> np.dtype[np.int16] | np.dtype[np.float32]:
    """Type of the `PeakSamples` of `recording`."""
    native = recording.read_native(0, 0).dtype
    return np.dtype(np.int16) if native == np.int16 else np.dtype(np.float32)


def peak_scale(recording: Recording) -> float:
    """Factor from `PeakSamples` of `recording` to full scale 1.0."""
    return recording.native_scale if peak_dtype(recording) == np.int16 else 1.0


def is_int16(samples: npt.NDArray[Any]) -> TypeGuard[npt.NDArray[np.int16]]:
    """Whether `samples` are 16-bit as stored."""
    return samples.dtype == np.int16


def read_peak_samples(recording: Recording, start: int, stop: int) -> PeakSamples:
    """`PeakSamples` of frames `start` to `stop`, which lie in the recording, shape (frames, channels)."""
    native = recording.read_native(start, stop)
    return native if is_int16(native) else recording.read(start, stop)


def gather(recording: Recording, starts: npt.NDArray[np.int64], length: int) -> PeakSamples:
    """`PeakSamples` of the pieces that start at `starts`, shape (len(starts), length, channels).

    Zeros outside the recording. `starts` must ascend; pieces may overlap. Pieces that lie close together are cut
    out of one longer read, ten times faster than to read each of them.
    """
    channels = recording.channels
    native = recording.read_native(0, 0).dtype
    result = np.zeros((len(starts), length * channels), dtype=native)
    gap = GAP_BYTES // (native.itemsize * channels)
    for first in range(0, len(starts), GROUP):
        group, rows = starts[first : first + GROUP], result[first : first + GROUP]
        start, stop = int(group[0]), int(group[-1]) + length
        dense = stop - start <= len(group) * (length + gap)
        if dense and start >= 0 and stop <= recording.frames:
            rows[...] = _pieces(recording.read_native(start, stop), length)[group - start]
        else:
            for row, at in zip(rows, group.tolist(), strict=True):
                inside = recording.read_native(at, at + length)
                lead = min(max(-at, 0), length) * channels
                row[lead : lead + inside.size] = inside.ravel()
    pieces = result.reshape(-1, length, channels)
    if is_int16(pieces):
        return pieces
    return finite(np.multiply(pieces, np.float32(recording.native_scale), dtype=np.float32))


def _pieces(native: NativeSamples, length: int) -> NativeSamples:
    """A view of all pieces of `length` frames, shape (frames - length + 1, length * channels)."""
    frames, channels = native.shape
    flat = np.ascontiguousarray(native).reshape(-1)
    return np.lib.stride_tricks.sliding_window_view(flat, length * channels)[::channels][: frames - length + 1]


def finite(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """`values` with NaN and infinite ones made 0, in place."""
    if not np.isfinite(values).all():
        np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return values
