"""The user's folder of models from the inside: what is put there appears whole or not at all, and goes the same.

A model in it is a folder, a ``.nemo`` file, or a ``.link``: a text file with the path of a model elsewhere.
Beside them it has one hidden folder, in which they are made ready and from which they are moved into place.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from audiolab import paths
from audiolab.asr.checkpoints.nemo_archive import is_archive
from audiolab.asr.checkpoints.offer import Offer
from audiolab.core.errors import ModelError

LINK = ".link"
_READYING = ".readying"
_LONGEST_COPY = 24 * 3600.0
"""Seconds after which a copy that is not in its place never will be."""


def models_dir() -> Path:
    """The user's folder of models."""
    return paths.data_dir() / "models"


def own_models() -> Iterator[tuple[str, Path]]:
    """The models in the user's folder: what each is called, and the folder or file that it is read from."""
    root = models_dir()
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if path.name.startswith("."):
            continue
        if path.suffix == LINK:
            yield model_name(path.stem), main_file(_target(path))
        elif path.is_dir():
            yield model_name(path.name), main_file(path)
        elif is_archive(path):
            yield model_name(path.stem), path


def _target(link: Path) -> Path:
    """Where a link leads; the link itself, which is no model, where that cannot be read."""
    try:
        return Path(link.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return link


def main_file(path: Path) -> Path:
    """The archive in a folder that holds nothing but one archive with its card, as the hub has it; else `path`."""
    archives = list(path.glob("*.nemo")) if path.is_dir() and not (path / "config.json").is_file() else []
    return archives[0] if len(archives) == 1 else path


def file_name(model: str) -> str:
    """What a model's folder is called: as in the hub's cache, ``--`` stands for a slash."""
    return model.replace("/", "--")


def model_name(file: str) -> str:
    """What a model is called whose folder is called `file`."""
    return file.replace("--", "/")


def staging(offer: Offer) -> Path:
    """The folder in which a download is gathered; it outlives a download that does not come to its end."""
    return models_dir() / _READYING / f"{file_name(offer.model)}@{offer.commit}"


def workplace(name: str) -> Path:
    """A new, empty folder in which a model is made ready, beside those of other windows."""
    sweep()
    folder = models_dir() / _READYING / f"{name}.{os.getpid()}.adding"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def entry(model: str) -> Path | None:
    """What stands for a model in the folder of models; None where it is not there."""
    name = file_name(model)
    found = (models_dir() / f"{name}{suffix}" for suffix in ("", ".nemo", LINK))
    return next((path for path in found if path.exists()), None)


def part_of(path: Path) -> Path:
    """What a file is called until all of it has come."""
    return path.with_name(f"{path.name}.part")


def present(offer: Offer) -> int:
    """Bytes of a download that are here already."""
    files = [staging(offer) / file.name for file in offer.files]
    return sum(max(size_of(path), size_of(part_of(path))) for path in files)


def discard(offer: Offer) -> None:
    """Delete what has come of a download that was not finished."""
    shutil.rmtree(staging(offer), ignore_errors=True)


def size_of(path: Path) -> int:
    """The bytes in a file; 0 where there is none."""
    return path.stat().st_size if path.is_file() else 0


def stale(offer: Offer) -> Iterator[Path]:
    """Folders of downloads of the same model at other commits."""
    own = staging(offer)
    if own.parent.is_dir():
        yield from (path for path in own.parent.glob(f"{file_name(offer.model)}@*") if path.stem != own.stem)


def land(made: Path, name: str) -> Path:
    """Move a folder or file that is ready to its place among the models, in one step.

    What has that name already is replaced.

    Args:
        made: on the same file system as the models.
        name: of its folder or file.
    """
    target = models_dir() / name
    if target.exists():
        clear(target)
    made.replace(target)
    return target


def clear(path: Path) -> None:
    """Delete a model: it leaves the list in one step, its bytes follow.

    Raises:
        ModelError: it cannot be deleted; it is as it was.
    """
    aside = models_dir() / _READYING / f"{path.name}.{os.getpid()}.removed"
    try:
        aside.parent.mkdir(parents=True, exist_ok=True)
        path.replace(aside)
    except OSError as error:
        raise ModelError(
            f"{path.name} cannot be removed ({error.strerror or error}); close what uses it and try again."
        ) from error
    sweep()


def sweep() -> None:
    """Delete what was removed, and copies that a crash left; what cannot be deleted yet is tried again."""
    readying = models_dir() / _READYING
    if not readying.is_dir():
        return
    long_ago = time.time() - _LONGEST_COPY
    left = [path for path in readying.glob("*.adding") if path.stat().st_mtime < long_ago]
    for path in [*readying.glob("*.removed"), *left]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
