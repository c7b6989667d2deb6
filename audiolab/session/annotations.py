"""The tiers of the open recording: edits with undo and redo, kept on disk as they are made."""

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab import paths
from audiolab.core.recording import Recording
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import Annotation, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import SubtitleRules, read_annotation, write_annotation
from audiolab.session.edithistory import EditHistory, Step
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.keeper import Keeper

log = logging.getLogger(__name__)


class Annotations(QObject):
    """All tiers and their history.

    Every edit is a function from the annotation to the next one; what it gives is saved at once, under the
    recording's identity, so that it is there again when the same recording is opened, also after a crash.

    Signals:
        changed: another annotation: an edit, undo, redo, or another recording.
        refused: why an edit was not done.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._recording: Recording | None = None
        self._history = EditHistory(Annotation(1, 0))
        self._keeper = Keeper(jobs, "keep-annotation", self._lost)

    @property
    def annotation(self) -> Annotation:
        """All tiers as they are now."""
        return self._history.annotation

    @property
    def undo_label(self) -> str | None:
        """What the next undo takes back; None where there is nothing."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What the next redo does again; None where there is nothing."""
        return self._history.redo_label

    def load(self, recording: Recording | None) -> None:
        """Work on another recording: with the tiers that were kept for it, else with none."""
        self.close()
        self._recording = recording
        self._history = EditHistory(self._kept(recording) if recording is not None else Annotation(1, 0))
        self.changed.emit()

    def close(self) -> None:
        """Write what no job has written yet. To be called when no job runs any more."""
        self._keeper.finish()

    def edit(self, label: str, change: Callable[[Annotation], Annotation]) -> Step | None:
        """Do `change`; the step that it was, or None where it was not done.

        Args:
            label: what it is, for the undo menu: ``"Move boundary"``.
            change: from the annotation to the next; raises EditError where it cannot be done.
        """
        try:
            after = change(self.annotation)
        except EditError as error:
            self.refused.emit(str(error))
            return None
        if after == self.annotation:
            return None
        step = self._history.do(label, after)
        self._show()
        return step

    def amend(self, step: Step, change: Callable[[Annotation], Annotation]) -> None:
        """Do `change` as a part of a step that was done before, whatever was done since.

        Args:
            step: what `edit` returned.
            change: as for `edit`, but never raises; it also gets what later steps have made.
        """
        if self._history.amend(step, change):
            self._show()

    def edit_tier(self, label: str, name: str, change: Callable[[Tier], Tier]) -> Step | None:
        """Do `change` on the tier called `name` (see `edit`)."""

        def on_tier(annotation: Annotation) -> Annotation:
            tier = annotation.tier(name)
            if tier is None:
                raise EditError(f"There is no tier called {name!r} any more.")
            return annotation.with_tier(change(tier))

        return self.edit(label, on_tier)

    def undo(self) -> None:
        """Take the last edit back."""
        self._go(-1)

    def redo(self) -> None:
        """Do what was taken back again."""
        self._go(1)

    def take_transcription(self, made: Annotation) -> None:
        """Words and phones of a transcription become tiers, in the place of those of an earlier one."""

        def with_tiers(annotation: Annotation) -> Annotation:
            for tier in made.tiers:
                annotation = annotation.with_tier(tier)
            return annotation

        self.edit("Transcribe", with_tiers)

    def import_file(self, path: Path, format_name: str | None = None) -> None:
        """Add the tiers of a file that another program wrote; refused in one sentence where it cannot be read.

        The format goes by the file's name where none is given.
        """
        recording = self._recording
        if recording is None:
            return
        rate, frames = recording.sample_rate, recording.frames

        def work(_context: JobContext) -> Annotation:
            return read_annotation(path, rate, frames, format_name)

        def add(read: Annotation) -> None:
            def with_tiers(annotation: Annotation) -> Annotation:
                for tier in read.tiers:
                    annotation = annotation.with_tier(tier)
                return annotation

            if recording is self._recording:
                self.edit(f"Import {path.name}", with_tiers)

        self._jobs.submit("import", work, add, label=f"Importing {path.name}", on_error=self.refused.emit)

    def export_file(
        self,
        path: Path,
        format_name: str | None = None,
        rules: SubtitleRules | None = None,
        span: TimeSpan | None = None,
    ) -> None:
        """Write all tiers, or what of them lies in `span`, to a file; the format goes by its name."""
        annotation = self.annotation if span is None or not span else self.annotation.within(span)

        def work(_context: JobContext) -> None:
            write_annotation(annotation, path, format_name, rules)

        self._jobs.submit("export-annotation", work, lambda _: None, label=f"Writing {path.name}", supersede=False)

    def _go(self, steps: int) -> None:
        if self._history.go(steps):
            self._show()

    def _show(self) -> None:
        """It is another one now: keep it, and tell everybody."""
        if self._recording is not None:
            self._keeper.keep(partial(_write, kept_file(self._recording), self.annotation))
        self.changed.emit()

    def _lost(self, sentence: str) -> None:
        self.refused.emit(f"Your changes cannot be kept: {sentence}")

    def _kept(self, recording: Recording) -> Annotation:
        file = kept_file(recording)
        if file.is_file():
            try:
                return read_annotation(file, recording.sample_rate, recording.frames, "json")
            except Exception as error:
                aside = file.with_name(f"{file.stem}.damaged-{os.getpid()}.json")
                log.warning("%s cannot be read (%s); it is kept as %s", file, error, aside.name)
                file.replace(aside)
        return Annotation(recording.sample_rate, recording.frames)


def kept_file(recording: Recording) -> Path:
    """Where the tiers of a recording are kept."""
    return paths.data_dir() / "annotations" / f"{recording.identity}.json"


def _write(file: Path, annotation: Annotation) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_annotation(annotation, file, "json")
