"""What phrases earn: against counting them in the words that were said."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.biasing import BiasedModel, Phrase, PhraseBias
from tests.asr import small_language as small

WORDS = 4
PHRASES = st.dictionaries(
    st.lists(st.integers(0, WORDS - 2), min_size=1, max_size=4).map(tuple), st.sampled_from([0.5, 1.0, 3.0])
)


def total(bias: PhraseBias, words: Sequence[int]) -> tuple[float, list[float]]:
    """What a sequence earns, and how much of it after each word."""
    place, earned, course = np.zeros(1, np.int64), 0.0, []
    for word in words:
        gained, place = bias.score(place, np.array([word]))
        earned += float(gained[0])
        course.append(earned)
    return earned, course


def counted(phrases: dict[Phrase, float], words: Sequence[int]) -> float:
    pieces = itertools.combinations(range(len(words) + 1), 2)
    said = [tuple(words[start:stop]) for start, stop in pieces]
    return sum(phrases[piece] * len(piece) for piece in said if piece in phrases)


@given(PHRASES, st.lists(st.integers(0, WORDS - 2), max_size=12))
def test_a_sequence_earns_what_the_phrases_in_it_are_worth(phrases: dict[Phrase, float], words: list[int]) -> None:
    bias = PhraseBias(phrases.items(), WORDS)
    other = WORDS - 1  # a word of no phrase takes back what broke off
    assert total(bias, [*words, other])[0] == pytest.approx(counted(phrases, words), abs=1e-4)


def test_a_phrase_earns_as_it_goes_on_and_loses_all_where_it_breaks_off() -> None:
    bias = PhraseBias([((0, 1, 2), 2.0)], WORDS)
    assert total(bias, [3, 0, 1, 2, 0])[1] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert total(bias, [0, 1, 3])[1] == [2.0, 4.0, 0.0]
    assert total(bias, [0, 1, 0])[1] == [2.0, 4.0, 2.0]


def test_the_higher_boost_of_a_phrase_counts() -> None:
    assert total(PhraseBias([((0,), 1.0), ((0,), 3.0), ((0,), 2.0)], WORDS), [0])[0] == 3.0


@given(PHRASES, st.lists(st.integers(0, WORDS - 1), max_size=12))
def test_no_word_earns_more_than_it_can(phrases: dict[Phrase, float], words: list[int]) -> None:
    bias = PhraseBias(phrases.items(), WORDS)
    _, course = total(bias, words)
    for word, gained in zip(words, np.diff([0.0, *course]), strict=True):
        assert gained <= bias.most(word) + 1e-4


def test_without_phrases_the_model_is_as_it_was() -> None:
    model = small.model()
    biased = BiasedModel(model, PhraseBias([], model.words))
    states, words = np.divmod(np.arange(model.states * model.words), model.words)
    for one, other in zip(biased.score(states, words), model.score(states, words), strict=True):
        np.testing.assert_array_equal(one, other)


@given(st.lists(st.sampled_from(range(2, len(small.WORDS))), max_size=6))
def test_a_biased_model_adds_what_is_earned(words: list[int]) -> None:
    model = small.model()
    phrases: dict[Phrase, float] = {(2, 5): 1.0, (5,): 0.5}
    biased = BiasedModel(model, PhraseBias(phrases.items(), model.words))

    def summed(scorer: BiasedModel, said: list[int]) -> float:
        state, score = np.array([scorer.begin]), 0.0
        for word in said:
            log10, state = scorer.score(state, np.array([word]))
            score += float(log10[0])
        return score

    said = [*words, model.end]
    plain = summed(BiasedModel(model, PhraseBias([], model.words)), said)
    assert summed(biased, said) == pytest.approx(plain + counted(phrases, words), abs=1e-4)
