"""Words that are typed in the place of others: their times are found in the background, those of the rest stay."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from audiolab.core.cancel import CancelToken
from audiolab.core.doubts import Doubt
from audiolab.core.recording import Recording
from audiolab.core.recordingviews import RecordingPart
from audiolab.core.speech import Transcription
from audiolab.core.tiers import WORDS, Annotation, Interval
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords
from audiolab.core.wordedits import Stretch, Timed, add_passage, retime, retype, stretch_of
from audiolab.session.annotations import Annotations
from audiolab.session.edithistory import Step
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.reading import Reading
from audiolab.session.settings import SettingsStore

JOB_KEY = "retype"

CONTEXT_WORDS = 2
"""Words on either side that are aligned with those that were typed: they hold on to their own sounds."""

CONTEXT_SECONDS = 2.0
"""How far such words may be away."""

BEHIND_SECONDS = 0.04
"""Sound behind the last word: a network tells of a sound up to two frames after it has ended."""

HEARD_SECONDS = 1.0
"""Sound on either side that a stretch is recognised with, where nothing was recognised before."""

MOST_GUESSED = 6
"""Neighbours whose times are guesses as yet, and that are aligned again with what was typed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Words whose times are to be found: `words` of what `step` has made."""

    recording: Recording
    step: Step
    words: range


@dataclass(frozen=True, slots=True)
class _Request:
    """What a job is asked.

    Attributes:
        recording: the whole of it.
        span: where the words and those around them are said.
        texts: all of these words, in order.
        own: which of `texts` are asked for.
        words: a person's own.
    """

    recording: Recording
    span: TimeSpan
    texts: tuple[str, ...]
    own: range
    words: UserWords


class Retyping(QObject):
    """Edits words as text. Each edit is one step of the history, and so are the times that are found for it.

    One edit after the other is completed, each with the words as the one before has left them.
    """

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
        self._wanted: deque[_Wanted] = deque()
        self._busy = False
        self._told: set[str] = set()

    def load(self, recording: Recording | None) -> None:
        """Work on another recording."""
        self._jobs.cancel(JOB_KEY)
        self._recording = recording
        self._wanted.clear()
        self._told.clear()

    def retype(self, words: range, text: str, label: str = "Type") -> None:
        """What was typed in the place of some words; nothing deletes them.

        Args:
            words: indices of neighbours in the tier of words.
            text: any number of words.
            label: for the undo menu.
        """
        self._edit(label, lambda annotation: retype(annotation, words, text))

    def add_passage(self, tier: str, index: int) -> None:
        """Add what the text lacks, as the remark at `index` of a tier says, to the words."""
        self._edit("Add passage", lambda annotation: add_passage(annotation, tier, index))

    def _edit(self, label: str, edit: Callable[[Annotation], tuple[Annotation, range]]) -> None:
        changed = range(0)

        def change(annotation: Annotation) -> Annotation:
            nonlocal changed
            annotation, changed = edit(annotation)
            return annotation

        step = self._annotations.edit(label, change)
        recording = self._recording
        if step is not None and changed and recording is not None and recording.complete:
            self._wanted.append(_Wanted(recording, step, changed))
            self._next()

    def _next(self) -> None:
        if self._busy or not self._wanted:
            return
        wanted = self._wanted.popleft()
        annotation = wanted.step.annotation
        stretch = stretch_of(annotation, _with_guesses(annotation.intervals(WORDS), wanted.words))
        request = _request(wanted.recording, annotation, stretch, self._reading.own_words)
        known, model = self._reading.transcription, self._settings.current.model

        def work(context: JobContext) -> list[Timed]:
            if known is not None:
                return _times(request, known, context.cancel)
            return self._heard(request, model, context)

        def take(times: list[Timed]) -> None:
            self._annotations.amend(wanted.step, lambda annotation: retime(annotation, stretch, times))
            self._go_on()

        self._busy = True
        label = "" if known is not None else f"Listening for “{request.texts[request.own.start]}”"
        self._jobs.submit(JOB_KEY, work, take, label=label, on_error=self._failed, on_cancelled=self._go_on)

    def _heard(self, request: _Request, model: str, context: JobContext) -> list[Timed]:
        """Recognise the stretch alone, and find the words in it."""
        recording = request.recording
        margin = round(HEARD_SECONDS * recording.sample_rate)
        around = TimeSpan(max(request.span.start - margin, 0), request.span.stop + margin).clamped(recording.frames)
        part = RecordingPart(recording, around)
        recognizer = self._reading.recognizer(model)
        transcription = recognizer.transcribe(part, context.cancel, context.progress, request.words)
        inside = _Request(part, request.span.moved(-part.start), request.texts, request.own, request.words)
        return [_moved(time, part.start) for time in _times(inside, transcription, context.cancel)]

    def _go_on(self) -> None:
        self._busy = False
        self._next()

    def _failed(self, sentence: str) -> None:
        """The guesses stay; the same reason is told once."""
        if sentence not in self._told:
            self._told.add(sentence)
            self._annotations.refused.emit(f"The times of what you typed are guesses: {sentence}")
        self._go_on()


def _with_guesses(items: tuple[Interval, ...], words: range) -> range:
    """With neighbours whose times are guesses, too."""
    first, stop = words.start, words.stop
    while first > 0 and words.start - first < MOST_GUESSED and Doubt.INTERPOLATED in items[first - 1].doubts:
        first -= 1
    while stop < len(items) and stop - words.stop < MOST_GUESSED and Doubt.INTERPOLATED in items[stop].doubts:
        stop += 1
    return range(first, stop)


def _request(recording: Recording, annotation: Annotation, stretch: Stretch, own_words: UserWords) -> _Request:
    """Ask for the words of a stretch together with some around them."""
    items, room = annotation.intervals(WORDS), stretch.room
    reach = round(CONTEXT_SECONDS * recording.sample_rate)
    first, stop = stretch.words.start, stretch.words.stop
    while first > 0 and stretch.words.start - first < CONTEXT_WORDS and _near(items[first - 1], room, reach):
        first -= 1
    while stop < len(items) and stop - stretch.words.stop < CONTEXT_WORDS and _near(items[stop], room, reach):
        stop += 1
    start = items[first].span.start if first < stretch.words.start else room.start
    end = items[stop - 1].span.stop if stop > stretch.words.stop else room.stop
    behind = round(BEHIND_SECONDS * recording.sample_rate)
    span = TimeSpan(start, max(start, end + behind)).clamped(recording.frames)
    own = range(stretch.words.start - first, stretch.words.stop - first)
    return _Request(recording, span, tuple(item.text for item in items[first:stop]), own, own_words)


def _near(item: Interval, room: TimeSpan, reach: int) -> bool:
    """Whether a word can hold its place beside a stretch."""
    return bool(item.span) and room.start - item.span.stop <= reach and item.span.start - room.stop <= reach


def _times(request: _Request, transcription: Transcription, cancel: CancelToken) -> list[Timed]:
    from audiolab.asr.aligning.stretch import align_stretch

    times = align_stretch(
        request.recording, request.span, request.texts, transcription, cancel, words=request.words
    )
    return times[request.own.start : request.own.stop]


def _moved(time: Timed, frames: int) -> Timed:
    tokens = tuple(Interval(token.span.moved(frames), token.text) for token in time.tokens)
    return Timed(time.span.moved(frames), time.doubts, tokens)
