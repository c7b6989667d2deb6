"""Finding text in tiers: also text that goes over several words, or over several phones."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from audiolab.core.speakers import Mask
from audiolab.core.tiers import PHONES, Annotation, IntervalTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.ui.tieritems import item_span, items_of

Indices = npt.NDArray[np.int64]

_BETWEEN = "\0"
"""Stands between the texts of two items while they are folded."""

_SPACE = re.compile(r"[^\S\0]+")

_ALIKE = (("ɡ", "g"), ("ː", ":"), ("ˈ", "'"), ("’", "'"))
"""Signs of the IPA, and of print, with what a keyboard has for them."""


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


class Matches(Sequence[Match]):
    """All places where a text stands, in order of time and then of tiers; each is made when it is asked for.

    Args:
        found: tier by tier, indices of the first and of the last items, both of shape (matches,), and the sample
            frames at which they begin.
    """

    def __init__(self, found: Sequence[tuple[Tier, Indices, Indices, Indices]] = ()) -> None:
        self._tiers = [tier for tier, *_ in found]
        empty = [np.zeros(0, np.int64)]
        starts = np.concatenate([*empty, *(frames for *_, frames in found)])
        order = np.argsort(starts, kind="stable")
        self.starts: Indices = starts[order]
        self._tier = np.concatenate([*empty, *(np.full(len(one[1]), at) for at, one in enumerate(found))])[order]
        self._first = np.concatenate([*empty, *(first for _, first, _, _ in found)])[order]
        self._last = np.concatenate([*empty, *(last for _, _, last, _ in found)])[order]

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> list[Match]: ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        tier = self._tiers[int(self._tier[index])]
        first, last = int(self._first[index]), int(self._last[index])
        return Match(item_span(tier, first).hull(item_span(tier, last)), tier.name, first, last)


class Finder:
    """Finds text in the tiers of one annotation after the other; only tiers that changed are read anew.

    Capitals do not count, nor how an accent is written. Of phones, spaces do not count either, so that a word can
    be typed as it sounds; what is found begins with a phone, or lies within one.
    """

    def __init__(self) -> None:
        self._texts: dict[int, _TierText] = {}

    def find(
        self, annotation: Annotation, text: str, mask: Callable[[Tier], Mask | None] = lambda _tier: None
    ) -> Matches:
        """All places where `text` stands.

        Args:
            annotation: where to look.
            text: what for.
            mask: which items of a tier are shown, None for all; others are not found.
        """
        wanted = " ".join(_folded(text).split())
        known = self._texts
        self._texts = {id(tier): known.get(id(tier)) or _TierText.of(tier) for tier in annotation.tiers}
        if not wanted:
            return Matches()
        return Matches([self._texts[id(tier)].find(wanted, mask(tier)) for tier in annotation.tiers])


@dataclass(frozen=True, slots=True, eq=False)
class _TierText:
    """The folded texts of a tier's items one after the other. Keeps the tier alive.

    Attributes:
        tier: whose they are.
        text: of phones without anything between them, of others with a space.
        starts: where each item begins in it, shape (items,).
        frames: where each item begins in the recording, in sample frames; shape (items,).
    """

    tier: Tier
    text: str
    starts: Indices
    frames: Indices

    @classmethod
    def of(cls, tier: Tier) -> "_TierText":
        """Read a tier."""
        items = items_of(tier)
        text = _BETWEEN.join([item.text for item in items])
        if text.count(_BETWEEN) >= max(len(items), 1):
            text = _BETWEEN.join([item.text.replace(_BETWEEN, "") for item in items])
        text = _folded(text)
        if _SPACE.search(text):
            text = re.sub(f" ?{_BETWEEN} ?", _BETWEEN, _SPACE.sub(" ", text)).strip(" ")
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        starts = np.concatenate(([0], np.flatnonzero(codes == ord(_BETWEEN)) + 1))[: len(items)]
        if isinstance(tier, IntervalTier):
            frames = [item.span.start for item in tier.intervals]
        else:
            frames = [point.frame for point in tier.points]
        if tier.name == PHONES:
            return cls(tier, text.replace(_BETWEEN, ""), starts - np.arange(len(items)), np.array(frames, np.int64))
        return cls(tier, text.replace(_BETWEEN, " "), starts, np.array(frames, np.int64))

    def find(self, wanted: str, mask: Mask | None) -> tuple[Tier, Indices, Indices, Indices]:
        """The tier, and of each match its first item, its last one, and the sample frame where it begins."""
        phones = self.tier.name == PHONES
        wanted = wanted.replace(" ", "") if phones else wanted
        places = re.finditer(f"(?={re.escape(wanted)})" if phones else re.escape(wanted), self.text)
        at = np.fromiter((place.start() for place in places), np.int64)
        first = np.searchsorted(self.starts, at, "right") - 1
        last = np.searchsorted(self.starts, at + len(wanted) - 1, "right") - 1
        good = np.ones(len(at), bool)
        if phones:
            good &= (self.starts[first] == at) | (first == last)
        if mask is not None:
            hidden = np.concatenate(([0], np.cumsum(~mask)))
            good &= hidden[last + 1] == hidden[first]
        return self.tier, first[good], last[good], self.frames[first[good]]


def _folded(text: str) -> str:
    """Without capitals, accents written in one way, signs that look alike as one."""
    text = unicodedata.normalize("NFC", text.casefold())
    for sign, key in _ALIKE:
        text = text.replace(sign, key)
    return text
