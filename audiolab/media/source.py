"""`SampleSource`: one pass over the samples of a file that must be decoded, and the trimming of its end."""

from collections.abc import Iterable, Iterator
from typing import Protocol, Self, cast

import numpy as np

from audiolab.core.recording import MediaInfo, NativeSamples

MAX_PADDING = 4096
"""Frames by which a decoder may run over the true end: two of the longest frames of any common codec."""


class SampleSource(Protocol):
    """A decoder over one file. Use it as a context manager."""

    @property
    def info(self) -> MediaInfo:
        """What the file says of itself; `frames` is the best guess before decoding, 0 if there is none."""
        ...

    @property
    def exact_frames(self) -> int:
        """Where the sound really ends, if the header tells, without the padding of the last block; else 0."""
        ...

    @property
    def promised_frames(self) -> int:
        """How many frames the header promises, where it really knows; else 0."""
        ...

    @property
    def fraction(self) -> float:
        """How much has been decoded, 0 to 1."""
        ...

    @property
    def damage(self) -> str | None:
        """After decoding: what could not be decoded, as a clause; None if all was well."""
        ...

    def blocks(self) -> Iterator[NativeSamples]:
        """All samples in order: int16 or float32 of shape (n, channels), always the same.

        What is damaged ends or interrupts the sound, see `damage`.

        Raises:
            MediaError: the file can no longer be read.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def trimmed(blocks: Iterable[NativeSamples], exact_frames: int) -> Iterator[NativeSamples]:
    """`blocks` without the padding after `exact_frames`.

    A header that is wrong by more than padding can explain (`MAX_PADDING`) is not believed: nothing is trimmed
    then, nor with `exact_frames` of 0.
    """
    position = 0
    held: list[NativeSamples] = []
    believed = exact_frames > 0
    for block in blocks:
        position += len(block)
        if not believed or position <= exact_frames:
            yield block
            continue
        inside = max(len(block) - (position - exact_frames), 0)
        if inside:
            yield block[:inside]
        held.append(block[inside:])
        if position > exact_frames + MAX_PADDING:
            believed = False
            yield from held
            held.clear()


def batched(blocks: Iterable[NativeSamples], min_bytes: int) -> Iterator[NativeSamples]:
    """The same samples in contiguous blocks of at least `min_bytes`, but for the first and the last.

    The first comes alone so that there is something to show at once.
    """
    waiting: list[NativeSamples] = []
    size, wanted = 0, 1
    for block in blocks:
        waiting.append(block)
        size += block.nbytes
        if size >= wanted:
            yield _joined(waiting)
            waiting.clear()
            size, wanted = 0, min_bytes
    if waiting:
        yield _joined(waiting)


def _joined(blocks: list[NativeSamples]) -> NativeSamples:
    frames = sum(len(block) for block in blocks)
    result = np.empty((frames, blocks[0].shape[1]), dtype=blocks[0].dtype)  # row by row, whatever the blocks are
    return cast(NativeSamples, np.concatenate(blocks, out=result))
