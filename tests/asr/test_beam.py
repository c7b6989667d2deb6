"""The search: against every path there is, on a small language, and where words may not be."""

import itertools
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.beam import BeamSearch, BeamSettings
from audiolab.asr.biasing import BiasedModel, PhraseBias
from audiolab.asr.tree_growth import Spoken, grown
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.timebase import TimeSpan
from tests.asr import small_language as small

EVERYTHING = BeamSettings(tokens=100_000, threshold=1e6, floor=1e-30, classes=small.CLASSES)
TREE, MODEL = small.tree(), small.model()


def new_search(settings: BeamSettings = EVERYTHING) -> BeamSearch:
    return BeamSearch(TREE, MODEL, small.BOUNDARY, small.BLANK, settings)


def decode(log_probs: np.ndarray, *stretches: tuple[int, int], **settings: Any) -> list[tuple[str, int]]:
    search = new_search(BeamSettings(**settings)) if settings else new_search()
    spans = [TimeSpan(*stretch) for stretch in stretches] or [TimeSpan(0, len(log_probs))]
    words, frames = search.decode(log_probs, spans, lambda: None)
    return [(small.WORDS[word], int(frame)) for word, frame in zip(words, frames, strict=True)]


def sharp(path: str, other: float = 1e-6) -> np.ndarray:
    """Log-probabilities that say a path aloud: ``a b c | .`` are the classes."""
    probabilities = np.full((len(path), small.CLASSES), other)
    probabilities[np.arange(len(path)), ["abc|.".index(letter) for letter in path]] = 1 - other * 4
    return np.log(probabilities)


def random_log_probs(seed: int, frames: int, spread: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.log(rng.dirichlet(np.full(small.CLASSES, spread), frames) + 1e-6)


def exhaustive(log_probs: np.ndarray) -> dict[tuple[str, ...], float]:
    """The score of each sequence of words, the sum of all paths that mean it; no shortcut is taken."""
    scores: dict[tuple[str, ...], list[float]] = defaultdict(list)
    weight, each, unmarked_score = EVERYTHING.lm_weight, EVERYTHING.word_score, EVERYTHING.unmarked
    for path in itertools.product(range(small.CLASSES), repeat=len(log_probs)):
        acoustic = sum(log_probs[frame, label] for frame, label in enumerate(path))
        for words, unmarked in small.readings(path):
            score = acoustic + weight * small.sentence_log10(words) + each * len(words) + unmarked_score * unmarked
            scores[words].append(score)
    return {words: float(np.logaddexp.reduce(parts)) for words, parts in scores.items()}


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.sampled_from([0.2, 1.0]))
def test_hypotheses_add_up_to_all_paths_there_are(seed: int, frames: int, spread: float) -> None:
    log_probs = random_log_probs(seed, frames, spread)
    search = new_search()
    search.decode(log_probs, [TimeSpan(0, frames)], lambda: None)
    tokens = search._tokens  # what is summed is no part of the result
    finished = tokens.node >= TREE.exits
    ends, _ = MODEL.score(tokens.state, np.full(len(tokens.state), MODEL.end))
    scores = (tokens.total + EVERYTHING.lm_weight * ends)[finished]
    wanted = list(exhaustive(log_probs).values())
    assert np.logaddexp.reduce(scores) == pytest.approx(np.logaddexp.reduce(wanted), abs=1e-4)


@pytest.mark.parametrize("seed", range(40))
def test_finds_the_most_probable_words_where_they_stand_out(seed: int) -> None:
    log_probs = random_log_probs(seed, 5, 0.15)
    first, second = sorted(exhaustive(log_probs).items(), key=lambda item: -item[1])[:2]
    found = tuple(word for word, _ in decode(log_probs))
    assert found == first[0] or (first[1] - second[1] < 1.0 and found == second[0])


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_a_boost_adds_up_to_all_paths_there_are_too(seed: int, frames: int) -> None:
    """What a phrase was given and had taken back again leaves nothing behind."""
    boosts = {("a",): 0.7, ("a", "bee"): 0.4}
    phrases = [(tuple(map(small.WORDS.index, phrase)), boost) for phrase, boost in boosts.items()]
    bias = PhraseBias(phrases, MODEL.words)
    raised = [
        Spoken(form, word, float(MODEL.unigrams[word]) + bias.most(word))
        for word, text in enumerate(small.WORDS)
        for form in small.FORMS.get(text, [])
    ]
    log_probs = random_log_probs(seed, frames, 0.2)
    model = BiasedModel(MODEL, bias)
    search = BeamSearch(grown(TREE, raised), model, small.BOUNDARY, small.BLANK, EVERYTHING)
    search.decode(log_probs, [TimeSpan(0, frames)], lambda: None)
    tokens = search._tokens
    ends, _ = model.score(tokens.state, np.full(len(tokens.state), model.end))
    scores = (tokens.total + EVERYTHING.lm_weight * ends)[tokens.node >= TREE.exits]
    wanted = [
        score + EVERYTHING.lm_weight * (0.7 * words.count("a") + 0.8 * list(pairwise(words)).count(("a", "bee")))
        for words, score in exhaustive(log_probs).items()
    ]
    assert np.logaddexp.reduce(scores) == pytest.approx(np.logaddexp.reduce(wanted), abs=1e-4)


