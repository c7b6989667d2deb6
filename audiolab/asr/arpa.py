"""Back-off n-gram models of any order from ARPA files, the text format that SRILM and KenLM write.

An n-gram is kept as the row of its first n - 1 words among the (n - 1)-grams and its last word, packed into one
number, so that its probability is found by bisection and nothing but the words themselves is kept as text.
"""

import gzip
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from audiolab.core.errors import ModelError

State = tuple[int, ...]
"""What the past means to a model: the rows of its last word, of its last two words, as far as it knows them."""

BEGIN, END = "<s>", "</s>"
_UNKNOWN = ("<unk>", "<UNK>")

_CHECKED = 50_000
"""Lines between two calls of `check`."""

_REMEDY = "make or fetch the language model again."


@dataclass(frozen=True, slots=True, eq=False)
class _Grams:
    """The n-grams of one order: their packed words, ascending, and base 10 logarithms."""

    keys: npt.NDArray[np.int64]
    log10: npt.NDArray[np.float32]
    back_off: npt.NDArray[np.float32]

    def find(self, key: int) -> int:
        """The row of an n-gram; -1 where there is none."""
        row = int(self.keys.searchsorted(key))
        return row if row < len(self.keys) and self.keys[row] == key else -1


class ArpaModel:
    """Log-probabilities to base 10, with back-off (Katz, 1987).

    Args:
        words: ids of all words, 0 and up.
        grams: of each order, from 1.
    """

    def __init__(self, words: dict[str, int], grams: list[_Grams]) -> None:
        self._ids = words
        self._grams = grams
        unknown = next((words[name] for name in _UNKNOWN if name in words), None)
        # Where the model does not say how likely a word is that it does not know: as the rarest that it knows.
        rarest = min(self.words or words, key=lambda word: float(grams[0].log10[words[word]]))
        self._unknown = words[rarest] if unknown is None else unknown

    @property
    def order(self) -> int:
        """Words of its longest n-grams."""
        return len(self._grams)

    @property
    def words(self) -> list[str]:
        """All words that it knows."""
        return [word for word in self._ids if word not in (BEGIN, END, *_UNKNOWN)]

    def begin(self) -> State:
        """The state before a sentence."""
        return (self._ids[BEGIN],) if BEGIN in self._ids and self.order > 1 else ()

    def knows(self, word: str) -> bool:
        """Whether `word` is one of `words`, or marks where a sentence begins or ends."""
        return word in self._ids

    def score(self, state: State, word: str) -> tuple[float, State]:
        """Log-probability of `word` behind `state`, and the state that follows."""
        known = self._ids.get(word)
        label = self._unknown if known is None else known
        back_off = 0.0
        for length in range(len(state), 0, -1):
            row = self._grams[length].find(state[length - 1] * len(self._ids) + label)
            if row >= 0:
                return back_off + float(self._grams[length].log10[row]), self._after(state, label)
            back_off += float(self._grams[length - 1].back_off[state[length - 1]])
        return back_off + float(self._grams[0].log10[label]), self._after(state, label)

    def _after(self, state: State, label: int) -> State:
        rows = [label]
        for length, row in enumerate(state[: self.order - 2], 1):
            found = self._grams[length].find(row * len(self._ids) + label)
            if found < 0:
                break
            rows.append(found)
        return tuple(rows[: self.order - 1])


def read_arpa(path: Path, check: Callable[[], None] = lambda: None) -> ArpaModel:
    """Read a language model.

    Args:
        path: an ARPA file in UTF-8; compressed with gzip where its name ends in ``.gz``.
        check: called several times a second; may raise to stop.

    Raises:
        ModelError: it cannot be read, or is no ARPA file; one sentence says why.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return _Reader(path.name, iter(file), check).read()
    except (OSError, EOFError, zlib.error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "it is damaged"
        raise ModelError(f"{path.name}: it cannot be read ({reason}); {_REMEDY}") from error


class _Reader:
    """Reads one file from its first line to its last."""

    def __init__(self, name: str, lines: Iterator[bytes], check: Callable[[], None]) -> None:
        self._name = name
        self._lines = lines
        self._check = check
        self._number = 0

    def read(self) -> ArpaModel:
        counts = self._counts()
        words: dict[str, int] = {}
        grams: list[_Grams] = []
        heading = "\\1-grams:"
        for order, count in enumerate(counts, 1):
            if heading != f"\\{order}-grams:":
                self._fail(f"\\{order}-grams: should stand here")
            grams.append(self._section(order, count, words, grams))
            heading = self._next()
        if heading != "\\end\\":
            self._fail("\\end\\ should stand here")
        return ArpaModel(words, grams)

    def _counts(self) -> list[int]:
        """How many n-grams of each order are announced; ends behind the heading of the first section."""
        while self._next() != "\\data\\":
            pass
        counts: list[int] = []
        while (line := self._next()) != "\\1-grams:":
            try:
                order, count = map(int, line.removeprefix("ngram").split("="))
            except ValueError:
                self._fail("a number of n-grams should stand here")
            if order != len(counts) + 1 or count < 0:
                self._fail("the orders should be 1, 2, 3 and so on")
            counts.append(count)
        if not counts or not counts[0]:
            self._fail("it has no words")
        return counts

    def _section(self, order: int, count: int, words: dict[str, int], grams: list[_Grams]) -> _Grams:
        values, ids = array("f"), array("q")
        for _ in range(count):
            fields = self._next().split()
            if not 0 <= len(fields) - order - 1 <= 1:
                self._fail(f"a logarithm and {order} words should stand here, {count} times in all")
            try:
                values.append(float(fields[0]))
                values.append(float(fields[-1]) if len(fields) == order + 2 else 0.0)
            except ValueError:
                self._fail("it should begin with a logarithm")
            if order == 1:
                if fields[1] in words:
                    self._fail(f"{fields[1]!r} is there twice")
                words[fields[1]] = len(words)
            for word in fields[1 : order + 1]:
                if word not in words:
                    self._fail(f"{word!r} is not among the 1-grams")
                ids.append(words[word])
        table = np.frombuffer(ids, np.int64).reshape(count, order) if count else np.empty((0, order), np.int64)
        scores = np.frombuffer(values, np.float32).reshape(count, 2) if count else np.empty((0, 2), np.float32)
        keys = table[:, 0].copy()
        for column in range(1, order):
            keys = keys * len(words) + table[:, column]
            if column < order - 1:
                keys = self._rows(grams[column], keys)
        ascending = np.argsort(keys, kind="stable")
        return _Grams(keys[ascending], scores[ascending, 0], scores[ascending, 1])

    def _rows(self, grams: _Grams, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where each n-gram stands."""
        rows = np.minimum(grams.keys.searchsorted(keys), max(len(grams.keys) - 1, 0))
        if len(keys) and (not len(grams.keys) or (grams.keys[rows] != keys).any()):
            self._fail("an n-gram above begins with words that are no shorter n-gram")
        return rows.astype(np.int64)

    def _next(self) -> str:
        """The next line that is not empty, without white space around it."""
        for line in self._lines:
            self._number += 1
            if self._number % _CHECKED == 0:
                self._check()
            if stripped := line.strip():
                try:
                    return stripped.decode()
                except UnicodeDecodeError:
                    self._fail("it is not UTF-8")
        return self._fail("it ends too early" if self._number else "it is empty")

    def _fail(self, reason: str) -> NoReturn:
        raise ModelError(f"{self._name}, line {self._number}: {reason}; {_REMEDY}")
