"""Reading a file at any position from many threads."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_READ_ONLY = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class FileReader:
    """Positioned reads into a caller's buffer; many threads may read at once.

    Not a memory map on purpose: reading costs the same, but mapped pages count as the program's memory, and a
    mapped file that is truncated or unplugged kills the process where a read fails with an error.

    Args:
        path: an existing file.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle = threading.Condition()
        self._readers = 0
        self._renaming = False
        self._seeking = threading.Lock()
        self._fd: int | None = None
        self._fd = os.open(path, _READ_ONLY)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Fill `buffer` from byte `offset` on; returns the number of bytes, less only where the file ends.

        Raises:
            OSError: the file cannot be read any more.
            ValueError: the reader is closed.
        """
        done = 0
        with self._borrowed() as fd:
            while done < len(buffer):
                count = self._read_at(fd, buffer[done:], offset + done)
                if count == 0:
                    break
                done += count
        return done

    def renamed(self, rename: Callable[[], Path]) -> None:
        """Call `rename`, which returns the file's new path, while the file is not open here.

        Windows renames no open file. Readers wait meanwhile. A closed reader stays closed.
        """
        with self._idle:
            # New readers wait as well: those that read without a pause would never let it come to this.
            self._idle.wait_for(lambda: not self._renaming)
            self._renaming = True
            try:
                self._idle.wait_for(lambda: self._readers == 0)
                fd, self._fd = self._fd, None
                if fd is not None:
                    os.close(fd)
                try:
                    self._path = rename()
                finally:
                    if fd is not None:
                        self._fd = os.open(self._path, _READ_ONLY)
            finally:
                self._renaming = False
                self._idle.notify_all()

    def close(self) -> None:
        """Release the file when the reads that are under way have ended. Can be called twice."""
        with self._idle:
            fd, self._fd = self._fd, None
            self._idle.wait_for(lambda: self._readers == 0)
            if fd is not None:
                os.close(fd)

    def __del__(self) -> None:
        self.close()

    @contextmanager
    def _borrowed(self) -> Iterator[int]:
        """The descriptor, which is not closed meanwhile: its number could otherwise become another file's."""
        with self._idle:
            if self._renaming:
                self._idle.wait_for(lambda: not self._renaming)
            if self._fd is None:
                raise ValueError(f"{self._path.name} is closed")
            fd = self._fd
            self._readers += 1
        try:
            yield fd
        finally:
            with self._idle:
                self._readers -= 1
                self._idle.notify_all()

    def _read_at(self, fd: int, buffer: memoryview, offset: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(fd, [buffer], offset)
        with self._seeking:  # Windows has no positioned read
            os.lseek(fd, offset, os.SEEK_SET)
            data = os.read(fd, len(buffer))
        buffer[: len(data)] = data
        return len(data)
