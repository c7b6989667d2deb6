"""A span of a recording to a sound file."""

import contextlib
import io
import secrets
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.errors import MediaError
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.media.encoding import to_integers

_BLOCK_FRAMES = 16384
_INTEGER_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32}
_SAMPLE_BYTES = {None: 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}
"""Of WAV, where it may exceed 4 GB; others have 2 or less."""
_WAV_LIMIT = 2**32 - 4096
_ANOTHER = "choose another format"


def write_audio(
    recording: Recording,
    span: TimeSpan,
    path: Path | str,
    format: str = "WAV",  # noqa: A002 - what the field calls it
    subtype: str | None = None,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> None:
    """Write the frames of `span`, clamped to the recording, to a file, which appears whole or not at all.

    Integer samples that are written with as many bits or more stay exactly what they were.

    Args:
        recording: whose sound.
        span: its sample frames.
        path: the file; one that is there is replaced.
        format: what libsndfile calls it: ``"WAV"``, ``"FLAC"``, ``"OGG"``, ``"MP3"``, ``"AIFF"``, ``"CAF"``, ...
            A WAV file beyond 4 GB becomes RF64.
        subtype: the coding, as libsndfile calls it: ``"PCM_16"``, ``"PCM_24"``, ``"FLOAT"``, ``"VORBIS"``,
            ``"OPUS"``, ...; by default the format's usual one.
        cancel: checked between blocks.
        progress: told between blocks.

    Raises:
        MediaError: there is nothing to write, the format cannot hold it, or the file cannot be written.
        Cancelled: `cancel` was cancelled; nothing is left behind.
    """
    import soundfile

    path = Path(path)
    span = span.clamped(recording.frames)
    if not span:
        raise MediaError(path, "would be empty: the selection holds no sound", "select a part of the recording")
    container = _container(path, recording, span, format.upper(), subtype)
    part = path.with_name(f".{secrets.token_hex(8)}.part")  # short: the name may be as long as names can be
    try:
        with _Output(part) as output:
            _encode(recording, span, output, container, subtype, cancel or CancelToken(), progress)
            output.check()
        part.replace(path)
    except OSError as error:
        raise MediaError(path, f"cannot be written ({error.strerror})", "check the folder and its disk") from error
    except soundfile.LibsndfileError as error:
        reason = (
            f"cannot be written as {container} at {recording.sample_rate} Hz ({error.error_string.rstrip('.')})"
        )
        raise MediaError(path, reason, _ANOTHER) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    progress(1.0)


class _Output(io.FileIO):
    """A file that keeps its first error for `check`, since libsndfile ignores those that happen as it closes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "x+")
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:  # type: ignore[override]  # soundfile always gives bytes
        rest = memoryview(data)
        while rest and self._error is None:
            try:
                rest = rest[super().write(rest) :]
            except OSError as error:
                self._error = error
        return memoryview(data).nbytes

    def check(self) -> None:
        if self._error is not None:
            raise self._error


def _encode(
    recording: Recording,
    span: TimeSpan,
    output: _Output,
    container: str,
    subtype: str | None,
    cancel: CancelToken,
    progress: Progress,
) -> None:
    import soundfile

    rate, channels = recording.sample_rate, recording.channels
    with soundfile.SoundFile(output, "w", rate, channels, subtype, format=container) as file:
        for start in range(span.start, span.stop, _BLOCK_FRAMES):
            cancel.check()
            file.write(_block(recording, start, min(start + _BLOCK_FRAMES, span.stop), file.subtype))
            output.check()
            progress((start - span.start) / span.length)


def _container(path: Path, recording: Recording, span: TimeSpan, container: str, subtype: str | None) -> str:
    """The format that really has to be written; MediaError if there is none."""
    import soundfile

    size = span.length * recording.channels * _SAMPLE_BYTES.get(subtype, 2)
    if container == "WAV" and size > _WAV_LIMIT:
        container = "RF64"
    if container not in soundfile.available_formats() or not soundfile.check_format(container, subtype):
        coding = f"{container} coded as {subtype}" if subtype else container
        raise MediaError(path, f"cannot be written as {coding}", _ANOTHER)
    return container


def _block(recording: Recording, start: int, stop: int, subtype: str) -> npt.NDArray[np.generic]:
    """Frames as libsndfile shall get them: its own conversion from float would scale by 2**15 - 1."""
    bits = _INTEGER_BITS.get(subtype)
    if bits is None:
        return recording.read(start, stop)
    native = recording.read_native(start, stop)
    if native.dtype.kind == "i" and 8 * native.itemsize <= bits:
        return native
    return to_integers(recording.read(start, stop), bits)
