import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.align import AlignedToken, align

BLANK, SILENCE = 0, 1
CLASSES = 6


def sharp(path: list[int], other: float = 0.01) -> np.ndarray:
    """Log-probabilities that say `path` aloud."""
    probabilities = np.full((len(path), CLASSES), other, dtype=np.float32)
    probabilities[np.arange(len(path)), path] = 1 - other * (CLASSES - 1)
    return np.log(probabilities)


def frames(tokens: list[list[AlignedToken]]) -> list[list[tuple[int, int, int]]]:
    return [[(token.label, token.frames.start, token.frames.stop) for token in word] for word in tokens]


def test_finds_the_frames_of_a_known_path() -> None:
    aligned = align(sharp([0, 2, 2, 0, 3, 1, 0, 4, 4, 0]), [[(2, 3)], [(4,)]], BLANK, SILENCE)
    assert aligned is not None
    assert frames(aligned) == [[(2, 1, 3), (3, 4, 5)], [(4, 7, 9)]]


def test_chooses_the_pronunciation_that_was_said() -> None:
    aligned = align(sharp([2, 0, 4, 0]), [[(2, 3), (2, 4), (5,)]], BLANK, SILENCE)
    assert aligned is not None
    assert [token.label for token in aligned[0]] == [2, 4]


def test_equal_neighbours_are_separated_by_a_blank() -> None:
    aligned = align(sharp([2, 2, 0, 2]), [[(2,)], [(2,)]], BLANK, SILENCE)
    assert aligned is not None
    assert frames(aligned) == [[(2, 0, 2)], [(2, 3, 4)]]
    assert align(sharp([2, 2]), [[(2,)], [(2,)]], BLANK, SILENCE) is None


def test_words_may_follow_without_a_pause() -> None:
    aligned = align(sharp([2, 3, 4, 5]), [[(2, 3)], [(4, 5)]], BLANK, None)
    assert aligned is not None
    assert frames(aligned) == [[(2, 0, 1), (3, 1, 2)], [(4, 2, 3), (5, 3, 4)]]


def test_too_few_frames_are_said_so() -> None:
    assert align(sharp([2, 3]), [[(2, 3, 4)]], BLANK, SILENCE) is None
    assert align(sharp([0, 0]), [], BLANK, SILENCE) == []


@given(
    st.lists(st.lists(st.integers(2, CLASSES - 1), min_size=1, max_size=4), min_size=1, max_size=5),
    st.integers(0, 2**32 - 1),
)
def test_every_alignment_is_a_path_of_the_text(words: list[list[int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    needed = sum(len(word) for word in words) * 2 + 1
    log_probs = np.log(rng.dirichlet(np.ones(CLASSES), needed + int(rng.integers(0, 20))).astype(np.float32))
    aligned = align(log_probs, [[tuple(word)] for word in words], BLANK, SILENCE)
    assert aligned is not None
    assert [[token.label for token in word] for word in aligned] == words
    flat = [token.frames for word in aligned for token in word]
    for before, after in itertools.pairwise(flat):
        assert before.stop <= after.start


@given(st.integers(0, 2**32 - 1))
def test_no_other_path_is_better(seed: int) -> None:
    """Against every path of three classes over six frames."""
    rng = np.random.default_rng(seed)
    log_probs = np.log(rng.dirichlet(np.ones(3), 6).astype(np.float32))
    aligned = align(log_probs, [[(1,)], [(2,)]], 0, None)
    assert aligned is not None
    (first,), (second,) = aligned
    path = [0] * 6
    path[first.frames.start : first.frames.stop] = [1] * first.frames.length
    path[second.frames.start : second.frames.stop] = [2] * second.frames.length

    def score(states: list[int]) -> float:
        return float(sum(log_probs[frame, state] for frame, state in enumerate(states)))

    best = max(score(list(states)) for states in np.ndindex(3, 3, 3, 3, 3, 3) if collapsed(list(states)) == [1, 2])
    assert score(path) == pytest.approx(best, abs=1e-5)


def collapsed(path: list[int]) -> list[int]:
    return [label for index, label in enumerate(path) if label and (index == 0 or path[index - 1] != label)]
