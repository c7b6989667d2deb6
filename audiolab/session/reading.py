"""What was read in the recording: the transcription, and which word, phone and frame lie at a position."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from audiolab.core.recording import Recording
from audiolab.core.speech import Alignment, Recognizer, Token, Transcription, Word
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import Job, JobContext, JobRunner

JOB_KEY = "transcribe"
NOTHING = Alignment((), ())


class Reading(QObject):
    """Transcribes the open recording in the background and answers what is said where.

    Args:
        make_recognizer: from a model's name (empty for the default) its recognizer; called on a job's thread.

    Signals:
        changed: `words`, `tokens` or `transcription` differ.
        transcribed: a transcription has just been made; carries it.
        running_changed: a transcription started or ended.
    """

    changed = Signal()
    transcribed = Signal(object)
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
        self._model = ""
        self._transcription: Transcription | None = None
        self._alignment = NOTHING
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
        """The words in order, as they were read and then edited."""
        return self._alignment.words

    @property
    def tokens(self) -> Sequence[Token]:
        """The tokens (phones, characters) in order, as they were read and then edited."""
        return self._alignment.tokens

    def transcribe(self, recording: Recording, model: str) -> None:
        """Read `recording` with `model`; the newest request wins."""

        def work(context: JobContext) -> Transcription:
            recognizer = self._recognizers.get(model) or self._make_recognizer(model)
            self._recognizers[model] = recognizer
            return recognizer.transcribe(recording, context.cancel, context.progress)

        self._model = model
        label = f"Transcribing {recording.info.file.name}"
        self._jobs.submit(JOB_KEY, work, self._set, label=label)

    def cancel(self) -> None:
        """Stop the transcription; what was shown before stays."""
        self._jobs.cancel(JOB_KEY)

    def reads_with(self, model: str) -> bool:
        """Whether a transcription is under way with `model`."""
        return self.running and model == self._model

    def release(self, model: str) -> None:
        """Free a model that does not read just now, so that its files can go. Callable from any thread."""
        recognizer = self._recognizers.pop(model, None)
        if recognizer is not None:
            recognizer.close()

    def clear(self) -> None:
        """Forget everything: another recording is open."""
        self.cancel()
        self._transcription = None
        self._show(NOTHING)

    def follow(self, annotation: Annotation) -> None:
        """Take over words and phones from the tiers, which a person may have edited or kept from another day."""
        alignment = alignment_of(annotation, self._transcription)
        if alignment != self._alignment:
            self._show(alignment)

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

    def _set(self, transcription: Transcription) -> None:
        self._transcription = transcription
        self._show(transcription.alignment)
        self.transcribed.emit(transcription)

    def _show(self, alignment: Alignment) -> None:
        self._alignment = alignment
        self._word_starts = [word.span.start for word in self.words]
        self._token_starts = [token.span.start for token in self.tokens]
        self.changed.emit()


def alignment_of(annotation: Annotation, transcription: Transcription | None) -> Alignment:
    """Words and tokens of the tiers that an alignment becomes (see `audiolab.core.tiers.annotation_of`).

    What is as the transcription has it keeps its score and its frames; what a person typed or moved scores 1.0.
    """
    read = transcription.alignment if transcription is not None else NOTHING
    known_tokens = {(token.span, token.text): token for token in read.tokens}
    known_words = {(word.span, word.text): word for word in read.words}
    tokens = tuple(
        known_tokens.get((item.span, item.text))
        or Token(item.text, item.span, _frames(item.span, transcription), 1.0)
        for item in _intervals(annotation, PHONES)
    )
    starts = [token.span.start for token in tokens]
    words = []
    for item in _intervals(annotation, WORDS):
        own = TimeSpan(bisect_left(starts, item.span.start), bisect_left(starts, item.span.stop))
        known = known_words.get((item.span, item.text))
        score = known.score if known is not None else 1.0
        words.append(Word(item.text, item.span, _frames(item.span, transcription), own, score, item.doubts))
    return Alignment(tuple(words), tokens)


def _intervals(annotation: Annotation, name: str) -> tuple[Interval, ...]:
    tier = annotation.tier(name)
    return tier.intervals if isinstance(tier, IntervalTier) else ()


def _frames(span: TimeSpan, transcription: Transcription | None) -> TimeSpan:
    """The emission frames of a span; none where nothing was transcribed."""
    if transcription is None:
        return TimeSpan(0, 0)
    grid, rate = transcription.emissions.grid, transcription.sample_rate
    return TimeSpan(max(grid.frame_at(span.start, rate), 0), max(grid.frame_at(span.stop, rate), 0))


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
