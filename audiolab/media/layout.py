"""How uncompressed samples lie in a file, and the way from those bytes to arrays that numpy computes with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from audiolab.core.errors import MediaError
from audiolab.core.recording import MediaInfo, NativeSamples

MAX_CHANNELS = 32
MAX_SAMPLE_RATE = 768_000

_CODECS = {
    "u1": ("PCM_U8", 8),
    "i1": ("PCM_S8", 8),
    "i2": ("PCM_16", 16),
    "i3": ("PCM_24", 24),
    "i4": ("PCM_32", 32),
    "f4": ("FLOAT", 32),
    "f8": ("DOUBLE", 64),
}
_NATIVE = {"u1": "i2", "i1": "i2", "i2": "i2", "i3": "i4", "i4": "i4"}

EXPORT_AGAIN = "copy, record or export it again"


@dataclass(frozen=True, slots=True)
class PcmLayout:
    """Where interleaved, uncompressed samples lie in a file.

    Attributes:
        info: what the file says of itself; `frames` is what is really there.
        stored: byte order, kind and width of one sample as numpy writes it, with ``i3`` for 24 bits: ``"<i2"``.
        offset: bytes before the first sample.
        note: how header and content disagree, as a clause; None where they agree.
    """

    info: MediaInfo
    stored: str
    offset: int
    note: str | None = None

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample frame."""
        return int(self.stored[-1]) * self.info.channels


def pcm_layout(
    path: Path,
    container: str,
    stored: str,
    *,
    sample_rate: int,
    channels: int,
    offset: int,
    size: int,
    note: str | None = None,
    speakers: tuple[str, ...] = (),
) -> PcmLayout:
    """The layout of `size` bytes of samples from `offset` on.

    Raises:
        MediaError: rate or channels are outside of what can be worked with.
    """
    check_limits(path, sample_rate, channels)
    codec, bits = _CODECS[stored[-2:]]
    frames = max(size, 0) // (int(stored[-1]) * channels)
    info = MediaInfo(path, container, codec, sample_rate, channels, frames, bits, speakers)
    return PcmLayout(info, stored, offset, note)


def check_limits(path: Path, sample_rate: int, channels: int) -> None:
    """Raise MediaError where a header's rate or number of channels cannot be worked with."""
    if channels <= 0:
        raise MediaError(path, "has no channels, says its header", EXPORT_AGAIN)
    if channels > MAX_CHANNELS:
        raise MediaError(
            path, f"has {channels} channels, says its header", f"export it with {MAX_CHANNELS} or fewer"
        )
    if sample_rate <= 0:
        raise MediaError(path, f"has a sample rate of {sample_rate} Hz, says its header", EXPORT_AGAIN)
    if sample_rate > MAX_SAMPLE_RATE:
        raise MediaError(
            path,
            f"has a sample rate of {sample_rate} Hz, says its header",
            f"export it with {MAX_SAMPLE_RATE} or less",
        )


def native_dtype(stored: str) -> np.dtype[Any]:
    """The dtype of `to_native` for samples stored like this: int16, int32 or float32."""
    return np.dtype(_NATIVE.get(stored[-2:], "f4"))


def to_native(raw: npt.NDArray[np.uint8], stored: str) -> NativeSamples:
    """Bytes as they lie in the file to samples in this machine's byte order, one dimension.

    8 and 16 bits become int16, 24 and 32 bits int32, left-aligned so that full scale is 2**15 or 2**31; float32
    and float64 become float32. Little-endian 16-bit and float32 samples are a view of `raw`.
    """
    kind = stored[-2:]
    if kind == "u1":
        return (raw.astype(np.int16) - np.int16(128)) << np.int16(8)
    if kind == "i1":
        return raw.view(np.int8).astype(np.int16) << np.int16(8)
    if kind == "i3":
        return _widened(raw, stored)
    with np.errstate(over="ignore", invalid="ignore"):  # a float64 beyond float32 is infinite, and read as silence
        return cast(NativeSamples, raw.view(stored).astype(native_dtype(stored), copy=False))


def _widened(raw: npt.NDArray[np.uint8], stored: str) -> npt.NDArray[np.int32]:
    """24-bit samples as the upper three bytes of 32-bit ones."""
    little = stored[0] == "<"
    wide = np.zeros(len(raw) // 3 * 4, dtype=np.uint8)
    for byte in range(3):  # five times as fast as all three at once
        wide[byte + little :: 4] = raw[byte::3]
    return wide.view("<i4" if little else ">i4").astype(np.int32, copy=False)
