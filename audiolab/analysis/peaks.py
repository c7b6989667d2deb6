"""`PeakPyramid`: minimum, maximum and RMS of any visible span, one value for each pixel column.

Level 0 holds one entry for each block of 256 sample frames, each further level one for 16 entries of the level
below. A query costs what its columns cost, never what the recording's length costs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from audiolab.analysis.peak_blocks import BLOCK, FACTOR, LEVELS, SPARE, BlockReducer, Level, summarise
from audiolab.analysis.peak_columns import Parts, PeakColumns, columns_from_samples, sketch
from audiolab.analysis.peak_files import PeakHeader, load_levels, save_levels
from audiolab.analysis.peak_query import DIRECT_BELOW, columns_from_levels
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording

__all__ = ["BLOCK", "PeakColumns", "PeakPyramid", "sketch"]

CHUNK_FRAMES = 1024 * BLOCK
"""Frames that are reduced at once: 1 MiB of 16-bit stereo stays in one core's cache, and no step takes 1 ms."""

PUBLISH_FRAMES = 4 * CHUNK_FRAMES
"""Frames after which queries see more: some 2 ms of work."""


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What a query sees: replaced as a whole, so that it is always consistent without a lock."""

    frames: int
    levels: tuple[Level, ...]


class PeakPyramid:
    """Minimum, maximum and RMS per channel, block by block, while a recording grows and after.

    One thread extends; any thread queries, at the same time, without a lock: it sees what was finished when it
    asked.

    Args:
        channels: as the recording has.
        dtype: of the recording's native samples; int16 is kept as it is, everything else as float32.
        scale: the recording's `native_scale`.
    """

    def __init__(self, channels: int, dtype: npt.DTypeLike = np.float32, scale: float = 1.0) -> None:
        self._scale = scale
        kept = np.dtype(np.int16 if np.dtype(dtype) == np.int16 else np.float32)
        self._state = _State(0, tuple(Level.empty(channels, SPARE, kept) for _ in range(LEVELS)))

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """An empty pyramid that fits `recording`."""
        return cls(recording.channels, recording.read_native(0, 0).dtype, recording.native_scale)

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self._state.levels[0].power.shape[0])

    @property
    def frames(self) -> int:
        """Sample frames that it covers; only ever grows."""
        return self._state.frames

    @property
    def nbytes(self) -> int:
        """Memory that it takes; that of a loaded one belongs to the file."""
        return sum(
            array.nbytes for level in self._state.levels for array in (level.minimum, level.maximum, level.power)
        )

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
        goal = recording.frames if stop is None else min(stop, recording.frames)
        begin = self.frames
        if goal <= begin:
            return
        self._reserve(goal)
        reducer = BlockReducer(
            self._state.levels[0].minimum.dtype, self._scale, min(CHUNK_FRAMES, goal - begin + BLOCK)
        )
        # The last block may be incomplete: it is measured again from its first sample.
        for first in range(begin // BLOCK * BLOCK, goal, PUBLISH_FRAMES):
            last = min(first + PUBLISH_FRAMES, goal)
            for chunk in range(first, last, CHUNK_FRAMES):
                cancel.check()
                self._measure(recording, reducer, chunk, min(chunk + CHUNK_FRAMES, last))
            self._publish(first, last)
            progress((last - begin) / (goal - begin))

    def query(self, recording: Recording | None, start: float, stop: float, columns: int) -> PeakColumns:
        """Exact extremes of the samples in each of `columns` equal parts of `start` to `stop`.

        Column ``i`` has the samples ``n`` with ``edge(i) <= n < edge(i + 1)``, where ``edge(i)`` is
        ``start + (stop - start) * i / columns``; positions are sample frames, may be fractional, and may lie
        outside the recording. A column without a sample (less than one sample per column) repeats the last
        sample before it.

        Below 512 samples per column all of them are read, so that columns go to the end of the recording even
        where this pyramid does not cover it yet, and RMS is exact. Above, a block that two columns share counts
        for the RMS of both in proportion.

        Args:
            recording: where samples are read, if there are few per column, or if a block that is cut where
                columns meet could decide an extreme. None to do without: never blocked by a disk, but a column
                then includes the whole of each block of 256 frames that it touches.
            start: first sample frame of the first column.
            stop: sample frame where the last column ends, after `start`.
            columns: number of columns, at least 1.
        """
        if recording is not None and stop - start < columns * DIRECT_BELOW:
            return columns_from_samples(recording, Parts.of(start, stop, columns, recording.frames), columns)
        state = self._state
        parts = Parts.of(start, stop, columns, state.frames)
        return columns_from_levels(state.levels, parts, columns, self._scale, recording)

    def save(self, path: Path, identity: str) -> None:
        """Write to `path`, all or nothing, for a recording of that `identity`.

        Raises:
            OSError: it cannot be written.
        """
        state = self._state
        extremes = state.levels[0].minimum.dtype.newbyteorder("<").str
        save_levels(path, PeakHeader(identity, state.frames, self.channels, self._scale, extremes), _used(state))

    @classmethod
    def load(cls, path: Path, identity: str) -> Self | None:
        """What `save` wrote, memory-mapped; None if there is none for `identity`, or not of this version."""
        stored = load_levels(path, identity)
        if stored is None:
            return None
        header, levels = stored
        result = cls(header.channels, levels[0].minimum.dtype, header.scale)
        result._state = _State(header.frames, levels)
        return result

    def _reserve(self, frames: int) -> None:
        """Make room for `frames`; a growing recording gets half as much again, so that copies stay rare."""
        state = self._state
        own = state.levels[0].power.flags.writeable  # not where they are mapped from a file
        if own and frames // BLOCK + SPARE <= state.levels[0].entries:
            return
        room = max(frames, state.frames + state.frames // 2)
        levels: list[Level] = []
        for level, used in zip(state.levels, _used(state), strict=True):
            larger = Level.empty(self.channels, room // _size(len(levels)) + SPARE, level.minimum.dtype)
            larger.put(0, used)
            levels.append(larger)
        self._state = _State(state.frames, tuple(levels))

    def _measure(self, recording: Recording, reducer: BlockReducer, first: int, last: int) -> None:
        """Fill level 0 for frames `first`, where a block starts, to `last`; queries do not see it yet."""
        native = recording.read_native(first, last)
        level = self._state.levels[0]
        whole = len(native) // BLOCK
        level.put(first // BLOCK, reducer.entries(native[: whole * BLOCK], BLOCK))
        rest = native[whole * BLOCK :]
        if len(rest):
            level.put(first // BLOCK + whole, reducer.entries(rest, len(rest)))

    def _publish(self, first: int, last: int) -> None:
        """Bring the other levels up to level 0, which is new between these frames, and let queries see it."""
        levels = self._state.levels
        for number in range(1, len(levels)):
            summarise(levels[number - 1], levels[number], _size(number), first, last)
        self._state = _State(last, levels)


def _size(number: int) -> int:
    """Sample frames of an entry of level `number`."""
    size: int = BLOCK * FACTOR**number
    return size


def _used(state: _State) -> list[Level]:
    """The levels without what they have in reserve."""
    return [level.part(0, state.frames // _size(number) + SPARE) for number, level in enumerate(state.levels)]
