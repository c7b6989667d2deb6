"""A new reading of words that are there already: offered as a difference, which a person takes or leaves."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from audiolab.core.rereading import Rereading, reread, take
from audiolab.core.tiers import WORDS, Annotation, Interval
from audiolab.core.timebase import TimeSpan
from audiolab.session.annotations import Annotations
from audiolab.session.jobs import JobRunner

JOB_KEY = "compare-readings"

QUICK = 500
"""Words up to which readings are compared at once: in some milliseconds. More of them take a job."""

T = TypeVar("T")


class Proposal(QObject):
    """What a new reading would change, until a person has decided on all of it.

    Nothing in the tiers changes until a change is taken; taking is one step of the history. An edit elsewhere, or
    an undo, is followed: the difference is always to the words as they are now.

    Signals:
        changed: another difference, or none.
        opened: there is something to decide on, where there was nothing.
        told: why something was not done.
        remarked: that there is nothing to decide on.
    """

    changed = Signal()
    opened = Signal()
    told = Signal(str)
    remarked = Signal(str)

    def __init__(self, jobs: JobRunner, annotations: Annotations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._annotations = annotations
        self._rereading: Rereading | None = None
        self._changes: tuple[range, ...] = ()
        self._place = 0
        self._compared: tuple[Interval, ...] = ()
        self._model = ""
        annotations.changed.connect(self._follow)

    @property
    def rereading(self) -> Rereading | None:
        """Both readings side by side; None where there is nothing to decide on."""
        return self._rereading

    @property
    def changes(self) -> tuple[range, ...]:
        """What can be taken or left: slots of `rereading`."""
        return self._changes

    @property
    def current(self) -> range | None:
        """The change that a person looks at."""
        return self._changes[self._place] if self._changes else None

    @property
    def place(self) -> int:
        """Where it stands among `changes`."""
        return self._place

    @property
    def span(self) -> TimeSpan | None:
        """Its time."""
        if self._rereading is None or self.current is None:
            return None
        return self._rereading.span_of(self.current)

    @property
    def model(self) -> str:
        """Who read it."""
        return self._model

    def offer(self, read: Annotation, span: TimeSpan, model: str) -> None:
        """Lay a new reading beside what is there. Where there are no words yet it is taken at once.

        Args:
            read: words and phones in time of the recording; may reach beyond `span`.
            span: sample frames that count.
            model: who read it.
        """
        self.close()
        self._model = model

        def decide(rereading: Rereading) -> None:
            if self._annotations.annotation.intervals(WORDS) is not words:
                self.offer(read, span, model)  # they were changed meanwhile
            elif not any(slot.old for slot in rereading.slots):
                self._take_now(rereading)
            elif not rereading.changes:
                self.remarked.emit(f"Nothing differs: {model} reads the same words there.")
            else:
                self._show(rereading, words)
                self.opened.emit()

        annotation = self._annotations.annotation
        words = annotation.intervals(WORDS)
        self._compare(lambda: reread(annotation, read, span), len(read.intervals(WORDS)), decide)

    def step(self, steps: int) -> None:
        """Go to the next change (to the one before where `steps` is -1), and from the last to the first."""
        if self._changes:
            self._place = (self._place + steps) % len(self._changes)
            self.changed.emit()

    def change_at(self, slot: int) -> int | None:
        """Place of the change that holds a slot of `rereading`, if any."""
        place = bisect_right(self._changes, slot, key=lambda change: change.start) - 1
        return place if place >= 0 and slot in self._changes[place] else None

    def choose(self, place: int) -> None:
        """Go to one of `changes`."""
        self._place = place
        self.changed.emit()

    def take(self, changes: Iterable[range]) -> None:
        """Put the new words of some changes into the place of the old ones."""
        chosen = tuple(changes)
        rereading, annotation = self._rereading, self._annotations.annotation
        if rereading is None or not chosen:
            return
        if annotation.intervals(WORDS) is not self._compared:
            self.told.emit("The readings are still being compared; try again in a moment.")
            return
        label = "Take all changes" if len(chosen) > 1 else "Take a change"

        def edit(after: Annotation) -> None:
            if self._annotations.annotation is annotation:
                self._annotations.edit(label, lambda _before: after)
            else:
                self.told.emit("The words were changed meanwhile; take it again.")

        self._compare(lambda: take(annotation, rereading, chosen), len(rereading.slots), edit)

    def take_all(self) -> None:
        """Take all that is left to decide on."""
        self.take(self._changes)

    def leave(self, change: range) -> None:
        """Leave the old words of a change as they are."""
        if self._rereading is not None:
            self._show(self._rereading.leaving(change), self._compared)

    def close(self) -> None:
        """Leave all as it is."""
        self._jobs.cancel(JOB_KEY)
        self._show(None, ())

    def _take_now(self, rereading: Rereading) -> None:
        annotation = self._annotations.annotation
        self._annotations.edit("Transcribe", lambda _before: take(annotation, rereading, rereading.changes))
        if not rereading.changes:
            self.remarked.emit(f"{self._model} hears no words there.")

    def _follow(self) -> None:
        """The words may be others now: compare again."""
        rereading, annotation = self._rereading, self._annotations.annotation
        words = annotation.intervals(WORDS)
        if rereading is None or words is self._compared:
            return
        read, span, left = rereading.read, rereading.span, rereading.left
        self._compare(
            lambda: reread(annotation, read, span, left),
            len(rereading.slots),
            lambda compared: self._show(compared, words),
        )

    def _show(self, rereading: Rereading | None, words: tuple[Interval, ...]) -> None:
        """Offer this from now on, which was made of `words`."""
        was_open = self._rereading is not None
        start = self.span.start if self.span is not None else 0
        self._changes = rereading.changes if rereading is not None else ()
        self._rereading = rereading if self._changes else None
        self._place = self._nearest(start)
        self._compared = words
        if was_open or self._rereading is not None:
            self.changed.emit()
        self._follow()

    def _nearest(self, start: int) -> int:
        """Place of the first change that begins at sample frame `start` or later; of the last where none does."""
        rereading = self._rereading
        if rereading is None:
            return 0
        place = bisect_left(self._changes, start, key=lambda change: rereading.span_of(change).start)
        return min(place, len(self._changes) - 1)

    def _compare(self, work: Callable[[], T], words: int, done: Callable[[T], None]) -> None:
        if words <= QUICK:
            done(work())
        else:
            self._jobs.submit(JOB_KEY, lambda _context: work(), done, label="Comparing readings")
