"""`UserWord`: a word or phrase that a person tells a recogniser about."""

from collections.abc import Iterable
from dataclasses import dataclass

LARGEST_BOOST = 10.0
"""Ten thousand million times likelier: more changes nothing."""

DEFAULT_BOOST = 3.0
"""Of what a person expects to hear: the highest that hardly finds words where they are not said. Of 22 words on 252
recordings, among 60 that were expected, it finds 21, and one where nobody says it; 2 finds 18 and none, 4 finds 21
and three (tests/benchmarks/hotwords.py)."""

MOST_WORDS = 10_000
"""Entries of a dictionary; more than a person knows by heart."""


@dataclass(frozen=True, slots=True)
class UserWord:
    """An entry of a person's dictionary.

    Attributes:
        text: the word, or words with single spaces between them, as they are to be written.
        pronunciations: of a single word, each in phones of the default model; empty where they are to be found.
        boost: logarithm to base 10 of how many times likelier each of the words becomes; 0 makes it known, no more.
    """

    text: str
    pronunciations: tuple[tuple[str, ...], ...] = ()
    boost: float = 0.0


UserWords = tuple[UserWord, ...]
"""A dictionary, in the order in which it was written."""


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """An entry as it was typed, which may be wrong.

    Attributes:
        word: the word or phrase.
        spoken: its pronunciations.
        boost: see `UserWord`.
        above: lines of comments above it in the file.
    """

    word: str
    spoken: tuple[str, ...] = ()
    boost: float = 0.0
    above: str = ""


def united(words: Iterable[UserWord]) -> UserWords:
    """One entry for each word, with all its pronunciations and the highest boost."""
    result: dict[str, UserWord] = {}
    for word in words:
        known = result.get(word.text, word)
        forms = tuple(dict.fromkeys((*known.pronunciations, *word.pronunciations)))
        result[word.text] = UserWord(word.text, forms, max(known.boost, word.boost))
    return tuple(result.values())
