"""A language of four words in three sounds, small enough to try every path."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from audiolab.asr.ngram import TrigramModel, build_trigram_model
from audiolab.asr.prefix_tree import PrefixTree, build_prefix_tree
from audiolab.asr.sphinx_lm import Ngrams, Unigrams

CLASSES, BOUNDARY, BLANK = 5, 3, 4
"""Classes 0 to 2 are sounds."""

WORDS = ("<s>", "</s>", "a", "ab", "abc", "bee")
FORMS = {"a": [b"\0"], "ab": [b"\0\1", b"\0\2"], "abc": [b"\0\1\2"], "bee": [b"\1", b"\0\1"]}

UNIGRAMS = {"<s>": (-9.0, -0.3), "</s>": (-0.8, 0.0), "a": (-0.6, -0.2), "ab": (-0.9, -0.4)}
UNIGRAMS |= {"abc": (-1.4, -0.1), "bee": (-0.7, -0.5)}
BIGRAMS = {("<s>", "a"): (-0.3, -0.25), ("a", "bee"): (-0.2, -0.15), ("bee", "a"): (-0.5, 0.0)}
BIGRAMS |= {("a", "a"): (-0.9, -0.35), ("bee", "</s>"): (-0.1, 0.0), ("ab", "bee"): (-1.2, -0.05)}
TRIGRAMS = {("<s>", "a", "bee"): -0.1, ("a", "bee", "</s>"): -0.05, ("a", "bee", "a"): -1.1}
TRIGRAMS |= {("a", "a", "a"): -2.0, ("bee", "a", "bee"): -0.15}


def log10_of(word: str, past: tuple[str, ...]) -> float:
    """Log-probability with back-off, as its definition says it."""
    if (*past[-2:], word) in TRIGRAMS:
        return TRIGRAMS[(past[-2], past[-1], word)]
    back_off = BIGRAMS.get((past[-2], past[-1]), (0.0, 0.0))[1] if len(past) > 1 else 0.0
    if (past[-1], word) in BIGRAMS:
        return back_off + BIGRAMS[(past[-1], word)][0]
    return back_off + UNIGRAMS[past[-1]][1] + UNIGRAMS[word][0]


def sentence_log10(words: tuple[str, ...]) -> float:
    """Of a whole sentence, its end included."""
    whole = ("<s>", *words, "</s>")
    return sum(log10_of(word, whole[max(at - 2, 0) : at]) for at, word in enumerate(whole) if at)


def model() -> TrigramModel:
    def floats(values: list[float]) -> npt.NDArray[np.float32]:
        return np.array(values, np.float32)

    def ids(grams: list[tuple[str, ...]]) -> npt.NDArray[np.uint32]:
        return np.array([[WORDS.index(word) for word in reversed(gram)] for gram in grams], np.uint32)

    unigrams = Unigrams(
        WORDS, floats([UNIGRAMS[word][0] for word in WORDS]), floats([UNIGRAMS[word][1] for word in WORDS])
    )
    pairs = list(BIGRAMS.values())
    bigrams = Ngrams(ids(list(BIGRAMS)), floats([pair[0] for pair in pairs]), floats([pair[1] for pair in pairs]))
    trigrams = Ngrams(ids(list(TRIGRAMS)), floats(list(TRIGRAMS.values())), floats([]))
    return build_trigram_model(unigrams, bigrams, trigrams)


def tree() -> PrefixTree:
    entries = [(form, WORDS.index(word)) for word, forms in FORMS.items() for form in forms]
    owners = np.array([word for _, word in entries])
    return build_prefix_tree([form for form, _ in entries], owners, model().unigrams, CLASSES)


def readings(path: Sequence[int]) -> Iterator[tuple[tuple[str, ...], int]]:
    """All that a path of classes can mean: words, and how many of them begin without a boundary before.

    One boundary may stand behind each word.
    """
    collapsed = [label for label, _ in itertools.groupby(path) if label != BLANK]
    return _parsed(tuple(collapsed), marked=True)


def _parsed(labels: tuple[int, ...], *, marked: bool) -> Iterator[tuple[tuple[str, ...], int]]:
    if not labels:
        yield (), 0
    elif labels[0] == BOUNDARY and not marked:
        yield from _parsed(labels[1:], marked=True)
    for word, forms in FORMS.items():
        for form in forms:
            if labels[: len(form)] == tuple(form):
                for words, unmarked in _parsed(labels[len(form) :], marked=False):
                    yield (word, *words), unmarked + (not marked)
