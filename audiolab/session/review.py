"""What is to be looked at: words that something speaks against and passages that the text lacks, by doubt."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from audiolab.core.doubts import Doubt, told, weight_of
from audiolab.core.sequences import difference
from audiolab.core.speechtiers import marked_right
from audiolab.core.tiers import Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.annotations import Annotations
from audiolab.session.timeline import Timeline
from audiolab.session.transport import Transport, TransportState

CONTEXT_SECONDS = 0.5
"""Sound on either side that an item is heard with."""

SEEN_SECONDS = 2.5
"""Time on either side of an item that is brought into sight with it."""

WIDEST_SECONDS = 30.0
"""Where more than this is seen, a word is too narrow to be read: what is seen is narrowed."""


class ReviewItem(NamedTuple):
    """One thing to look at: interval `place` of the tier called `tier`; there may be ten thousand."""

    tier: str
    place: int
    interval: Interval

    @property
    def text(self) -> str:
        """The word, or what is said in a passage that the text lacks."""
        return self.interval.text.removeprefix(f"{Doubt.UNWRITTEN}: ")

    @property
    def reason(self) -> str:
        """What speaks against it, the heaviest first."""
        return told(self.interval.doubts)


@dataclass(frozen=True, slots=True)
class _Found:
    """Which intervals of a tier have doubts, in order."""

    intervals: tuple[Interval, ...]
    indices: tuple[int, ...]


class Review(QObject):
    """The list, and where one is in it.

    Signals:
        changed: other items.
        current_changed: another one is the current one, or none.
        looping_changed: `looping` differs.
    """

    changed = Signal()
    current_changed = Signal()
    looping_changed = Signal()

    def __init__(
        self, annotations: Annotations, timeline: Timeline, transport: Transport, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._annotations = annotations
        self._timeline = timeline
        self._transport = transport
        self._found: dict[str, _Found] = {}
        self._seen: Annotation | None = None
        self._items: tuple[ReviewItem, ...] = ()
        self._row: int | None = None
        self._current: ReviewItem | None = None
        self._looping = self._looped_before = False
        annotations.changed.connect(self.changed)
        transport.state_changed.connect(self._follow_transport)

    @property
    def items(self) -> tuple[ReviewItem, ...]:
        """All of them, the most doubtful first, equally doubtful ones by time."""
        annotation = self._annotations.annotation
        if annotation is not self._seen:
            self._seen = annotation
            self._list(annotation)
        return self._items

    @property
    def row(self) -> int | None:
        """Place of the current item among `items`, if there is one."""
        items = self.items
        return self._row if self._current is not None and self._current in items[self._row : self._at(1)] else None

    @property
    def current(self) -> ReviewItem | None:
        """The current item."""
        row = self.row
        return None if row is None else self.items[row]

    @property
    def looping(self) -> bool:
        """Whether the current item plays over and over."""
        return self._looping

    def load(self) -> None:
        """Another recording is open."""
        self.set_looping(False)
        self._row = self._current = None
        self.current_changed.emit()

    def step(self, steps: int) -> None:
        """Go to the next item (to the previous one where `steps` is -1), from the current one or where it was."""
        items = self.items
        if not items:
            self._annotations.refused.emit("Nothing is left to review.")
            return
        if self._row is None:
            row = 0 if steps > 0 else len(items) - 1
        elif self.row is None and steps > 0:  # what was there is done, and the next one has taken its place
            row = self._row
        else:
            row = self._row + steps
        self.go(min(max(row, 0), len(items) - 1))

    def go(self, row: int) -> None:
        """Go to an item: it is selected, and seen with what is around it."""
        item = self.items[row]
        self._row, self._current = row, item
        span = item.interval.span
        self._timeline.select(span)
        self._show(span)
        if self._looping:
            self._play(span)
        else:
            self._transport.seek(span.start)
        self.current_changed.emit()

    def mark_right(self) -> None:
        """The current item is right as it is: it leaves the list, and the next one is gone to. Undoable."""
        item = self.current
        if item is None:
            self._annotations.refused.emit("Go to what you want to mark as right first.")
            return
        self._annotations.edit("Mark as right", lambda now: marked_right(now, item.tier, item.place))
        if self.items:
            self.step(1)
        else:
            self.set_looping(False)
            self.current_changed.emit()

    def set_looping(self, on: bool) -> None:
        """Play the current item over and over with some sound around it, and each one that is gone to; or stop."""
        if on == self._looping:
            return
        if on and self.current is None:
            self.step(1)
        item = self.current
        if on and item is not None:
            self._looping, self._looped_before = True, self._transport.loop
            self._play(item.interval.span)
            self.looping_changed.emit()
        elif not on:
            self._end_loop()
            self._transport.stop()

    def _end_loop(self) -> None:
        self._looping = False
        self._transport.set_loop(self._looped_before)
        self.looping_changed.emit()

    def _follow_transport(self) -> None:
        if self._looping and self._transport.state is TransportState.STOPPED:
            self._end_loop()

    def _play(self, span: TimeSpan) -> None:
        around = round(CONTEXT_SECONDS * self._timeline.sample_rate)
        self._transport.set_loop(True)
        self._transport.play_span(TimeSpan(max(span.start - around, 0), span.stop + around))

    def _show(self, span: TimeSpan) -> None:
        rate, seen = self._timeline.sample_rate, self._timeline.visible
        around = round(SEEN_SECONDS * rate)
        if seen.length > WIDEST_SECONDS * rate:
            self._timeline.show(TimeSpan(span.start - around, span.stop + around))
        elif not seen.start <= span.start <= span.stop <= seen.stop:
            width = max(seen.length, span.length + around)
            start = (span.start + span.stop - width) // 2
            self._timeline.show(TimeSpan(start, start + width))

    def _at(self, offset: int) -> int:
        return offset if self._row is None else self._row + offset

    def _list(self, annotation: Annotation) -> None:
        """List all anew; only what was edited is looked at for doubts."""
        tiers = [tier for tier in annotation.tiers if isinstance(tier, IntervalTier)]
        self._found = {tier.name: _found(self._found.get(tier.name), tier.intervals) for tier in tiers}
        items = [
            ReviewItem(name, index, found.intervals[index])
            for name, found in self._found.items()
            for index in found.indices
        ]
        items.sort(key=_by_doubt)
        self._items = tuple(items)
        self._find_current()

    def _find_current(self) -> None:
        """Where the current item is now; items before it may have gone, and its index may be another."""
        current = self._current
        if current is None or self._row is None:
            return
        same = (
            (row, item)
            for row, item in enumerate(self._items)
            if item.interval is current.interval and item.tier == current.tier
        )
        self._row, self._current = next(same, (self._row, current))


_weight = cache(weight_of)
"""There are few different sets of doubts."""


def _by_doubt(item: ReviewItem) -> tuple[float, int]:
    return -_weight(item.interval.doubts), item.interval.span.start


def _found(before: _Found | None, intervals: tuple[Interval, ...]) -> _Found:
    if before is None:
        return _Found(intervals, tuple(index for index, item in enumerate(intervals) if item.doubts))
    where = difference(before.intervals, intervals)
    longer = where.after - where.before
    changed = [index for index in range(where.start, where.after) if intervals[index].doubts]
    kept = before.indices[: bisect_left(before.indices, where.start)]
    rest = before.indices[bisect_left(before.indices, where.before) :]
    return _Found(intervals, (*kept, *changed, *((at + longer for at in rest) if longer else rest)))
