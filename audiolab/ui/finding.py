"""Finding text in tiers: also text that goes over several words."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from audiolab.core.speakers import Mask
from audiolab.core.tiers import Annotation, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.ui.tieritems import item_span, items_of


@dataclass(frozen=True, slots=True)
class Match:
    """Where the text that is looked for stands.

    Attributes:
        span: sample frames, from the first item to the last; empty for a point.
        tier: its name.
        first, last: indices of the items.
    """

    span: TimeSpan
    tier: str
    first: int
    last: int


class Finder:
    """Finds text in the tiers of one annotation after the other; only tiers that changed are read anew."""

    def __init__(self) -> None:
        self._texts: dict[int, _TierText] = {}

    def find(
        self, annotation: Annotation, text: str, mask: Callable[[Tier], Mask | None] = lambda _tier: None
    ) -> tuple[Match, ...]:
        """All places where `text` stands, in any case, in order of time and then of tiers.

        Args:
            annotation: where to look.
            text: what for.
            mask: which items of a tier are shown, None for all; others are not found.
        """
        wanted = " ".join(text.casefold().split())
        known = self._texts
        self._texts = {id(tier): known.get(id(tier)) or _TierText.of(tier) for tier in annotation.tiers}
        if not wanted:
            return ()
        found = [
            match for tier in annotation.tiers for match in _shown(self._texts[id(tier)].find(wanted), mask(tier))
        ]
        return tuple(sorted(found, key=lambda match: match.span.start))


def _shown(matches: list[Match], mask: Mask | None) -> list[Match]:
    return [match for match in matches if mask is None or mask[match.first : match.last + 1].all()]


@dataclass(frozen=True, slots=True)
class _TierText:
    """The folded texts of a tier's items with a space between, and where each begins. Keeps the tier alive."""

    tier: Tier
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, tier: Tier) -> "_TierText":
        pieces, starts, position = [], [], 0
        for item in items_of(tier):
            piece = " ".join(item.text.casefold().split())
            starts.append(position)
            pieces.append(piece)
            position += len(piece) + 1
        return cls(tier, " ".join(pieces), tuple(starts))

    def find(self, wanted: str) -> list[Match]:
        matches = []
        at = self.text.find(wanted)
        while at >= 0:
            first = bisect_right(self.starts, at) - 1
            last = bisect_right(self.starts, at + len(wanted) - 1) - 1
            span = item_span(self.tier, first).hull(item_span(self.tier, last))
            matches.append(Match(span, self.tier.name, first, last))
            at = self.text.find(wanted, at + len(wanted))
        return matches
