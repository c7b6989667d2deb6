"""The session: one open recording and everything that belongs to it. The window forwards intent to here."""

import datetime
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from audiolab import paths
from audiolab.core.recording import Recording, SampleSink
from audiolab.core.speech import Recognizer
from audiolab.core.tiers import Annotation
from audiolab.core.timebase import TimeSpan
from audiolab.media import GrowingRecording, open_recording
from audiolab.media.cache import CacheStore
from audiolab.session.aligning import Aligning
from audiolab.session.analyses import Analyses
from audiolab.session.annotations import Annotations
from audiolab.session.dictionary import Dictionary
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.loudnessparts import LoudnessParts
from audiolab.session.metering import Metering
from audiolab.session.models import Models
from audiolab.session.normalising import Normalising
from audiolab.session.proposal import Proposal
from audiolab.session.reading import Reading
from audiolab.session.retyping import Retyping
from audiolab.session.review import Review
from audiolab.session.settings import SettingsStore
from audiolab.session.sounddevices import SoundDevices
from audiolab.session.soundlevels import SoundLevels
from audiolab.session.speakerfilter import SpeakerFilter
from audiolab.session.timeline import Timeline
from audiolab.session.transport import Transport, TransportState

PEAKS_CACHE_BYTES = 2 * 2**30
"""Some 300 hours of stereo."""

GROWTH_POLL_MS = 33
"""How often a growing recording is looked at: often enough for a waveform that flows."""


