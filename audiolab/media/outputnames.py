"""Names for results that are written beside each other into one directory."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from audiolab.core.errors import MediaError


class OutputNames:
    """Names for results in a directory, such that no input overwrites another one's result, today or later.

    The first free one of ``stem.txt``, ``stem.wav.txt``, ``stem.wav-2.txt``, ... is taken. A file counts as free if
    it does not exist, or if it was written for this very input before, which a small file in the directory
    (`INDEX`) remembers. So the same commands give the same names, and nobody else's file is ever touched.

    Raises:
        MediaError: the directory cannot be made.
    """

    INDEX = ".audiolab-outputs.json"

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MediaError(
                directory, f"is no directory to write to ({_reason(error)})", "choose another"
            ) from error

    def write(self, source: Path, suffix: str, data: bytes) -> Path:
        """Write `data`, made from `source`; returns where.

        Raises:
            MediaError: it cannot be written.
        """
        index = self._owners()
        owner = str(source.resolve())
        target = self._directory / source.name
        claimed = False
        try:
            for target in self._candidates(source, suffix):
                if index.get(target.name) == owner and target.is_file():
                    break
                with suppress(FileExistsError), target.open("x"):
                    claimed = True
                    break
            _replace(target, data)
            owners = json.dumps({**index, target.name: owner}, indent=1)
            _replace(self._directory / self.INDEX, f"{owners}\n".encode())
        except OSError as error:
            if claimed:
                target.unlink(missing_ok=True)
            raise MediaError(target, f"cannot be written ({_reason(error)})", "choose another directory") from error
        return target

    def _candidates(self, source: Path, suffix: str) -> Iterator[Path]:
        yield self._directory / f"{source.stem}.{suffix}"
        yield self._directory / f"{source.name}.{suffix}"
        for number in count(2):
            yield self._directory / f"{source.name}-{number}.{suffix}"

    def _owners(self) -> dict[str, str]:
        try:
            owners = json.loads((self._directory / self.INDEX).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # then nothing is known to be ours, and nothing is overwritten
            return {}
        return owners if isinstance(owners, dict) else {}


def _replace(target: Path, data: bytes) -> None:
    """Write a file at once or not at all."""
    temporary = target.with_name(f"{target.name[:200]}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
