"""Arrays that are built once and then mapped into memory: in a folder of the user's cache, a ``.npy`` file each.

The folder's name is a prefix and a digest of all that the arrays were built from, so another version of a source is
built anew. A cache that cannot be read or written costs time, nothing else.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab import paths
from audiolab.core.errors import ModelError

Arrays = Mapping[str, npt.NDArray[Any]]


class FolderArrays(dict[str, npt.NDArray[Any]]):
    """The arrays of a folder by name, each mapped into memory when it is asked for.

    Asking raises OSError, ValueError or EOFError where the file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __missing__(self, name: str) -> npt.NDArray[Any]:
        # As plain arrays: indexing a memmap object runs Python code each time.
        mapped: npt.NDArray[Any] = np.load(self._folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)
        return mapped


def cache_folder(prefix: str, version: int, vocabulary: Sequence[str], sources: Sequence[Path]) -> Path:
    """Where arrays lie that are built from these, whether or not they do.

    Args:
        prefix: what they are.
        version: of how they are built.
        vocabulary: symbol of each class.
        sources: files.

    Raises:
        ModelError: a source cannot be read.
    """
    return paths.cache_dir() / "asr" / f"{prefix}{digest_of(version, vocabulary, sources)}"


def digest_of(version: int, vocabulary: Sequence[str], sources: Sequence[Path]) -> str:
    """A short name for the sources; see `cache_folder`."""
    digest = hashlib.blake2b(f"{version} {' '.join(vocabulary)}".encode(), digest_size=8)
    for source in sources:
        try:
            with source.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
        except OSError as error:
            raise ModelError(f"{source.name}: it cannot be read; reinstall Audiolab.") from error
    return digest.hexdigest()


def keep_arrays(folder: Path, arrays: Arrays, prefix: str) -> None:
    """Write the arrays elsewhere first, so that a folder with this name is complete; older builds are deleted.

    Raises:
        OSError: they cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="building-", dir=folder.parent, ignore_cleanup_errors=True) as name:
        new = Path(name) / folder.name
        new.mkdir()
        for key, values in arrays.items():
            np.save(new / f"{key}.npy", values)
        for old in folder.parent.glob(f"{prefix}*"):
            shutil.rmtree(old, ignore_errors=True)
        new.replace(folder)
