"""Words whose health is known."""

import numpy as np
import pytest

from audiolab.asr.checkpoints.reading import Reading
from audiolab.asr.health import echoes, judged
from audiolab.core.doubts import Doubt
from audiolab.core.speech import Emissions, Token, Word
from audiolab.core.timebase import FrameGrid, TimeSpan

RATE = 1000
VOCABULARY = ("<blank>", "|", "a", "b", "c")


def emissions(path: list[int]) -> Emissions:
    """A model of 20 ms frames that is sure of `path`."""
    probabilities = np.full((len(path), len(VOCABULARY)), 0.01, np.float32)
    probabilities[np.arange(len(path)), path] = 0.96
    return Emissions(np.log(probabilities), VOCABULARY, 0, FrameGrid(20, 0, RATE), "letters")


def word(text: str, *frames: int, first: int = 0) -> tuple[Word, tuple[Token, ...]]:
    """A word, the tokens of which lie in one frame each."""
    tokens = tuple(
        Token(letter, TimeSpan(20 * at, 20 * at + 20), TimeSpan(at, at + 1), 0.9)
        for letter, at in zip(text, frames, strict=True)
    )
    span, inside = tokens[0].span.hull(tokens[-1].span), tokens[0].frames.hull(tokens[-1].frames)
    return Word(text, span, inside, TimeSpan(first, first + len(tokens)), 0.9), tokens


def doubts_of(path: list[int], *said: tuple[Word, tuple[Token, ...]]) -> list[set[Doubt]]:
    read = Reading(TimeSpan(0, len(path)), tuple(one for one, _ in said), sum((own for _, own in said), ()))
    (piece,) = judged([read], emissions(path), np.array(path, np.int16), RATE)
    return [set(one.doubts) for one in piece.words]


def test_nothing_speaks_against_what_was_clearly_said() -> None:
    assert doubts_of([0, 2, 0, 3, 0, 1, 4, 0], word("ab", 1, 3), word("c", 6, first=2)) == [set(), set()]


def test_words_in_silence_badly_said_and_of_impossible_length() -> None:
    path = [0] * 60
    path[30], path[50] = 4, 3
    unsure, wrong = word("a", 10), word("a", 30, first=1)
    assert doubts_of(path, unsure) == [{Doubt.SILENCE, Doubt.SCORE}]
    assert doubts_of(path, unsure, wrong)[1] >= {Doubt.SCORE}
    assert Doubt.DURATION not in doubts_of([0] * 70, word("bb", 2, 50))[0]  # 0.98 s for two sounds
    assert Doubt.DURATION in doubts_of([0] * 70, word("bb", 2, 60))[0]


def test_tokens_count_from_the_first_piece() -> None:
    path = [0, 2, 0, 0, 3, 0]
    pieces = [
        Reading(TimeSpan(0, 3), *map(tuple, ([word("a", 1)[0]], word("a", 1)[1]))),
        Reading(TimeSpan(3, 6), *map(tuple, ([word("b", 4, first=1)[0]], word("b", 4)[1]))),
    ]
    found = list(judged(pieces, emissions(path), np.array(path, np.int16), RATE))
    assert [one.doubts for piece in found for one in piece.words] == [frozenset(), frozenset()]
    assert [piece.tokens for piece in found] == [piece.tokens for piece in pieces]


@pytest.mark.parametrize(
    ("said", "twice"),
    [
        ("the north wind", set()),
        ("the the wind", {0, 1}),
        ("in The north the north wind", {1, 2, 3, 4}),
        ("a b c d a b c d", set(range(8))),
        ("a b c d e a b c d e", set()),
        ("a b a c a", set()),
    ],
)
def test_what_is_said_twice_in_succession(said: str, twice: set[int]) -> None:
    assert echoes(said.split()) == twice
