"""The program's side of a sound host: start the process, ask it, and end it whatever it does."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import audiolab
from audiolab.core.errors import DeviceError
from audiolab.engine.board import Board

DEADLINE = 5.0
"""Seconds in which a host has to answer, its start included."""

BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from audiolab.engine.host import main; main()"

SILENT = (
    "The sound system does not answer: restart the sound server or unplug the device that hangs, then try again."
)


def command(board: str) -> list[str]:
    """The command line of a host; in a frozen application, the application's own verb for it."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "sound-host", board]
    # -P: files that lie in the folder where somebody starts the program are no modules of it.
    return [sys.executable, "-P", "-c", BOOT, str(Path(audiolab.__file__).resolve().parents[1]), board]


class SoundHost:
    """A running host with one stream at most.

    Making one returns at once; the process gets ready meanwhile. `ask` and `tell` come from one thread; `close`
    from any.

    Attributes:
        board: shared with the process.

    Raises:
        DeviceError: the process cannot be started.
    """

    def __init__(self) -> None:
        self.board = Board.create()
        self._lost = False
        self._ended = False
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        # More threads of BLAS would only take memory: the host multiplies a few hundred samples at a time.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        try:
            self._process = subprocess.Popen(
                command(self.board.name),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                pass_fds=self.board.inherited,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "HIGH_PRIORITY_CLASS", 0),
            )
        except OSError as error:
            raise DeviceError(f"The sound host cannot be started ({error}): install Audiolab again.") from error
        finally:
            self.board.shared()
        self._thread = threading.Thread(target=self._listen, name="audiolab-sound-host", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> bool:
        """Whether the stream ended by itself, or the process did."""
        return self._lost

    def ask(self, request: dict[str, Any], seconds: float = DEADLINE) -> dict[str, Any]:
        """The answer to `request`.

        Raises:
            DeviceError: there is none in time, or it is a refusal; the sentence is for a person.
        """
        self.tell(request)
        try:
            answer = None if self._ended else self._answers.get(timeout=seconds)
        except queue.Empty:
            answer = None
        if answer is None:
            raise DeviceError(SILENT)
        if "refused" in answer:
            raise DeviceError(answer["refused"])
        return answer

    def tell(self, message: dict[str, Any]) -> None:
        """Send `message`, to which there is no answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # the process has ended, or `close` was called
            self._lost = True

    def close(self) -> None:
        """End the process at once. Can be called twice."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not sent yet
                    pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answer = json.loads(line)
            if "lost" in answer:
                self._lost = True
            else:
                self._answers.put(answer)
        self._lost = self._ended = True
        self._answers.put(None)  # to whoever waits
