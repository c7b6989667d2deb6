"""FFmpeg's audio frames as arrays, all of one shape. Needs PyAV, so only `ffmpeg` imports this, when it decodes."""

from collections.abc import Iterator

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from audiolab.core.recording import NativeSamples
from audiolab.media.layout import to_native


def to_samples(frame: AudioFrame) -> NativeSamples:
    """A frame's samples, shape (n, channels): int16 of formats up to 16 bits, else float32 with full scale 1.0."""
    planes = frame.to_ndarray()
    interleaved = planes.T if frame.format.is_planar else planes.reshape(-1, frame.layout.nb_channels)
    kind = frame.format.name.rstrip("p")
    if kind == "u8":
        return to_native(interleaved.astype(np.uint8).reshape(-1), "u1").reshape(interleaved.shape)
    if kind == "s32":
        return np.multiply(interleaved, np.float32(2.0**-31), dtype=np.float32)
    if kind == "s16":
        return interleaved.astype(np.int16, copy=False)
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinite, and is read as silence
        return interleaved.astype(np.float32, copy=False)


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
