"""Where the samples lie in an uncompressed file: WAV and its relatives, AIFF and AIFF-C, CAF, AU."""

import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from audiolab.core.errors import MediaError
from audiolab.media.layout import EXPORT_AGAIN, PcmLayout, pcm_layout
from audiolab.media.riff import read_wav_header

_MAX_CHUNKS = 10_000

_AIFC_STORED = {
    b"in24": ">i3",
    b"in32": ">i4",
    b"42n1": "<i3",  # libsndfile spells it so
    b"42ni": "<i3",
    b"23ni": "<i4",
    b"fl32": ">f4",
    b"FL32": ">f4",
    b"fl64": ">f8",
    b"FL64": ">f8",
    b"raw ": "u1",
}
_AU_STORED = {2: "i1", 3: "i2", 4: "i3", 5: "i4", 6: "f4", 7: "f8"}


def read_layout(path: Path) -> PcmLayout | None:
    """Where the samples of a file lie; None if it is of another format or must be decoded.

    Raises:
        MediaError: the header is damaged or cut off.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        magic = file.read(12)
        try:
            if magic[:4] == b"FORM" and magic[8:] in (b"AIFF", b"AIFC"):
                return _aiff(path, file, size)
            if magic[:4] == b"caff":
                return _caf(path, file, size)
            if magic[:4] in (b".snd", b"dns."):
                return _au(path, file, size)
            wav = read_wav_header(path, file, size)
        except struct.error as error:
            raise _cut_off(path) from error
    return wav.layout(path) if wav else None


def _cut_off(path: Path) -> MediaError:
    return MediaError(path, "is cut off or damaged in its header, before any sound", EXPORT_AGAIN)


def _shortage(room: int, declared: int) -> str | None:
    if room >= declared:
        return None
    return f"the file is cut off: {100 * max(room, 0) // declared} % of the sound is there"


def _aiff(path: Path, file: BinaryIO, size: int) -> PcmLayout | None:
    """Audio Interchange File Format 1.3 and AIFF-C (Apple): big-endian chunks."""
    common = b""
    sound = (0, 0)
    for name, start, declared in _chunks(file, 12, size, ">4sI"):
        if name == b"COMM":
            common = _at(file, start, min(declared, 22))
        elif name == b"SSND":
            skip = struct.unpack(">I", _at(file, start, 4))[0]
            first = start + 8 + skip
            end = start + declared if declared > 8 else size
            sound = (first, min(end, size) - first)
    if not common or not sound[0]:
        raise _cut_off(path)
    channels, frames, bits, exponent, mantissa = struct.unpack(">hIhHQ", common[:18])
    coding = common[18:22]
    stored = _aiff_stored(coding, bits)
    if stored is None:
        return None
    offset, room = sound
    needed = frames * max(channels, 0) * int(stored[-1]) or room
    return pcm_layout(
        path,
        "AIFF",
        stored,
        sample_rate=_extended(exponent, mantissa),
        channels=channels,
        offset=offset,
        size=min(needed, room),
        note=_shortage(room, needed),
    )


def _aiff_stored(coding: bytes, bits: int) -> str | None:
    if coding not in (b"", b"NONE", b"twos", b"sowt"):
        return _AIFC_STORED.get(coding)
    width = (bits + 7) // 8
    if width == 1:
        return "i1"
    order = "<" if coding == b"sowt" else ">"
    return f"{order}i{width}" if width in (2, 3, 4) else None


def _extended(exponent: int, mantissa: int) -> int:
    """An 80-bit IEEE 754 extended number, rounded; -1 where it is no sensible rate."""
    try:
        value = math.ldexp(mantissa, (exponent & 0x7FFF) - 16383 - 63)
    except OverflowError:
        return -1
    return -1 if exponent & 0x8000 else _whole(value)


def _whole(rate: float) -> int:
    return math.floor(rate + 0.5) if 0.0 <= rate < 1e12 else -1


def _caf(path: Path, file: BinaryIO, size: int) -> PcmLayout | None:
    """Apple Core Audio Format 1.0: chunks with 64-bit sizes; the data chunk may leave its size open (-1)."""
    description = b""
    sound = (0, 0)
    for name, start, declared in _chunks(file, 8, size, ">4sq"):
        if name == b"desc":
            description = _at(file, start, 32)
        elif name == b"data":  # begins with a 4-byte count of edits
            sound = (start + 4, declared - 4 if declared >= 0 else size - start - 4)
    if not description or not sound[0]:
        raise _cut_off(path)
    rate, coding, flags, packet_bytes, packet_frames, channels, _ = struct.unpack(">d4sIIIII", description)
    if coding != b"lpcm":
        return None
    width = packet_bytes // max(channels, 1)
    stored = f"{'<' if flags & 2 else '>'}{'f' if flags & 1 else 'i'}{width}"
    if channels and (packet_frames != 1 or stored[1:] not in ("i1", "i2", "i3", "i4", "f4", "f8")):
        return None
    offset, needed = sound
    room = size - offset
    return pcm_layout(
        path,
        "CAF",
        "i1" if width <= 1 else stored,
        sample_rate=_whole(rate),
        channels=channels,
        offset=offset,
        size=min(needed, room),
        note=_shortage(room, needed),
    )


def _au(path: Path, file: BinaryIO, size: int) -> PcmLayout | None:
    """Sun/NeXT audio: six 32-bit numbers; the size may be left open (all ones)."""
    order = ">" if _at(file, 0, 4) == b".snd" else "<"
    offset, declared, coding, rate, channels = struct.unpack(f"{order}5I", _at(file, 4, 20))
    kind = _AU_STORED.get(coding)
    if kind is None:
        return None
    room = size - offset
    needed = room if declared in (0, 0xFFFF_FFFF) else declared
    return pcm_layout(
        path,
        "AU",
        kind if kind == "i1" else order + kind,
        sample_rate=rate,
        channels=channels,
        offset=offset,
        size=min(needed, room),
        note=_shortage(room, needed),
    )


def _chunks(file: BinaryIO, position: int, size: int, head: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and declared size of each chunk from `position` on; a negative size ends them."""
    length = struct.calcsize(head)
    for _ in range(_MAX_CHUNKS):
        if position + length > size:
            return
        name, declared = struct.unpack(head, _at(file, position, length))
        yield name, position + length, declared
        if declared < 0:
            return
        # AIFF pads chunks to even sizes, CAF (the one with 64-bit sizes) does not.
        position += length + declared + (declared % 2 if length == 8 else 0)


def _at(file: BinaryIO, position: int, length: int) -> bytes:
    """`length` bytes from `position` on; raises struct.error where the file ends before."""
    file.seek(position)
    data = file.read(length)
    if len(data) < length:
        raise struct.error(f"{len(data)} of {length} bytes")
    return data
