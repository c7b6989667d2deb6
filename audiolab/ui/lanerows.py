"""Rows of the alignment lane: each tier's items as arrays, so that drawing and hitting cost what can be seen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from audiolab.core.sequences import difference
from audiolab.core.speakers import Mask
from audiolab.core.tieredits import boundary_room
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.ui.laneimage import Spans
from audiolab.ui.tieritems import item_span, items_of


@dataclass(frozen=True, slots=True, eq=False)
class TierRow:
    """One tier, ready to be drawn.

    Attributes:
        tier: what it shows.
        spans: of its items.
        seen: of those items that are shown.
        places: index of each of these; int64 of shape (seen items,). None where all are shown.
        speakers: names of those who speak in it.
        codes: of each item's speaker: 0 for none, else its place among all speakers from 1; uint8 of shape
            (items,). None where nobody is named.
    """

    tier: Tier
    spans: Spans
    seen: Spans
    places: npt.NDArray[np.int64] | None
    speakers: frozenset[str]
    codes: npt.NDArray[np.uint8] | None

    @property
    def is_points(self) -> bool:
        """Whether it shows points."""
        return isinstance(self.tier, PointTier)

    def text(self, index: int) -> str:
        """What is written on an item."""
        return items_of(self.tier)[index].text

    def span(self, index: int) -> TimeSpan:
        """The time of an item."""
        return item_span(self.tier, index)

    def index(self, at: int) -> int:
        """Which of all items the one is that is shown at place `at`."""
        return at if self.places is None else int(self.places[at])

    @property
    def seen_codes(self) -> npt.NDArray[np.uint8] | None:
        """`codes` of the items that are shown."""
        return self.codes if self.codes is None or self.places is None else self.codes[self.places]

    def hit(self, frame: int, reach: int) -> int | None:
        """The interval at `frame`, or the point within `reach` sample frames of it."""
        if not self.is_points:
            at = self.seen.at(frame)
            return None if at is None else self.index(at)
        near = self.spans.nearest_edge(frame, reach)
        return None if near is None else int(np.searchsorted(self.spans.starts, near))


def rows_of(
    annotation: Annotation, before: tuple[TierRow, ...], mask: Callable[[Tier], Mask | None]
) -> tuple[TierRow, ...]:
    """A row for each tier; of what a tier had `before` under its name, only what differs is made anew.

    Args:
        annotation: whose tiers they are.
        before: the rows as they were.
        mask: which items of a tier are shown; None for all.
    """
    known = {row.tier.name: row for row in before}
    rows = [_row(tier, known.get(tier.name)) for tier in annotation.tiers]
    everybody = _names(rows)
    same = everybody == _names(before)
    coloured = (row if same and row in before else replace(row, codes=_codes(row, everybody)) for row in rows)
    return tuple(_masked(row, mask(row.tier)) for row in coloured)


def _row(tier: Tier, before: TierRow | None) -> TierRow:
    """The row of a tier, as yet without codes unless nothing changed."""
    if before is not None and before.tier is tier:
        return before
    if isinstance(tier, PointTier):
        return _whole(tier, Spans.of_points(tier.points), frozenset())
    if before is None or not isinstance(before.tier, IntervalTier):
        return _whole(tier, Spans.of(tier.intervals), _speaking(tier.intervals))
    old, new = before.tier.intervals, tier.intervals
    where = difference(old, new)
    spoken = _speaking(old[where.start : where.before]) | _speaking(new[where.start : where.after])
    return _whole(tier, before.spans.edited(where, new), _speaking(new) if spoken else before.speakers)


def _whole(tier: Tier, spans: Spans, speakers: frozenset[str]) -> TierRow:
    return TierRow(tier, spans, spans, None, speakers, None)


def _masked(row: TierRow, mask: Mask | None) -> TierRow:
    if mask is None:
        return row if row.places is None else replace(row, seen=row.spans, places=None)
    return replace(row, seen=row.spans.masked(mask), places=np.flatnonzero(mask))


def _speaking(items: Sequence[Interval] | Sequence[Point]) -> frozenset[str]:
    return frozenset({item.speaker for item in items if isinstance(item, Interval)} - {""})


def _names(rows: Iterable[TierRow]) -> list[str]:
    return sorted(frozenset().union(*(row.speakers for row in rows)))


def _codes(row: TierRow, everybody: list[str]) -> npt.NDArray[np.uint8] | None:
    if not row.speakers:
        return None
    codes = {"": 0} | {name: place % 255 + 1 for place, name in enumerate(everybody)}
    return np.array([codes[item.speaker] for item in row.tier.intervals], np.uint8)


@dataclass(frozen=True, slots=True)
class Grip:
    """A boundary or a point that is dragged.

    Attributes:
        row: its tier's place among the rows.
        boundary: where it was, in sample frames.
        target: where it is dragged to.
        low, high: how far it can go.
        moved: places of the rows whose boundary goes with it.
    """

    row: int
    boundary: int
    target: int
    low: int
    high: int
    moved: tuple[int, ...]


def grip_of(rows: tuple[TierRow, ...], row: int, boundary: int, length: int, *, everywhere: bool) -> Grip | None:
    """Take hold of `boundary` of a row, with `everywhere` of all rows that have it; None where there is none.

    Args:
        length: of the recording in sample frames.
    """
    if rows[row].is_points:
        return Grip(row, boundary, boundary, 0, length, (row,))
    low, high, moved = 0, length, []
    for place, other in enumerate(rows):
        if other.is_points or (place != row and not everywhere):
            continue
        room = boundary_room(other.tier, boundary)
        if room is not None:
            low, high = max(low, room[0]), min(high, length if room[1] is None else room[1])
            moved.append(place)
    return Grip(row, boundary, boundary, low, high, tuple(moved)) if moved else None
