"""`CacheStore`: a bounded directory of files that can be made again."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from audiolab import paths
from audiolab.media.lease import Lease, remove_if_unused

DEFAULT_MAX_BYTES = 20 * 10**9
_FREE_SHARE = 10
_PART = ".part"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SUFFIX = re.compile(r"\.[A-Za-z0-9_-]{1,32}")


class CacheStore:
    """Files found by key and suffix, the least recently used of them deleted when they outgrow a limit.

    Many processes may share one directory. An entry appears complete or not at all. What a live process holds a
    `Lease` on is never deleted; what a killed one left half written is.

    Args:
        root: the directory; made when the first entry is written.
        max_bytes: how large all entries together may become; by default 20 GB or, if that is less, a tenth of the
            disk space that would be free without them.
    """

    def __init__(self, root: Path, max_bytes: int | None = None) -> None:
        self._root = root
        self._max_bytes = _default_limit(root) if max_bytes is None else max_bytes

    @property
    def root(self) -> Path:
        """The directory."""
        return self._root

    @property
    def max_bytes(self) -> int:
        """How large all entries together may become."""
        return self._max_bytes

    def path_for(self, key: str, suffix: str) -> Path:
        """Where the entry lies, if it is there. To use it, `lock` it.

        Raises:
            ValueError: `key` or `suffix` (which begins with a dot) has characters that some file system forbids.
        """
        if not _KEY.fullmatch(key) or not _SUFFIX.fullmatch(suffix) or suffix == _PART:
            raise ValueError(f"{key!r} with {suffix!r} is no name for a cache entry")
        return self._root / f"{key}{suffix}"

    def lock(self, key: str, suffix: str) -> Lease | None:
        """Take an entry in use, now the most recently used one; None if it is not there.

        An entry that turns out to be no good can be deleted with `remove`, and be made again.
        """
        try:
            lease = Lease.take(self.path_for(key, suffix))
        except OSError:  # not ours to use, so it must be made again
            return None
        if lease is not None:
            self.touch(lease.path)
        return lease

    def touch(self, path: Path) -> None:
        """Make an entry the most recently used one, if it is there."""
        with contextlib.suppress(OSError):
            os.utime(path)

    def remove(self, lease: Lease) -> None:
        """Release an entry and delete it, unless others use it."""
        lease.release()
        remove_if_unused(lease.path)

    def begin(self, key: str, suffix: str, expected_bytes: int = 0) -> "PendingEntry":
        """Start to write an entry of about `expected_bytes`, for which room is made at once.

        Raises:
            OSError: the directory cannot be written.
        """
        target = self.path_for(key, suffix)
        self._root.mkdir(parents=True, exist_ok=True)
        self.clean(min(expected_bytes, self._max_bytes // 2))  # a header that promises too much empties no cache
        lease = None
        while lease is None:
            lease = Lease.create(self._root / f"{target.name}.{secrets.token_hex(6)}{_PART}")
        return PendingEntry(self, target, lease)

    def clean(self, reserve: int = 0) -> None:
        """Delete what killed processes left and, oldest use first, what exceeds the limit less `reserve` bytes."""
        entries = list(self._entries())
        total = sum(entry.size for entry in entries)
        for entry in sorted(entries):
            leftover = entry.path.suffix == _PART
            if (leftover or total + reserve > self._max_bytes) and remove_if_unused(entry.path):
                total -= entry.size

    def _entries(self) -> Iterator["_Entry"]:
        with contextlib.suppress(FileNotFoundError), os.scandir(self._root) as found:
            for item in found:
                with contextlib.suppress(OSError):  # deleted by another process meanwhile
                    if item.is_file(follow_symlinks=False):
                        stat = item.stat(follow_symlinks=False)
                        yield _Entry(stat.st_mtime_ns, stat.st_size, Path(item.path))


class PendingEntry:
    """An entry that is being written to `path`; it is deleted unless it is committed.

    Use it as a context manager, or call `discard` in the end.
    """

    def __init__(self, store: CacheStore, target: Path, lease: Lease) -> None:
        self._store = store
        self._target = target
        self._lease: Lease | None = lease
        self.path = lease.path

    def commit(self) -> Lease:
        """Let the entry appear under its key and make room for it; returns the lease that keeps it in use.

        If somebody else was quicker it is theirs that is used: content of one key is the same. The file must not be
        open (Windows could not rename it).

        Raises:
            OSError: it cannot be renamed.
            ValueError: it was committed or discarded before.
        """
        own, self._lease = self._lease, None
        if own is None:
            raise ValueError(f"{self._target.name} was committed or discarded before")
        lease: Lease | None = None
        try:
            while lease is None:
                try:
                    own.moved(self._target)
                    lease = own
                except FileExistsError:
                    lease = Lease.take(self._target)  # None if it was deleted in between
        finally:
            if lease is not own:
                self._discard(own)
        self._store.touch(lease.path)
        self._store.clean()
        return lease

    def discard(self) -> None:
        """Delete what was written, unless it was committed. Can be called twice."""
        lease, self._lease = self._lease, None
        if lease is not None:
            self._discard(lease)

    def _discard(self, lease: Lease) -> None:
        lease.release()
        remove_if_unused(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


def default_store() -> CacheStore:
    """The store in the user's cache directory."""
    return CacheStore(paths.cache_dir() / "derived")


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    used_ns: int
    size: int
    path: Path


def _default_limit(root: Path) -> int:
    existing = next((parent for parent in (root, *root.parents) if parent.exists()), None)
    if existing is None:
        return DEFAULT_MAX_BYTES
    own = sum(entry.size for entry in CacheStore(root, 0)._entries())
    return min(DEFAULT_MAX_BYTES, (shutil.disk_usage(existing).free + own) // _FREE_SHARE)
