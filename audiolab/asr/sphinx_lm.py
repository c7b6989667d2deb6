"""The trigram language model of the package ``pocketsphinx``, read from its binary form.

Layout, little endian: ``Trie Language Model``, u8 order (3), u32 counts of uni-, bi- and trigrams, u32 unused;
float32 tables of 65,536 bigram probabilities, bigram back-offs and trigram probabilities; one unigram more than
counted, each float32 probability, float32 back-off, u32 first bigram; the bigrams, bit-packed, each word, back-off
and probability (16-bit table indices), first trigram; the trigrams, bit-packed, each word and probability; u32 size
of the words, each ended by NUL. N-grams are stored from their last word backwards, so the children of a unigram are
the bigrams that end in it. Logarithms are to base 1.0001.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.core.errors import ModelError

_MAGIC = b"Trie Language Model"
_TABLE = 1 << 16
_UNIGRAM = np.dtype([("probability", "<f4"), ("back_off", "<f4"), ("first", "<u4")])
_LOG10 = math.log10(1.0001)

Ids = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Unigrams:
    """All words with their probabilities; a word's place is its id.

    Attributes:
        words: as in the dictionary, with ``<s>`` and ``</s>``.
        log10: logarithm to base 10 of each probability.
        back_off: logarithm to base 10 of each back-off weight.
    """

    words: tuple[str, ...]
    log10: Floats
    back_off: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ngrams:
    """All bigrams or all trigrams.

    Attributes:
        words: ids of each n-gram's words, the last word first, (n, 2) or (n, 3).
        log10: logarithm to base 10 of each probability.
        back_off: logarithm to base 10 of each back-off weight; empty for trigrams.
    """

    words: Ids
    log10: Floats
    back_off: Floats


class SphinxTrigrams:
    """Reads parts of one file.

    Raises:
        ModelError: the file cannot be read, is of another kind, or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        try:
            self._data = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise self._damaged("it cannot be read") from error
        start = len(_MAGIC) + 1
        header = self._data[: start + 16].tobytes()
        if len(header) < start + 16 or not header.startswith(_MAGIC) or header[start - 1] != 3:
            raise self._damaged("it is no trigram file")
        self._counts = tuple(int(n) for n in np.frombuffer(header, "<u4", 3, start))
        self._lay_out(start + 16)

    def _damaged(self, reason: str) -> ModelError:
        return ModelError(f"{self._name}: {reason}; reinstall the package pocketsphinx.")

    def _lay_out(self, tables: int) -> None:
        self._word_bits = self._counts[0].bit_length()
        self._next_bits = self._counts[2].bit_length()
        self._bigram_bits = self._word_bits + 32 + self._next_bits
        self._trigram_bits = self._word_bits + 16
        self._tables = tables
        self._unigram_start = tables + 3 * _TABLE * 4
        self._bigram_start = self._unigram_start + (self._counts[0] + 1) * _UNIGRAM.itemsize
        self._trigram_start = self._bigram_start + _packed_size(self._counts[1], self._bigram_bits)
        self._word_start = self._trigram_start + _packed_size(self._counts[2], self._trigram_bits)
        if self._word_start + 4 > len(self._data):
            raise self._damaged("it is cut off")

    def unigrams(self) -> Unigrams:
        """The words and what is known of each alone."""
        words = self._data[self._word_start + 4 :].tobytes().decode("utf-8").split("\0")[: self._counts[0]]
        if len(words) != self._counts[0]:
            raise self._damaged("words are missing")
        nodes = self._nodes()[:-1]
        scale = np.float32(_LOG10)
        return Unigrams(tuple(words), nodes["probability"] * scale, nodes["back_off"] * scale)

    def ngrams(self) -> tuple[Ngrams, Ngrams]:
        """All bigrams and all trigrams. Takes about 200 MB while it runs."""
        first = self._nodes()["first"]
        last_words, bigrams = self._children(first)
        place = np.arange(len(last_words) + 1, dtype=np.uint64) * np.uint64(self._bigram_bits)
        previous = self._bits(self._bigram_start, place, self._word_bits)[:-1]
        place += np.uint64(self._word_bits)
        back_off = self._table(1)[self._bits(self._bigram_start, place, 16)[:-1]]
        place += np.uint64(16)
        probability = self._table(0)[self._bits(self._bigram_start, place, 16)[:-1]]
        place += np.uint64(16)
        pairs = np.column_stack((last_words, previous))
        parent, trigrams = self._children(self._bits(self._bigram_start, place, self._next_bits))
        self._check_counts(bigrams, trigrams)
        place = np.arange(trigrams, dtype=np.uint64) * np.uint64(self._trigram_bits)
        oldest = self._bits(self._trigram_start, place, self._word_bits)
        place += np.uint64(self._word_bits)
        longest = self._table(2)[self._bits(self._trigram_start, place, 16)]
        triples = np.column_stack((pairs[parent], oldest))
        return Ngrams(pairs, probability, back_off), Ngrams(triples, longest, np.empty(0, np.float32))

    def _check_counts(self, bigrams: int, trigrams: int) -> None:
        if bigrams > self._counts[1] or trigrams > self._counts[2]:
            raise self._damaged("its parts do not fit together")

    def _nodes(self) -> npt.NDArray[np.void]:
        return np.frombuffer(self._data, _UNIGRAM, self._counts[0] + 1, self._unigram_start)

    def _table(self, index: int) -> Floats:
        values = np.frombuffer(self._data, "<f4", _TABLE, self._tables + index * _TABLE * 4)
        return (values * _LOG10).astype(np.float32)

    def _children(self, first: Ids) -> tuple[Ids, int]:
        """The parent of each child, and how many children there are, from each parent's first child."""
        ends = first.astype(np.int64)
        sizes = ends[1:] - ends[:-1]
        if len(sizes) == 0 or sizes.min() < 0:
            raise self._damaged("its parts do not fit together")
        return np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes), int(first[-1])

    def _bits(self, start: int, place: npt.NDArray[np.uint64], width: int) -> Ids:
        """Fields of `width` bits, `place` bits behind byte `start`."""
        last = len(self._data) - start - 8
        words = np.ndarray((last + 1,), "<u8", self._data, start, (1,))
        byte = np.minimum(place >> np.uint64(3), np.uint64(last))
        fields = (words[byte] >> (place & np.uint64(7))) & np.uint64((1 << width) - 1)
        narrowed: Ids = fields.astype(np.uint32)
        return narrowed


def _packed_size(entries: int, bits: int) -> int:
    """Bytes of a bit-packed array: one entry more for the end, and one 64-bit word so that reads stay inside."""
    return ((1 + entries) * bits + 7) // 8 + 8
