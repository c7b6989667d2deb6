"""The recognition models of this machine: which there are, which one reads, and how others come and go.

Only `look_up` and `download` go into the network, and only a person's press on a button calls them.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab import asr
from audiolab.asr import DEFAULT_MODEL, downloading
from audiolab.asr.checkpoints import store
from audiolab.asr.checkpoints.adding import add
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.checkpoints.offer import Offer
from audiolab.asr.checkpoints.removing import Place, place_of, remove
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.reading import Reading
from audiolab.session.settings import SettingsStore

LOOK_UP_KEY = "model-look-up"
DOWNLOAD_KEY = "model-download"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model with where it lies, which says what removing it means."""

    info: ModelInfo
    place: Place

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.info.name

    @property
    def usable(self) -> bool:
        """Whether it can read."""
        return not self.info.problem

    @property
    def removable(self) -> bool:
        """Whether `Models.remove` can remove it."""
        return self.place in (Place.OWN, Place.LINKED, Place.CACHE)


class Models(QObject):
    """The models and the choice among them.

    Before the first `refresh` has ended nothing is known; the chosen model can be used all the same.

    Args:
        reading: is asked to let go of a model that is removed.

    Signals:
        changed: other models, or another choice.
        fetching_changed: `offer`, `looking` or `downloading` differ.
        added: the name of a model that has come.
        told: a sentence for the person: something was refused, or is done.
    """

    changed = Signal()
    fetching_changed = Signal()
    added = Signal(str)
    told = Signal(str)

    def __init__(
        self, jobs: JobRunner, settings: SettingsStore, reading: Reading, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = settings
        self._reading = reading
        self._installed: tuple[InstalledModel, ...] = ()
        self._chosen = self.chosen
        self._offer: Offer | None = None
        self._coming = ""
        self._request: object | None = None
        self._downloading = False
        settings.changed.connect(self._follow)

    @property
    def installed(self) -> tuple[InstalledModel, ...]:
        """All that are here, the default one first; also those that cannot be used."""
        return self._installed

    @property
    def known(self) -> bool:
        """Whether anybody has looked yet."""
        return bool(self._installed)

    @property
    def chosen(self) -> str:
        """The name of the model that reads."""
        return self._settings.current.model or DEFAULT_MODEL

    @property
    def offer(self) -> Offer | None:
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

    def named(self, name: str) -> InstalledModel | None:
        """The model called `name`, if it is here."""
        return next((model for model in self._installed if model.name == name), None)

    def refresh(self) -> None:
        """Look which models there are, in the background."""

        def work(_context: JobContext) -> tuple[InstalledModel, ...]:
            return tuple(InstalledModel(info, place_of(info)) for info in asr.installed())

        self._jobs.submit("models", work, self._take)

    def choose(self, name: str) -> None:
        """Read with the model called `name` from now on; the default one is remembered as no choice."""
        self._settings.update(model="" if name == DEFAULT_MODEL else name)

    def remove(self, model: InstalledModel) -> None:
        """Remove a model; one that reads just now is refused. To be called when the person has agreed."""
        name = model.name
        if self._reading.reads_with(name):
            self.told.emit(f"{name} is reading just now; cancel the transcription, then remove it.")
            return

        def work(_context: JobContext) -> None:
            self._reading.release(name)
            remove(model.info)

        def done(_none: None) -> None:
            if self.chosen == name:
                self.choose(DEFAULT_MODEL)
            self.refresh()

        self._jobs.submit(
            "model-remove", work, done, label=f"Removing {name}", on_error=self.told.emit, supersede=False
        )

    def add(self, path: Path, *, copy: bool) -> None:
        """Put a checkpoint folder or a ``.nemo`` file on the list: a copy, or the thing itself where it lies."""

        def work(context: JobContext) -> str:
            return add(path, copy, context.cancel, context.progress)

        self._jobs.submit(
            "model-add",
            work,
            self._came,
            label=f"Adding {path.name}",
            on_error=self.told.emit,
            on_cancelled=lambda: self.told.emit(f"{path.name} was not added."),
            supersede=False,
        )

    def look_up(self, text: str) -> None:
        """Ask the hub what it has under a name (see `hub_name`); the answer is in `offer`."""
        name, revision = hub_name(text)
        request = object()
        self._offer, self._request = None, request

        def work(context: JobContext) -> Offer:
            return downloading.look_up(name, revision, context.cancel)

        def ended(offer: Offer | None = None, sentence: str = "") -> None:
            if self._request is request:  # nobody has asked for another one meanwhile
                self._offer, self._request = offer, None
                self.fetching_changed.emit()
                if sentence:
                    self.told.emit(sentence)

        self.fetching_changed.emit()
        self._jobs.submit(
            LOOK_UP_KEY,
            work,
            ended,
            label=f"Looking up {name}",
            on_error=lambda sentence: ended(sentence=sentence),
            on_cancelled=ended,
        )

    def download(self) -> None:
        """Fetch what is in `offer`; nothing happens while another download runs."""
        offer = self._offer
        if offer is None or self._downloading:
            return

        def work(context: JobContext) -> Path:
            return downloading.fetch(offer, context.cancel, context.progress)

        def done(_folder: Path) -> None:
            self._offer = None
            self._end_download()
            self._forget(offer.model)
            self._came(offer.model)

        def failed(sentence: str) -> None:
            self._end_download()
            self.told.emit(sentence)

        self._downloading = True
        self.fetching_changed.emit()
        self._jobs.submit(
            DOWNLOAD_KEY,
            work,
            done,
            label=f"Downloading {offer.model}",
            on_error=failed,
            on_cancelled=self._end_download,
            supersede=False,
        )

    def drop_offer(self) -> None:
        """Forget what the hub offered: the person means another model now."""
        if self._offer is not None and not self._downloading:
            self._offer = None
            self.fetching_changed.emit()

    def cancel_fetching(self) -> None:
        """Stop asking the hub, or downloading; what has come is kept for the next time."""
        self._jobs.cancel(LOOK_UP_KEY)
        self._jobs.cancel(DOWNLOAD_KEY)

    def _take(self, installed: tuple[InstalledModel, ...]) -> None:
        self._installed = installed
        self.changed.emit()
        if self._coming:
            name, self._coming = self._coming, ""
            self.added.emit(name)

    def discard(self) -> None:
        """Delete what has come of the offer, from a download that was not finished."""
        offer = self._offer
        if offer is not None and not self._downloading:
            self._measure(offer, discard=True)

    def _end_download(self) -> None:
        self._downloading = False
        self.fetching_changed.emit()
        if self._offer is not None:
            self._measure(self._offer)

    def _measure(self, offer: Offer, *, discard: bool = False) -> None:
        """How much of `offer` is here, in the background."""

        def work(_context: JobContext) -> int:
            if discard:
                store.discard(offer)
            return store.present(offer)

        def done(present: int) -> None:
            if self._offer is offer and not self._downloading:
                self._offer = replace(offer, present=present)
                self.fetching_changed.emit()

        self._jobs.submit("model-measure", work, done)

    def _forget(self, name: str) -> None:
        """An older model of that name may be loaded: the next transcription loads the new one."""
        if not self._reading.reads_with(name):
            self._jobs.submit("model-release", lambda _context: self._reading.release(name), lambda _none: None)

    def _came(self, name: str) -> None:
        self.told.emit(f"{name} is here; press Use to read with it.")
        self._coming = name
        self.refresh()

    def _follow(self) -> None:
        if self.chosen != self._chosen:
            self._chosen = self.chosen
            self.changed.emit()


def hub_name(text: str) -> tuple[str, str]:
    """Name and revision of what a person typed or pasted: ``owner/model``, ``owner/model@revision``, an address."""
    bare = re.sub(r"^(https?://)?(huggingface\.co|hf\.co)/", "", text.strip()).strip("/")
    name, _, revision = bare.replace("/tree/", "@", 1).partition("@")
    return name.strip(), revision.strip() or "main"
