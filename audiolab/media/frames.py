"""FFmpeg's audio frames as arrays, all of one shape. Needs PyAV, so only `ffmpeg` imports this, when it decodes."""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from audiolab.core.recording import NativeSamples
from audiolab.media.layout import to_native

_DTYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}


def to_samples(frame: AudioFrame) -> NativeSamples:
    """A frame's samples, shape (n, channels): int16 of formats up to 16 bits, else float32 with full scale 1.0."""
    kind = frame.format.name.rstrip("p")
    stored = _interleaved(frame, _DTYPES[kind])
    if kind == "u8":
        return to_native(stored.reshape(-1), "u1").reshape(stored.shape)
    if kind in ("s32", "s64"):
        scale = np.float32(2.0 ** (1 - 8 * stored.itemsize))
        return cast(NativeSamples, np.multiply(stored, scale, dtype=np.float32))
    if kind == "dbl":
        with np.errstate(over="ignore"):  # beyond float32 it becomes infinite, and is read as silence
            return stored.astype(np.float32)
    return cast(NativeSamples, stored)


def _interleaved(frame: AudioFrame, dtype: str) -> npt.NDArray[Any]:
    """The samples as they are, shape (n, channels).

    Not by PyAV's own `to_ndarray`, which takes what follows the eighth pointer for a plane and reads from there.
    """
    count, channels = frame.samples, frame.layout.nb_channels
    planes: tuple[Any, ...] = frame.planes
    if not frame.format.is_planar:
        return np.frombuffer(planes[0], dtype, count * channels).reshape(count, channels)
    result = np.empty((count, channels), dtype)
    for channel, plane in enumerate(planes[:channels]):
        result[:, channel] = np.frombuffer(plane, dtype, count)
    return result


class Unifier:
    """Brings frames to the rate, channels and format of the first one.

    Streams may change them midway: joined MP3 or AAC files, and AAC whose spectral band replication begins late.
    """

    def __init__(self) -> None:
        self._wanted: tuple[int, int, str] | None = None
        self._like: AudioFrame | None = None
        self._source: tuple[int, int, str] | None = None
        self._resampler: AudioResampler | None = None

    def __call__(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """`frame` itself, or what the resampler makes of it."""
        shape = (frame.sample_rate, frame.layout.nb_channels, frame.format.name)
        if self._like is None:
            self._like, self._wanted = frame, shape
        if shape != self._source:
            yield from self.rest()
            self._source = shape
            if shape != self._wanted:
                like = self._like
                self._resampler = AudioResampler(like.format.name, like.layout.name, like.sample_rate)
        if self._resampler is None:
            yield frame
        else:
            yield from self._resampler.resample(frame)

    def rest(self) -> Iterator[AudioFrame]:
        """What the resampler still holds."""
        if self._resampler is not None:
            yield from self._resampler.resample(None)
            self._resampler = None
