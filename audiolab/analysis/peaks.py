"""`PeakPyramid`: minimum, maximum and RMS of any visible span, one value for each pixel column.

Level 0 holds one entry for each block of 256 sample frames, each further level one for 16 entries of the level
below. A query costs what its columns cost, never what the recording's length costs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording

FloatArray = npt.NDArray[np.float32]

BLOCK = 256
"""Sample frames of an entry at level 0."""


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


class PeakPyramid:
    """Minimum, maximum and RMS per channel, block by block, while a recording grows and after.

    One thread extends; any thread queries, at the same time, without a lock: it sees what was finished when it
    asked.

    Args:
        channels: as the recording has.
        dtype: of the recording's native samples; int16 is stored as it is, everything else as float32.
        scale: the recording's `native_scale`.
    """

    def __init__(self, channels: int, dtype: npt.DTypeLike = np.float32, scale: float = 1.0) -> None:
        raise NotImplementedError

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """An empty pyramid that fits `recording`."""
        raise NotImplementedError

    @property
    def channels(self) -> int:
        """Number of channels."""
        raise NotImplementedError

    @property
    def frames(self) -> int:
        """Sample frames that it covers; only ever grows."""
        raise NotImplementedError

    def extend(
        self,
        recording: Recording,
        cancel: CancelToken,
        progress: Progress = no_progress,
        stop: int | None = None,
    ) -> None:
        """Cover `recording` up to `stop` (its present end by default), from where the last call ended.

        What was finished before a cancellation stays, and the next call goes on from there.

        Raises:
            Cancelled: `cancel` was cancelled.
        """
        raise NotImplementedError

    def query(self, recording: Recording | None, start: float, stop: float, columns: int) -> PeakColumns:
        """Exact extremes of the samples in each of `columns` equal parts of `start` to `stop`.

        Column ``i`` has the samples ``n`` with ``edge(i) <= n < edge(i + 1)``, where ``edge(i)`` is
        ``start + (stop - start) * i / columns``; positions are sample frames, may be fractional, and may lie
        outside the recording. A column without a sample (less than one sample per column) repeats the last
        sample before it.

        RMS is exact where samples are read (below 512 per column); above, blocks that two columns share are
        divided between them in proportion.

        Args:
            recording: where samples are read if a column's edge cuts a block that could decide an extreme;
                None to do without: fast and never blocked by a disk, but a column then includes the whole of
                each block that it touches.
            start: first sample frame of the first column.
            stop: sample frame where the last column ends.
            columns: number of columns.
        """
        raise NotImplementedError

    def save(self, path: Path, identity: str) -> None:
        """Write to `path`, all or nothing, for a recording of that `identity`.

        Raises:
            OSError: it cannot be written.
        """
        raise NotImplementedError

    @classmethod
    def load(cls, path: Path, identity: str) -> Self | None:
        """What `save` wrote, memory-mapped; None if there is none for `identity`, or not of this version."""
        raise NotImplementedError


def sketch(
    recording: Recording, columns: int, start: float = 0.0, stop: float | None = None, blocks_per_column: int = 2
) -> PeakColumns:
    """A first look at a span of any length, from a few short blocks spread over each column.

    Short peaks may be missing, so the result is marked approximate; takes some tens of milliseconds.
    """
    raise NotImplementedError
