"""The text that a person has of the open recording, and its alignment in the background."""

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audiolab.core.recording import Recording
from audiolab.core.speech import Transcription
from audiolab.core.speechtiers import with_speech
from audiolab.media.exchange.plaintext import read_text
from audiolab.media.wholefile import write_whole
from audiolab.session.annotations import Annotations
from audiolab.session.jobs import Job, JobContext, JobRunner
from audiolab.session.keptfiles import kept_path
from audiolab.session.reading import Reading
from audiolab.session.settings import SettingsStore
from audiolab.session.writing import Writer

if TYPE_CHECKING:
    from audiolab.asr.aligning import TextAlignment

log = logging.getLogger(__name__)

JOB_KEY = "align"

RECOGNISED = 0.75
"""Part of the progress until the sound is recognised, where it was not before."""


class Aligning(QObject):
    """Keeps the text of each recording as it is typed, and makes tiers of it.

    Signals:
        text_changed: `text` differs.
        running_changed: an alignment started or ended.
        aligned: the words and phones of `text` have become tiers.
        refused: why something was not done.
    """

    text_changed = Signal()
    running_changed = Signal()
    aligned = Signal()
    refused = Signal(str)

    def __init__(
        self,
        jobs: JobRunner,
        reading: Reading,
        annotations: Annotations,
        settings: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._reading = reading
        self._annotations = annotations
        self._settings = settings
        self._recording: Recording | None = None
        self._text = ""
        self._writer = Writer(jobs, "keep-text", self._lost)
        jobs.started.connect(self._announce)
        jobs.ended.connect(self._announce)

    @property
    def text(self) -> str:
        """What is said in the open recording, as it was typed."""
        return self._text

    @property
    def running(self) -> bool:
        """Whether an alignment is under way."""
        return any(job.key == JOB_KEY for job in self._jobs.active)

    def load(self, recording: Recording | None) -> None:
        """Work on another recording, with the text that was kept for it."""
        self.cancel()
        self._writer.finish()
        self._recording = recording
        self._text = _kept(recording)
        self.text_changed.emit()

    def close(self) -> None:
        """Write what no job has written yet. To be called when no job runs any more."""
        self._writer.finish()

    def set_text(self, text: str) -> None:
        """Take over what was typed; it is on disk at once."""
        if text == self._text or self._recording is None:
            return
        self._text = text
        self._writer.write(partial(write_whole, text_file(self._recording), text.encode("utf-8"), make_folder=True))
        self.text_changed.emit()

    def open_text(self, path: Path) -> None:
        """Take the text in a file, in the place of what there is."""
        recording = self._recording
        if recording is None:
            self.refused.emit("There is nothing to align a text with yet; open a recording first.")
            return

        def take(text: str) -> None:
            if recording is self._recording:
                self.set_text(text)

        self._jobs.submit("read-text", lambda _context: read_text(path), take, on_error=self.refused.emit)

    def align(self) -> None:
        """Find when each word of the text is said; the newest request wins."""
        recording = self._recording
        if recording is None:
            self.refused.emit("There is nothing to align a text with yet; open a recording first.")
        elif not recording.complete:
            self.refused.emit("The recording is still growing; align the text once it is complete.")
        elif not any(letter.isalnum() for letter in self._text):
            self.refused.emit("There is no text to align yet; type or paste it first.")
        else:
            self._align(recording, self._text, self._settings.current.model)

    def cancel(self) -> None:
        """Stop the alignment; tiers stay as they are."""
        self._jobs.cancel(JOB_KEY)

    def _align(self, recording: Recording, text: str, model: str) -> None:
        known, own_words = self._reading.transcription_by(model), self._reading.own_words

        def work(context: JobContext) -> "tuple[Transcription, TextAlignment]":
            from audiolab.asr.aligning import align_transcribed

            begun = 0.0 if known is not None else RECOGNISED
            transcription = known or self._reading.recognizer(model).transcribe(
                recording, context.cancel, lambda done: context.progress(begun * done), own_words
            )
            aligned = align_transcribed(
                recording,
                text,
                transcription,
                context.cancel,
                lambda done: context.progress(begun + (1 - begun) * done),
                words=own_words,
            )
            return transcription, aligned

        def take(result: "tuple[Transcription, TextAlignment]") -> None:
            transcription, aligned = result
            if recording is not self._recording:
                return
            if known is None:
                self._reading.remember(transcription, model)
            tiers = aligned.tiers()
            self._annotations.edit("Align text", lambda annotation: with_speech(annotation, tiers))
            self.aligned.emit()

        label = f"Aligning the text of {recording.info.file.name}"
        self._jobs.submit(JOB_KEY, work, take, label=label)

    def _announce(self, job: Job[object]) -> None:
        if job.key == JOB_KEY:
            self.running_changed.emit()

    def _lost(self, sentence: str) -> None:
        self.refused.emit(f"The text cannot be kept: {sentence}")


def text_file(recording: Recording) -> Path:
    """Where the text of a recording is kept."""
    return kept_path(recording, "texts", ".txt")


def _kept(recording: Recording | None) -> str:
    if recording is None:
        return ""
    file = text_file(recording)
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        log.warning("%s cannot be read: %s", file, error)
        return ""
