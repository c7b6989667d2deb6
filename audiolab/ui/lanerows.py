"""Rows of the alignment lane: each tier's items as arrays, so that drawing and hitting cost what can be seen."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from audiolab.core.tieredits import boundary_room
from audiolab.core.tiers import Annotation, IntervalTier, PointTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.ui.laneimage import Spans
from audiolab.ui.tieritems import item_span, items_of


@dataclass(frozen=True, slots=True, eq=False)
class TierRow:
    """One tier, ready to be drawn.

    Attributes:
        tier: what it shows.
        spans: of its items.
        codes: of each item's speaker: 0 for none, else its place among all speakers from 1; uint8 of shape
            (items,). None where nobody is named.
    """

    tier: Tier
    spans: Spans
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

    def hit(self, frame: int, reach: int) -> int | None:
        """The interval at `frame`, or the point within `reach` sample frames of it."""
        if not self.is_points:
            return self.spans.at(frame)
        near = self.spans.nearest_edge(frame, reach)
        return None if near is None else int(np.searchsorted(self.spans.starts, near))


def rows_of(annotation: Annotation, before: tuple[TierRow, ...]) -> tuple[TierRow, ...]:
    """A row for each tier; a tier that is as it was `before` keeps the arrays that it has."""
    known = {id(row.tier): row for row in before}
    codes = {name: code for code, name in enumerate(speakers_of(annotation), 1)}
    return tuple(_row(tier, known.get(id(tier)), codes) for tier in annotation.tiers)


def speakers_of(annotation: Annotation) -> tuple[str, ...]:
    """Everybody who speaks, by name."""
    tiers = (tier for tier in annotation.tiers if isinstance(tier, IntervalTier))
    return tuple(sorted({item.speaker for tier in tiers for item in tier.intervals if item.speaker}))


def _row(tier: Tier, before: TierRow | None, codes: dict[str, int]) -> TierRow:
    if isinstance(tier, PointTier):
        return before or TierRow(tier, Spans.of_points(tier.points), None)
    numbers = [codes.get(item.speaker, 0) for item in tier.intervals] if codes else []
    named = (
        np.array([(number - 1) % 255 + 1 if number else 0 for number in numbers], np.uint8)
        if any(numbers)
        else None
    )
    return replace(before, codes=named) if before else TierRow(tier, Spans.of(tier.intervals), named)


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
