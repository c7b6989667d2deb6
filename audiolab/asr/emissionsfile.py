"""Files for emissions: too large for memory, of no use once the program has ended."""

import contextlib
import time
import uuid
from pathlib import Path

from audiolab import paths
from audiolab.core.errors import ModelError

_STALE_SECONDS = 2 * 24 * 3600.0
"""Older files were left by a program that was killed."""


def emissions_directory() -> Path:
    """Where these files lie: in the user's cache, not in the system's temporary directory, which may be memory."""
    return paths.cache_dir() / "emissions"


class EmissionsFolder:
    """Makes names for files in `emissions_directory`."""

    def __init__(self) -> None:
        self._directory = emissions_directory()
        self._released: set[Path] = set()

    def new(self) -> Path:
        """A path for a new file; what earlier calls released and killed programs left is deleted.

        Raises:
            ModelError: the directory cannot be made.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._clean()
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise ModelError(f"{self._directory}: it cannot be written ({reason}); correct its rights.") from error
        return self._directory / f"{uuid.uuid4().hex}.emissions"

    def release(self, path: Path) -> None:
        """Delete `path` as soon as nobody maps it: at once where the system allows it, else before the next one."""
        try:
            path.unlink(missing_ok=True)
        except PermissionError:  # Windows keeps files that are mapped
            self._released.add(path)

    def _clean(self) -> None:
        now = time.time()
        for path in self._directory.iterdir():
            with contextlib.suppress(OSError):
                if path in self._released or now - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink()
