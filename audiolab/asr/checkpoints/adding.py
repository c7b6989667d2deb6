"""Take a model that lies on this machine into the list: as a copy, or where it lies."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from audiolab.asr.checkpoints import catalogue, store
from audiolab.asr.checkpoints.offer import LANGUAGE_SUFFIXES, needed
from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import ModelError

_CHUNK = 4 * 2**20
"""Bytes between two looks at the cancel token."""


def add(path: Path, copy: bool, cancel: CancelToken, progress: Progress) -> str:
    """Put the model in `path` on the list.

    Args:
        path: a checkpoint folder or a ``.nemo`` file.
        copy: copy what is needed of it into the user's folder of models; else it is used where it lies.

    Returns:
        What it is called.

    Raises:
        Cancelled: nothing was added.
        ModelError: it cannot be used, or not be added; one sentence says why.
    """
    path = path.expanduser().absolute()
    name = store.model_name(path.stem if path.is_file() else path.name)
    catalogue.describe(store.main_file(path), name)
    if path.is_relative_to(store.models_dir().absolute()):
        raise ModelError(f"{path.name} is among your models already.")
    if name == DEFAULT_MODEL or store.entry(name) is not None:
        raise ModelError(f"There is a model called {name} already; rename {path.name}, or remove that one first.")
    place = store.workplace(store.file_name(name))
    try:
        made = _copied(path, place, cancel, progress) if copy else _linked(path, place)
        store.land(made, made.name)
    except OSError as error:
        raise ModelError(
            f"{path.name} cannot be added ({error.strerror or error}); check the disk and try again."
        ) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return name


def _linked(path: Path, place: Path) -> Path:
    link = place / ((path.stem if path.is_file() else path.name) + store.LINK)
    link.write_text(str(path), encoding="utf-8")
    return link


def _copied(path: Path, place: Path, cancel: CancelToken, progress: Progress) -> Path:
    made = place / path.name
    pairs = [(path, made)]
    if path.is_dir():
        held = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
        pairs = [(path / name, made / name) for name in needed(path.name, held)]
    elif language := [file for file in map(path.with_suffix, LANGUAGE_SUFFIXES) if file.is_file()]:
        made = place / path.stem
        weights = [file for file in [path.with_name("attrs.json")] if file.is_file()]
        pairs = [(source, made / source.name) for source in (path, *language, *weights)]
    total = max(sum(source.stat().st_size for source, _ in pairs), 1)
    done = 0
    for source, target in pairs:
        target.parent.mkdir(parents=True, exist_ok=True)
        for size in _copy(source, target):
            cancel.check()
            done += size
            progress(done / total)
    return made


def _copy(source: Path, target: Path) -> Iterator[int]:
    """Copy a file; the sizes of its pieces, as they are written."""
    with source.open("rb") as read, target.open("wb") as write:
        while piece := read.read(_CHUNK):
            write.write(piece)
            yield len(piece)
