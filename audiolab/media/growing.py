"""`GrowingRecording`: a WAV file that a recorder writes and everybody else reads meanwhile."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np

from audiolab.core.errors import MediaError
from audiolab.core.recording import Samples
from audiolab.media.encoding import to_integers
from audiolab.media.identity import file_identity, growing_identity
from audiolab.media.layout import pcm_layout
from audiolab.media.pcm import PcmRecording
from audiolab.media.reader import FileReader
from audiolab.media.wavheader import wav_header


class GrowingRecording(PcmRecording):
    """A Recording that is also the SampleSink which it grows from. Made by `create`.

    One thread may append while any number of others read. What was appended has left this process when `append`
    returns: if the process is killed, `open_recording` finds all of it, whatever the header says.

    The `identity` is that of its place until `finish`, and then the file's.
    """

    def __init__(self, path: Path, file: BinaryIO, sample_rate: int, channels: int, bit_depth: int) -> None:
        self._header = (channels, sample_rate, bit_depth)
        self._file = file
        self._bits = bit_depth
        self._writing = threading.Lock()
        header = wav_header(*self._header, 0, growing=True)
        file.write(header)
        self._header_frames = 0
        stored = "<i2" if bit_depth == 16 else "<f4"
        layout = pcm_layout(
            path, "WAV", stored, sample_rate=sample_rate, channels=channels, offset=len(header), size=0
        )
        super().__init__(layout, growing_identity(path), FileReader(path))
        self._complete = False

    @classmethod
    def create(cls, path: Path | str, sample_rate: int, channels: int, bit_depth: int = 32) -> Self:
        """Begin a file of 16-bit integers or 32-bit floats; its folder is made if need be.

        Raises:
            MediaError: it exists already or cannot be written, or rate or channels are out of bounds.
            ValueError: `bit_depth` is neither 16 nor 32.
        """
        path = Path(path)
        if bit_depth not in (16, 32):
            raise ValueError(f"records 16 or 32 bits, not {bit_depth}")
        if path.exists():
            raise MediaError(path, "exists already", "record under another name")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb", buffering=0)
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            return cls(path, file, sample_rate, channels, bit_depth)
        except BaseException as error:
            file.close()
            path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _unwritable(path, error) from error
            raise

    def append(self, samples: Samples) -> None:
        """See `SampleSink`.

        Raises:
            MediaError: the disk is full or gone; what was appended before is safe and can still be finished.
            ValueError: `samples` has another number of channels, or the recording is finished.
        """
        if samples.ndim != 2 or samples.shape[1] != self.channels:
            raise ValueError(f"got samples of shape {samples.shape} for {self.channels} channels")
        data = to_integers(samples, 16) if self._bits == 16 else np.asarray(samples, dtype=np.float32)
        with self._written() as file:
            file.seek(self._offset + self._frames * self._frame_bytes)
            rest = np.ascontiguousarray(data).data.cast("B")
            while rest:
                rest = rest[file.write(rest) :]
            self._frames += len(samples)
            if self._frames - self._header_frames >= self.sample_rate:
                self._write_header(file, growing=True)

    def finish(self) -> None:
        """See `SampleSink`; also waits until the file is on the disk itself.

        Raises:
            MediaError: the header cannot be written; what was appended is safe.
        """
        if self._complete:
            return
        try:
            with self._written() as file:
                file.truncate(self._offset + self._frames * self._frame_bytes)  # the half of a failed append
                self._write_header(file, growing=False)
                os.fsync(file.fileno())
        finally:
            self._file.close()
            with contextlib.suppress(OSError):
                self._identity = file_identity(self._info.file)
            self._complete = True

    def _write_header(self, file: BinaryIO, *, growing: bool) -> None:
        file.seek(0)
        file.write(wav_header(*self._header, self._frames, growing=growing))
        self._header_frames = self._frames

    @contextlib.contextmanager
    def _written(self) -> Iterator[BinaryIO]:
        """The file, for one writer at a time."""
        with self._writing:
            if self._complete:
                raise ValueError(f"{self._info.file.name} is finished")
            try:
                yield self._file
            except OSError as error:
                raise _unwritable(self._info.file, error) from error


def _unwritable(path: Path, error: OSError) -> MediaError:
    reason = f"cannot be written ({error.strerror})"
    return MediaError(path, reason, "check the folder, its permissions and the free space on its disk")
