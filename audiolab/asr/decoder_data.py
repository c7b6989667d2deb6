"""What the search for words needs: trigrams, pronunciation tree and pronunciations, kept in the user's cache.

They are built from the packages' files in some seconds, and mapped into memory in some milliseconds when they lie
in the cache.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.asr import lexicon
from audiolab.asr.arraycache import Arrays, FolderArrays, cache_folder, keep_arrays
from audiolab.asr.ngram import TrigramModel, build_trigram_model
from audiolab.asr.packages import package_file
from audiolab.asr.prefix_tree import PrefixTree, build_prefix_tree
from audiolab.asr.sphinx_lm import SphinxTrigrams, Unigrams

_VERSION = 2
"""Of how the arrays are built from the sources: another one is built anew."""

_TRIGRAMS = "model/en-us/en-us.lm.bin"
_PREFIX = "english-"


@dataclass(frozen=True, slots=True, eq=False)
class DecoderData:
    """A language model with the pronunciations of its words; a word is its id in the model.

    Attributes:
        model: trigrams.
        tree: all pronunciations.
        texts: each word, bytes of UTF-8.
        spoken: classes of all pronunciations, one behind the other, uint8.
        form_starts: where in `spoken` each pronunciation begins, and where the last one ends.
        word_starts: number of the first pronunciation of each word, and how many there are altogether.
    """

    model: TrigramModel
    tree: PrefixTree
    texts: npt.NDArray[np.bytes_]
    spoken: npt.NDArray[np.uint8]
    form_starts: npt.NDArray[np.int64]
    word_starts: npt.NDArray[np.int64]

    def text(self, word: int) -> str:
        """The word as it is written."""
        return bytes(self.texts[word]).decode()

    def forms(self, word: int) -> list[tuple[int, ...]]:
        """The pronunciations of a word as classes; none of ``<s>`` and ``</s>``."""
        edges = self.form_starts[self.word_starts[word] : self.word_starts[word + 1] + 1].tolist()
        return [tuple(self.spoken[start:stop].tolist()) for start, stop in pairwise(edges)]


def load_decoder_data(vocabulary: Sequence[str], check: Callable[[], None]) -> DecoderData:
    """The data for a model with these classes, from the cache or built.

    Args:
        vocabulary: symbol of each class.
        check: called between the steps of building; may raise to stop.

    Raises:
        ModelError: a source is missing or damaged.
    """
    trigrams = package_file("pocketsphinx", _TRIGRAMS)
    folder = cache_folder(_PREFIX, _VERSION, vocabulary, (trigrams, *lexicon.sources()))
    with suppress(OSError, ValueError, EOFError, KeyError):
        return _from_arrays(FolderArrays(folder))
    check()
    source = SphinxTrigrams(trigrams)
    unigrams = source.unigrams()
    model = build_trigram_model(unigrams, *source.ngrams())
    check()
    data = build_decoder_data(model, unigrams, lexicon.load_lexicon(vocabulary), vocabulary)
    check()
    with suppress(OSError):
        keep_arrays(folder, _to_arrays(data), _PREFIX)
    return data


def build_decoder_data(
    model: TrigramModel, unigrams: Unigrams, words: lexicon.Lexicon, vocabulary: Sequence[str]
) -> DecoderData:
    """The data of a language model; words without pronunciation are never found."""
    symbols = {symbol: index for index, symbol in enumerate(vocabulary)}
    spoken = [[bytes(map(symbols.__getitem__, form)) for form in words.get(word, ())] for word in unigrams.words]
    flat = [form for forms in spoken for form in forms]
    counts = [len(forms) for forms in spoken]
    owners = np.arange(len(spoken)).repeat(counts)
    return DecoderData(
        model=model,
        tree=build_prefix_tree(flat, owners, unigrams.log10, len(vocabulary)),
        texts=np.array([word.encode() for word in unigrams.words], np.bytes_),
        spoken=np.frombuffer(b"".join(flat), np.uint8),
        form_starts=np.cumsum([0, *map(len, flat)]),
        word_starts=np.cumsum([0, *counts]),
    )


def _to_arrays(data: DecoderData) -> Arrays:
    arrays: dict[str, npt.NDArray[Any]] = {}
    for field in fields(data):
        value = getattr(data, field.name)
        if isinstance(value, TrigramModel | PrefixTree):
            inner = {f"{field.name}-{part.name}": getattr(value, part.name) for part in fields(value)}
        else:
            inner = {field.name: value}
        arrays.update((name, np.asarray(values)) for name, values in inner.items())
    return arrays


def _from_arrays(arrays: Arrays) -> DecoderData:
    def part(kind: type[TrigramModel | PrefixTree], name: str) -> dict[str, Any]:
        values = {field.name: arrays[f"{name}-{field.name}"] for field in fields(kind)}
        return {key: int(value) if value.ndim == 0 else value for key, value in values.items()}

    plain = {name: arrays[name] for name in ("texts", "spoken", "form_starts", "word_starts")}
    model, tree = TrigramModel(**part(TrigramModel, "model")), PrefixTree(**part(PrefixTree, "tree"))
    return DecoderData(model, tree, **plain)
