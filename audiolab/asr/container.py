"""The HAMA container: named tensors in one file, as the package ``hama`` ships its models.

Layout, little endian: magic ``HAMAPK``, u8 version, u8 kind, u32 count; for each tensor u16 length of the name,
the name in UTF-8, u8 dtype (0 float32, 1 float16), u8 rank, u32 for each dimension, u64 offset and u64 size in
bytes; then, aligned to 16 bytes, the data that the offsets count from.
"""

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.core.errors import ModelError

_MAGIC = b"HAMAPK"
_VERSION = 1
_DTYPES: tuple[np.dtype[Any], ...] = (np.dtype("<f4"), np.dtype("<f2"))
_ALIGNMENT = 16


class _Reader:
    """Takes fixed-size fields from bytes, one after the other, never past the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def take(self, size: int) -> bytes:
        field = self._data[self.position : self.position + size]
        if len(field) != size:
            raise ValueError("a name runs past the end")
        self.position += size
        return field


def read_container(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """All tensors of a container by name, as float32.

    Raises:
        ModelError: the file cannot be read, is no container, or is damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read ({error.strerror}): reinstall the package hama.") from error
    try:
        return _tensors(data)
    except (ValueError, struct.error) as error:
        raise ModelError(f"{path.name} is damaged ({error}): reinstall the package hama.") from error


def _tensors(data: bytes) -> dict[str, npt.NDArray[np.float32]]:
    reader = _Reader(data)
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise ValueError("no HAMA container")
    version, _kind, count = reader.unpack("<BBI")
    if version != _VERSION:
        raise ValueError(f"container version {version}, not {_VERSION}")
    entries = [_entry(reader) for _ in range(count)]
    blob = -(-reader.position // _ALIGNMENT) * _ALIGNMENT
    return {name: _tensor(data, blob, *entry) for name, entry in entries}


def _entry(reader: _Reader) -> tuple[str, tuple[int, tuple[int, ...], int, int]]:
    (length,) = reader.unpack("<H")
    name = reader.take(length).decode("utf-8")
    dtype, rank = reader.unpack("<BB")
    shape = reader.unpack(f"<{rank}I")
    offset, size = reader.unpack("<QQ")
    return name, (dtype, shape, offset, size)


def _tensor(
    data: bytes, blob: int, dtype: int, shape: tuple[int, ...], offset: int, size: int
) -> npt.NDArray[np.float32]:
    if dtype >= len(_DTYPES):
        raise ValueError(f"unknown tensor type {dtype}")
    count = math.prod(shape)
    if size != count * _DTYPES[dtype].itemsize or blob + offset + size > len(data):
        raise ValueError("a tensor does not fit")
    values = np.frombuffer(data, _DTYPES[dtype], count, blob + offset)
    return values.reshape(shape).astype(np.float32)
