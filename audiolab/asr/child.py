"""`Child`: a process of this program's own that answers messages, and ends when the program does."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, cast

import audiolab
from audiolab.asr.listening import Mono
from audiolab.asr.messages import Message, receive, send


class Child:
    """A running process with what it says.

    Args:
        role: its verb in a frozen application, which has no Python to start it with: ``"recognizer"``.
        module: has a `main` that serves on standard input and output until its input ends.
        environment: variables besides this program's own.

    Attributes:
        answers: what it said; None once it has gone.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, role: str, module: str, environment: Mapping[str, str] | None = None) -> None:
        self._popen = subprocess.Popen(
            _command(role, module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.answers: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name=f"audiolab-{role}", daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._popen.poll() is None

    def send(self, message: Message, samples: Mono | None = None) -> None:
        """Say something to it; raises OSError where it has gone."""
        send(cast("BinaryIO", self._popen.stdin), message, samples)

    def kill(self) -> None:
        """End it now and take it off the system's list of processes. Can be called twice."""
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


def _command(role: str, module: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, role]
    boot = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
    # -P: files that lie in the folder where somebody starts the program are no modules of it.
    return [sys.executable, "-P", "-c", boot, str(Path(audiolab.__file__).resolve().parents[1])]
