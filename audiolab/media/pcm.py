"""`PcmRecording`: uncompressed samples in a file, read where and when they are wanted."""

import dataclasses

import numpy as np

from audiolab.core.errors import MediaError
from audiolab.core.recording import MediaInfo, NativeSamples, Samples, padded
from audiolab.media.layout import PcmLayout, native_dtype, to_native
from audiolab.media.reader import FileReader


class PcmRecording:
    """A Recording over the samples that `layout` finds in a file. Nothing of it stays in memory.

    Args:
        layout: where the samples lie and what the file says of itself.
        identity: see `Recording.identity`.
        reader: of the file with the samples, where that is not the file that `layout` names.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, layout: PcmLayout, identity: str, reader: FileReader | None = None) -> None:
        self._info = layout.info
        self._stored = layout.stored
        self._offset = layout.offset
        self._frame_bytes = layout.frame_bytes
        self._dtype = native_dtype(layout.stored)
        self._identity = identity
        self._note = layout.note
        self._frames = layout.info.frames
        self._complete = True
        self._reader = reader or FileReader(layout.info.file)

    @property
    def sample_rate(self) -> int:
        """See `Recording`."""
        return self._info.sample_rate

    @property
    def channels(self) -> int:
        """See `Recording`."""
        return self._info.channels

    @property
    def frames(self) -> int:
        """See `Recording`."""
        return self._frames

    @property
    def complete(self) -> bool:
        """See `Recording`."""
        return self._complete

    @property
    def identity(self) -> str:
        """See `Recording`."""
        return self._identity

    @property
    def info(self) -> MediaInfo:
        """See `Recording`."""
        return dataclasses.replace(self._info, frames=self._frames)

    @property
    def note(self) -> str | None:
        """A sentence for the person where the file is damaged but what could be read is here."""
        return f"{self._info.file.name}: {self._note}." if self._note else None

    @property
    def native_scale(self) -> float:
        """See `Recording`."""
        return 1.0 if self._dtype.kind == "f" else 2.0 ** (1 - 8 * self._dtype.itemsize)

    def read(self, start: int, stop: int) -> Samples:
        """See `Recording`.

        Raises:
            MediaError: the file has gone or cannot be read any more.
            ValueError: the recording is closed.
        """
        frames = self._frames
        native = self._read_stored(start, stop, frames)
        samples: Samples
        if self._dtype.kind == "f":
            # A view of the buffer that was read a moment ago and that nobody else holds.
            samples = native.astype(np.float32, copy=False)
            if not np.isfinite(samples).all():
                np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        else:
            samples = np.multiply(native, np.float32(self.native_scale), dtype=np.float32)
        return padded(samples, start, stop, frames)

    def read_native(self, start: int, stop: int) -> NativeSamples:
        """See `Recording`; raises as `read` does."""
        return self._read_stored(start, stop, self._frames)

    def close(self) -> None:
        """See `Recording`."""
        self._reader.close()

    def _read_stored(self, start: int, stop: int, frames: int) -> NativeSamples:
        """What of start..stop lies within 0..frames, in a buffer of its own."""
        start = min(max(start, 0), frames)
        stop = min(max(stop, start), frames)
        raw = np.empty((stop - start) * self._frame_bytes, dtype=np.uint8)
        try:
            count = self._reader.read_into(raw.data, self._offset + start * self._frame_bytes)
        except OSError as error:
            reason = f"can no longer be read ({error.strerror})"
            raise MediaError(self._info.file, reason, "check the drive and open it again") from error
        raw[count:] = 0  # somebody cut the file since it was opened
        return to_native(raw, self._stored).reshape(-1, self.channels)
