"""From a path to what the file says of itself (`probe`) or to its sound (`open_recording`)."""

import stat
from collections.abc import Callable
from pathlib import Path

from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.errors import MediaError
from audiolab.core.recording import MediaInfo, Recording
from audiolab.media.cache import CacheStore, default_store
from audiolab.media.decoded import decode, open_cached
from audiolab.media.ffmpeg import open_ffmpeg
from audiolab.media.headers import read_layout
from audiolab.media.identity import file_identity
from audiolab.media.layout import EXPORT_AGAIN, PcmLayout
from audiolab.media.pcm import PcmRecording
from audiolab.media.riff import MPEG_TAGS, read_wav_header
from audiolab.media.sndfile import open_sndfile
from audiolab.media.source import SampleSource


def probe(path: Path | str) -> MediaInfo:
    """What a file says of itself, without decoding it.

    `frames` is exact where the header allows it, else the header's best estimate.

    Raises:
        MediaError: there is no such file, or no sound in it that can be read.
    """
    path = Path(path)
    layout = _checked_layout(path)
    if layout is not None:
        return layout.info
    with _open_source(path) as source:
        return source.info


def open_recording(
    path: Path | str,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    on_growing: Callable[[Recording], None] | None = None,
    store: CacheStore | None = None,
) -> PcmRecording:
    """Open the sound of any file that can be read: the first sound track, whole, as it is stored.

    Uncompressed files are open at once. Everything else is decoded once, streaming, into `store` (by default the
    user's), which takes until this returns; the next time it is open at once. Whatever of a damaged file can be
    decoded is in the recording, and its `note` says what is wrong.

    Args:
        path: the file.
        cancel: stops decoding at the next block.
        progress: told while decoding.
        on_growing: called once, early, if the file is decoded, from this thread, with the recording that this
            returns in the end; it can be read meanwhile. If decoding fails or is cancelled it is closed.
        store: where decoded sound is kept.

    Raises:
        MediaError: there is no such file, no sound in it that can be read, or no room to decode it.
        Cancelled: `cancel` was cancelled; nothing of it is kept.
    """
    path = Path(path)
    layout = _checked_layout(path)
    try:
        identity = file_identity(path)
        if layout is not None:
            recording = PcmRecording(layout, identity)
            progress(1.0)
            return recording
    except OSError as error:
        raise _unreadable(path, error) from error
    store = store or default_store()
    cached = open_cached(path, identity, store)
    if cached is not None:
        progress(1.0)
        return cached
    with _open_source(path) as source:
        return decode(source, identity, store, cancel or CancelToken(), progress, on_growing)


def _checked_layout(path: Path) -> PcmLayout | None:
    """Where the samples of an uncompressed file lie; None if it must be decoded; MediaError if it is no file."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise MediaError(path, "is a folder", "choose a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise MediaError(path, "is not a regular file", "choose a sound file")
        if status.st_size == 0:
            raise MediaError(path, "is empty", EXPORT_AGAIN)
        layout = read_layout(path)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise _unreadable(path, error) from error
    if layout is not None and layout.info.frames == 0:
        raise MediaError(path, "has a header but no sound in it", EXPORT_AGAIN)
    return layout


def _unreadable(path: Path, error: OSError | ValueError) -> MediaError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MediaError(path, "does not exist", "check its name and folder")
    if isinstance(error, PermissionError):
        return MediaError(path, "may not be read by you", "change its permissions or copy it")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return MediaError(path, f"cannot be read ({reason})", "check its name and the drive that it is on")


def _open_source(path: Path) -> SampleSource:
    """A decoder for the file.

    libsndfile first, which knows exactly where Ogg ends, but not for MPEG audio, since its decoder prints to
    standard error, nor for FLAC, since it gives up at damage where FFmpeg goes on.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        wav = read_wav_header(path, file, size)
        file.seek(0)
        magic = file.read(4)
    mpeg = magic[:3] == b"ID3" or (len(magic) > 1 and magic[0] == 0xFF and magic[1] & 0xE0 == 0xE0)
    mpeg = mpeg or path.suffix.lower() == ".mp3" or (wav is not None and wav.tag in MPEG_TAGS)
    source = None if mpeg or magic == b"fLaC" else open_sndfile(path)
    return source or open_ffmpeg(path)
