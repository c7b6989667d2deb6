"""`WhisperWriter`: what a Whisper model writes of a stretch of sound, given up as soon as somebody cancels."""

import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch

from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import ModelError

T = TypeVar("T")

_POLL = 0.1
"""Seconds between two looks at the cancel token."""

_PRECISION = "int8"
"""Of the weights: half the time of float32 on a CPU, and three quarters of the memory."""

_MANNER = "Hello. Yes, of course: this is what was said."
"""What Whisper is told to have written before: without that, a short clip may have no case and no punctuation."""


class WhisperWriter:
    """A Whisper model in this process. Fetches nothing.

    CTranslate2 cannot be interrupted, so it computes in a thread of its own that is left to itself when somebody
    cancels; what comes next waits until it has finished its stretch.

    Args:
        folder: see `audiolab.asr.whisper.folder`.
        cancel: of the loading.

    Raises:
        Cancelled: while it was loaded.
        ModelError: it cannot be loaded.
    """

    def __init__(self, folder: Path, cancel: CancelToken) -> None:
        self._name = folder.name
        self._busy = threading.Lock()
        self._language: str | None = None
        self._model: Any = self._apart(lambda: _load(folder), cancel)

    def write(self, samples: Mono, cancel: CancelToken, hotwords: str = "") -> str:
        """The text of mono sound at 16 kHz, with case, punctuation and figures as the model writes them.

        The language is the one that the model hears in the first stretch that it is given (see `forget`).
        `hotwords` are put before the sound as if they had been written just now; Whisper takes hints from that.

        Raises:
            Cancelled: `cancel` was cancelled.
            ModelError: the model cannot be run.
        """
        text, self._language = self._apart(lambda: self._written(samples, hotwords), cancel)
        return text

    def forget(self) -> None:
        """What comes next may be in another language."""
        self._language = None

    def _written(self, samples: Mono, hotwords: str) -> tuple[str, str]:
        # Where the best reading is too poor, faster-whisper draws others: the same ones each time.
        importlib.import_module("ctranslate2").set_random_seed(0)
        english = self._language == "en" or not self._model.model.is_multilingual
        segments, info = self._model.transcribe(
            samples,
            language=self._language,
            initial_prompt=_MANNER if english else None,
            hotwords=hotwords or None,
            condition_on_previous_text=False,
            # In one go, which 30 s allow: where it goes on from its own time stamps, it loses words.
            without_timestamps=True,
        )
        return "".join(segment.text for segment in segments), info.language

    def _apart(self, work: Callable[[], T], cancel: CancelToken) -> T:
        """Do `work` in a thread; leave it behind when somebody cancels."""
        cancel.check()
        errand = _Errand(work, self._busy)
        errand.start()
        while not errand.finished.wait(_POLL):
            cancel.check()
        try:
            return errand.result()
        except (RuntimeError, ValueError, OSError) as error:
            reason = " ".join(str(error).split())[:200].rstrip(".")
            raise ModelError(f"{self._name}: Whisper cannot run ({reason}); fetch the model again.") from error


class _Errand(threading.Thread, Generic[T]):
    """Work in a thread that ends with the program, whatever it does then; one at a time."""

    def __init__(self, work: Callable[[], T], turn: threading.Lock) -> None:
        super().__init__(name="audiolab-whisper", daemon=True)
        self._work = work
        self._turn = turn
        self._result: T
        self._error: Exception | None = None
        self.finished = threading.Event()

    def run(self) -> None:
        try:
            with self._turn:
                self._result = self._work()
        except Exception as error:  # whatever it is belongs to who asked
            self._error = error
        finally:
            self.finished.set()

    def result(self) -> T:
        """What the work gave; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result


def _load(folder: Path) -> Any:
    faster_whisper: Any = importlib.import_module("faster_whisper")
    return faster_whisper.WhisperModel(
        str(folder),
        device="cpu",
        compute_type=_PRECISION,
        cpu_threads=torch.get_num_threads(),
        local_files_only=True,
    )
