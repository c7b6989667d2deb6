"""Headers of the RIFF family: WAV, big-endian RIFX, RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), Sony Wave64.

A header can be stale: a recorder that was killed leaves a data size of 0, of all ones, or of some seconds ago.
What it had written is read to the end of the file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from audiolab.core.errors import MediaError
from audiolab.media.layout import EXPORT_AGAIN, PcmLayout, check_limits, pcm_layout
from audiolab.media.speakers import speakers_of_mask

GROWING_MARK = b"audiolab is recording"
"""Content of the JUNK chunk before the samples while `GrowingRecording` writes: sound goes on to the file's end."""

PCM_TAG = 0x0001
FLOAT_TAG = 0x0003
EXTENSIBLE_TAG = 0xFFFE
MPEG_TAGS = (0x0050, 0x0055)

_MAX_CHUNKS = 10_000
_UNKNOWN = (range(0x7FFF_F000 - 128, 0x8000_0000), range(0xFFFF_F000 - 128, 0x1_0000_0000))
"""Data sizes that programs write when they stream and cannot know (SoX, libsndfile; FFmpeg, the Windows API)."""
_NAMES = (
    b"LISTlistINFOid3 ID3 bextiXMLaxmlaXMLchnacue smplinstacidfactPEAKJUNKjunkPAD FLLRafsp_PMXDISPplstlabl"
    b"SAURumidcartlevlminfelm1regnstrcSyLpbwavlinkdbmdslntwavlfmt data"
)
_AFTER_DATA = frozenset(_NAMES[i : i + 4] for i in range(0, len(_NAMES), 4))
_TAGS = (b"TAG", b"ID3", b"APETAGEX")
_PEEK_BYTES = 65536

_W64_RIFF = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_W64_TAIL = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What stands before the samples of a file of the RIFF family.

    Attributes:
        container: ``"WAV"``, ``"RF64"``, ``"BW64"`` or ``"W64"``.
        order: ``"<"``, or ``">"`` in a RIFX file.
        tag: the coding (registered WAVE format tag), looked up in the extension where there is one.
        channels, sample_rate, block_bytes, bits: as in the fmt chunk.
        sample_count: of the fact chunk, which coded sound should have; 0 without.
        data: first byte of the samples.
        size: bytes of samples that are there.
        note: how header and file disagree, as a clause.
        speakers: which loudspeaker each channel feeds, where the extension says.
    """

    container: str
    order: str
    tag: int
    channels: int
    sample_rate: int
    block_bytes: int
    bits: int
    sample_count: int
    data: int
    size: int
    note: str | None
    speakers: tuple[str, ...] = ()

    def layout(self, path: Path) -> PcmLayout | None:
        """Where the samples lie; None if they are coded in a way that must be decoded."""
        stored = self._stored()
        if stored is None:
            return None
        return pcm_layout(
            path,
            self.container,
            stored,
            sample_rate=self.sample_rate,
            channels=self.channels,
            offset=self.data,
            size=self.size,
            note=self.note,
            speakers=self.speakers,
        )

    def _stored(self) -> str | None:
        width = (self.bits + 7) // 8
        if self.tag == PCM_TAG:
            if width == 3 and self.block_bytes == 4 * self.channels:
                width = 4  # 24 bits in the upper part of 32
            if width == 1:
                return "u1"
            return f"{self.order}i{width}" if width in (2, 3, 4) else None
        if self.tag == FLOAT_TAG and self.bits in (32, 64):
            return f"{self.order}f{width}"
        return None


def read_wav_header(path: Path, file: BinaryIO, size: int) -> WavHeader | None:
    """Read the header of `file`, `size` bytes long; None if it is not of this family.

    Raises:
        MediaError: it is, but the header is damaged or cut off.
    """
    file.seek(0)
    magic = file.read(40)
    if magic[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and magic[8:12] in (b"WAVE", b""):
        order = ">" if magic[:4] == b"RIFX" else "<"
        container = "WAV" if magic[:3] == b"RIF" else magic[:4].decode()
        return _assembled(path, container, order, _riff_parts(file, size, order))
    if magic[:16] == _W64_RIFF:
        return _assembled(path, "W64", "<", _wave64_parts(file, size))
    return None


@dataclass(slots=True)
class _Parts:
    """What has been found of a header so far."""

    fmt: bytes = b""
    sample_count: int = 0
    data: tuple[int, int] | None = None
    note: str | None = None


def _assembled(path: Path, container: str, order: str, parts: _Parts) -> WavHeader:
    if len(parts.fmt) < 16 or parts.data is None:
        raise MediaError(path, "is cut off or damaged in its header, before any sound", EXPORT_AGAIN)
    tag, channels, rate, _, block, bits = struct.unpack(order + "HHIIHH", parts.fmt[:16])
    speakers: tuple[str, ...] = ()
    if tag == EXTENSIBLE_TAG and len(parts.fmt) >= 26:
        mask, tag = struct.unpack(order + "IH", parts.fmt[20:26])
        speakers = speakers_of_mask(mask, channels)
    check_limits(path, rate, channels)
    start, size = parts.data
    return WavHeader(
        container, order, tag, channels, rate, block, bits, parts.sample_count, start, size, parts.note, speakers
    )


def _riff_parts(file: BinaryIO, size: int, order: str) -> _Parts:
    parts = _Parts()
    long_size = 0
    growing = False
    for name, start, declared in _chunks(file, 12, size, order):
        file.seek(start)
        if name == b"ds64" and declared >= 24:
            long_size = struct.unpack_from("<8xQ", file.read(16).ljust(16, b"\0"))[0]
        elif name == b"JUNK":
            growing = file.read(len(GROWING_MARK)) == GROWING_MARK
        elif name == b"fmt ":
            parts.fmt = file.read(min(declared, 64))
        elif name == b"fact" and declared >= 4:
            parts.sample_count = struct.unpack(order + "I", file.read(4).ljust(4, b"\0"))[0]
        elif name == b"data" and parts.data is None:
            declared = long_size if long_size and declared == 0xFFFF_FFFF else declared
            length, parts.note = _sound_bytes(file, start, declared, size, order, growing=growing)
            parts.data = (start, length)
        if parts.fmt and parts.data is not None:
            break
    return parts


def _chunks(file: BinaryIO, position: int, size: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and declared size of each chunk from `position` on, while they look like chunks."""
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8 or not _is_name(head[:4]):
            return
        name, declared = struct.unpack(order + "4sI", head)
        yield name, position + 8, declared
        position += 8 + declared
        if declared % 2:
            file.seek(position)
            # Chunks start at even bytes, but not every program keeps to that.
            position += 0 if _is_name(file.read(4)) else 1
        if position >= size:
            return


