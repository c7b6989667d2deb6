"""A recording of samples in memory that keeps their type, as files do, and may grow."""

from pathlib import Path

import numpy as np

from audiolab.core.recording import MediaInfo, NativeSamples, Samples, padded

SCALES = {np.dtype(np.int16): 2.0**-15, np.dtype(np.int32): 2.0**-31, np.dtype(np.float32): 1.0}


class NativeRecording:
    """A Recording of `samples`, shape (frames, channels), int16, int32 or float32.

    Only the first `frames` can be read; a test lets it grow by raising that number.
    """

    def __init__(self, samples: NativeSamples, sample_rate: int = 48000, bit_depth: int | None = None) -> None:
        self.samples = samples
        self.sample_rate = sample_rate
        self.channels = samples.shape[1]
        self.frames = len(samples)
        self.complete = True
        self.identity = f"native-{id(self):x}"
        depth = bit_depth or 8 * samples.dtype.itemsize
        self.info = MediaInfo(Path("native"), "memory", "PCM", sample_rate, self.channels, self.frames, depth)
        self.native_scale = SCALES[samples.dtype]
        self.frames_read = 0

    def read(self, start: int, stop: int) -> Samples:
        native = self.read_native(start, stop)
        inside = np.nan_to_num(native * np.float32(self.native_scale), nan=0.0, posinf=0.0, neginf=0.0)
        return padded(inside.astype(np.float32), start, stop, self.frames)

    def read_native(self, start: int, stop: int) -> NativeSamples:
        result = self.samples[max(start, 0) : min(max(stop, 0), self.frames)]
        self.frames_read += len(result)
        return result

    def close(self) -> None:
        pass
