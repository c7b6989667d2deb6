"""What a repository offers: which of its files make a model that can be used, told from their names alone."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from audiolab.core.errors import ModelError

_SAFETENSORS = re.compile(r"model(-\d+-of-\d+)?\.safetensors")
_ABOUT = re.compile(r"README\.md|LICEN[CS]E(\.\w+)?", re.IGNORECASE)
_ARCHIVE = re.compile(r"\w[\w.+@ -]*\.nemo")
_OF_TRANSFORMERS = frozenset(
    {
        "config.json",
        "model.safetensors.index.json",
        "preprocessor_config.json",
        "processor_config.json",
        "vocab.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
    }
)
_OF_CTRANSLATE2 = frozenset(
    {
        "config.json",
        "model.bin",
        "preprocessor_config.json",
        "tokenizer.json",
        "vocabulary.json",
        "vocabulary.txt",
    }
)
"""CTranslate2's ``model.bin`` is a format of its own, not a pickle."""

LANGUAGE_SUFFIXES = (".arpa", ".arpa.gz")
_LANGUAGE = re.compile(r"(language_model/)?\w[\w.+@-]*\.arpa(\.gz)?|(language_model/)?attrs\.json")
"""A language model with its weights, as pyctcdecode lays them beside a checkpoint."""

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository.

    Attributes:
        name: in the repository, with forward slashes.
        size: in bytes.
        sha256: hexadecimal digest of the content, of a large file.
        git_id: git's name of the content (SHA-1 over a header and the content), of a small one.
    """

    name: str
    size: int
    sha256: str = ""
    git_id: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that can be downloaded, as a person looks at it before it is.

    Attributes:
        name: on the hub: ``"owner/model"``.
        revision: branch, tag or commit that was asked for.
        commit: what that is now; what is downloaded is this and no other.
        files: those that are needed.
        licence: as the model's card says it; empty where it does not.
        host: where it comes from.
        present: bytes of it that are here already, from a download that was not finished.
    """

    name: str
    revision: str
    commit: str
    files: tuple[HubFile, ...]
    licence: str = ""
    host: str = ""
    present: int = 0

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def model(self) -> str:
        """What the model will be called once it is here."""
        return self.name if self.revision == "main" else f"{self.name}@{self.revision}"


def needed(name: str, files: Collection[str]) -> Sequence[str]:
    """Those of the files of a model that are needed to use it: never pickles, never code.

    Args:
        name: of the model, for sentences.
        files: what its repository or folder holds, with forward slashes.

    Raises:
        ModelError: they make no model that can be used; one sentence says why.
    """
    top = sorted(file for file in files if "/" not in file)
    about = [file for file in top if _ABOUT.fullmatch(file)]
    beside = [*sorted(file for file in files if _LANGUAGE.fullmatch(file)), *about]
    weights = [file for file in top if _SAFETENSORS.fullmatch(file)]
    archives = [file for file in top if _ARCHIVE.fullmatch(file)]
    if weights and "config.json" in top:
        whole = ["model.safetensors"] if "model.safetensors" in weights else weights
        return [*(file for file in top if file in _OF_TRANSFORMERS), *whole, *beside]
    if len(archives) == 1:
        return [*archives, *beside]
    if archives:
        raise ModelError(f"{name}: it holds {len(archives)} .nemo files; download the one that you mean by hand.")
    if "model.bin" in top and ("vocabulary.json" in top or "vocabulary.txt" in top):
        return [*(file for file in top if file in _OF_CTRANSLATE2), *about]
    if any(file.endswith(_PICKLES) for file in top):
        raise ModelError(
            f"{name}: it has no safetensors, and its weights are a pickle, which can run code when it is opened; "
            "choose another revision or another model."
        )
    raise ModelError(
        f"{name}: it holds no speech model that can be used (no safetensors, no .nemo); choose another."
    )
