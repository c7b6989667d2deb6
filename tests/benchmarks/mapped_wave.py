"""A Recording of a 16-bit WAV file that the `wave` module wrote, mapped into memory: for benchmarks of one room."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.core.recording import MediaInfo, Samples, padded


class MappedWave:
    """See `audiolab.core.recording.Recording`."""

    native_scale = 2.0**-15
    complete = True

    def __init__(self, path: Path) -> None:
        with wave.open(str(path)) as file:
            self.sample_rate, self.channels, self.frames = (
                file.getframerate(),
                file.getnchannels(),
                file.getnframes(),
            )
            assert file.getsampwidth() == 2
        offset = path.stat().st_size - 2 * self.channels * self.frames
        self._samples = np.memmap(path, np.int16, "r", offset, (self.frames, self.channels))
        self.identity = str(path)
        self.info = MediaInfo(path, "WAV", "PCM_16", self.sample_rate, self.channels, self.frames, 16)

    def read_native(self, start: int, stop: int) -> npt.NDArray[np.int16]:
        return self._samples[max(start, 0) : max(stop, 0)]

    def read(self, start: int, stop: int) -> Samples:
        inside = self.read_native(start, stop).astype(np.float32) * np.float32(self.native_scale)
        return padded(inside, start, stop, self.frames)

    def close(self) -> None:
        del self._samples
