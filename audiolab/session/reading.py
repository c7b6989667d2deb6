"""What was read in the recording: which word and phone the tiers have at a position, and what the model said."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from audiolab.core.bulk import many_objects
from audiolab.core.recording import Recording
from audiolab.core.recordingviews import RecordingPart
from audiolab.core.speech import Recognizer, Transcription
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, annotation_of
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import frames_to_seconds, seconds_to_frames
from audiolab.core.userwords import UserWords
from audiolab.session.jobs import Job, JobContext, JobRunner

JOB_KEY = "transcribe"
PART_KEY = "transcribe-part"

CONTEXT_SECONDS = 4.0
"""How much more of the sound is read on each side of a part: near an edge a model hears half of the speech.

Of 108 words in parts of 3 s of three recordings, 15 % were read otherwise than in a pass over the whole recording
without context, 7 % with 1 s or 2 s, 5 % with 4 s.
"""


class Reading(QObject):
    """Transcribes the open recording in the background and answers what is said where.

    Words and phones are those of the tiers, which a person may have edited or kept from another day. The CTC frames
    are those of the newest transcription of the whole recording. Reading a part again leaves them as they are:
    another model has other frames, and the same one says the same there but for what the missing context changes.

    Args:
        make_recognizer: from a model's name (empty for the default) its recognizer; called on a job's thread.
        own_words: asked with each transcription for the words of the person's dictionary.

    Signals:
        changed: `words`, `tokens` or `transcription` differ.
        transcribed: a transcription has just been made; carries its words and phones as an `Annotation`.
        part_transcribed: a part was read; carries words and phones as an `Annotation` in time of the recording, the
            part's span, and the model's name.
        running_changed: a transcription started or ended.
    """

    changed = Signal()
    transcribed = Signal(object)
    part_transcribed = Signal(object, object, str)
    running_changed = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        make_recognizer: Callable[[str], Recognizer],
        own_words: Callable[[], UserWords] = tuple,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._make_recognizer = make_recognizer
        self._own_words = own_words
        self._recognizers: dict[str, Recognizer] = {}
        self._model = self._part_model = ""
        self._transcription: Transcription | None = None
        self._made_by: str | None = None
        self._words: tuple[Interval, ...] = ()
        self._tokens: tuple[Interval, ...] = ()
        jobs.started.connect(self._announce)
        jobs.ended.connect(self._announce)

    @property
    def transcription(self) -> Transcription | None:
        """The result for the open recording, once there is one."""
        return self._transcription

    @property
    def running(self) -> bool:
        """Whether a transcription of the whole recording is under way."""
        return any(job.key == JOB_KEY for job in self._jobs.active)

    @property
    def running_part(self) -> bool:
        """Whether one of a part is under way."""
        return any(job.key == PART_KEY for job in self._jobs.active)

    @property
    def words(self) -> tuple[Interval, ...]:
        """The words in order, as they were read and then edited."""
        return self._words

    @property
    def tokens(self) -> tuple[Interval, ...]:
        """The tokens (phones, characters) in order, as they were read and then edited."""
        return self._tokens

    @property
    def own_words(self) -> UserWords:
        """The person's own words, as they are now."""
        return self._own_words()

    def transcribe(self, recording: Recording, model: str) -> None:
        """Read `recording` with `model`; the newest request wins."""
        own_words = self.own_words

        def work(context: JobContext) -> tuple[Transcription, Annotation]:
            read = self.recognizer(model).transcribe(recording, context.cancel, context.progress, own_words)
            with many_objects():
                return read, annotation_of(read.alignment, read.sample_rate, recording.frames)

        def done(result: tuple[Transcription, Annotation]) -> None:
            self._made_by = model
            self._set(result)

        self._model = model
        label = f"Transcribing {recording.info.file.name}"
        self._jobs.submit(JOB_KEY, work, done, label=label)

    def transcribe_part(self, recording: Recording, span: TimeSpan, model: str) -> None:
        """Read `span` of `recording` with `model`, with some context; the newest request wins.

        Changes nothing by itself (see `part_transcribed`). The words may reach beyond the span.
        """
        own_words = self.own_words
        context_frames = seconds_to_frames(CONTEXT_SECONDS, recording.sample_rate)
        around = TimeSpan(span.start - context_frames, span.stop + context_frames).clamped(recording.frames)
        part = RecordingPart(recording, around)

        def work(context: JobContext) -> tuple[Annotation, str]:
            recognizer = self.recognizer(model)
            read = recognizer.transcribe(part, context.cancel, context.progress, own_words)
            made = annotation_of(read.alignment, read.sample_rate, part.frames)
            return made.moved(part.start, recording.frames), recognizer.name

        self._part_model = model
        self._jobs.submit(
            PART_KEY,
            work,
            lambda read: self.part_transcribed.emit(read[0], span, read[1]),
            label=f"Transcribing {frames_to_seconds(span.length, recording.sample_rate):.1f} s",
        )

    def recognizer(self, model: str) -> Recognizer:
        """The recogniser of a model, kept for the next time; called on a job's thread, as making it takes long."""
        recognizer = self._recognizers.get(model) or self._make_recognizer(model)
        self._recognizers[model] = recognizer
        return recognizer

    def transcription_by(self, model: str) -> Transcription | None:
        """The transcription of the open recording, if `model` made it."""
        return self._transcription if self._made_by == model else None

    def remember(self, transcription: Transcription, model: str) -> None:
        """Take over what was recognised on the way to something else; words and tokens stay those of the tiers."""
        self._transcription, self._made_by = transcription, model
        self.changed.emit()

    def cancel(self) -> None:
        """Stop transcribing; what was shown before stays."""
        self._jobs.cancel(JOB_KEY)
        self._jobs.cancel(PART_KEY)

    def reads_with(self, model: str) -> bool:
        """Whether a transcription is under way with `model`."""
        return (self.running and model == self._model) or (self.running_part and model == self._part_model)

    def release(self, model: str) -> None:
        """Free a model that does not read just now, so that its files can go. Callable from any thread."""
        recognizer = self._recognizers.pop(model, None)
        if recognizer is not None:
            recognizer.close()

    def clear(self) -> None:
        """Forget everything: another recording is open."""
        self.cancel()
        self._transcription = self._made_by = None
        self._words = self._tokens = ()
        self.changed.emit()

    def follow(self, annotation: Annotation) -> None:
        """Take over words and phones from the tiers; costs next to nothing, however many there are."""
        now = annotation.intervals(WORDS), annotation.intervals(PHONES)
        if now != (self._words, self._tokens):
            self._words, self._tokens = now
            self.changed.emit()

    def close(self) -> None:
        """Free the models. To be called when no job runs any more."""
        for recognizer in self._recognizers.values():
            recognizer.close()
        self._recognizers.clear()

    def word_at(self, frame: int) -> int | None:
        """Index of the word that is said at sample `frame`, if any."""
        return covering(self._words, frame)

    def token_at(self, frame: int) -> int | None:
        """Index of the token that is said at sample `frame`, if any."""
        return covering(self._tokens, frame)

    def emission_frame_at(self, frame: int) -> int | None:
        """The model's frame at sample `frame`, if the model saw it."""
        if self._transcription is None:
            return None
        found = self._transcription.emissions.grid.frame_at(frame, self._transcription.sample_rate)
        return found if 0 <= found < self._transcription.emissions.frames else None

    def words_in(self, span: TimeSpan) -> range:
        """Indices of the words that overlap `span`."""
        return overlapping(self._words, span)

    def tokens_in(self, span: TimeSpan) -> range:
        """Indices of the tokens that overlap `span`."""
        return overlapping(self._tokens, span)

    def _announce(self, job: Job[object]) -> None:
        if job.key in (JOB_KEY, PART_KEY):
            self.running_changed.emit()

    def _set(self, read: tuple[Transcription, Annotation]) -> None:
        self._transcription, annotation = read
        self.changed.emit()
        self.transcribed.emit(annotation)


def covering(items: Sequence[Interval], frame: int) -> int | None:
    """Index of the interval that holds at sample `frame`, if any."""
    index = bisect_right(items, frame, key=_start) - 1
    return index if index >= 0 and frame in items[index].span else None


def overlapping(items: Sequence[Interval], span: TimeSpan) -> range:
    """Indices of the intervals that overlap `span`."""
    first = bisect_right(items, span.start, key=_stop)
    return range(first, max(bisect_left(items, span.stop, key=_start), first))


def _start(item: Interval) -> int:
    return item.span.start


def _stop(item: Interval) -> int:
    return item.span.stop
