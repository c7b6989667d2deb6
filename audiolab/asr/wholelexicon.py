"""All words of the dictionary with their pronunciations, mapped from the user's cache.

As Python objects they take a second and some hundred megabytes; here a word is looked up where it lies.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from audiolab.asr import lexicon
from audiolab.asr.arraycache import Arrays, FolderArrays, cache_folder, keep_arrays
from audiolab.asr.lexicon import Lexicon, Pronunciation
from audiolab.core.bulk import many_objects

_VERSION = 1
"""Of how the arrays are built from the sources: another one is built anew."""

_PREFIX = "lexicon-"
_NAMES = ("words", "spoken", "form_starts", "word_starts")


class MappedLexicon(Mapping[str, tuple[Pronunciation, ...]]):
    """A lexicon in sorted arrays.

    Args:
        symbols: of the classes.
        arrays: ``words``, bytes of UTF-8, ascending; ``spoken``, the classes of all pronunciations one behind the
            other, uint8; ``form_starts`` and ``word_starts``, where in `spoken` each pronunciation begins and which
            is the first of each word, each with the end of the last one behind it.
    """

    def __init__(self, symbols: tuple[str, ...], arrays: Arrays) -> None:
        self._symbols = symbols
        self._words, self._spoken, self._form_starts, self._word_starts = (arrays[name] for name in _NAMES)

    def __getitem__(self, word: str) -> tuple[Pronunciation, ...]:
        place = self._place(word.encode())
        first, stop = self._word_starts[place], self._word_starts[place + 1]
        edges = self._form_starts[first : stop + 1].tolist()
        forms = (self._spoken[start:end].tolist() for start, end in pairwise(edges))
        return tuple(tuple(self._symbols[label] for label in form) for form in forms)

    def __iter__(self) -> Iterator[str]:
        return (word.decode() for word in self._words.tolist())

    def __len__(self) -> int:
        return len(self._words)

    def _place(self, word: bytes) -> int:
        # A longer one would have numpy copy all words into a wider array; zeros at the end are not told apart.
        if len(word) <= self._words.itemsize and not word.endswith(b"\0"):
            place = int(np.searchsorted(self._words, np.bytes_(word)))
            if place < len(self._words) and self._words[place] == word:
                return place
        raise KeyError(word.decode())


def whole_lexicon(vocabulary: tuple[str, ...]) -> Lexicon:
    """All words that a model with these classes can say, from the cache or built.

    Raises:
        ModelError: a source is missing or damaged.
    """
    folder = cache_folder(_PREFIX, _VERSION, vocabulary, lexicon.sources())
    with suppress(OSError, ValueError, EOFError):
        return MappedLexicon(vocabulary, FolderArrays(folder))
    with many_objects():
        arrays = to_arrays(lexicon.load_lexicon(vocabulary, known_only=False), vocabulary)
    with suppress(OSError):
        keep_arrays(folder, arrays, _PREFIX)
    return MappedLexicon(vocabulary, arrays)


def to_arrays(words: Lexicon, vocabulary: tuple[str, ...]) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of a `MappedLexicon`."""
    classes = {symbol: label for label, symbol in enumerate(vocabulary)}
    ordered = sorted((word.encode(), forms) for word, forms in words.items())
    flat = [bytes(map(classes.__getitem__, form)) for _, forms in ordered for form in forms]
    return {
        "words": np.array([word for word, _ in ordered], np.bytes_),
        "spoken": np.frombuffer(b"".join(flat), np.uint8),
        "form_starts": np.cumsum([0, *map(len, flat)]),
        "word_starts": np.cumsum([0, *(len(forms) for _, forms in ordered)]),
    }
