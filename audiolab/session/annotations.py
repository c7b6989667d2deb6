"""The tiers of the open recording: edits with undo and redo, kept on disk as they are made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab.core.recording import Recording
from audiolab.core.speakers import said_by
from audiolab.core.speechtiers import with_speech
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import PHONES, WORDS, Annotation, IntervalTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import SubtitleRules, read_annotation, write_annotation
from audiolab.session.edithistory import EditHistory, Step
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.tierkeeper import TierKeeper


class Annotations(QObject):
    """All tiers and their history.

    Every edit is a function from the annotation to the next one; what it gives is kept at once, under the
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
        self._keeper: TierKeeper | None = None
        self._made = Annotation(1, 0)
        self._loading = False
        self._waiting: list[tuple[str, Callable[[Annotation], Annotation]]] = []

    @property
    def annotation(self) -> Annotation:
        """All tiers as they are now."""
        return self._history.annotation

    @property
    def worked_on(self) -> bool:
        """Whether words or phones are others than the last transcription made: a person's work, perhaps kept."""
        return any(self.annotation.intervals(name) != self._made.intervals(name) for name in (WORDS, PHONES))

    @property
    def loading(self) -> bool:
        """Whether what was kept is still being read."""
        return self._loading

    @property
    def undo_label(self) -> str | None:
        """What the next undo takes back; None where there is nothing."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What the next redo does again; None where there is nothing."""
        return self._history.redo_label

    def load(self, recording: Recording | None) -> None:
        """Work on another recording: with the tiers that were kept for it, as soon as they are read."""
        self.close()
        self._recording = recording
        self._history = EditHistory(Annotation(1, 0))
        self._made = Annotation(1, 0)
        if recording is not None:
            self._history = EditHistory(Annotation(recording.sample_rate, recording.frames))
            self._loading = True
            self._keeper = TierKeeper(recording, self._jobs, self.refused.emit)
            self._keeper.load(self._loaded)
        self.changed.emit()

    def settle(self) -> None:
        """The recording has stopped growing: its length and its identity are final."""
        if self._recording is not None:
            self._history.settle(self._recording.frames)
        if self._recording is not None and self._keeper is not None:
            self._keeper.settle(self._recording)

    def close(self) -> None:
        """Write what no job has written yet."""
        if self._keeper is not None:
            if self._waiting:
                self._loaded(self._keeper.load_now())
            self._keeper.close(self.annotation)
            self._keeper = None
        self._loading = False

    def edit(self, label: str, change: Callable[[Annotation], Annotation]) -> Step | None:
        """Do `change`; the step that it was, or None where it was not done, or waits for what was kept.

        Args:
            label: what it is, for the undo menu: ``"Move boundary"``.
            change: from the annotation to the next; raises EditError where it cannot be done.
        """
        if self._loading:
            self._waiting.append((label, change))
            return None
        before = self.annotation
        try:
            after = change(before)
        except EditError as error:
            self.refused.emit(str(error))
            return None
        if after == before:
            return None
        step = self._history.do(label, after)
        self._show(before)
        return step

    def amend(self, step: Step, change: Callable[[Annotation], Annotation]) -> None:
        """Do `change` as a part of a step that was done before, whatever was done since.

        Args:
            step: what `edit` returned.
            change: as for `edit`, but never raises; it also gets what later steps have made.
        """
        before = self.annotation
        if self._history.amend(step, change):
            self._show(before)

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
        tiers = [tier for tier in made.tiers if isinstance(tier, IntervalTier)]
        self._made = made
        self.edit("Transcribe", lambda annotation: with_speech(annotation, tiers))

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
        speakers: frozenset[str] = frozenset(),
    ) -> None:
        """Write tiers to a file.

        Args:
            path: of the file.
            format_name: None goes by the file's name.
            rules: of subtitles.
            span: what of the recording is written; None or an empty one writes all.
            speakers: whose words are written; nobody's name writes all.
        """
        annotation = self.annotation

        def work(_context: JobContext) -> None:
            said = said_by(annotation, speakers) if speakers else annotation
            write_annotation(said.within(span) if span else said, path, format_name, rules)

        self._jobs.submit("export-annotation", work, lambda _: None, label=f"Writing {path.name}", supersede=False)

    def _loaded(self, kept: Annotation) -> None:
        """What was kept is there; do what was asked for meanwhile."""
        self._loading = False
        length = self.annotation.frames  # the file was begun while the recording grew, maybe
        self._history = EditHistory(replace(kept, frames=length))
        self.changed.emit()
        waiting, self._waiting = self._waiting, []
        for label, change in waiting:
            self.edit(label, change)

    def _go(self, steps: int) -> None:
        before = self.annotation
        if self._history.go(steps):
            self._show(before)

    def _show(self, before: Annotation) -> None:
        """It is another one now: keep it, and tell everybody."""
        if self._keeper is not None:
            self._keeper.keep(before, self.annotation)
        self.changed.emit()
