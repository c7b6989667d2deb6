"""Two readings of the same speech side by side: which word of one is which of the other."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from audiolab.core.tiers import Interval


@dataclass(frozen=True, slots=True)
class Slot:
    """A word of the old reading, of the new one, or of both: side by side where they are the same or overlap.

    Attributes:
        old: as it is in the words tier.
        new: as it was read now.
    """

    old: Interval | None
    new: Interval | None

    @property
    def same(self) -> bool:
        """Whether both readings have it, but for capitals and punctuation."""
        return self.old is not None and self.new is not None and spoken(self.old.text) == spoken(self.new.text)

    @property
    def words(self) -> tuple[Interval, ...]:
        """The old word and the new one, as far as there are any."""
        return tuple(word for word in (self.old, self.new) if word is not None)


def spoken(text: str) -> str:
    """What of a word is heard: its letters and figures, without capitals; all of it where it has none."""
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text


def side_by_side(old: Sequence[Interval], new: Sequence[Interval], reach: int) -> tuple[Slot, ...]:
    """Pair the words of two readings, in order of time.

    Of all ways to pair them in order, the one with most words that are the same, and then with most overlap. Words
    that are the same may lie up to `reach` sample frames apart; others are paired where they overlap.
    """
    slots: list[Slot] = []
    done, seen = 0, 0
    for first, second in [*_chain(old, new, reach), (len(old), len(new))]:
        alone = [*(Slot(word, None) for word in old[done:first]), *(Slot(None, word) for word in new[seen:second])]
        slots += sorted(alone, key=lambda slot: slot.words[0].span)
        if first < len(old):
            slots.append(Slot(old[first], new[second]))
        done, seen = first + 1, second + 1
    return tuple(slots)


def _chain(old: Sequence[Interval], new: Sequence[Interval], reach: int) -> list[tuple[int, int]]:
    """The heaviest chain of pairs that rises in both readings.

    A Fenwick tree over the new words holds the best chain that ends at or before each (Fenwick, "A new data
    structure for cumulative frequency tables", 1994): the cost grows with the number of pairs, not its square.
    """
    best: list[tuple[float, int]] = [(0.0, -1)] * (len(new) + 1)
    pairs: list[tuple[int, int, int]] = []  # old, new, the pair before it in the chain
    stops = [word.span.stop for word in new]
    for index, word in enumerate(old):
        found: list[tuple[int, float, int]] = []
        for other in range(bisect_left(stops, word.span.start - reach), len(new)):
            if new[other].span.start > word.span.stop + reach:
                break
            if weight := _weight(word, new[other]):
                score, before = _best_before(best, other)
                found.append((other, score + weight, len(pairs)))
                pairs.append((index, other, before))
        for other, score, pair in found:
            _note(best, other, score, pair)
    chain: list[tuple[int, int]] = []
    pair = _best_before(best, len(new))[1]
    while pair >= 0:
        first, second, pair = pairs[pair]
        chain.append((first, second))
    return chain[::-1]


def _weight(old: Interval, new: Interval) -> float:
    """2 to 3 for words that are the same, by how well they overlap; 0 to 1 for others."""
    shared = old.span.intersection(new.span).length
    overlap = shared / max(old.span.hull(new.span).length, 1)
    return 2.0 + overlap if spoken(old.text) == spoken(new.text) else overlap


def _best_before(tree: list[tuple[float, int]], stop: int) -> tuple[float, int]:
    """The best chain that ends with a new word before index `stop`."""
    found = (0.0, -1)
    while stop > 0:
        found = max(found, tree[stop])
        stop -= stop & -stop
    return found


def _note(tree: list[tuple[float, int]], index: int, score: float, pair: int) -> None:
    place = index + 1
    while place < len(tree):
        tree[place] = max(tree[place], (score, pair))
        place += place & -place
