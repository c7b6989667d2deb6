"""What stands for the content of a file in cache keys."""

import hashlib
import os
from pathlib import Path

_END_BYTES = 65536


def file_identity(path: Path) -> str:
    """32 hexadecimal digits from the size, the time of the last change, and the first and last 64 KiB.

    The name is not part of it: a file that was renamed or moved keeps what was cached for it.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        digest.update(f"{stat.st_size} {stat.st_mtime_ns} ".encode())
        digest.update(file.read(_END_BYTES))
        file.seek(max(stat.st_size - _END_BYTES, 0))
        digest.update(file.read(_END_BYTES))
    return digest.hexdigest()


def growing_identity(path: Path) -> str:
    """What stands for a file that is being recorded: by its place, as its content is yet to come."""
    place = str(path.absolute()).encode(errors="surrogateescape")
    return f"growing-{hashlib.blake2b(place, digest_size=16).hexdigest()}"
