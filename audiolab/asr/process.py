"""The recogniser process: loads the model that it is asked for and reads what it is sent, until its program ends.

Requests on standard input: ``transcribe`` (id, model, path, language_model, total, sample_rate, file, words),
samples, ``end``, ``cancel``. Answers on standard output: ``taken`` for each block of samples, ``progress``,
``piece``, and at the end one of ``done``, ``cancelled`` or ``error``.
"""

import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from audiolab.asr import ctc
from audiolab.asr.checkpoints import catalogue
from audiolab.asr.checkpoints.contract import Loaded
from audiolab.asr.emissionsmap import let_go, packed_layout
from audiolab.asr.health import judged
from audiolab.asr.listening import Mono
from audiolab.asr.messages import Message, packed_tokens, packed_words, receive, send, unpacked_user_words
from audiolab.asr.recognizer import load
from audiolab.core.allocation import keep_freed_memory
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import AudiolabError, Cancelled

NICENESS = 10
"""The window comes first where there are few cores."""


class Desk:
    """Carries out one request after the other; a thread of its own listens, so that a cancel is heard at once."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._waiting: queue.SimpleQueue[tuple[Message, Mono | None]] = queue.SimpleQueue()
        self._model: tuple[tuple[Path, Path | None], Loaded] | None = None
        self._cancelled: set[int] = set()
        self._token: tuple[int, CancelToken] = (-1, CancelToken())

    def serve(self) -> None:
        """Work until the program goes away."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            message, _samples = self._waiting.get()
            if "transcribe" in message:
                self._answer(message["transcribe"])

    def _listen(self) -> None:
        while (received := receive(self._requests)) is not None:
            if "cancel" in received[0]:
                job = received[0]["cancel"]
                self._cancelled.add(job)
                if self._token[0] == job:
                    self._token[1].cancel()
            else:
                self._waiting.put(received)
        os._exit(0)  # the program has gone: nobody needs what is being computed

    def _answer(self, request: Message) -> None:
        job = request["id"]
        token = CancelToken()
        self._token = (job, token)
        if job in self._cancelled:
            token.cancel()
        try:
            send(self._answers, {"id": job, **self._transcribe(request, token)})
        except Cancelled:
            send(self._answers, {"id": job, "cancelled": True})
        except AudiolabError as error:
            send(self._answers, {"id": job, "error": str(error)})
        except (RuntimeError, MemoryError, OSError, ValueError) as error:
            text = f"The recogniser failed ({type(error).__name__}: {error}); try again, or report it."
            send(self._answers, {"id": job, "error": text})

    def _transcribe(self, request: Message, token: CancelToken) -> Message:
        token.check()
        loaded = self._loaded(request, token)
        user_words = unpacked_user_words(request["words"])
        model, share = loaded.model, loaded.acoustic_share
        job, file = request["id"], Path(request["file"])

        def progress(done: float) -> None:
            send(self._answers, {"id": job, "progress": done})

        emissions = model.emit(
            self._blocks(job, token), request["total"], file, token, lambda done: progress(share * done)
        )
        path, score = ctc.best_path(emissions)
        np.savez(file.with_suffix(".npz"), path=path, score=score)
        rate = request["sample_rate"]
        pieces = model.read(emissions, path, rate, token, user_words)
        for piece in judged(pieces, emissions, path, rate, aligned=loaded.aligned):
            words, tokens = packed_words(piece.words), packed_tokens(piece.tokens)
            send(self._answers, {"id": job, "piece": {"words": words, "tokens": tokens}})
            let_go(emissions)
            progress(share + (1 - share) * (piece.frames.stop / max(emissions.frames, 1)))
        return {"done": True, **packed_layout(emissions)}

    def _loaded(self, request: Message, token: CancelToken) -> Loaded:
        """The model that is asked for; one is kept, as this process serves one recogniser."""
        language_model = None if request["language_model"] is None else Path(request["language_model"])
        wanted = (Path(request["path"]), language_model)
        if self._model is None or self._model[0] != wanted:
            info = catalogue.describe(wanted[0], request["model"], language_model)
            self._model = (wanted, load(info, token))
        return self._model[1]

    def _blocks(self, job: int, token: CancelToken) -> Iterator[Mono]:
        """The audio of one request as it comes; what is left of a cancelled one is passed over."""
        while True:
            try:
                message, samples = self._waiting.get(timeout=0.1)
            except queue.Empty:
                token.check()
                continue
            if message.get("id") != job:
                continue
            if samples is None:
                return
            send(self._answers, {"id": job, "taken": 1})
            yield samples


def main() -> None:
    """Serve on standard input and output; what libraries print goes to standard error."""
    keep_freed_memory()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICENESS)
    with suppress(KeyboardInterrupt, BrokenPipeError):
        Desk(sys.stdin.buffer, answers).serve()
