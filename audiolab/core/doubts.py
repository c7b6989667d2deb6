"""What speaks against the place of a word, or of a passage that a text lacks."""

from collections.abc import Iterable
from enum import StrEnum


class Doubt(StrEnum):
    """One thing that speaks against it; the value is what a person reads."""

    UNSPOKEN = "not found in the sound"
    UNWRITTEN = "not in the text"
    INTERPOLATED = "time interpolated, not measured"
    SILENCE = "in silence"
    DURATION = "impossible duration"
    SCORE = "low score"
    REPEATED = "said more than once"
    GUESSED = "pronunciation guessed"


Doubts = frozenset[Doubt]

NO_DOUBTS: Doubts = frozenset()

WEIGHTS = {
    Doubt.UNSPOKEN: 6.0,
    Doubt.UNWRITTEN: 5.5,
    Doubt.INTERPOLATED: 5.0,
    Doubt.SILENCE: 4.0,
    Doubt.DURATION: 3.0,
    Doubt.SCORE: 2.0,
    Doubt.REPEATED: 1.0,
    Doubt.GUESSED: 0.5,
}
"""How soon each is reviewed."""

PLACING = frozenset({Doubt.UNSPOKEN, Doubt.INTERPOLATED, Doubt.SILENCE, Doubt.DURATION})
"""Those that end when a person says where the word is."""


def weight_of(doubts: Iterable[Doubt]) -> float:
    """The weight of the heaviest doubt; 0 where there is none."""
    return max((WEIGHTS[doubt] for doubt in doubts), default=0.0)


def told(doubts: Iterable[Doubt]) -> str:
    """All of them in words, the heaviest first: ``"in silence, low score"``."""
    ordered: list[Doubt] = sorted(doubts, key=lambda doubt: -WEIGHTS[doubt])
    return ", ".join(ordered)
