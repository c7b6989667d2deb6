import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.align import align
from audiolab.asr.aligning import search as module
from audiolab.asr.aligning.search import FORCED, TOLERANT, SearchSpec, search
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled

BLANK, SILENCE = 0, 1
CLASSES = 8

Words = list[list[tuple[int, ...]]]

forms = st.lists(st.integers(2, CLASSES - 1), min_size=1, max_size=4).map(tuple)
texts = st.lists(st.lists(forms, min_size=1, max_size=3, unique=True), min_size=1, max_size=7)


def noise(frames: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.log(rng.dirichlet(np.full(CLASSES, 0.3), frames) + 1e-6).astype(np.float32)


def spoken(words: list[tuple[int, ...]], seed: int = 0) -> np.ndarray:
    """Log-probabilities of a network that hears `words`, a pause between them."""
    rng = np.random.default_rng(seed)
    path = [BLANK] * 3
    for word in words:
        for label in word:
            path += [label] + [BLANK] * int(rng.integers(1, 4))
        path += [SILENCE] + [BLANK] * int(rng.integers(0, 4))
    probabilities = np.full((len(path), CLASSES), 2e-4, dtype=np.float32)
    probabilities[np.arange(len(path)), path] = 1 - 2e-4 * (CLASSES - 1)
    return np.log(probabilities)


def vocabulary(count: int, seed: int) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(seed)
    return [tuple(int(label) for label in rng.integers(2, CLASSES, rng.integers(2, 6))) for _ in range(count)]


def score(log_probs: np.ndarray, words: list[list]) -> float:
    """What a path through tokens scores with a pause that takes blank or silence between."""
    quiet = np.maximum(log_probs[:, BLANK], log_probs[:, SILENCE])
    flat = [(token, index) for index, word in enumerate(words) for token in word]
    total = 0.0
    covered = np.zeros(len(log_probs), dtype=bool)
    for token, _ in flat:
        total += float(log_probs[token.frames.start : token.frames.stop, token.label].sum())
        covered[token.frames.start : token.frames.stop] = True
    for (before, one), (after, other) in itertools.pairwise(flat):
        if one == other:
            between = slice(before.frames.stop, after.frames.start)
            total += float(log_probs[between, BLANK].sum())
            covered[between] = True
    return total + float(quiet[~covered].sum())


@given(texts, st.integers(0, 60), st.integers(0, 2**31))
def test_is_the_full_viterbi_on_short_sound(words: Words, spare: int, seed: int) -> None:
    log_probs = noise(sum(len(forms[0]) for forms in words) + spare, seed)
    full = align(log_probs, words, BLANK, SILENCE)
    found = search(log_probs, words, BLANK, SILENCE, SearchSpec(beam=1e6))
    assert (full is None) == (found is None)
    if full is not None and found is not None:
        assert score(log_probs, found) == pytest.approx(score(log_probs, full), abs=1e-2)


def test_the_band_finds_the_full_path_of_a_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    words = vocabulary(400, 3)
    log_probs = spoken(words, 4)
    full = align(log_probs, [[word, word[:-1]] for word in words], BLANK, SILENCE)
    monkeypatch.setattr(module, "_COMMITTED", 40)
    assert search(log_probs, [[word, word[:-1]] for word in words], BLANK, SILENCE) == full


def test_what_is_held_stays_bounded_and_the_path_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    words = vocabulary(300, 5)
    log_probs = spoken(words, 6)
    whole = search(log_probs, [[word] for word in words], BLANK, SILENCE)
    largest = 0
    trace = module._Band._trace

    def watched(band: module._Band, frame: int, state: int) -> None:
        nonlocal largest
        largest = max(largest, band._held)
        trace(band, frame, state)

    monkeypatch.setattr(module._Band, "_trace", watched)
    monkeypatch.setattr(module, "_HELD_BYTES", 50_000)
    assert search(log_probs, [[word] for word in words], BLANK, SILENCE) == whole
    assert 0 < largest < 60_000


def test_words_that_nobody_said_are_skipped_where_that_is_allowed() -> None:
    words = vocabulary(60, 7)
    said = words[:20] + words[32:]
    found = search(spoken(said, 8), [[word] for word in words], BLANK, SILENCE, TOLERANT)
    assert found is not None
    assert [index for index, word in enumerate(found) if not word] == list(range(20, 32))


def test_speech_that_is_not_in_the_text_belongs_to_no_word() -> None:
    words = vocabulary(60, 9)
    log_probs = spoken(words, 10)
    true = search(log_probs, [[word] for word in words], BLANK, SILENCE)
    text = words[:20] + words[32:]
    found = search(log_probs, [[word] for word in text], BLANK, SILENCE, TOLERANT)
    assert true is not None
    assert found == true[:20] + true[32:]


def test_a_text_that_goes_on_long_after_the_sound_is_found_as_far_as_it_is_said() -> None:
    words = vocabulary(900, 11)
    found = search(spoken(words[:100], 12), [[word] for word in words], BLANK, SILENCE, TOLERANT)
    assert found is not None
    assert all(found[:100])
    assert not any(found[110:])


def test_forced_search_says_where_frames_are_too_few() -> None:
    assert search(noise(2, 0), [[(2, 3, 4)]], BLANK, SILENCE, FORCED) is None
    assert search(np.empty((0, CLASSES), np.float32), [[(2,)]], BLANK, SILENCE) is None
    assert search(noise(5, 0), [], BLANK, SILENCE) == []


def test_a_cancelled_search_stops() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        search(noise(50, 0), [[(2,)]], BLANK, SILENCE, FORCED, cancel)
