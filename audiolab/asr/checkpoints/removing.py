"""Where a model lies, from the point of view of someone who wants to be rid of it; and getting rid of it."""

import shutil
from pathlib import Path

from audiolab.asr.checkpoints import catalogue, store
from audiolab.asr.checkpoints.info import ModelInfo, Place
from audiolab.core.errors import ModelError


def place_of(info: ModelInfo) -> Place:
    """Where `info` lies."""
    if catalogue.is_built_in(info):
        return Place.BUILT_IN
    entry = store.entry(info.name)
    if entry is not None:
        if entry.suffix == store.LINK:
            return Place.LINKED
        if info.path.is_relative_to(entry):
            return Place.OWN
    if info.path.is_relative_to(catalogue.hub_cache()):
        return Place.CACHE
    return Place.ELSEWHERE


def remove(info: ModelInfo) -> None:
    """Take a model off the list, and its files off the disk unless it was only linked.

    Raises:
        ModelError: it is not ours to remove, or cannot be.
    """
    place = place_of(info)
    entry = store.entry(info.name)
    if place in (Place.OWN, Place.LINKED) and entry is not None:
        store.clear(entry)
    elif place is Place.CACHE:
        try:
            _remove_cached(info.path)
        except OSError as error:
            raise ModelError(
                f"{info.name} cannot be removed ({error.strerror or error}); close what uses it and try again."
            ) from error
    elif place is Place.BUILT_IN:
        raise ModelError(f"{info.name} is part of Audiolab and stays; choose another model to use that one.")
    else:
        raise ModelError(f"{info.name} belongs to {info.path.parent.name} and stays; remove it there.")


def _remove_cached(snapshot: Path) -> None:
    """Delete a revision from the hub's cache; what it has in common with other revisions stays.

    Its configuration goes first, since without that it is no model any more, however far the rest comes.
    """
    repository = snapshot.parents[1]
    others = [path for path in snapshot.parent.iterdir() if path != snapshot]
    own = _blobs(snapshot) - {blob for other in others for blob in _blobs(other)}
    (snapshot / "config.json").unlink(missing_ok=True)
    if not others:
        shutil.rmtree(repository)
        return
    shutil.rmtree(snapshot)
    for blob in own:
        blob.unlink(missing_ok=True)
    for reference in (repository / "refs").rglob("*"):
        if reference.is_file() and reference.read_text(encoding="utf-8").strip() == snapshot.name:
            reference.unlink()


def _blobs(snapshot: Path) -> set[Path]:
    """The contents that the links of a revision lead to; where the system has no links there are none."""
    return {path.resolve() for path in snapshot.rglob("*") if path.is_symlink()}
