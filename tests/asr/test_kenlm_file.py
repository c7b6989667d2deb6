"""KenLM reads what we write, and scores as the definition of back-off says."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.kenlm_file import probe, write_kenlm
from audiolab.asr.sphinx_lm import Ngrams, Unigrams
from audiolab.core.cancel import no_progress
from audiolab.core.errors import Cancelled

kenlm = pytest.importorskip("kenlm")

WORDS = ("<s>", "</s>", "one", "two", "three", "a-much-longer-word", "ünï", "x")


def tables(seed: int) -> tuple[Unigrams, Ngrams, Ngrams]:
    """A small model of random n-grams; some back-offs are zero, and every trigram's context is a bigram."""
    rng = np.random.default_rng(seed)
    count = len(WORDS)

    def log10(n: int) -> np.ndarray:
        return -rng.uniform(0.1, 4.0, n).astype(np.float32)

    def back_off(n: int) -> np.ndarray:
        return (log10(n) * rng.integers(0, 2, n)).astype(np.float32)

    pairs = np.array([(a, b) for a in range(count) for b in range(count) if rng.random() < 0.5], np.uint32)
    known = {tuple(pair) for pair in pairs.tolist()}
    triples = np.array(
        [(a, b, c) for a, b in sorted(known) for c in range(count) if (b, c) in known and rng.random() < 0.4],
        np.uint32,
    ).reshape(-1, 3)
    unigrams = Unigrams(WORDS, log10(count), back_off(count))
    bigrams = Ngrams(pairs, log10(len(pairs)), back_off(len(pairs)))
    return unigrams, bigrams, Ngrams(triples, log10(len(triples)), np.empty(0, np.float32))


def naive(unigrams: Unigrams, bigrams: Ngrams, trigrams: Ngrams, words: list[int]) -> float:
    """Katz back-off of the last of up to three words, spelled out with dictionaries."""
    two = {tuple(key): index for index, key in enumerate(bigrams.words.tolist())}
    three = {tuple(key): index for index, key in enumerate(trigrams.words.tolist())}
    key = tuple(words[::-1])
    if len(key) == 3:
        if key in three:
            return float(trigrams.log10[three[key]])
        weight = float(bigrams.back_off[two[key[1:]]]) if key[1:] in two else 0.0
        return weight + naive(unigrams, bigrams, trigrams, words[1:])
    if len(key) == 2:
        if key in two:
            return float(bigrams.log10[two[key]])
        return float(unigrams.back_off[key[1]]) + float(unigrams.log10[key[0]])
    return float(unigrams.log10[key[0]])


@pytest.mark.parametrize("seed", range(8))
def test_scores_every_trigram_as_defined(tmp_path: Path, seed: int) -> None:
    unigrams, bigrams, trigrams = tables(seed)
    path = tmp_path / "small.kenlm"
    write_kenlm(path, unigrams, bigrams, trigrams, lambda: None, no_progress)
    model = kenlm.Model(str(path))
    for a in range(len(WORDS)):
        for b in range(len(WORDS)):
            for c in range(len(WORDS)):
                before, after = kenlm.State(), kenlm.State()
                model.NullContextWrite(before)
                for word in (a, b, c):
                    score = model.BaseScore(before, WORDS[word], after)
                    before, after = after, before
                assert score == pytest.approx(naive(unigrams, bigrams, trigrams, [a, b, c]), abs=1e-5)


def test_unknown_words_are_known_to_be_unknown(tmp_path: Path) -> None:
    path = tmp_path / "small.kenlm"
    write_kenlm(path, *tables(1), lambda: None, no_progress)
    model = kenlm.Model(str(path))
    assert "three" in model
    assert "four" not in model


def test_reports_progress_and_stops(tmp_path: Path) -> None:
    seen: list[float] = []
    write_kenlm(tmp_path / "whole.kenlm", *tables(2), lambda: None, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_kenlm(tmp_path / "stopped.kenlm", *tables(2), stop, no_progress)


@given(st.lists(st.integers(1, 2**64 - 1), min_size=1, max_size=200, unique=True), st.integers(0, 60))
def test_linear_probing_finds_every_key(keys: list[int], spare: int) -> None:
    buckets = len(keys) + 1 + spare
    order, places = probe(np.array(keys, np.uint64), buckets)
    table = dict(zip(places.tolist(), np.array(keys, np.uint64)[order].tolist(), strict=True))
    assert len(table) == len(keys)
    for key in keys:
        place = key % buckets
        while table[place] != key:
            place = (place + 1) % buckets
