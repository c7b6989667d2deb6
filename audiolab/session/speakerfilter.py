"""Whose words are shown, found and written: everybody's, or those of some."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from audiolab.core.speakers import Mask, mask_of, speakers_of
from audiolab.core.tiers import WORDS, Annotation, Interval, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.session.annotations import Annotations
from audiolab.session.reading import covering, overlapping


@dataclass(frozen=True, slots=True)
class ShownWords:
    """The words that are shown, in order.

    Attributes:
        words: themselves.
        places: index of each in the words tier; None where all are shown.
    """

    words: tuple[Interval, ...] = ()
    places: tuple[int, ...] | None = None

    def at(self, frame: int) -> int | None:
        """Index of the one that is said at sample `frame`, if any."""
        return covering(self.words, frame)

    def within(self, span: TimeSpan) -> range:
        """Indices of those that overlap `span`."""
        return overlapping(self.words, span)

    def in_tier(self, words: range) -> range | None:
        """Where some of them stand in the words tier; None where others that are not shown stand between them."""
        if self.places is None or not words:
            return words
        first, last = self.places[words[0]], self.places[words[-1]]
        return range(first, last + 1) if last - first == len(words) - 1 else None


class SpeakerFilter(QObject):
    """Remembers who is listened to while a recording is open.

    Signals:
        changed: other words, or others' words, are shown.
    """

    changed = Signal()

    def __init__(self, annotations: Annotations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._annotations = annotations
        self._chosen: frozenset[str] = frozenset()
        self._masks: dict[str, tuple[Tier, tuple[Interval, ...], Mask | None]] = {}
        self._words = ShownWords()
        annotations.changed.connect(self._follow)

    @property
    def chosen(self) -> frozenset[str]:
        """Names of those whose words are shown, an empty one for words of nobody who was named; none shows all."""
        return self._chosen

    @property
    def names(self) -> tuple[str, ...]:
        """Whom one can choose: everybody who is named, and at the end an empty name where somebody is not."""
        annotation = self._annotations.annotation
        named = speakers_of(annotation)
        unnamed = any(not word.speaker for word in annotation.intervals(WORDS))
        return (*named, "") if named and unnamed else named

    @property
    def words(self) -> ShownWords:
        """The words that are shown."""
        return self._words

    def toggle(self, name: str) -> None:
        """Show what somebody says, too, or no more."""
        self._choose(self._chosen ^ {name})

    def show_everybody(self) -> None:
        """Show all."""
        self._choose(frozenset())

    def mask(self, tier: Tier) -> Mask | None:
        """Which items of a tier of the present annotation are shown; None for all of them."""
        if not self._chosen:
            return None
        annotation = self._annotations.annotation
        words = annotation.intervals(WORDS)
        known = self._masks.get(tier.name)
        if known is None or known[0] is not tier or known[1] is not words:
            known = self._masks[tier.name] = tier, words, mask_of(annotation, tier, self._chosen)
        return known[2]

    def shown(self, tier: Tier, items: range) -> list[int]:
        """Those of some items of a tier that are shown."""
        mask = self.mask(tier)
        return [index for index in items if mask is None or mask[index]]

    def _choose(self, chosen: frozenset[str]) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self._masks.clear()
            self._find_words(self._annotations.annotation)
            self.changed.emit()

    def _follow(self) -> None:
        """Who does not speak any more is not listened to; when nobody is left, everybody is."""
        before = self._chosen, self._words
        if self._chosen:
            self._chosen &= frozenset(self.names)
            if self._chosen != before[0]:
                self._masks.clear()
        self._find_words(self._annotations.annotation)
        if (self._chosen, self._words) != before:
            self.changed.emit()

    def _find_words(self, annotation: Annotation) -> None:
        tier = annotation.tier(WORDS)
        mask = self.mask(tier) if tier is not None else None
        words = annotation.intervals(WORDS)
        if mask is None:
            self._words = ShownWords(words)
        else:
            places = tuple(np.flatnonzero(mask).tolist())
            self._words = ShownWords(tuple(words[place] for place in places), places)
