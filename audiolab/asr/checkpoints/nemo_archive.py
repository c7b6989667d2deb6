"""NeMo's ``.nemo`` archives: a tar file with a YAML configuration, weights and a tokenizer.

Nothing is unpacked to disk. Without torch: the weights are only located here (`open_weights`).
"""

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from audiolab.asr.checkpoints.design import family_of, stride_of
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.checkpoints.vocabulary import Vocabulary, pieces
from audiolab.core.errors import ModelError
from audiolab.core.timebase import FrameGrid

_CONFIG = "model_config.yaml"
_WEIGHTS = "model_weights.ckpt"
_LARGEST_CONFIG = 16 * 2**20
"""Bytes; a configuration has some kilobytes, or some hundred with a large vocabulary."""


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """The description inside an archive.

    Attributes:
        config: NeMo's ``model_config.yaml``.
        vocabulary: of the network's classes; the blank is the last one.
        weights_size: in bytes.
    """

    config: Mapping[str, Any]
    vocabulary: Vocabulary
    weights_size: int


def is_archive(path: Path) -> bool:
    """Whether `path` is named like one."""
    return path.suffix == ".nemo"


def read_archive(path: Path) -> Archive:
    """The description in the archive `path`; kept in memory as long as the file stays the same.

    Raises:
        ModelError: it is no archive of a convolutional CTC model.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise ModelError(f"{path}: there is no such file; give the .nemo file of a model.") from error
    return _read_archive(path, state.st_size, state.st_mtime_ns)


def describe_archive(path: Path, name: str) -> ModelInfo:
    """What an archive says of its model.

    Raises:
        ModelError: as `read_archive`.
    """
    archive = read_archive(path)
    try:
        front = archive.config["preprocessor"]
        rate = int(front["sample_rate"])
        blocks = archive.config["encoder"]["jasper"]
        hop = round(float(front["window_stride"]) * rate) * stride_of(blocks)
        size = len(archive.vocabulary.symbols)
        # Centred STFT frames and padded convolutions: frame i is centred on sample i * hop.
        return ModelInfo(
            name,
            family_of(blocks, archive.config["encoder"].get("activation")),
            "",
            archive.weights_size,
            size,
            FrameGrid(hop, -hop // 2, rate),
            "",
            path,
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ModelError(
            f"{path.name}: its configuration lacks what tells its frame rate ({error}); fetch the model again."
        ) from error


def open_weights(path: Path) -> io.BytesIO:
    """The weights' file in an archive, in memory.

    Raises:
        ModelError: there is none.
    """
    try:
        with tarfile.open(path) as tar:
            return io.BytesIO(_member(path, tar, _WEIGHTS).read())
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ModelError(f"{path.name}: it cannot be read as a .nemo archive; fetch the model again.") from error


@lru_cache(maxsize=32)
def _read_archive(path: Path, _size: int, _changed: int) -> Archive:
    import yaml

    try:
        with tarfile.open(path) as tar:
            text = _member(path, tar, _CONFIG).read(_LARGEST_CONFIG)
            weights = next((entry.size for entry in tar if _named(entry, _WEIGHTS)), 0)
        config = yaml.safe_load(text)
    except (tarfile.TarError, OSError, EOFError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ModelError(f"{path.name}: it cannot be read as a .nemo archive; fetch the model again.") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path.name}: its {_CONFIG} is empty; fetch the model again.")
    for part, kind in (("encoder", "ConvASREncoder"), ("decoder", "ConvASRDecoder")):
        target = str((config.get(part) or {}).get("_target_", "nothing")).rpartition(".")[2]
        if target != kind:
            raise ModelError(
                f"{path.name}: its {part} is {target}, not {kind}; "
                "of NeMo's models, those of Citrinet and ContextNet with CTC can be used."
            )
    return Archive(config, _vocabulary(path, config), weights)


def _vocabulary(path: Path, config: Mapping[str, Any]) -> Vocabulary:
    """Characters, or the pieces of SentencePiece, as the decoder's configuration lists them."""
    decoder = config["decoder"]
    symbols = decoder.get("vocabulary") or config.get("labels")
    if not isinstance(symbols, list) or not symbols or not all(isinstance(symbol, str) for symbol in symbols):
        raise ModelError(f"{path.name}: its configuration lists no vocabulary; save it again with a newer NeMo.")
    return pieces(symbols, len(symbols))


def _member(path: Path, tar: tarfile.TarFile, name: str) -> Any:
    entry = next((entry for entry in tar if _named(entry, name)), None)
    file = tar.extractfile(entry) if entry is not None else None
    if file is None:
        raise ModelError(f"{path.name}: it holds no {name}; fetch the model again.")
    return file


def _named(entry: tarfile.TarInfo, name: str) -> bool:
    return entry.isfile() and entry.name.rpartition("/")[2] == name
