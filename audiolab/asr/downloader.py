"""The downloading process: does one request of its program and ends, or ends with the program, whatever hangs.

Requests on standard input: ``look_up`` (name, revision) or ``fetch`` (an offer). Answers on standard output:
``arrived`` (bytes) again and again, and at the end one of ``offer``, ``done`` (path) or ``error``.
"""

import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import BinaryIO

from audiolab.asr.checkpoints.offer import HubFile, Offer
from audiolab.asr.messages import Message, receive, send
from audiolab.core.errors import AudiolabError

_INTERVAL = 0.05
"""Seconds between two tidings of what has arrived."""


def main() -> None:
    """Serve on standard input and output; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(KeyboardInterrupt, BrokenPipeError):
        received = receive(sys.stdin.buffer)
        if received is not None:
            threading.Thread(target=_end_with_program, args=(sys.stdin.buffer,), daemon=True).start()
            _answer(received[0], answers)


def _end_with_program(requests: BinaryIO) -> None:
    while receive(requests) is not None:
        pass
    os._exit(0)


def _answer(request: Message, answers: BinaryIO) -> None:
    from audiolab.asr.checkpoints import download

    told = 0.0

    def arrived(here: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _INTERVAL:
            told = now
            send(answers, {"arrived": here})

    try:
        if "look_up" in request:
            send(answers, {"offer": asdict(download.look_up(**request["look_up"]))})
        else:
            send(answers, {"done": str(download.fetch(unpacked_offer(request["fetch"]), arrived))})
    except AudiolabError as error:
        send(answers, {"error": str(error)})
    except Exception as error:  # a mirror can answer in more ways than anybody thought of
        text = f"The download failed ({type(error).__name__}: {error}); try again, or report it."
        send(answers, {"error": " ".join(text.split())})


def unpacked_offer(values: Message) -> Offer:
    """The offer that `dataclasses.asdict` made a message of."""
    return Offer(**{**values, "files": tuple(HubFile(**file) for file in values["files"])})
