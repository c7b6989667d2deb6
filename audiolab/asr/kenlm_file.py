"""Writes a trigram model as a KenLM file that KenLM maps into memory at once instead of parsing text.

The layout is that of KenLM's "probing" models, binary format 5 (Heafield, "KenLM: faster and smaller language model
queries", WMT 2011): a header; a hash table from words to ids; unigrams by id; hash tables of bigrams and trigrams,
keyed by a hash of the ids from the last word backwards; the words. The sign bit of a probability is cleared
where longer n-grams end in the same words; a back-off of -0.0 says that no longer n-gram begins with these words.
KenLM reads id 0 as the unknown word.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from audiolab.asr.sphinx_lm import Floats, Ids, Ngrams, Unigrams
from audiolab.core.cancel import Progress

Keys = npt.NDArray[np.uint64]

_MAGIC = b"mmap lm http://kheafield.com/code format version 5\n"
_MULTIPLIER = 1.5
_UNKNOWN_LOG10 = -100.0
_HEADER = np.dtype(
    {
        "names": ["magic", "checks", "ids", "one", "order", "multiplier", "kind", "has_words", "version", "counts"],
        "formats": ["S56", "<f4", "<u4", "<u8", "u1", "<f4", "<u4", "u1", "<u4", ("<u8", 3)],
        "offsets": [0, 56, 68, 80, 88, 92, 96, 100, 104, 108],
        "itemsize": 136,
    }
)


def write_kenlm(
    path: Path,
    unigrams: Unigrams,
    bigrams: Ngrams,
    trigrams: Ngrams,
    check: Callable[[], None],
    progress: Progress,
) -> None:
    """Write the model to `path`; ids of `unigrams` become KenLM's ids plus one.

    `check` is called between steps and may raise to stop.
    """
    counts = (len(unigrams.words) + 1, len(bigrams.words), len(trigrams.words))
    with path.open("wb") as file:
        file.write(_header(counts))
        file.write(np.array([0, counts[0]], "<u4").tobytes())
        hashes = np.array([murmur_hash(word.encode()) for word in unigrams.words], np.uint64)
        ids = np.arange(1, counts[0], dtype=np.uint32)
        _write_table(file, counts[0], hashes, {"id": ids})
        progress(0.2)
        check()
        _write_unigrams(file, unigrams, bigrams)
        _write_bigrams(file, bigrams, trigrams)
        progress(0.6)
        check()
        _write_table(file, counts[2], _keys(trigrams.words), {"log10": -np.abs(trigrams.log10)})
        progress(0.95)
        check()
        file.write(b"".join(word.encode() + b"\0" for word in ("<unk>", *unigrams.words)))
    progress(1.0)


def _header(counts: Sequence[int]) -> bytes:
    header = np.zeros(1, _HEADER)
    header["magic"] = _MAGIC
    header["order"] = len(counts)
    header["multiplier"] = _MULTIPLIER
    header["has_words"] = 1
    header["one"] = 1
    header["counts"] = counts
    data = bytearray(header.tobytes())
    # KenLM compares these with its own, to notice another byte order or number format.
    data[56:68] = np.array([0.0, 1.0, -0.5], "<f4").tobytes()
    data[68:76] = np.array([1, 0xFFFFFFFF], "<u4").tobytes()
    return bytes(data)


def murmur_hash(data: bytes) -> int:
    """MurmurHash64A (Appleby, public domain) with seed 0, as KenLM hashes words."""
    multiplier, mask = 0xC6A4A7935BD1E995, 0xFFFFFFFFFFFFFFFF
    value = len(data) * multiplier & mask
    whole = len(data) & ~7
    for start in range(0, whole, 8):
        block = int.from_bytes(data[start : start + 8], "little") * multiplier & mask
        value = (value ^ ((block ^ block >> 47) * multiplier & mask)) * multiplier & mask
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * multiplier & mask
    value = (value ^ value >> 47) * multiplier & mask
    return value ^ value >> 47


def _keys(words: Ids) -> Keys:
    """KenLM's key of each n-gram; `words` are ids of `Unigrams`, the last word first."""
    key = words[:, 0].astype(np.uint64) + np.uint64(1)
    for column in range(1, words.shape[1]):
        older = words[:, column].astype(np.uint64) + np.uint64(2)
        key = key * np.uint64(8978948897894561157) ^ older * np.uint64(17894857484156487943)
    return key


