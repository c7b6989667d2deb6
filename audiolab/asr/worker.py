"""`WorkerRecognizer`: a model in a process of its own, so that nothing of it is felt in the window.

Importing torch and reading a model hold the interpreter's lock for up to a second; here it is another
interpreter's. This side needs nothing but numpy and soxr.
"""

import itertools
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.child import Child
from audiolab.asr.emissionsfile import EmissionsFolder
from audiolab.asr.emissionsmap import open_packed, samples_at
from audiolab.asr.listening import Mono, mono_blocks
from audiolab.asr.messages import Message, packed_user_words, unpacked_tokens, unpacked_words
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import Recording
from audiolab.core.speech import Alignment, Token, Transcription, Word
from audiolab.core.userwords import UserWords

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
"""Numpy multiplies small matrices there: a second thread of BLAS would only wait for them, busily."""

_AHEAD = 4
"""Blocks of audio that are sent before the first of them was taken: sending never waits for the network."""

_POLL = 0.05
_PATIENCE = 0.2
"""Seconds that a cancelled process has to stop; the import of torch does not listen, so it is killed then."""

_GONE = "The recogniser ended unexpectedly; transcribe again (the machine may be short of memory)."


class WorkerRecognizer:
    """A model in another process (see `audiolab.core.speech.Recognizer`).

    The process starts with the first transcription, stays for the next one, and ends with `close` or with this
    program, however that ends.

    Args:
        info: which model.
    """

    def __init__(self, info: ModelInfo) -> None:
        self._info = info
        self._process: Child | None = None
        self._jobs = itertools.count()
        self._folder = EmissionsFolder()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What a person calls the model."""
        return self._info.name

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        """See `audiolab.core.speech.Recognizer`."""
        with self._lock:
            cancel.check()
            if self._process is None or not self._process.alive:
                self._process = Child("recognizer", "audiolab.asr.process", _ENVIRONMENT)
            file = self._folder.new()
            job = _Job(next(self._jobs), self._info, self._process, recording, file, progress, words)
            try:
                return job.run(cancel)
            except Cancelled:
                if not job.stopped():
                    self._process.kill()
                raise
            except OSError as error:
                self._process.kill()
                raise ModelError(_GONE) from error
            finally:
                self._folder.release(file)
                self._folder.release(file.with_suffix(".npz"))

    def close(self) -> None:
        """End the process; a transcription that runs fails."""
        process = self._process
        if process is not None:
            process.kill()


class _Job:
    """One transcription by a process."""

    def __init__(
        self,
        number: int,
        info: ModelInfo,
        process: Child,
        recording: Recording,
        file: Path,
        progress: Progress,
        user_words: UserWords,
    ) -> None:
        self._user_words = user_words
        self._id = number
        self._info = info
        self._process = process
        self._recording = recording
        self._file = file
        self._progress = progress
        self._words: list[Word] = []
        self._tokens: list[Token] = []
        self._taken = 0

    def run(self, cancel: CancelToken) -> Transcription:
        """Send the audio as fast as it is taken, and gather the answers."""
        request = {
            "id": self._id,
            "model": self._info.name,
            "path": str(self._info.path),
            "language_model": None if self._info.language_model is None else str(self._info.language_model),
            "total": samples_at(self._info.sample_rate, self._recording.frames, self._recording.sample_rate),
            "sample_rate": self._recording.sample_rate,
            "file": str(self._file),
            "words": packed_user_words(self._user_words),
        }
        self._process.send({"transcribe": request})
        blocks: Iterator[Mono] | None = mono_blocks(self._recording, self._info.sample_rate, cancel)
        sent = 0
        while True:
            cancel.check()
            while blocks is not None and sent - self._taken < _AHEAD:
                block = next(blocks, None)
                if block is None:
                    blocks = None
                    self._process.send({"id": self._id, "end": True})
                else:
                    self._process.send({"id": self._id}, block)
                    sent += 1
            done = self._take(self._next(_POLL))
            if done is not None:
                return done

    def stopped(self) -> bool:
        """Ask the process to drop this job; whether it said in time that it did."""
        try:
            self._process.send({"cancel": self._id})
            self._process.send({"id": self._id, "end": True})
            deadline = time.monotonic() + _PATIENCE
            while time.monotonic() < deadline:
                answer = self._next(_POLL)
                if answer is not None and {"cancelled", "done", "error"} & answer.keys():
                    return True
        except OSError:
            pass
        return False

    def _next(self, seconds: float) -> Message | None:
        """The next answer about this job; None where there is none yet."""
        try:
            answer = self._process.answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if answer is None:
            raise BrokenPipeError
        return answer if answer["id"] == self._id else None

    def _take(self, answer: Message | None) -> Transcription | None:
        if answer is None:
            return None
        if "taken" in answer:
            self._taken += 1
        elif "progress" in answer:
            self._progress(answer["progress"])
        elif "piece" in answer:
            self._words += unpacked_words(answer["piece"]["words"])
            self._tokens += unpacked_tokens(answer["piece"]["tokens"])
        elif "error" in answer:
            raise ModelError(answer["error"])
        elif "cancelled" in answer:
            raise Cancelled
        elif "done" in answer:
            return self._finished(answer)
        return None

    def _finished(self, answer: Message) -> Transcription:
        emissions = open_packed(self._file, answer)
        with np.load(self._file.with_suffix(".npz")) as arrays:
            path, score = arrays["path"], arrays["score"]
        alignment = Alignment(tuple(self._words), tuple(self._tokens))
        return Transcription(emissions, path, score, alignment, self._recording.sample_rate, self._info.name)
