"""Where models lie: the built-in one, the user's folder of models, the local cache of the Hugging Face hub, a path,
and packages that carry one.

Looks into directories and small files only; nothing is loaded or fetched.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from audiolab.asr.checkpoints.card import read_card
from audiolab.asr.checkpoints.folder import describe_folder
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.checkpoints.language import language_model_of
from audiolab.asr.checkpoints.nemo_archive import describe_archive, is_archive
from audiolab.asr.checkpoints.store import own_models
from audiolab.asr.emissionsmap import GRID
from audiolab.asr.names import DEFAULT_MODEL
from audiolab.asr.packages import package_file
from audiolab.asr.whisper.folder import describe_whisper, is_whisper, packaged
from audiolab.core.errors import ModelError
from audiolab.core.timebase import FrameGrid

_BUILT_IN = Path("assets/asr_waveform.hama")
"""In its package; no other model has that suffix."""

_BUILT_IN_CLASSES = 191
_NO_GRID = FrameGrid(1, 0, 1)
"""Of models that cannot be used."""


def is_built_in(info: ModelInfo) -> bool:
    """Whether `info` is the default model, whatever others are called."""
    return info.path.suffix == _BUILT_IN.suffix


def built_in() -> ModelInfo:
    """The default model, which comes with a package.

    Raises:
        ModelError: the package is missing.
    """
    weights = package_file("hama", _BUILT_IN.as_posix())
    size = weights.stat().st_size
    return ModelInfo(DEFAULT_MODEL, "Conformer-CTC", "en", size, _BUILT_IN_CLASSES, GRID, "Apache-2.0", weights)


def installed() -> tuple[ModelInfo, ...]:
    """All models of this machine, the default one first; those that cannot be used say why in `problem`."""
    found = {DEFAULT_MODEL: _described(DEFAULT_MODEL, _BUILT_IN)}
    for name, path in [*own_models(), *_cached(), *packaged()]:
        if name not in found:
            found[name] = _described(name, path)
    return tuple(found.values())


def find(name: str, language_model: Path | None = None) -> ModelInfo:
    """The model that a person means.

    Args:
        name: of an installed model, the path of a checkpoint folder or of a ``.nemo`` file, or a hub name whose
            files are in the local cache; empty for the default one.
        language_model: ARPA file to use with it, instead of one that lies with it.

    Raises:
        ModelError: there is none, or it cannot be used.
    """
    if name in ("", DEFAULT_MODEL):
        return describe(_BUILT_IN, DEFAULT_MODEL, language_model)
    known = {**dict(packaged()), **dict(_cached()), **dict(own_models())}
    path = known.get(name) or Path(name).expanduser()
    if name not in known and not path.exists():
        names = ", ".join([DEFAULT_MODEL, *sorted(known)])
        raise ModelError(
            f"There is no model called {name!r}; choose one of: {names}, "
            "or give the path of a checkpoint folder or a .nemo file."
        )
    return describe(path.absolute(), name if name in known else path.absolute().name, language_model)


def describe(path: Path, name: str, language_model: Path | None = None) -> ModelInfo:
    """What the model in `path` says of itself.

    Args:
        path: as in `ModelInfo`.
        name: what it is called.
        language_model: to use with it; by default the one that lies with it.

    Raises:
        ModelError: it cannot be used.
    """
    if path.suffix == _BUILT_IN.suffix or is_whisper(path):
        if language_model is not None:
            raise ModelError(f"{name} knows its language by itself: leave out the language model.")
        return describe_whisper(path, name) if is_whisper(path) else built_in()
    if is_archive(path):
        info, card = describe_archive(path, name), read_card(path.parent)
        info = replace(info, language=info.language or card.language, licence=info.licence or card.licence)
    else:
        info = describe_folder(path, name)
    return replace(info, language_model=language_model or language_model_of(path))


def _described(name: str, path: Path) -> ModelInfo:
    try:
        return describe(path, name)
    except ModelError as error:
        return ModelInfo(name, "", "", 0, 0, _NO_GRID, "", path, str(error))


def _cached() -> Iterator[tuple[str, Path]]:
    """Models in the hub's cache by hub name; for its layout see huggingface_hub, "Manage your cache"."""
    root = hub_cache()
    for folder in sorted(root.glob("models--*")) if root.is_dir() else []:
        snapshot = _snapshot(folder)
        if snapshot is not None and (_speaks_ctc(snapshot) or is_whisper(snapshot)):
            yield "/".join(folder.name.split("--")[1:]), snapshot


def hub_cache() -> Path:
    """As huggingface_hub chooses it, which is not imported for this: menus ask often."""
    home = Path(os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser()


def _snapshot(folder: Path) -> Path | None:
    """The revision that ``main`` names, or the only one."""
    main = folder / "refs" / "main"
    if main.is_file():
        path = folder / "snapshots" / main.read_text(encoding="utf-8").strip()
        return path if path.is_dir() else None
    snapshots = list((folder / "snapshots").glob("*"))
    return snapshots[0] if len(snapshots) == 1 else None


def _speaks_ctc(snapshot: Path) -> bool:
    """The cache holds models of all kinds: of transformers' only those that call themselves CTC are listed."""
    try:
        return "ForCTC" in (snapshot / "config.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
