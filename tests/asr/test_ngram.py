"""Trigram scores: against the definition on a small model, and against the package that the real one comes from."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.ngram import build_trigram_model, with_unknown_words
from audiolab.asr.packages import package_file
from audiolab.asr.sphinx_lm import SphinxTrigrams
from tests.asr import small_language as small

MODEL = small.model()


def score(state: int, word: int) -> tuple[float, int]:
    log10, following = MODEL.score(np.array([state]), np.array([word]))
    return float(log10[0]), int(following[0])


@given(st.lists(st.sampled_from([word for word in small.WORDS if word != "<s>"]), max_size=6))
def test_back_off_is_that_of_the_definition(words: list[str]) -> None:
    state = MODEL.begin
    past: tuple[str, ...] = ("<s>",)
    for word in words:
        log10, state = score(state, small.WORDS.index(word))
        assert math.isclose(log10, small.log10_of(word, past[-2:]), abs_tol=1e-6)
        past += (word,)


def test_states_without_a_future_of_their_own_are_merged() -> None:
    of = {word: index for index, word in enumerate(small.WORDS)}
    _, after_bee_end = score(score(MODEL.begin, of["bee"])[1], of["</s>"])
    assert after_bee_end == of["</s>"], "the bigram has no back-off and begins no trigram"
    _, after_unknown_pair = score(of["abc"], of["a"])
    assert after_unknown_pair == of["a"]
    _, after_known_pair = score(MODEL.begin, of["a"])
    assert after_known_pair >= MODEL.words


def test_the_real_model_scores_as_its_package_does() -> None:
    from pocketsphinx import Config, LogMath, NGramModel

    path = package_file("pocketsphinx", "model/en-us/en-us.lm.bin")
    theirs = NGramModel(Config(loglevel="FATAL"), LogMath(), str(path))
    source = SphinxTrigrams(path)
    unigrams = source.unigrams()
    model = build_trigram_model(unigrams, *source.ngrams())
    ids = {word: index for index, word in enumerate(unigrams.words)}
    text = ["<s>", "the", "old", "man", "and", "the", "zydeco", "bands", "never", "read", "a", "book", "</s>"]
    state = np.array([model.begin])
    for at, word in enumerate(text[1:], 1):
        log10, state = model.score(state, np.array([ids[word]]))
        wanted = theirs.prob(text[max(at - 2, 0) : at + 1][::-1]) * math.log10(1.0001)
        assert math.isclose(float(log10[0]), wanted, abs_tol=1e-3), word


@given(st.lists(st.integers(1, len(small.WORDS) + 1), max_size=6))
def test_unknown_words_are_unlikely_and_tell_nothing(words: list[int]) -> None:
    model = with_unknown_words(MODEL, 2, -4.0)
    state, past = MODEL.begin, ("<s>",)
    for word in words:
        log10, following = (float(values[0]) for values in model.score(np.array([state]), np.array([word])))
        if word < len(small.WORDS):
            text = small.WORDS[word]
            known = small.log10_of(text, past[-2:]) if past else small.UNIGRAMS[text][0]
            assert math.isclose(log10, known, abs_tol=1e-6)
            past = (*past, text)
        else:
            back_off = small.BIGRAMS.get(past[-2:], (0.0, 0.0))[1] if len(past) > 1 else 0.0
            back_off += small.UNIGRAMS[past[-1]][1] if past else 0.0
            assert math.isclose(log10, -4.0 + back_off, abs_tol=1e-6)
            past = ()
        state = int(following)


def test_there_is_room_for_some_unknown_words() -> None:
    assert with_unknown_words(MODEL, MODEL.words, -4.0).words == 2 * MODEL.words
    with pytest.raises(ValueError, match="too many"):
        with_unknown_words(MODEL, 10_000, -4.0)
