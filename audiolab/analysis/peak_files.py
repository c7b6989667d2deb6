"""Peak pyramids on disk: written all or nothing, memory-mapped when read.

Layout, little-endian: `MAGIC`; uint32 length of the header; the header, JSON; then for each level its minima,
maxima and powers, each (channels, entries) in C order, starting at a multiple of 64 bytes.
"""

import json
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from audiolab.analysis.peak_blocks import BLOCK, FACTOR, LEVELS, SPARE, Level

MAGIC = b"audiolab peaks 1"
"""Ends with the version: what another version wrote is made anew, not converted."""

ALIGNMENT = 64
POWER = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class PeakHeader:
    """What a file of peaks says of itself: whose they are, and the shape of what follows."""

    identity: str
    frames: int
    channels: int
    scale: float
    extremes: str

    def encoded(self) -> bytes:
        """The bytes before the first array."""
        text = json.dumps(asdict(self)).encode()
        return MAGIC + struct.pack("<I", len(text)) + text

    @classmethod
    def decoded(cls, data: np.memmap) -> "PeakHeader":
        """The header at the start of `data`.

        Raises:
            ValueError: there is none of this version.
        """
        if bytes(data[: len(MAGIC)]) != MAGIC:
            raise ValueError("not peaks of this version")
        at = len(MAGIC) + 4
        (length,) = struct.unpack("<I", bytes(data[len(MAGIC) : at]).ljust(4, b"\0"))
        return cls(**json.loads(bytes(data[at : at + length])))

    def arrays(self) -> Iterator[tuple[int, np.dtype, tuple[int, int]]]:
        """Offset, type and shape of each array, in the order of the file."""
        offset = len(self.encoded())
        for number in range(LEVELS):
            shape = (self.channels, self.frames // (BLOCK * FACTOR**number) + SPARE)
            for dtype in (np.dtype(self.extremes), np.dtype(self.extremes), POWER):
                offset += -offset % ALIGNMENT
                yield offset, dtype, shape
                offset += dtype.itemsize * shape[0] * shape[1]


def save_levels(path: Path, header: PeakHeader, levels: list[Level]) -> None:
    """Write `levels`, each with its spare entries and nothing more, to `path`.

    Raises:
        OSError: it cannot be written; `path` is as it was.
    """
    arrays = [array for level in levels for array in (level.minimum, level.maximum, level.power)]
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(header.encoded())
            for array, (offset, dtype, _shape) in zip(arrays, header.arrays(), strict=True):
                file.write(bytes(offset - file.tell()))
                file.write(np.ascontiguousarray(array, dtype).data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def load_levels(path: Path, identity: str) -> tuple[PeakHeader, tuple[Level, ...]] | None:
    """What `save_levels` wrote; None if `path` does not hold it for `identity`, whole and of this version."""
    try:
        data = np.memmap(path, np.uint8, "r")
        header = PeakHeader.decoded(data)
    except (OSError, ValueError, TypeError):  # TypeError: a header with other fields
        return None
    places = list(header.arrays())
    offset, dtype, shape = places[-1]
    if header.identity != identity or len(data) != offset + dtype.itemsize * shape[0] * shape[1]:
        return None
    arrays = [np.ndarray(shape, dtype, data, offset) for offset, dtype, shape in places]
    return header, tuple(Level(*arrays[first : first + 3]) for first in range(0, len(arrays), 3))
