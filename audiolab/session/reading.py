"""What was read in the recording: the transcription, and which word, phone and frame lie at a position."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from audiolab.core.recording import Recording
from audiolab.core.speech import Recognizer, Token, Transcription, Word
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import Job, JobContext, JobRunner

JOB_KEY = "transcribe"


class Reading(QObject):
    """Transcribes the open recording in the background and answers what is said where.

    Args:
        make_recognizer: from a model's name (empty for the default) its recognizer; called on a job's thread.

    Signals:
        changed: `transcription` differs.
        running_changed: a transcription started or ended.
    """

    changed = Signal()
    running_changed = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        make_recognizer: Callable[[str], Recognizer],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._make_recognizer = make_recognizer
        self._recognizers: dict[str, Recognizer] = {}
        self._transcription: Transcription | None = None
        self._word_starts: list[int] = []
        self._token_starts: list[int] = []
        jobs.started.connect(self._announce)
        jobs.ended.connect(self._announce)

    @property
    def transcription(self) -> Transcription | None:
        """The result for the open recording, once there is one."""
        return self._transcription

    @property
    def running(self) -> bool:
        """Whether a transcription is under way."""
        return any(job.key == JOB_KEY for job in self._jobs.active)

    @property
    def words(self) -> Sequence[Word]:
        """The words in order; empty before a transcription."""
        return self._transcription.alignment.words if self._transcription else ()

    @property
    def tokens(self) -> Sequence[Token]:
        """The tokens (phones, characters) in order; empty before a transcription."""
        return self._transcription.alignment.tokens if self._transcription else ()

    def transcribe(self, recording: Recording, model: str) -> None:
        """Read `recording` with `model`; the newest request wins."""

        def work(context: JobContext) -> Transcription:
            recognizer = self._recognizers.get(model) or self._make_recognizer(model)
            self._recognizers[model] = recognizer
            return recognizer.transcribe(recording, context.cancel, context.progress)

        label = f"Transcribing {recording.info.file.name}"
        self._jobs.submit(JOB_KEY, work, self._set, label=label)

    def cancel(self) -> None:
        """Stop the transcription; what was shown before stays."""
        self._jobs.cancel(JOB_KEY)

    def clear(self) -> None:
        """Forget everything: another recording is open."""
        self.cancel()
        self._set(None)

    def close(self) -> None:
        """Free the models. To be called when no job runs any more."""
        for recognizer in self._recognizers.values():
            recognizer.close()
        self._recognizers.clear()

    def word_at(self, frame: int) -> int | None:
        """Index of the word that is said at sample `frame`, if any."""
        return _covering(self.words, self._word_starts, frame)

    def token_at(self, frame: int) -> int | None:
        """Index of the token that is said at sample `frame`, if any."""
        return _covering(self.tokens, self._token_starts, frame)

    def emission_frame_at(self, frame: int) -> int | None:
        """The model's frame at sample `frame`, if the model saw it."""
        if self._transcription is None:
            return None
        found = self._transcription.emissions.grid.frame_at(frame, self._transcription.sample_rate)
        return found if 0 <= found < self._transcription.emissions.frames else None

    def words_in(self, span: TimeSpan) -> range:
        """Indices of the words that overlap `span`."""
        return _overlapping(self.words, self._word_starts, span)

    def tokens_in(self, span: TimeSpan) -> range:
        """Indices of the tokens that overlap `span`."""
        return _overlapping(self.tokens, self._token_starts, span)

    def _announce(self, job: Job[object]) -> None:
        if job.key == JOB_KEY:
            self.running_changed.emit()

    def _set(self, transcription: Transcription | None) -> None:
        self._transcription = transcription
        self._word_starts = [word.span.start for word in self.words]
        self._token_starts = [token.span.start for token in self.tokens]
        self.changed.emit()


def _covering(items: Sequence[Word] | Sequence[Token], starts: list[int], frame: int) -> int | None:
    index = bisect_right(starts, frame) - 1
    return index if index >= 0 and frame in items[index].span else None


def _overlapping(items: Sequence[Word] | Sequence[Token], starts: list[int], span: TimeSpan) -> range:
    first = max(bisect_right(starts, span.start) - 1, 0)
    while first < len(items) and items[first].span.stop <= span.start:
        first += 1
    stop = first
    while stop < len(items) and items[stop].span.start < span.stop:
        stop += 1
    return range(first, stop)
