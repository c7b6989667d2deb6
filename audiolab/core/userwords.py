"""`UserWord`: a word or phrase that a person tells a recogniser about."""

from dataclasses import dataclass

LARGEST_BOOST = 10.0
"""Ten thousand million times likelier: more changes nothing."""

DEFAULT_BOOST = 2.0
"""Of what a person expects to hear, chosen on the shared recordings (tests/benchmarks/hotwords.py)."""


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
