"""Models on the Hugging Face hub: what it offers under a name, and the download.

The only way of the program into the network; only a person's press on a button calls `look_up` and `download`.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audiolab.session.jobs import JobContext, JobRunner

if TYPE_CHECKING:
    from audiolab.asr.checkpoints.offer import Offer

LOOK_UP_KEY = "model-look-up"
DOWNLOAD_KEY = "model-download"


class Hub(QObject):
    """One offer, and one download at a time.

    Signals:
        changed: `offer`, `looking` or `downloading` differ.
        fetched: the name of a model that has come.
        ended: a download has ended, in whatever way.
        told: a sentence for the person: why something could not be done.
    """

    changed = Signal()
    fetched = Signal(str)
    ended = Signal()
    told = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._offer: Offer | None = None
        self._request: object | None = None
        self._downloading = False

    @property
    def offer(self) -> "Offer | None":
        """What the hub offers, after `look_up`."""
        return self._offer

    @property
    def looking(self) -> bool:
        """Whether the hub is being asked."""
        return self._request is not None

    @property
    def downloading(self) -> bool:
        """Whether a download runs."""
        return self._downloading

    def look_up(self, text: str) -> None:
        """Ask the hub what it has under a name (see `hub_name`); the answer is in `offer`."""
        name, revision = hub_name(text)
        request = object()
        self._offer, self._request = None, request

        def work(context: JobContext) -> "Offer":
            from audiolab.asr import downloading

            return downloading.look_up(name, revision, context.cancel)

        def answered(offer: "Offer | None" = None, sentence: str = "") -> None:
            if self._request is request:  # nobody has asked for another one meanwhile
                self._offer, self._request = offer, None
                self.changed.emit()
                if sentence:
                    self.told.emit(sentence)

        self.changed.emit()
        self._jobs.submit(
            LOOK_UP_KEY,
            work,
            answered,
            label=f"Looking up {name}",
            on_error=lambda sentence: answered(sentence=sentence),
            on_cancelled=answered,
        )

    def download(self) -> None:
        """Fetch what is in `offer`; nothing happens while another download runs."""
        offer = self._offer
        if offer is None or self._downloading:
            return

        def work(context: JobContext) -> Path:
            from audiolab.asr import downloading

            return downloading.fetch(offer, context.cancel, context.progress)

        def done(_folder: Path) -> None:
            self._offer = None
            self._end()
            self.fetched.emit(offer.model)

        def failed(sentence: str) -> None:
            self._end()
            self.told.emit(sentence)

        self._downloading = True
        self.changed.emit()
        self._jobs.submit(
            DOWNLOAD_KEY,
            work,
            done,
            label=f"Downloading {offer.model}",
            on_error=failed,
            on_cancelled=self._end,
            supersede=False,
        )

    def cancel(self) -> None:
        """Stop asking, or downloading; what has come is kept for the next time."""
        self._jobs.cancel(LOOK_UP_KEY)
        self._jobs.cancel(DOWNLOAD_KEY)

    def drop(self) -> None:
        """Forget the offer: the person means another model now."""
        if self._offer is not None and not self._downloading:
            self._offer = None
            self.changed.emit()

    def discard(self) -> None:
        """Delete what has come of the offer, from a download that was not finished."""
        offer = self._offer
        if offer is not None and not self._downloading:
            self._measure(offer, discard=True)

    def _end(self) -> None:
        self._downloading = False
        self.changed.emit()
        self.ended.emit()
        if self._offer is not None:
            self._measure(self._offer)

    def _measure(self, offer: "Offer", *, discard: bool = False) -> None:
        """How much of `offer` is here, in the background."""

        def work(_context: JobContext) -> int:
            from audiolab.asr.checkpoints import store

            if discard:
                store.discard(offer)
            return store.present(offer)

        def done(present: int) -> None:
            if self._offer is offer and not self._downloading:
                self._offer = replace(offer, present=present)
                self.changed.emit()

        self._jobs.submit("model-measure", work, done)


def hub_name(text: str) -> tuple[str, str]:
    """Name and revision of what a person typed or pasted: ``owner/model``, ``owner/model@revision``, an address."""
    bare = re.sub(r"^(https?://)?(huggingface\.co|hf\.co)/", "", text.strip()).strip("/")
    name, _, revision = bare.replace("/tree/", "@", 1).partition("@")
    return name.strip(), revision.strip() or "main"
