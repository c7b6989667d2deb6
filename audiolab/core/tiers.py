"""Annotations on the timeline: tiers of intervals and of points, with times in sample frames."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from audiolab.core.doubts import NO_DOUBTS, Doubts
from audiolab.core.speech import Alignment
from audiolab.core.timebase import TimeSpan

WORDS, PHONES, REMARKS = "words", "phones", "remarks"
"""Names of the tiers that an alignment becomes; remarks tell what a text lacks."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Text that holds for a stretch of time.

    Attributes:
        span: sample frames; may be empty, where another program wrote it so.
        text: as it is shown.
        speaker: who speaks; empty where nobody said.
        doubts: what speaks against its time or its text.
    """

    span: TimeSpan
    text: str
    speaker: str = ""
    doubts: Doubts = NO_DOUBTS


@dataclass(frozen=True, slots=True)
class Point:
    """Text that holds for one instant, at sample frame `frame`."""

    frame: int
    text: str


@dataclass(frozen=True, slots=True)
class IntervalTier:
    """Intervals in order of time that do not overlap; what lies between them is not annotated.

    Raises:
        ValueError: they overlap or are out of order.
    """

    name: str
    intervals: tuple[Interval, ...] = ()

    def __post_init__(self) -> None:
        for before, after in pairwise(self.intervals):
            if after.span.start < before.span.stop:
                raise ValueError(f"tier {self.name!r}: {after.text!r} begins before {before.text!r} ends")

    def spliced(self, first: int, stop: int, intervals: Iterable[Interval]) -> "IntervalTier":
        """The same with `intervals` in the place of those from index `first` to `stop` (excluded).

        Looks at these and their neighbours alone: an edit costs the same on a tier of 100,000 intervals.

        Raises:
            ValueError: they overlap or are out of order.
        """
        added = tuple(intervals)
        IntervalTier(
            self.name, (*self.intervals[max(first - 1, 0) : first], *added, *self.intervals[stop : stop + 1])
        )
        tier = object.__new__(IntervalTier)  # what was checked before is not checked again
        object.__setattr__(tier, "name", self.name)
        object.__setattr__(tier, "intervals", (*self.intervals[:first], *added, *self.intervals[stop:]))
        return tier


@dataclass(frozen=True, slots=True)
class PointTier:
    """Points in order of time.

    Raises:
        ValueError: they are out of order.
    """

    name: str
    points: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        for before, after in pairwise(self.points):
            if after.frame < before.frame:
                raise ValueError(f"tier {self.name!r}: {after.text!r} comes before {before.text!r}")


Tier = IntervalTier | PointTier


@dataclass(frozen=True, slots=True)
class Annotation:
    """All tiers of one recording.

    Attributes:
        sample_rate: of all positions, in Hz.
        frames: length of the recording in sample frames.
        tiers: from top to bottom.
    """

    sample_rate: int
    frames: int
    tiers: tuple[Tier, ...] = ()

    def tier(self, name: str) -> Tier | None:
        """The first tier called `name`."""
        return next((tier for tier in self.tiers if tier.name == name), None)

    def intervals(self, name: str) -> tuple[Interval, ...]:
        """The intervals of the tier called `name`; none where there is no such tier, or where it has points."""
        tier = self.tier(name)
        return tier.intervals if isinstance(tier, IntervalTier) else ()

    def within(self, span: TimeSpan) -> "Annotation":
        """What lies in `span`, cut at its edges, as the annotation of a recording that begins there."""
        return Annotation(self.sample_rate, span.length, tuple(_cut(tier, span) for tier in self.tiers))

    def moved(self, by: int, frames: int) -> "Annotation":
        """What holds for a part of a recording, as the annotation of all of it.

        Args:
            by: sample frame of the recording at which the part begins.
            frames: length of the recording.
        """
        return Annotation(self.sample_rate, frames, tuple(_moved(tier, by) for tier in self.tiers))

    def with_tier(self, tier: Tier) -> "Annotation":
        """The same with `tier` in the place of the one of its name, or below all others."""
        names = [other.name for other in self.tiers]
        if tier.name not in names:
            return replace(self, tiers=(*self.tiers, tier))
        index = names.index(tier.name)
        return replace(self, tiers=(*self.tiers[:index], tier, *self.tiers[index + 1 :]))


def _cut(tier: Tier, span: TimeSpan) -> Tier:
    if isinstance(tier, PointTier):
        inside = (point for point in tier.points if point.frame in span)
        return _moved(replace(tier, points=tuple(inside)), -span.start)
    parts = (
        replace(item, span=item.span.intersection(span)) for item in tier.intervals if item.span.overlaps(span)
    )
    return _moved(replace(tier, intervals=tuple(parts)), -span.start)


def _moved(tier: Tier, by: int) -> Tier:
    if isinstance(tier, PointTier):
        return replace(tier, points=tuple(replace(point, frame=point.frame + by) for point in tier.points))
    return replace(tier, intervals=tuple(replace(item, span=item.span.moved(by)) for item in tier.intervals))


def middles_in(intervals: Sequence[Interval], span: TimeSpan) -> range:
    """Indices of the intervals of a tier whose middle lies in `span`."""
    first = bisect_left(intervals, 2 * span.start, key=_twice_middle)
    return range(first, max(bisect_left(intervals, 2 * span.stop, key=_twice_middle), first))


def _twice_middle(item: Interval) -> int:
    return item.span.start + item.span.stop


def interval_tiers(name: str, intervals: Iterable[Interval]) -> tuple[IntervalTier, ...]:
    """Tiers that hold all of `intervals`, in any order: one called `name`, and more where some overlap."""
    layers: list[list[Interval]] = [[]]
    for interval in sorted(intervals, key=lambda item: item.span):
        layer = next((layer for layer in layers if not layer or layer[-1].span.stop <= interval.span.start), None)
        if layer is None:
            layers.append(layer := [])
        layer.append(interval)
    names = (name if number == 1 else f"{name} ({number})" for number in range(1, len(layers) + 1))
    return tuple(IntervalTier(title, tuple(layer)) for title, layer in zip(names, layers, strict=True))


def annotation_of(alignment: Alignment, sample_rate: int, frames: int) -> Annotation:
    """Words and tokens of an alignment as two tiers.

    Args:
        alignment: with spans at `sample_rate`.
        sample_rate: of the recording, in Hz.
        frames: its length in sample frames.
    """
    words = tuple(Interval(word.span, word.text, doubts=word.doubts) for word in alignment.words)
    phones = tuple(Interval(token.span, token.text) for token in alignment.tokens)
    return Annotation(sample_rate, frames, (IntervalTier(WORDS, words), IntervalTier(PHONES, phones)))
