"""A second reading of a stretch of speech beside the words that are there: what differs, and how it is taken.

Words that both readings have stay as they are: their times, speakers, capitals and punctuation may be a person's
work.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from audiolab.core.doubts import Doubt
from audiolab.core.sidebyside import Slot, side_by_side
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier, Tier, middles_in
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import seconds_to_frames

REACH_SECONDS = 0.3
"""How far apart the two readings may hear the same word."""


@dataclass(frozen=True, slots=True)
class Rereading:
    """What a new reading says where there are words already.

    Attributes:
        span: sample frames that were read; words count whose middle lies in it.
        read: words and phones of the new reading, in time of the recording.
        slots: both readings side by side, in order of time.
        changes: where they differ: slots that follow each other and can only be taken together, in order.
        left: words, old ones and new ones, of differences that a person looked at and left as they were: they are
            none of the changes.
    """

    span: TimeSpan
    read: Annotation
    slots: tuple[Slot, ...]
    changes: tuple[range, ...]
    left: frozenset[Interval] = frozenset()

    @classmethod
    def of(cls, span: TimeSpan, read: Annotation, slots: tuple[Slot, ...], left: frozenset[Interval]) -> Self:
        """Find the changes among `slots`."""
        runs = groupby(range(len(slots)), key=lambda index: slots[index].same)
        found = (list(run) for same, run in runs if not same)
        changes = (range(run[0], run[-1] + 1) for run in found)
        open_ = (change for change in changes if not left.issuperset(_words(slots, change)))
        return cls(span, read, slots, tuple(open_), left)

    def span_of(self, change: range) -> TimeSpan:
        """The time of a change, in both readings."""
        spans = [word.span for word in _words(self.slots, change)]
        return TimeSpan(min(span.start for span in spans), max(span.stop for span in spans))

    def leaving(self, change: range) -> Self:
        """The same without a change."""
        changes = tuple(other for other in self.changes if other != change)
        return replace(self, changes=changes, left=self.left.union(_words(self.slots, change)))


def _words(slots: tuple[Slot, ...], change: range) -> list[Interval]:
    return [word for slot in slots[change.start : change.stop] for word in slot.words]


def reread(
    annotation: Annotation, read: Annotation, span: TimeSpan, left: frozenset[Interval] = frozenset()
) -> Rereading:
    """Lay a new reading beside the words that are there.

    Args:
        annotation: what is there.
        read: words and phones of the new reading, in time of the recording; may reach beyond `span`.
        span: what of it counts.
        left: see `Rereading`.
    """
    words, said = annotation.intervals(WORDS), read.intervals(WORDS)
    inside = middles_in(words, span)
    low, high = _room(words, inside, annotation.frames)
    new = said[slice_of(middles_in(said, span.intersection(TimeSpan(low, max(low, high)))))]
    reach = seconds_to_frames(REACH_SECONDS, annotation.sample_rate)
    return Rereading.of(span, read, side_by_side(words[slice_of(inside)], new, reach), left)


def take(annotation: Annotation, rereading: Rereading, changes: Iterable[range]) -> Annotation:
    """Put the new words of some changes into the place of the old ones, with their phones.

    All other words keep their text, and their time, too, unless a new neighbour needs it: then they get the one
    that the new reading has for them. A new word is said by whom the old one in its place was said, or by whom its
    neighbours are both said. A remark that the text lacks something goes where the new reading was taken. Other
    tiers, and all that lies outside the span, stay as they are.

    Args:
        annotation: what is there.
        rereading: made of it by `reread`.
        changes: some of `rereading.changes`.
    """
    words = annotation.intervals(WORDS)
    inside = middles_in(words, rereading.span)
    changes = tuple(changes)
    taken = {index for change in changes for index in change}
    placed = [
        _Placed(slot, index in taken)
        for index, slot in enumerate(rereading.slots)
        if (slot.new if index in taken else slot.old) is not None
    ]
    _make_room(placed)
    low, high = _room(words, inside, annotation.frames)
    fitted = _fitted([_finished(placed, index) for index in range(len(placed))], low, high)
    tier = annotation.tier(WORDS)
    tier = tier if isinstance(tier, IntervalTier) else IntervalTier(WORDS)
    gone = [slot.old.span for index, slot in enumerate(rereading.slots) if index in taken and slot.old is not None]
    moved = [
        (item.slot.new.span, word.span, item.slot.old.span if item.slot.old else word.span)
        for item, word in zip(placed, fitted, strict=True)
        if item.renewed and item.slot.new is not None
    ]
    result = annotation.with_tier(tier.spliced(inside.start, inside.stop, fitted))
    result = _without_remarks(result, _union(rereading.span_of(change) for change in changes))
    if isinstance(annotation.tier(PHONES), IntervalTier) or not words:
        return _with_phones(result, rereading.read.intervals(PHONES), gone, moved)
    return result


class _Placed:
    """A word of the result: the old one of a slot, or the new one, or the old one at the time of the new one."""

    def __init__(self, slot: Slot, taken: bool) -> None:
        self.slot = slot
        self.taken = taken
        self.renewed = taken

    @property
    def word(self) -> Interval:
        old, new = self.slot.old, self.slot.new
        if new is None or old is None:
            word = new or old
            assert word is not None
            return word
        if self.taken:
            return replace(new, speaker=old.speaker)
        return replace(old, span=new.span) if self.renewed else old

    @property
    def yields(self) -> bool:
        """Whether it can still move to where the new reading has it."""
        return self.slot.same and not self.renewed


def _make_room(placed: list[_Placed]) -> None:
    """Where a new word would lose half of its time, neighbours go to where the new reading has them, if it does."""
    crowded = True
    while crowded:
        crowded = False
        for index, item in enumerate(placed):
            if item.renewed and 2 * _space(placed, index).length < item.word.span.length:
                for neighbour in _neighbours(placed, index):
                    if neighbour.yields and neighbour.word.span.overlaps(item.word.span):
                        neighbour.renewed = crowded = True


def _space(placed: list[_Placed], index: int) -> TimeSpan:
    """What is left of a word's time between neighbours that stay where they are."""
    span = placed[index].word.span
    for neighbour in _neighbours(placed, index):
        if not neighbour.renewed:
            other = neighbour.word.span
            span = (
                TimeSpan(max(span.start, min(other.stop, span.stop)), span.stop)
                if other.start <= span.start
                else TimeSpan(span.start, min(span.stop, max(other.start, span.start)))
            )
    return span


