"""Speech recognition. The only room with torch; importing this module loads none of it."""

from typing import TYPE_CHECKING

from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.speech import Recognizer

if TYPE_CHECKING:
    from pathlib import Path

    from audiolab.asr.checkpoints.info import ModelInfo

__all__ = ["DEFAULT_MODEL", "create", "heeds_words", "installed"]


def installed() -> "tuple[ModelInfo, ...]":
    """The models of this machine with what is known of them, the default one first.

    Those that lie here but cannot be used are among them and say why (`ModelInfo.problem`).
    """
    from audiolab.asr.checkpoints import catalogue

    return catalogue.installed()


def heeds_words(name: str) -> bool:
    """Whether the model that `create` makes of `name` can be told of words that a person expects or has made known.

    Raises:
        ModelError: there is no such model, or it cannot be used.
    """
    from audiolab.asr.checkpoints import catalogue
    from audiolab.asr.whisper.folder import is_whisper

    info = catalogue.find(name)
    return catalogue.is_built_in(info) or is_whisper(info.path)


def create(name: str = "", *, worker: bool = False, language_model: "Path | None" = None) -> Recognizer:
    """The recogniser of a model; it loads the model when it is first used.

    Args:
        name: of a model in `installed`; or the path of a checkpoint folder or of a ``.nemo`` file; or a hub name
            whose files are in the local cache; empty for the default model.
        worker: run it in a process of its own, for programs with a window.
        language_model: an ARPA file that the words of a CTC checkpoint are searched with, instead of the one that
            lies with the checkpoint.

    Raises:
        ModelError: there is no such model, or it cannot be used.
    """
    from audiolab.asr.checkpoints import catalogue

    info = catalogue.find(name, language_model)
    if worker:
        from audiolab.asr.worker import WorkerRecognizer

        return WorkerRecognizer(info)
    from audiolab.asr.recognizer import LocalRecognizer

    return LocalRecognizer(info)
