"""Sound that must be decoded: once, streaming, into a cache file, and from that file ever after."""

import contextlib
import dataclasses
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import MediaError
from audiolab.core.recording import MediaInfo, NativeSamples, Recording
from audiolab.core.units import clock
from audiolab.media.cache import CacheStore, PendingEntry
from audiolab.media.layout import EXPORT_AGAIN, PcmLayout
from audiolab.media.lease import Lease
from audiolab.media.pcm import PcmRecording
from audiolab.media.reader import FileReader
from audiolab.media.source import MAX_PADDING, SampleSource, batched, trimmed

SUFFIX = ".pcm3"
"""Of the cache files; another number for another layout or content: old and new programs can share a cache."""

_HEADER_BYTES = 4096
_BLOCK_BYTES = 1 << 19


class DecodedRecording(PcmRecording):
    """A Recording over a cache file, which grows while `decode` writes it.

    Meanwhile the `frames` of `info` are what the header of the original promises, but never less than decoded.
    """

    def __init__(self, layout: PcmLayout, identity: str, reader: FileReader, lease: Lease | None = None) -> None:
        super().__init__(layout, identity, reader)
        self._lease = lease
        self._closed = False
        self._complete = lease is not None
        if not self._complete:
            self._frames = 0

    @property
    def info(self) -> MediaInfo:
        """See `Recording`."""
        frames = self._frames if self._complete else max(self._info.frames, self._frames)
        return dataclasses.replace(self._info, frames=frames)

    def publish(self, frames: int) -> None:
        """Let `frames` be read: for the decoder."""
        self._frames = frames

    def finish(self, entry: PendingEntry, note: str | None) -> None:
        """Become complete, on the committed `entry`: for the decoder.

        Raises:
            OSError: the entry cannot be committed.
        """

        def commit() -> Path:
            self._lease = entry.commit()
            return self._lease.path

        self._reader.renamed(commit)
        self._note = note
        self._complete = True
        if self._closed and self._lease is not None:
            self._lease.release()

    def close(self) -> None:
        """See `Recording`. The cache may then delete the file when it needs the room."""
        self._closed = True
        super().close()
        if self._lease is not None:
            self._lease.release()


def open_cached(path: Path, identity: str, store: CacheStore) -> DecodedRecording | None:
    """The recording of a file that was decoded before; None if the cache does not have it (any more)."""
    lease = store.lock(identity, SUFFIX)
    if lease is None:
        return None
    try:
        with lease.path.open("rb") as file:
            layout = _read_header(path, file)
        if layout is not None:
            return DecodedRecording(layout, identity, FileReader(lease.path), lease)
    except OSError:
        pass
    store.remove(lease)  # so that it is decoded again
    return None


def decode(
    source: SampleSource,
    identity: str,
    store: CacheStore,
    cancel: CancelToken,
    progress: Progress,
    on_growing: Callable[[Recording], None] | None,
) -> DecodedRecording:
    """Decode all of `source` into the cache. See `opening.open_recording`.

    Raises:
        MediaError: there is no sound in it, or it cannot be read or cached.
        Cancelled: `cancel` was cancelled.
    """
    blocks = batched(trimmed(source.blocks(), source.exact_frames), _BLOCK_BYTES)
    first = next(blocks, None)
    if first is None:
        reason = f"holds no sound ({source.damage})" if source.damage else "holds no sound"
        raise MediaError(source.info.file, reason, EXPORT_AGAIN)
    layout = PcmLayout(source.info, first.dtype.str, _HEADER_BYTES)
    expected_bytes = _HEADER_BYTES + layout.info.frames * layout.frame_bytes
    with _caching(layout.info.file, store), store.begin(identity, SUFFIX, expected_bytes) as entry:
        recording = DecodedRecording(layout, identity, FileReader(entry.path))
        try:
            with entry.path.open("r+b", buffering=0) as file:
                file.seek(_HEADER_BYTES)
                for block in itertools.chain((first,), blocks):
                    cancel.check()
                    _write(file, block)
                    growing = recording.frames > 0
                    recording.publish(recording.frames + len(block))
                    if on_growing is not None and not growing:
                        on_growing(recording)
                    progress(source.fraction)
                note = _note(source, recording.frames)
                _write_header(file, layout, recording.frames, note)
            cancel.check()
            recording.finish(entry, note)
        except BaseException:
            recording.close()
            raise
    progress(1.0)
    return recording


@contextlib.contextmanager
def _caching(path: Path, store: CacheStore) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"cannot be decoded into {store.root} ({error.strerror or error})"
        raise MediaError(path, reason, "check that folder and free some space on its disk") from error


def _write(file: BinaryIO, block: NativeSamples) -> None:
    rest = block.data.cast("B")
    while rest:
        rest = rest[file.write(rest) :]


def _note(source: SampleSource, frames: int) -> str | None:
    """What a person should know of a file that was not decoded whole."""
    faults = []
    if source.damage:
        faults.append(f"the file is damaged: {source.damage}")
    promised, rate = source.promised_frames, source.info.sample_rate
    if promised - frames > max(MAX_PADDING, promised // 50):
        faults.append(f"the sound ends after {clock(frames / rate)} of {clock(promised / rate)}")
    return "; ".join(faults) or None


def _write_header(file: BinaryIO, layout: PcmLayout, frames: int, note: str | None) -> None:
    """Say at the front what the samples are. Written last: a cache file without it is no good."""
    fields = dataclasses.asdict(layout.info) | {"frames": frames}
    del fields["file"]  # the original may have another name next time
    header = {"stored": layout.stored, "note": note, "info": fields}
    file.seek(0)
    file.write(json.dumps(header).encode().ljust(_HEADER_BYTES))


def _read_header(path: Path, file: BinaryIO) -> PcmLayout | None:
    """The layout in a cache file, with `path` as the original; None if the file is not as it should be."""
    try:
        header = json.loads(file.read(_HEADER_BYTES))
        fields = header["info"] | {"speakers": tuple(header["info"]["speakers"])}
        layout = PcmLayout(MediaInfo(path, **fields), header["stored"], _HEADER_BYTES, header["note"])
        whole = _HEADER_BYTES + layout.info.frames * layout.frame_bytes
    except (ValueError, KeyError, TypeError):
        return None
    return layout if file.seek(0, 2) >= whole else None
