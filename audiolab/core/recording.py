"""`Recording`: the read-only, random-access view of sound that everything works on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from audiolab.core.units import frames_to_seconds

Samples = npt.NDArray[np.float32]
NativeSamples = npt.NDArray[np.uint8] | npt.NDArray[np.int16] | npt.NDArray[np.int32] | npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file says of itself.

    Attributes:
        file: the path as it was given.
        format: the container: ``"WAV"``, ``"MP4"``.
        codec: the coding of the samples: ``"PCM_16"``, ``"AAC"``.
        sample_rate: in Hz.
        channels: 1 or more.
        frames: sample frames; of a compressed file, what its header promises until it has been decoded.
        bit_depth: bits per sample as stored; None where the codec has none (MP3, AAC, Opus, Vorbis).
        speakers: which loudspeaker each channel feeds, by its label (``"L"``, ``"Rs"``, ``"LFE"``); empty where the
            file does not say.
    """

    file: Path
    format: str
    codec: str
    sample_rate: int
    channels: int
    frames: int
    bit_depth: int | None
    speakers: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds."""
        return frames_to_seconds(self.frames, self.sample_rate)


@runtime_checkable
class Recording(Protocol):
    """Sound that can be read anywhere, any time, from any thread; never whole in memory.

    A recording may still grow, while a microphone records into it or a compressed file is decoded: `frames` only
    ever increases, what was readable stays the same, and `complete` becomes true once.
    """

    @property
    def sample_rate(self) -> int:
        """Sample frames per second (Hz)."""
        ...

    @property
    def channels(self) -> int:
        """Number of channels, 1 or more."""
        ...

    @property
    def frames(self) -> int:
        """Number of sample frames that can be read now."""
        ...

    @property
    def complete(self) -> bool:
        """Whether `frames` is final."""
        ...

    @property
    def identity(self) -> str:
        """Stands for the content in cache keys: the same file unchanged has the same identity tomorrow."""
        ...

    @property
    def info(self) -> MediaInfo:
        """Where it comes from."""
        ...

    def read(self, start: int, stop: int) -> Samples:
        """Samples of frames `start` to `stop` as float32 of shape (stop - start, channels), full scale 1.0.

        The array is the caller's own. Integer formats are scaled by 2**(bits - 1), as libsndfile does. NaN and
        infinite samples of float files are read as 0. Frames outside 0..`frames` are zeros, so that a window at
        an edge needs no special case.
        """
        ...

    def read_native(self, start: int, stop: int) -> NativeSamples:
        """The same frames as stored, shape (n, channels), clipped to 0..`frames`: for whole-file passes.

        dtype is int16, int32 or float32; multiply by `native_scale` for full scale 1.0. May be read-only.
        """
        ...

    @property
    def native_scale(self) -> float:
        """Factor from `read_native` values to full scale 1.0: 2**-15 for int16, 2**-31 for int32, 1 for float."""
        ...

    def close(self) -> None:
        """Release the file. Reading afterwards raises ValueError. Can be called twice."""
        ...


class SampleSink(Protocol):
    """Where a recorder or a decoder puts samples as they come; what was appended is on its way to disk at once."""

    def append(self, samples: Samples) -> None:
        """Add float32 samples of shape (n, channels), full scale 1.0."""
        ...

    def finish(self) -> None:
        """No more will come: flush and complete. Can be called twice."""
        ...


class ArrayRecording:
    """A Recording of samples that are in memory already: generated signals, tests.

    Args:
        samples: float32 of shape (frames, channels) or (frames,), full scale 1.0; not copied.
        sample_rate: in Hz.
        name: stands for the file name in `info`.
        identity: see `Recording.identity`; by default unique to this object.
    """

    def __init__(
        self, samples: npt.ArrayLike, sample_rate: int, name: str = "untitled", identity: str | None = None
    ) -> None:
        array = np.asarray(samples, dtype=np.float32)
        self._samples: Samples = array[:, np.newaxis] if array.ndim == 1 else array
        if self._samples.ndim != 2 or self._samples.shape[1] == 0 or sample_rate <= 0:
            raise ValueError(f"need (frames, channels) and a rate, got shape {array.shape} and {sample_rate} Hz")
        self._sample_rate = sample_rate
        self._identity = identity or f"array-{id(self):x}"
        self._info = MediaInfo(Path(name), "memory", "FLOAT", sample_rate, self.channels, self.frames, 32)

    @property
    def sample_rate(self) -> int:
        """See `Recording`."""
        return self._sample_rate

    @property
    def channels(self) -> int:
        """See `Recording`."""
        return int(self._samples.shape[1])

    @property
    def frames(self) -> int:
        """See `Recording`."""
        return int(self._samples.shape[0])

    @property
    def complete(self) -> bool:
        """See `Recording`."""
        return True

    @property
    def identity(self) -> str:
        """See `Recording`."""
        return self._identity

    @property
    def info(self) -> MediaInfo:
        """See `Recording`."""
        return self._info

    @property
    def native_scale(self) -> float:
        """See `Recording`."""
        return 1.0

    def read(self, start: int, stop: int) -> Samples:
        """See `Recording`."""
        inside: Samples = np.nan_to_num(
            self._samples[max(start, 0) : max(stop, 0)], nan=0.0, posinf=0.0, neginf=0.0
        )
        return padded(inside, start, stop, self.frames)

    def read_native(self, start: int, stop: int) -> NativeSamples:
        """See `Recording`."""
        return self._samples[max(start, 0) : max(stop, 0)]

    def close(self) -> None:
        """See `Recording`."""


def padded(inside: Samples, start: int, stop: int, frames: int) -> Samples:
    """`inside` (what of start..stop lies within 0..frames) with zeros where the request went past an edge.

    Returns float32 of shape (stop - start, channels); `inside` itself where nothing is missing.
    """
    if start >= 0 and stop <= frames:
        return inside
    result = np.zeros((max(stop - start, 0), inside.shape[1]), dtype=np.float32)
    lead = min(max(-start, 0), len(result))
    result[lead : lead + len(inside)] = inside
    return result
