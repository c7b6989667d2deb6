"""Speech recognition. The only room with torch; importing this module loads none of it."""

from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.errors import ModelError
from audiolab.core.speech import Recognizer

__all__ = ["DEFAULT_MODEL", "available", "create"]


def available() -> tuple[str, ...]:
    """Names of the models that can be used, the default one first."""
    return (DEFAULT_MODEL,)


def create(name: str = "", *, worker: bool = False) -> Recognizer:
    """The recogniser of a model; it loads the model when it is first used.

    Args:
        name: of the model; empty for the default one.
        worker: run it in a process of its own, for programs with a window.

    Raises:
        ModelError: no model has that name.
    """
    if name not in ("", *available()):
        raise ModelError(f"There is no model called {name!r}; choose one of: {', '.join(available())}.")
    if worker:
        from audiolab.asr.worker import WorkerRecognizer

        return WorkerRecognizer()
    from audiolab.asr.recognizer import ConformerRecognizer

    return ConformerRecognizer()
