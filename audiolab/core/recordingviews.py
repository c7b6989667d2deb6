"""Recordings made from another one without a copy: louder or quieter, or a stretch of it."""

from dataclasses import replace

import numpy as np

from audiolab.core.recording import MediaInfo, NativeSamples, Recording, Samples, padded
from audiolab.core.timebase import TimeSpan


class _View:
    """What all of them take from their source as it is. The source stays open as long as the view is used."""

    def __init__(self, source: Recording) -> None:
        self._source = source

    @property
    def sample_rate(self) -> int:
        """See `Recording`."""
        return self._source.sample_rate

    @property
    def channels(self) -> int:
        """See `Recording`."""
        return self._source.channels

    @property
    def frames(self) -> int:
        """See `Recording`."""
        return self._source.frames

    @property
    def complete(self) -> bool:
        """See `Recording`."""
        return self._source.complete

    @property
    def native_scale(self) -> float:
        """See `Recording`."""
        return self._source.native_scale

    def close(self) -> None:
        """See `Recording`; closes the source."""
        self._source.close()


class ScaledRecording(_View):
    """Another recording, louder or quieter: what a gain would make of it.

    Args:
        source: closing this closes it.
        factor: linear.
    """

    def __init__(self, source: Recording, factor: float) -> None:
        super().__init__(source)
        self._factor = np.float32(factor)

    @property
    def identity(self) -> str:
        """See `Recording`."""
        return f"{self._source.identity}-times-{float(self._factor):.9g}"

    @property
    def info(self) -> MediaInfo:
        """See `Recording`; the samples are floating point, whatever the source's are."""
        return replace(self._source.info, codec="FLOAT", bit_depth=32)

    @property
    def native_scale(self) -> float:
        """See `Recording`."""
        return 1.0

    def read(self, start: int, stop: int) -> Samples:
        """See `Recording`."""
        samples = self._source.read(start, stop)
        samples *= self._factor
        return samples

    def read_native(self, start: int, stop: int) -> NativeSamples:
        """See `Recording`."""
        return self.read(min(max(start, 0), self.frames), min(max(stop, 0), self.frames))


class RecordingPart(_View):
    """A stretch of another recording, as if nothing were before and after it.

    Frame 0 is the first of `span`, or of the source where the span begins before it. Outside the span is silence,
    whatever the source has there. Of a source that still grows, the part grows with it until the span is full.

    Args:
        source: closing this closes it.
        span: sample frames of the source; what lies outside the source is left out.

    Attributes:
        start: sample frame of the source that is frame 0 here: add it to get back to the source's time.
    """

    def __init__(self, source: Recording, span: TimeSpan) -> None:
        super().__init__(source)
        self.start = max(span.start, 0)
        self._stop = max(span.stop, self.start)

    @property
    def frames(self) -> int:
        """See `Recording`."""
        return max(min(self._stop, self._source.frames) - self.start, 0)

    @property
    def complete(self) -> bool:
        """See `Recording`."""
        return self._source.complete or self._source.frames >= self._stop

    @property
    def identity(self) -> str:
        """See `Recording`."""
        return f"{self._source.identity}-from-{self.start}-to-{self._stop}"

    @property
    def info(self) -> MediaInfo:
        """See `Recording`; the frames are the part's."""
        return replace(self._source.info, frames=self.frames)

    def read(self, start: int, stop: int) -> Samples:
        """See `Recording`."""
        frames = self.frames
        inside = TimeSpan(start, max(start, stop)).clamped(frames)
        return padded(self._source.read(self.start + inside.start, self.start + inside.stop), start, stop, frames)

    def read_native(self, start: int, stop: int) -> NativeSamples:
        """See `Recording`."""
        inside = TimeSpan(start, max(start, stop)).clamped(self.frames)
        return self._source.read_native(self.start + inside.start, self.start + inside.stop)
