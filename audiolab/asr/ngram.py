"""Back-off trigram scores for many hypotheses at once, on sorted numpy arrays.

A *state* is what the past means to the model (Heafield, "KenLM", WMT 2011, calls it the same): the last two words
if the model knows more about them than about the last one alone, else the last word. States below the number of
words stand for one word, the others for the bigram ``state - words``. Hypotheses in one state have the same future
and can be merged.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.asr.sphinx_lm import Ngrams, Unigrams

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class TrigramModel:
    """Log-probabilities to base 10, with back-off (Katz, "Estimation of probabilities from sparse data", 1987).

    Attributes:
        words: number of words; ids are 0 to `words` - 1.
        bits: of a word in a packed n-gram.
        begin: id of the word before a sentence.
        end: id of the word behind a sentence.
        unigrams: log-probability of each word.
        back_off: logarithm of the back-off weight of each state: words, then bigrams.
        bigram_codes: last word and previous word packed into one number, ascending.
        bigrams: log-probability of each bigram.
        contexts: which bigrams are a state of their own, bool.
        trigram_codes: last, previous and oldest word packed into one number, ascending.
        trigrams: log-probability of each trigram.
    """

    words: int
    bits: int
    begin: int
    end: int
    unigrams: Floats
    back_off: Floats
    bigram_codes: Codes
    bigrams: Floats
    contexts: npt.NDArray[np.bool_]
    trigram_codes: Codes
    trigrams: Floats

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.back_off)

    def score(self, states: Codes, words: Codes) -> tuple[Floats, Codes]:
        """Log-probability of each word in its state, and the state that follows; all of shape (n,)."""
        bits = self.bits
        of_two = np.flatnonzero(states >= self.words)
        pairs = self.bigram_codes[states[of_two] - self.words]
        last = states.copy()
        last[of_two] = pairs >> bits
        codes = words << bits | last
        bigram, known = find(self.bigram_codes, codes)
        result = np.where(known, self.bigrams[bigram], self.back_off[last] + self.unigrams[words])
        result[of_two] += self.back_off[states[of_two]]
        following = np.where(known & self.contexts[bigram], self.words + bigram, words)
        both = known[of_two]
        oldest = pairs[both] & (1 << bits) - 1
        rows = of_two[both]
        trigram, found = find(self.trigram_codes, codes[rows] << bits | oldest)
        result[rows[found]] = self.trigrams[trigram[found]]
        return result, following


def with_unknown_words(model: TrigramModel, count: int, log10: float) -> TrigramModel:
    """The model with `count` more words, ids from ``model.words``, which it knows nothing about but `log10`.

    What comes before such a word backs off to it, and what follows it is as likely as it is anywhere.

    Raises:
        ValueError: packed n-grams have no room for so many.
    """
    if model.words + count > 1 << model.bits:
        raise ValueError(f"{count} words are too many")
    unknown = np.full(count, log10, np.float32)
    apart = np.split(model.back_off, [model.words])
    return replace(
        model,
        words=model.words + count,
        unigrams=np.concatenate((model.unigrams, unknown)),
        back_off=np.concatenate((apart[0], np.zeros(count, np.float32), apart[1])),
    )


def build_trigram_model(unigrams: Unigrams, bigrams: Ngrams, trigrams: Ngrams) -> TrigramModel:
    """The model of n-grams in any order; all three kinds must be there, and each trigram's last two as a bigram."""
    words = len(unigrams.words)
    bits = words.bit_length() + 1  # room for a person's own words
    bigram_codes = _pack(bigrams.words, bits)
    trigram_codes = _pack(trigrams.words, bits)
    bigram_order = np.argsort(bigram_codes, kind="stable")
    trigram_order = np.argsort(trigram_codes, kind="stable")
    bigram_codes = bigram_codes[bigram_order]
    begun = np.sort(_pack(trigrams.words[:, 1:], bits))
    return TrigramModel(
        words=words,
        bits=bits,
        begin=unigrams.words.index("<s>"),
        end=unigrams.words.index("</s>"),
        unigrams=unigrams.log10,
        back_off=np.concatenate((unigrams.back_off, bigrams.back_off[bigram_order])),
        bigram_codes=bigram_codes,
        bigrams=bigrams.log10[bigram_order],
        contexts=(bigrams.back_off[bigram_order] != 0.0) | find(begun, bigram_codes)[1],
        trigram_codes=trigram_codes[trigram_order],
        trigrams=trigrams.log10[trigram_order],
    )


def find(ascending: Codes, codes: Codes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Where each code stands in codes that are not empty, and whether it stands there."""
    places = np.minimum(np.searchsorted(ascending, codes), len(ascending) - 1)
    return places, ascending[places] == codes


def _pack(words: npt.NDArray[np.integer[Any]], bits: int) -> Codes:
    """One number for each n-gram; its words, the last word first, from high bits to low."""
    code = words[:, 0].astype(np.int64)
    for column in range(1, words.shape[1]):
        code = code << bits | words[:, column]
    return code
