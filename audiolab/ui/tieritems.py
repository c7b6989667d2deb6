"""Items of tiers of either kind, found by bisection: a point is an item that lasts one sample frame."""

from bisect import bisect_left, bisect_right

from audiolab.core.tiers import Interval, IntervalTier, Point, Tier, middles_in
from audiolab.core.timebase import TimeSpan


def items_of(tier: Tier) -> tuple[Interval, ...] | tuple[Point, ...]:
    """All items in order of time."""
    return tier.intervals if isinstance(tier, IntervalTier) else tier.points


def item_span(tier: Tier, index: int) -> TimeSpan:
    """The time of an item; empty for a point."""
    if isinstance(tier, IntervalTier):
        return tier.intervals[index].span
    frame = tier.points[index].frame
    return TimeSpan(frame, frame)


def item_at(tier: Tier, frame: int, *, before: bool = False) -> int | None:
    """Index of the interval or point at `frame`; with `before` of the last that begins by then."""
    if isinstance(tier, IntervalTier):
        index = bisect_right(tier.intervals, frame, key=lambda item: item.span.start) - 1
        holds = index >= 0 and frame in tier.intervals[index].span
    else:
        index = bisect_right(tier.points, frame, key=lambda item: item.frame) - 1
        holds = index >= 0 and tier.points[index].frame == frame
    return index if holds or (before and index >= 0) else None


def middle_in(tier: Tier, span: TimeSpan) -> range:
    """Indices of the items whose middle lies in `span`."""
    if isinstance(tier, IntervalTier):
        return middles_in(tier.intervals, span)
    first = bisect_left(tier.points, span.start, key=lambda item: item.frame)
    return range(first, bisect_left(tier.points, span.stop, key=lambda item: item.frame))
