"""Downloads from the program's side: a process for each, which is ended at once when nobody waits for it any more.

Nothing else in the program goes into the network. A name that does not resolve, a handshake that hangs and a server
that sends a byte a minute cannot be interrupted in Python; a process can be killed, and what it wrote is kept.
"""

import queue
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from audiolab.asr.checkpoints.offer import Offer
from audiolab.asr.child import Child
from audiolab.asr.downloader import unpacked_offer
from audiolab.asr.messages import Message
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import ModelError

_POLL = 0.05
_ENVIRONMENT = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_VERBOSITY": "error",
}
"""The hub learns which file is wanted, and not what else this machine has; its advice is not for our terminal."""


def look_up(name: str, revision: str, cancel: CancelToken) -> Offer:
    """What would be downloaded (see `audiolab.asr.checkpoints.download.look_up`).

    Raises:
        Cancelled: within a tenth of a second.
        ModelError: it cannot be had, and why.
    """
    answer = _ask({"look_up": {"name": name, "revision": revision}}, cancel, lambda _here: None)
    return unpacked_offer(answer["offer"])


def fetch(offer: Offer, cancel: CancelToken, progress: Progress) -> Path:
    """Download a model into the user's folder of models (see `audiolab.asr.checkpoints.download.fetch`).

    Args:
        progress: told the share of all bytes that are here.

    Returns:
        The model's folder.

    Raises:
        Cancelled: within a tenth of a second; what has come is kept for the next time.
        ModelError: it cannot be had, and why.
    """
    answer = _ask({"fetch": asdict(offer)}, cancel, lambda here: progress(here / max(offer.size, 1)))
    progress(1.0)
    return Path(answer["done"])


def _ask(request: Message, cancel: CancelToken, arrived: Callable[[int], None]) -> Message:
    cancel.check()
    try:
        child = Child("downloader", "audiolab.asr.downloader", _ENVIRONMENT)
    except OSError as error:
        raise ModelError(f"The download cannot be started ({error}); free some memory and try again.") from error
    try:
        child.send(request)
        while True:
            cancel.check()
            try:
                answer = child.answers.get(timeout=_POLL)
            except queue.Empty:
                continue
            if answer is None:
                raise ModelError("The download ended unexpectedly; press Download again: what has come is kept.")
            if "error" in answer:
                raise ModelError(answer["error"])
            if "arrived" not in answer:
                return answer
            arrived(answer["arrived"])
    except BrokenPipeError as error:
        raise ModelError("The download ended unexpectedly; press Download again.") from error
    finally:
        child.kill()
