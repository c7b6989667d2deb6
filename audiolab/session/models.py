"""The recognition models of this machine: which there are, which one reads, and how others come and go.

What looks after files is imported by the jobs that need it: the window is on the screen before that.
"""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab import asr
from audiolab.asr import DEFAULT_MODEL
from audiolab.asr.checkpoints.info import ModelInfo, Place
from audiolab.session.hub import Hub
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.reading import Reading
from audiolab.session.settings import SettingsStore


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

    Attributes:
        hub: where models are downloaded from.

    Signals:
        changed: other models, or another choice.
        added: the name of a model that has come.
        told: a sentence for the person: something was refused, or is done.
    """

    changed = Signal()
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
        self._coming = ""
        self.hub = Hub(jobs, self)
        self.hub.told.connect(self.told)
        self.hub.ended.connect(self.refresh)
        self.hub.fetched.connect(self._fetched)
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

    def named(self, name: str) -> InstalledModel | None:
        """The model called `name`, if it is here."""
        return next((model for model in self._installed if model.name == name), None)

    def refresh(self) -> None:
        """Look which models there are, in the background."""

        def work(_context: JobContext) -> tuple[InstalledModel, ...]:
            from audiolab.asr.checkpoints.removing import place_of

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
            from audiolab.asr.checkpoints.removing import remove

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
            from audiolab.asr.checkpoints.adding import add

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

    def _take(self, installed: tuple[InstalledModel, ...]) -> None:
        self._installed = installed
        self.changed.emit()
        if self._coming:
            name, self._coming = self._coming, ""
            self.added.emit(name)

    def _fetched(self, name: str) -> None:
        """An older model of that name may be loaded: the next transcription loads the new one."""
        self._came(name)
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