def _is_name(four: bytes) -> bool:
    return len(four) == 4 and all(0x20 <= byte < 0x7F for byte in four)


def _sound_bytes(
    file: BinaryIO, start: int, declared: int, size: int, order: str, *, growing: bool
) -> tuple[int, str | None]:
    """Bytes of sound in a data chunk that declares `declared` of them, and a note if that is not what is there."""
    room = size - start
    if growing:
        return room, "the recording was interrupted; everything up to then is here"
    if declared > room:
        unknown = any(declared in sizes for sizes in _UNKNOWN) or declared >= 2**63 - 1
        return room, None if unknown else f"the file is cut off: {100 * room // declared} % of the sound is there"
    if _goes_on(file, start + declared, size, order):
        return room, "the header is out of date; the sound is read to the end of the file"
    return declared, None


def _goes_on(file: BinaryIO, end: int, size: int, order: str) -> bool:
    """Whether what follows the declared end of the sound is more sound: no chunk, no tag, no padding."""
    file.seek(end)
    tail = file.read(_PEEK_BYTES)
    if len(tail) < 8 or tail.startswith(_TAGS) or (end + len(tail) == size and not any(tail)):
        return False
    for position in (end, end + end % 2):
        reached = position
        for name, first, declared in _chunks(file, position, size, order):
            if name in _AFTER_DATA:
                return False
            reached = first + declared
        if position < reached <= size + 1 and reached > size - 8:
            return False  # chunks that nobody knows, but they fill the file exactly
    return True


def _wave64_parts(file: BinaryIO, size: int) -> _Parts:
    """Wave64: names are GUIDs, sizes have 64 bits and include the 24 bytes of name and size."""
    parts = _Parts()
    position = 40
    for _ in range(_MAX_CHUNKS):
        if position >= size:
            break
        file.seek(position)
        head = file.read(24)
        if len(head) < 24 or head[4:16] != _W64_TAIL:
            break
        declared = struct.unpack_from("<Q", head, 16)[0] - 24
        start = position + 24
        if declared < 0 and head[:4] != b"data":
            break
        if head[:4] == b"fmt ":
            parts.fmt = file.read(min(declared, 64))
        elif head[:4] == b"fact":
            parts.sample_count = struct.unpack("<I", file.read(4).ljust(4, b"\0"))[0]
        elif head[:4] == b"data":
            unfinished = declared <= 0
            length = size - start if unfinished else min(declared, size - start)
            if declared > length:
                parts.note = f"the file is cut off: {100 * length // declared} % of the sound is there"
            parts.data = (start, length)
            if parts.fmt:
                break
        position = start + (max(declared, 0) + 7) // 8 * 8
    return parts
