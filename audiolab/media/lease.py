"""Marks on files that are in use, which vanish with the process that made them, however it ends."""

import contextlib
import os
import sys
from pathlib import Path
from typing import Self

_BINARY = getattr(os, "O_BINARY", 0)


class Lease:
    """Keeps `remove_if_unused`, in this and in any other process, from deleting a file.

    A shared advisory lock (flock) on POSIX; on Windows the open handle itself, since an open file cannot be
    deleted there. Made by `Lease.take` or `Lease.create`.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self._path = path
        self._fd: int | None = fd

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """A lease on an existing file; None if there is none (any more)."""
        try:
            fd = os.open(path, os.O_RDWR | _BINARY)
        except FileNotFoundError:
            return None
        return cls(path, fd) if _share(fd) else None

    @classmethod
    def create(cls, path: Path) -> Self | None:
        """A lease on a new, empty file; None if somebody's cleaning was quicker than the lock.

        Raises:
            OSError: the file exists already or cannot be made.
        """
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        return cls(path, fd) if _share(fd) else None

    @property
    def path(self) -> Path:
        """The file, as long as the lease is held."""
        return self._path

    def moved(self, target: Path) -> None:
        """Rename the file to `target`, which must not exist; the lease goes with it.

        Raises:
            FileExistsError: `target` exists. It is not replaced, since somebody may hold a lease on it.
            OSError: it cannot be renamed.
        """
        if sys.platform == "win32":
            self.release()  # an open file cannot be renamed there
            self._path.rename(target)
            self._fd = os.open(target, os.O_RDWR | _BINARY)
        else:
            _rename_without_replacing(self._path, target)
        self._path = target

    def release(self) -> None:
        """Give the file free. Can be called twice."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def __del__(self) -> None:
        self.release()


def remove_if_unused(path: Path) -> bool:
    """Delete a file unless somebody holds a lease on it; returns whether it is gone."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return not path.exists()
    import fcntl

    try:
        fd = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(fd), path.stat()):  # deleted and made again meanwhile
            return False
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return True


def _rename_without_replacing(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError(target) from None
        source.rename(target)
    else:
        source.unlink()


def _share(fd: int) -> bool:
    """Lock an open file; False, and closed, if it was deleted before the lock was there."""
    if sys.platform == "win32":
        return True
    import fcntl

    with contextlib.suppress(OSError):  # a file system without locks: nobody can lock it in order to delete it
        fcntl.flock(fd, fcntl.LOCK_SH)
    if os.fstat(fd).st_nlink == 0:
        os.close(fd)
        return False
    return True