def _neighbours(placed: list[_Placed], index: int) -> list[_Placed]:
    return [placed[other] for other in (index - 1, index + 1) if 0 <= other < len(placed)]


def _finished(placed: list[_Placed], index: int) -> Interval:
    """A word of the result with its time and its speaker."""
    word = placed[index].word
    if placed[index].renewed:
        word = replace(word, span=_space(placed, index) or word.span)
    said_by = {neighbour.word.speaker for neighbour in _neighbours(placed, index)}
    return replace(word, speaker=said_by.pop()) if placed[index].slot.old is None and len(said_by) == 1 else word


def _fitted(words: Sequence[Interval], low: int, high: int) -> tuple[Interval, ...]:
    """The words between `low` and `high` and without overlaps; each keeps a frame at least if it had any."""
    starts: list[int] = []
    for word in words:
        starts.append(max(word.span.start, low))
        low = starts[-1] + bool(word.span)
    fitted = []
    for word, start in zip(reversed(words), reversed(starts), strict=True):
        stop = max(min(word.span.stop, high), start)
        stop = min(max(stop, start + bool(word.span)), high)
        high = min(start, stop - bool(word.span))
        fitted.append(replace(word, span=TimeSpan(high, stop)))
    return tuple(reversed(fitted))


def _with_phones(
    annotation: Annotation,
    read: Sequence[Interval],
    gone: Collection[TimeSpan],
    moved: Collection[tuple[TimeSpan, TimeSpan, TimeSpan]],
) -> Annotation:
    """New phones for words that were renewed: `moved` has where each was read, where it is now, and was before."""
    tier = annotation.tier(PHONES)
    known = annotation.intervals(PHONES)
    touched = _union([*gone, *(span for _, now, before in moved for span in (now, before))])
    if not touched:
        return annotation
    starts = [span.start for span in touched]

    def untouched(phone: Interval) -> bool:
        middle = (phone.span.start + phone.span.stop) // 2
        place = bisect_right(starts, middle) - 1
        return place < 0 or middle >= touched[place].stop

    hull = TimeSpan(touched[0].start, touched[-1].stop)
    around = middles_in(known, hull)
    kept = [phone for phone in known[slice_of(around)] if untouched(phone)]
    new = [
        replace(phone, span=phone.span.intersection(now))
        for was, now, _ in moved
        for phone in read[slice_of(middles_in(read, was))]
    ]
    low, high = _room(known, around, annotation.frames)
    phones = sorted((phone for phone in [*kept, *new] if phone.span), key=lambda phone: phone.span)
    base = tier if isinstance(tier, IntervalTier) else IntervalTier(PHONES)
    return annotation.with_tier(base.spliced(around.start, around.stop, _fitted(phones, low, high)))


def _without_remarks(annotation: Annotation, written: Collection[TimeSpan]) -> Annotation:
    """The same without remarks that the text lacks what is `written` now; a tier that had nothing else goes."""
    tiers: list[Tier] = []
    for tier in annotation.tiers:
        items = tier.intervals if isinstance(tier, IntervalTier) else ()
        remarks = [item for item in items if Doubt.UNWRITTEN in item.doubts]
        answered = {item for item in remarks if any(span.overlaps(item.span) for span in written)}
        if not answered:
            tiers.append(tier)
        elif left := tuple(item for item in items if item not in answered):
            tiers.append(IntervalTier(tier.name, left))
    return replace(annotation, tiers=tuple(tiers))


def _union(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """The same time as spans that do not touch, in order."""
    joined: list[TimeSpan] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].stop:
            joined[-1] = joined[-1].hull(span)
        else:
            joined.append(span)
    return joined


def _room(items: Sequence[Interval], inside: range, frames: int) -> tuple[int, int]:
    """What the neighbours of some items leave them: the end of the one before, the start of the one after."""
    low = items[inside.start - 1].span.stop if inside.start else 0
    high = items[inside.stop].span.start if inside.stop < len(items) else frames
    return low, high


def slice_of(indices: range) -> slice:
    """To take a range of items out of a tuple."""
    return slice(indices.start, indices.stop)
