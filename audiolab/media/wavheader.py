"""The header of a WAV file that is being recorded: the same length at any time, so that it can be rewritten."""

import struct

from audiolab.media.riff import EXTENSIBLE_TAG, FLOAT_TAG, GROWING_MARK, PCM_TAG

_MARK_BYTES = 24
_DS64_BYTES = 28
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_BEYOND = 0xFFFF_FFFF


def wav_header(channels: int, sample_rate: int, bits: int, frames: int, *, growing: bool) -> bytes:
    """All bytes before the samples: 16-bit integers or 32-bit floats, as `bits` says.

    RF64 (EBU Tech 3306) once the file exceeds 4 GiB: its ds64 chunk lies where a JUNK chunk kept the room. A second
    JUNK chunk bears `GROWING_MARK` while `growing`.
    """
    block = channels * bits // 8
    data_bytes = frames * block
    fmt = _fmt(channels, sample_rate, bits)
    fact = b"" if bits == 16 else struct.pack("<4sII", b"fact", 4, min(frames, _BEYOND))
    mark = (GROWING_MARK if growing else b"").ljust(_MARK_BYTES, b"\0")
    after = struct.pack("<4sI", b"JUNK", _MARK_BYTES) + mark + fmt + fact
    riff_bytes = 4 + 8 + _DS64_BYTES + len(after) + 8 + data_bytes
    if riff_bytes < _BEYOND:
        room = struct.pack("<4sI", b"JUNK", _DS64_BYTES) + bytes(_DS64_BYTES)
        first, riff_size, data_size = b"RIFF", riff_bytes, data_bytes
    else:
        room = struct.pack("<4sIQQQI", b"ds64", _DS64_BYTES, riff_bytes, data_bytes, frames, 0)
        first, riff_size, data_size = b"RF64", _BEYOND, _BEYOND
    return struct.pack("<4sI4s", first, riff_size, b"WAVE") + room + after + struct.pack("<4sI", b"data", data_size)


def _fmt(channels: int, sample_rate: int, bits: int) -> bytes:
    """The fmt chunk; with the extension (WAVE_FORMAT_EXTENSIBLE) from three channels on, none of them assigned."""
    tag = PCM_TAG if bits == 16 else FLOAT_TAG
    block = channels * bits // 8
    body = struct.pack("<HIIHH", channels, sample_rate, min(sample_rate * block, _BEYOND), block, bits)
    if channels > 2:
        body = struct.pack("<H", EXTENSIBLE_TAG) + body + struct.pack("<HHIH", 22, bits, 0, tag) + _GUID_TAIL
    else:
        body = struct.pack("<H", tag) + body + (b"" if bits == 16 else bytes(2))
    return struct.pack("<4sI", b"fmt ", len(body)) + body
