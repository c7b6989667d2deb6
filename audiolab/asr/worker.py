"""`WorkerRecognizer`: a model in a process of its own, so that nothing of it is felt in the window.

Importing torch and reading a model hold the interpreter's lock for up to a second; here it is another
interpreter's. This side needs nothing but numpy and soxr.
"""

import contextlib
import itertools
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

import audiolab
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.emissionsfile import EmissionsFolder
from audiolab.asr.emissionsmap import open_packed, samples_at
from audiolab.asr.listening import Mono, mono_blocks
from audiolab.asr.messages import Message, receive, send, unpacked_tokens, unpacked_words
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import Recording
from audiolab.core.speech import Alignment, Token, Transcription, Word

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from audiolab.asr.process import main; main()"

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
        self._process: _Process | None = None
        self._jobs = itertools.count()
        self._folder = EmissionsFolder()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What a person calls the model."""
        return self._info.name

    def transcribe(self, recording: Recording, cancel: CancelToken, progress: Progress) -> Transcription:
        """See `audiolab.core.speech.Recognizer`."""
        with self._lock:
            cancel.check()
            if self._process is None or not self._process.alive:
                self._process = _Process()
            file = self._folder.new()
            job = _Job(next(self._jobs), self._info, self._process, recording, file, progress)
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


class _Process:
    """A recogniser process and what it says."""

    def __init__(self) -> None:
        root = str(Path(audiolab.__file__).resolve().parents[1])
        frozen = getattr(sys, "frozen", False)
        command = [sys.executable, "recognizer"] if frozen else [sys.executable, "-c", _BOOT, root]
        self._popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.answers: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="audiolab-recognizer", daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._popen.poll() is None

    def send(self, message: Message, samples: Mono | None = None) -> None:
        """Say something to it; raises OSError where it has gone."""
        send(cast("BinaryIO", self._popen.stdin), message, samples)

    def kill(self) -> None:
        """End it now and take it off the system's list of processes."""
        self._popen.kill()
        self._popen.wait()
        self._listener.join(1.0)
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        pipe = cast("BinaryIO", self._popen.stdout)
        with contextlib.suppress(OSError, ValueError):
            while (received := receive(pipe)) is not None:
                self.answers.put(received[0])
        self.answers.put(None)


class _Job:
    """One transcription by a process."""

    def __init__(
        self,
        number: int,
        info: ModelInfo,
        process: _Process,
        recording: Recording,
        file: Path,
        progress: Progress,
    ) -> None:
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
            "total": samples_at(self._info.sample_rate, self._recording.frames, self._recording.sample_rate),
            "sample_rate": self._recording.sample_rate,
            "file": str(self._file),
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
        return Transcription(emissions, path, score, alignment, self._recording.sample_rate)
