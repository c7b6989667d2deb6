"""Edits of tiers as pure functions: a tier in, a tier out. What cannot be done raises EditError with the reason."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace

from audiolab.core.doubts import PLACING
from audiolab.core.errors import AudiolabError
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan


class EditError(AudiolabError):
    """An edit that would break the order of a tier, or that has nothing to work on."""


def interval_at(tier: IntervalTier, frame: int) -> int | None:
    """Index of the interval that holds at `frame`, if any."""
    index = bisect_right(tier.intervals, frame, key=lambda item: item.span.start) - 1
    return index if index >= 0 and frame in tier.intervals[index].span else None


def insert(tier: IntervalTier, interval: Interval) -> IntervalTier:
    """Add an interval where nothing is yet.

    Raises:
        EditError: it is empty, or overlaps another one.
    """
    if not interval.span:
        raise EditError("An interval needs a length; select a stretch of time first.")
    place = bisect_left(tier.intervals, interval.span, key=lambda item: item.span)
    for other in tier.intervals[max(place - 1, 0) : place + 1]:
        if other.span.overlaps(interval.span):
            raise EditError(f"There is already {other.text!r} at that time; split or move it first.")
    return tier.spliced(place, place, (interval,))


def remove(tier: IntervalTier, index: int) -> IntervalTier:
    """Take an interval away; its time is not annotated any more."""
    _check(tier, index)
    return tier.spliced(index, index + 1, ())


def rename(tier: IntervalTier, index: int, text: str) -> IntervalTier:
    """Give an interval another text."""
    _check(tier, index)
    return _with(tier, index, replace(tier.intervals[index], text=text))


def assign_speaker(tier: IntervalTier, indices: Iterable[int], speaker: str) -> IntervalTier:
    """Say who speaks in some intervals; an empty name takes that back."""
    chosen = frozenset(indices)
    if not chosen:
        return tier
    first, stop = min(chosen), max(chosen) + 1
    items = tier.intervals[first:stop]
    return tier.spliced(
        first,
        stop,
        (replace(item, speaker=speaker) if index in chosen else item for index, item in enumerate(items, first)),
    )


def split(tier: IntervalTier, frame: int) -> IntervalTier:
    """Cut the interval at `frame` in two; its text is cut at the space that lies nearest in proportion.

    Raises:
        EditError: `frame` is in no interval, or at the edge of one.
    """
    index = interval_at(tier, frame)
    if index is None or frame == tier.intervals[index].span.start:
        raise EditError("There is no interval to split here; put the cursor inside one.")
    item = tier.intervals[index]
    before, after = _split_text(item.text, (frame - item.span.start) / item.span.length)
    left = replace(item, span=TimeSpan(item.span.start, frame), text=before)
    right = replace(item, span=TimeSpan(frame, item.span.stop), text=after)
    return tier.spliced(index, index + 1, (left, right))


def merge(tier: IntervalTier, first: int, last: int) -> IntervalTier:
    """Make one interval of `first` to `last` (included); texts are joined by spaces, gaps are closed.

    Raises:
        EditError: there are fewer than two.
    """
    _check(tier, first)
    _check(tier, last)
    if last <= first:
        raise EditError("There is nothing to merge; choose two neighbours.")
    merged = tier.intervals[first : last + 1]
    text = " ".join(item.text for item in merged if item.text)
    whole = replace(merged[0], span=merged[0].span.hull(merged[-1].span), text=text)
    return tier.spliced(first, last + 1, (whole,))


def move_boundary(tier: IntervalTier, boundary: int, target: int) -> IntervalTier:
    """Move whatever begins or ends at sample frame `boundary` to `target`, but never over a neighbour.

    Where one interval ends and the next begins there, both edges move, with the empty intervals between them.
    `target` is limited so that every interval keeps at least one sample frame. Who moves an edge says where the
    interval is: doubts about that end.

    Raises:
        EditError: nothing begins or ends there.
    """
    around = _Around(tier, boundary)
    if not around:
        raise EditError("There is no boundary to move here.")
    low, high = around.room()
    target = max(target, low)
    target = target if high is None else min(target, high)
    first, stop = around.touched()
    items = list(tier.intervals[first:stop])
    for index in around.empty:
        items[index - first] = replace(items[index - first], span=TimeSpan(target, target))
    if around.ending is not None:
        items[0] = _placed(items[0], items[0].span.start, target)
    if around.beginning is not None:
        items[-1] = _placed(items[-1], target, items[-1].span.stop)
    return tier.spliced(first, stop, items)


def _placed(item: Interval, start: int, stop: int) -> Interval:
    return replace(item, span=TimeSpan(start, stop), doubts=item.doubts - PLACING)


def move_boundary_everywhere(annotation: Annotation, boundary: int, target: int) -> Annotation:
    """Move a boundary on all tiers that have it, so that words, phones and segments stay together.

    The tiers share the narrowest room, so that they still agree afterwards.

    Raises:
        EditError: no tier has a boundary there.
    """
    moved = [tier for tier in annotation.tiers if isinstance(tier, IntervalTier) and _Around(tier, boundary)]
    if not moved:
        raise EditError("There is no boundary to move here.")
    rooms = [_Around(tier, boundary).room() for tier in moved]
    target = max([target, *(low for low, _ in rooms)])
    target = min([target, *(high for _, high in rooms if high is not None)])
    for tier in moved:
        annotation = annotation.with_tier(move_boundary(tier, boundary, target))
    return annotation


def boundary_room(tier: IntervalTier, boundary: int) -> tuple[int, int | None] | None:
    """First and last sample frame (None for no limit) that `move_boundary` can move it to; None: none is there."""
    around = _Around(tier, boundary)
    return around.room() if around else None


def boundaries(tier: IntervalTier) -> tuple[int, ...]:
    """Sample frames where something that has a length begins or ends, in order, each once."""
    long = (item.span for item in tier.intervals if item.span)
    return tuple(sorted({edge for span in long for edge in (span.start, span.stop)}))


def insert_point(tier: PointTier, point: Point) -> PointTier:
    """Add a point."""
    return replace(tier, points=tuple(sorted((*tier.points, point), key=lambda item: item.frame)))


def remove_point(tier: PointTier, index: int) -> PointTier:
    """Take a point away."""
    _check_point(tier, index)
    return replace(tier, points=(*tier.points[:index], *tier.points[index + 1 :]))


def rename_point(tier: PointTier, index: int, text: str) -> PointTier:
    """Give a point another text."""
    _check_point(tier, index)
    renamed = replace(tier.points[index], text=text)
    return replace(tier, points=(*tier.points[:index], renamed, *tier.points[index + 1 :]))


def move_point(tier: PointTier, index: int, frame: int) -> PointTier:
    """Move a point to sample frame `frame`, also past others."""
    _check_point(tier, index)
    return insert_point(remove_point(tier, index), replace(tier.points[index], frame=max(frame, 0)))


class _Around:
    """What meets at a boundary; false where nothing does.

    Attributes:
        ending, beginning: index of the interval that ends there, and of the one that begins there.
        empty: indices of the intervals without a length between the two.
    """

    def __init__(self, tier: IntervalTier, boundary: int) -> None:
        items = self._items = tier.intervals
        first = bisect_left(items, boundary, key=lambda item: item.span.stop)
        last = bisect_right(items, boundary, key=lambda item: item.span.start)
        ends = first < len(items) and items[first].span.stop == boundary and items[first].span
        begins = last > 0 and items[last - 1].span.start == boundary and items[last - 1].span
        self.ending = first if ends else None
        self.beginning = last - 1 if begins else None
        self.empty = range(first + bool(ends), last - bool(begins))

    def __bool__(self) -> bool:
        return self.ending is not None or self.beginning is not None

    def touched(self) -> tuple[int, int]:
        """Index of the first of all these intervals, and the one after the last."""
        first = self.empty.start if self.ending is None else self.ending
        return first, self.empty.stop if self.beginning is None else self.beginning + 1

    def room(self) -> tuple[int, int | None]:
        """How far the boundary can go: first and last sample frame; None for no limit."""
        low, high = 0, None
        if self.ending is not None:
            low = self._items[self.ending].span.start + 1
        elif self.empty.start > 0:
            low = self._items[self.empty.start - 1].span.stop
        if self.beginning is not None:
            high = self._items[self.beginning].span.stop - 1
        elif self.empty.stop < len(self._items):
            high = self._items[self.empty.stop].span.start
        return low, high


def _check(tier: IntervalTier, index: int) -> None:
    if not 0 <= index < len(tier.intervals):
        raise EditError("There is no such interval any more.")


def _check_point(tier: PointTier, index: int) -> None:
    if not 0 <= index < len(tier.points):
        raise EditError("There is no such point any more.")


def _with(tier: IntervalTier, index: int, item: Interval) -> IntervalTier:
    return tier.spliced(index, index + 1, (item,))


def _split_text(text: str, share: float) -> tuple[str, str]:
    spaces = [index for index, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text, ""
    at = min(spaces, key=lambda index: abs(index - share * len(text)))
    return text[:at], text[at + 1 :]
