"""The tiers of the open recording: edits with undo and redo, kept on disk as they are made."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab import paths
from audiolab.core.errors import AudiolabError
from audiolab.core.recording import Recording
from audiolab.core.speech import Transcription
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import Annotation, Tier, annotation_of
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import SubtitleRules, read_annotation, write_annotation
from audiolab.session.jobs import JobContext, JobRunner

log = logging.getLogger(__name__)

UNDO_STEPS = 500
"""Annotations are immutable and share what did not change: a step costs what it changed."""


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
        self._annotation = Annotation(1, 0)
        self._undo: list[tuple[str, Annotation]] = []
        self._redo: list[tuple[str, Annotation]] = []
        self._saving = False
        self._unsaved = False

    @property
    def annotation(self) -> Annotation:
        """All tiers as they are now."""
        return self._annotation

    @property
    def undo_label(self) -> str | None:
        """What the next undo takes back; None where there is nothing."""
        return self._undo[-1][0] if self._undo else None

    @property
    def redo_label(self) -> str | None:
        """What the next redo does again; None where there is nothing."""
        return self._redo[-1][0] if self._redo else None

    def load(self, recording: Recording | None) -> None:
        """Work on another recording: with the tiers that were kept for it, else with none."""
        self.close()
        self._recording = recording
        self._undo.clear()
        self._redo.clear()
        self._annotation = self._kept(recording) if recording is not None else Annotation(1, 0)
        self.changed.emit()

    def close(self) -> None:
        """Write what no job has written yet. To be called when no job runs any more."""
        if self._recording is not None and (self._unsaved or self._saving):
            self._unsaved = self._saving = False
            try:
                _write(kept_file(self._recording), self._annotation)
            except (AudiolabError, OSError) as error:
                log.warning("the last changes are lost: %s", error)

    def edit(self, label: str, change: Callable[[Annotation], Annotation]) -> bool:
        """Do `change`; whether it was done.

        Args:
            label: what it is, for the undo menu: ``"Move boundary"``.
            change: from the annotation to the next; raises EditError where it cannot be done.
        """
        try:
            after = change(self._annotation)
        except EditError as error:
            self.refused.emit(str(error))
            return False
        if after == self._annotation:
            return False
        self._undo.append((label, self._annotation))
        del self._undo[:-UNDO_STEPS]
        self._redo.clear()
        self._set(after)
        return True

    def edit_tier(self, label: str, name: str, change: Callable[[Tier], Tier]) -> bool:
        """Do `change` on the tier called `name`; whether it was done."""

        def on_tier(annotation: Annotation) -> Annotation:
            tier = annotation.tier(name)
            if tier is None:
                raise EditError(f"There is no tier called {name!r} any more.")
            return annotation.with_tier(change(tier))

        return self.edit(label, on_tier)

    def undo(self) -> None:
        """Take the last edit back."""
        self._step(self._undo, self._redo)

    def redo(self) -> None:
        """Do what was taken back again."""
        self._step(self._redo, self._undo)

    def take_transcription(self, transcription: Transcription) -> None:
        """Words and phones of a transcription become tiers, in the place of those of an earlier one."""
        if self._recording is None:
            return
        made = annotation_of(transcription.alignment, transcription.sample_rate, self._recording.frames)

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
        annotation = self._annotation if span is None or not span else self._annotation.within(span)

        def work(_context: JobContext) -> None:
            write_annotation(annotation, path, format_name, rules)

        self._jobs.submit("export-annotation", work, lambda _: None, label=f"Writing {path.name}", supersede=False)

    def _step(self, source: list[tuple[str, Annotation]], target: list[tuple[str, Annotation]]) -> None:
        if source:
            label, annotation = source.pop()
            target.append((label, self._annotation))
            self._set(annotation)

    def _set(self, annotation: Annotation) -> None:
        self._annotation = annotation
        self._keep()
        self.changed.emit()

    def _keep(self) -> None:
        """Write in the background, one after the other; what changes meanwhile is written next."""
        self._unsaved = True
        if self._recording is None or self._saving:
            return
        self._saving, self._unsaved = True, False
        file, annotation = kept_file(self._recording), self._annotation
        self._jobs.submit(
            "keep-annotation", lambda _context: _write(file, annotation), self._saved, on_error=self._lost
        )

    def _saved(self, _result: None) -> None:
        self._saving = False
        if self._unsaved:
            self._keep()

    def _lost(self, sentence: str) -> None:
        self._saving = False
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