def _write_unigrams(file: BinaryIO, unigrams: Unigrams, bigrams: Ngrams) -> None:
    count = len(unigrams.words)
    table = np.zeros(count + 2, np.dtype([("log10", "<f4"), ("back_off", "<f4")]))
    extends_left = np.bincount(bigrams.words[:, 0], minlength=count) > 0
    is_context = np.bincount(bigrams.words[:, 1], minlength=count) > 0
    table["log10"][1:-1] = _flagged(unigrams.log10, extends_left)
    table["back_off"][1:-1] = _marked(unigrams.back_off, is_context)
    table[0] = (_UNKNOWN_LOG10, -0.0)
    file.write(table.tobytes())


def _write_bigrams(file: BinaryIO, bigrams: Ngrams, trigrams: Ngrams) -> None:
    codes = _codes(bigrams.words)
    begins = _among(np.sort(_codes(trigrams.words[:, 1:])), codes)
    back_off = _marked(bigrams.back_off, begins)
    log10 = _flagged(bigrams.log10, _among(np.sort(_codes(trigrams.words[:, :2])), codes))
    _write_table(file, len(codes), _keys(bigrams.words), {"log10": log10, "back_off": back_off})


def _flagged(log10: Floats, extends_left: npt.NDArray[np.bool_]) -> Floats:
    """Log-probabilities with KenLM's flag in their signs."""
    magnitude = np.abs(log10)
    return np.where(extends_left, magnitude, -magnitude)


def _marked(back_off: Floats, begins_longer: npt.NDArray[np.bool_]) -> Floats:
    """Back-offs with KenLM's flag: zero is -0.0 where no longer n-gram begins, and +0.0 where one does."""
    unflagged = back_off + np.float32(0.0)  # makes +0.0 of -0.0
    return np.where(begins_longer | (back_off != 0.0), unflagged, np.float32(-0.0))


def _codes(pairs: Ids) -> Keys:
    """One number for each pair of ids, in the order of the pairs."""
    return pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1]


def _among(ordered: Keys, codes: Keys) -> npt.NDArray[np.bool_]:
    """Which of `codes` stand in `ordered`."""
    places = np.searchsorted(ordered, codes)
    matches: npt.NDArray[np.bool_] = ordered[np.minimum(places, len(ordered) - 1)] == codes
    return matches


def _write_table(file: BinaryIO, count: int, keys: Keys, columns: dict[str, npt.NDArray[Any]]) -> None:
    """A hash table with linear probing and room for `count` keys; a key of 0 marks a free place."""
    buckets = max(count + 1, int(np.float32(_MULTIPLIER) * np.float32(count)))
    layout = [("key", "<u8"), *((name, values.dtype) for name, values in columns.items())]
    table = np.zeros(buckets, np.dtype(layout))
    order, places = probe(keys, buckets)
    table["key"][places] = keys[order]
    for name, values in columns.items():
        table[name][places] = values[order]
    file.write(table.tobytes())


def probe(keys: Keys, buckets: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    """The places that linear probing gives to `keys` in a table of `buckets`, all at once.

    Inserted in the order of their ideal places, each key goes to its ideal place or right behind its predecessor,
    so the places are a running maximum; what runs past the end starts again at the beginning.

    Returns:
        The order of the keys and the place of each key in that order.
    """
    ideal = (keys % np.uint64(buckets)).astype(np.int64)
    order = np.argsort(ideal, kind="stable")
    step = np.arange(len(keys), dtype=np.int64)
    places = np.maximum.accumulate(ideal[order] - step) + step
    overflow = int(np.count_nonzero(places >= buckets))
    if overflow:
        # What runs past the end takes the first places; whoever wanted those moves behind it.
        order = np.concatenate([order[-overflow:], order[:-overflow]])
        wanted = np.concatenate([np.zeros(overflow, np.int64), ideal[order[overflow:]]])
        places = np.maximum.accumulate(wanted - step) + step
    return order, places