def test_a_known_sentence_with_the_frames_of_its_words() -> None:
    assert decode(sharp("..a..|..b..a.bbc.|.")) == [("a", 2), ("bee", 8), ("abc", 15)]
    assert decode(sharp("a..a..|.")) == [("a", 0), ("a", 3)]


def test_a_boundary_tells_one_word_from_two() -> None:
    assert [word for word, _ in decode(sharp("a|.b|"))] == ["a", "bee"]
    assert [word for word, _ in decode(sharp(".a.b.c.|"))] == ["abc"]


def test_the_language_model_decides_between_homophones() -> None:
    said = sharp(".ab.")
    assert [word for word, _ in decode(said)] == ["bee"]
    assert small.sentence_log10(("bee",)) > small.sentence_log10(("ab",))


def test_no_speech_has_no_words() -> None:
    assert decode(sharp("......")) == []
    assert decode(sharp("..|...")) == []
    assert decode(np.empty((0, small.CLASSES))) == []
    words, frames = new_search().decode(sharp("ab"), [], lambda: None)
    assert words.shape == frames.shape == (0,)


def test_no_word_spans_a_pause() -> None:
    said = sharp(".a.b......c.")
    assert decode(said) == [("abc", 10)]
    parted = decode(said, (0, 6), (8, 12))
    assert [word for word, frame in parted if frame < 6] == ["bee"]
    assert all(frame >= 8 for word, frame in parted if word == "abc")


def test_a_sentence_may_end_in_a_pause() -> None:
    """The words are the same, but what follows is then expected as after the beginning of a sentence."""
    one_sentence = small.log10_of("a", ("a", "bee"))
    two_sentences = small.log10_of("</s>", ("a", "bee")) + small.log10_of("a", ("<s>",))
    assert two_sentences > one_sentence
    said = sharp(".a|b.........a..")
    score = {}
    for pause, stretches in ((False, [TimeSpan(0, 16)]), (True, [TimeSpan(0, 7), TimeSpan(10, 16)])):
        search = new_search()
        words, _ = search.decode(said, stretches, lambda: None)
        assert [small.WORDS[word] for word in words] == ["a", "bee", "a"]
        score[pause] = float(search._tokens.total[search._tokens.node >= TREE.exits].max())
    gained = EVERYTHING.lm_weight * (two_sentences - one_sentence)
    assert score[True] - score[False] == pytest.approx(gained, abs=0.1)


@given(st.integers(0, 2**32 - 1))
def test_no_class_is_less_probable_than_the_floor(seed: int) -> None:
    log_probs = random_log_probs(seed, 12, 0.1)
    vetoed = np.where(log_probs < np.log(1e-3), -1e4, log_probs)
    assert decode(vetoed, floor=1e-3) == decode(log_probs, floor=1e-3)


def test_a_narrow_beam_finds_clear_speech_too() -> None:
    assert decode(sharp("..a..|..b..a.bbc.|."), tokens=4, threshold=8.0, classes=2) == decode(
        sharp("..a..|..b..a.bbc.|.")
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_the_beam_is_no_wider_than_it_may_be(seed: int, tokens: int) -> None:
    search = new_search(BeamSettings(tokens=tokens))
    log_probs = random_log_probs(seed, 20, 1.0)
    words, frames = search.decode(log_probs, [TimeSpan(0, 9), TimeSpan(11, 20)], lambda: None)
    assert 0 < len(search._tokens.node) <= tokens
    assert np.all(np.diff(frames) > 0)
    assert not np.isin(frames, (9, 10)).any()
    assert np.isin(words, [small.WORDS.index(word) for word in small.FORMS]).all()


def test_stops_when_asked() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        new_search().decode(sharp("a" * 100), [TimeSpan(0, 100)], cancel.check)