class Session(QObject):
    """Owns the state that the window draws.

    Args:
        make_recognizer: from a model's name (empty for the default) its recognizer.
        jobs, settings: replaced in tests.

    Signals:
        recording_changed: another recording is open, or none.
        recording_completed: the open recording has stopped growing.
        notice: a sentence for the person; shown in the window, never as a dialog.
        remark: a sentence that matters for a moment only: nothing went wrong.
    """

    recording_changed = Signal()
    recording_completed = Signal()
    notice = Signal(str)
    remark = Signal(str)
    _take_started = Signal(object)

    def __init__(
        self,
        make_recognizer: Callable[[str], Recognizer],
        *,
        jobs: JobRunner | None = None,
        settings: SettingsStore | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings or SettingsStore(parent=self)
        self.jobs = jobs or JobRunner(parent=self)
        self.timeline = Timeline(self)
        self.devices = SoundDevices(self.jobs, self.settings, self)
        self.transport = Transport(self.timeline, self.settings, self.devices, self)
        peaks_cache = CacheStore(paths.cache_dir() / "peaks", PEAKS_CACHE_BYTES)
        self.analyses = Analyses(self.jobs, peaks_cache, self.settings, self)
        self.dictionary = Dictionary(self.jobs, parent=self)
        self.reading = Reading(self.jobs, make_recognizer, lambda: self.dictionary.words, self)
        self.models = Models(self.jobs, self.settings, self.reading, self)
        self.annotations = Annotations(self.jobs, self)
        self.speakers = SpeakerFilter(self.annotations, self)
        self.parts = LoudnessParts(self.jobs, self.analyses, self.annotations, self)
        self.aligning = Aligning(self.jobs, self.reading, self.annotations, self.settings, self)
        self.retyping = Retyping(self.jobs, self.reading, self.annotations, self.settings, self)
        self.review = Review(self.annotations, self.timeline, self.transport, self)
        self.metering = Metering(self.transport, self.settings, self)
        self.soundlevels = SoundLevels(self.metering, self.jobs, self.settings, self)
        self.normalising = Normalising(self.jobs, self.settings, self.analyses, self.transport, self)
        self._recording: Recording | None = None
        self._growth = QTimer(self)
        self._growth.setInterval(GROWTH_POLL_MS)
        self._growth.timeout.connect(self._grow)
        self.jobs.failed.connect(self.notice)
        self.transport.failed.connect(self.notice)
        self.soundlevels.failed.connect(self.notice)
        self._take_started.connect(self.show)
        self.annotations.refused.connect(self.notice)
        self.aligning.refused.connect(self.notice)
        self.models.told.connect(self.notice)
        self.dictionary.told.connect(self.notice)
        self.annotations.changed.connect(lambda: self.reading.follow(self.annotations.annotation))
        self.proposal = Proposal(self.jobs, self.annotations, self)
        self.proposal.told.connect(self.notice)
        self.proposal.remarked.connect(self.remark)
        self.reading.transcribed.connect(self._transcribed)
        self.reading.part_transcribed.connect(self.proposal.offer)

    @property
    def recording(self) -> Recording | None:
        """The open recording, if any."""
        return self._recording

    @property
    def path(self) -> Path | None:
        """Where the open recording lies."""
        return self._recording.info.file if self._recording else None

    def open(self, path: Path) -> None:
        """Open `path` in the background. What is open stays until there is something to show instead."""

        def work(context: JobContext) -> Recording:
            def show_early(growing: Recording) -> None:
                context.post(lambda: None if context.cancel.cancelled else self.show(growing))

            return open_recording(path, context.cancel, context.progress, on_growing=show_early)

        self.jobs.submit("open", work, self._opened, label=f"Opening {path.name}")

    def show(self, recording: Recording | None) -> None:
        """Work on a recording that is open already; on nothing where it is None. The previous one is closed."""
        previous = self._recording
        growing = recording is not None and not recording.complete  # asked first: it may be complete by the end
        if self.transport.state is not TransportState.RECORDING:
            self.transport.load(recording)
        self.reading.clear()
        self.proposal.close()
        self._recording = recording
        self.timeline.reset(_expected_frames(recording), recording.sample_rate if recording else 1)
        self.parts.load(recording)
        self.analyses.load(recording)
        self.annotations.load(recording)
        self.aligning.load(recording)
        self.retyping.load(recording)
        self.review.load()
        self.metering.load(recording)
        self.soundlevels.load(recording)
        self.recording_changed.emit()
        if growing:
            self._growth.start()
        if previous is not None and previous is not recording:
            previous.close()

    def transcribe(self) -> None:
        """Read the open recording with the chosen model."""
        recording = self._recording
        if recording is None:
            self.notice.emit("There is nothing to transcribe yet; open a recording first.")
        elif not recording.complete:
            self.notice.emit("The recording is still growing; transcribe it once it is complete.")
        else:
            self.reading.transcribe(recording, self.settings.current.model)

    def transcribe_selection(self, model: str | None = None) -> None:
        """Read the selected time (again) with `model`, or the chosen one, and offer what differs."""
        recording, selection = self._recording, self.timeline.selection
        if recording is None or not selection:
            self.notice.emit("Select the time to transcribe first, in any view or in the transcript.")
        elif not recording.complete:
            self.notice.emit("The recording is still growing; transcribe it once it is complete.")
        else:
            self.reading.transcribe_part(
                recording, selection, self.settings.current.model if model is None else model
            )

    def record(self) -> None:
        """Start a new recording in the user's data directory, or end the one that runs."""
        if self.transport.state is TransportState.RECORDING:
            self.transport.stop()
            return

        def make_sink(sample_rate: int, channels: int) -> SampleSink:
            take = GrowingRecording.create(_new_take_path(), sample_rate, channels)
            self._take_started.emit(take)  # from the recorder's thread: the connection is queued
            return take

        self.transport.record(make_sink)

    def shutdown(self) -> None:
        """End everything in order: sound, jobs, models, files. Waits until no thread is left."""
        self._growth.stop()
        self.transport.close()
        self.jobs.shutdown()
        self.reading.close()
        self.annotations.close()
        self.dictionary.close()
        self.aligning.close()
        self.analyses.close()
        if self._recording is not None:
            self._recording.close()
        self.settings.flush()

    def _transcribed(self, made: Annotation) -> None:
        """Words of a model take the place of words of a model; those that a person worked on are asked about."""
        if self.annotations.worked_on:
            assert self._recording is not None
            assert self.reading.transcription is not None
            whole = TimeSpan(0, self._recording.frames)
            self.proposal.offer(made, whole, self.reading.transcription.emissions.model)
        else:
            self.annotations.take_transcription(made)

    def _opened(self, recording: Recording) -> None:
        if recording is not self._recording:
            self.show(recording)
        else:
            self._grow()
        self.settings.replace(self.settings.current.with_recent(str(recording.info.file.absolute())))
        note = getattr(recording, "note", None)
        if note:
            self.notice.emit(note)

    def _grow(self) -> None:
        recording = self._recording
        if recording is None:
            self._growth.stop()
            return
        complete = recording.complete  # asked first: what is appended in between is seen by the next poll
        self.timeline.grow(recording.frames)
        self.analyses.grow()
        if complete and self._growth.isActive():
            self._growth.stop()
            self.timeline.settle(recording.frames)
            self.annotations.settle()
            if self.transport.recording is not recording:  # it was recorded just now
                self.transport.load(recording)
            self.recording_completed.emit()


def _expected_frames(recording: Recording | None) -> int:
    """How long the timeline is: while a file is decoded, as long as its header promises, so that nothing jumps."""
    if recording is None:
        return 0
    return recording.frames if recording.complete else max(recording.frames, recording.info.frames)


def _new_take_path() -> Path:
    """A file name that nobody has yet, by date and time."""
    directory = paths.data_dir() / "recordings"
    directory.mkdir(parents=True, exist_ok=True)
    stem = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
    names = (f"{stem}.wav", *(f"{stem} ({number}).wav" for number in range(2, 1000)))
    return next(path for name in names if not (path := directory / name).exists())
