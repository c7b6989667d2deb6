"""The words behind each hypothesis of a search, as a tree of shared pasts."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

NOTHING = -1
"""The history of a hypothesis without words."""


class History:
    """Entries of (entry before it, word, frame), numbered from 0 as they come."""

    def __init__(self) -> None:
        self._columns: list[Ints] = []
        self._length = 0

    def append(self, parents: Ints, words: Ints, frame: int) -> Ints:
        """Add an entry behind each of `parents`; returns the new entries."""
        count = len(words)
        if count:
            self._columns.append(np.stack((parents, words, np.full(count, frame))))
            self._length += count
        return np.arange(self._length - count, self._length)

    def trace(self, entry: int) -> tuple[Ints, Ints]:
        """Words and frames that lead to `entry`, in order, both of shape (n,)."""
        chain = []
        table = np.concatenate(self._columns, axis=1) if self._columns else np.empty((3, 0), np.int64)
        while entry != NOTHING:
            chain.append(entry)
            entry = int(table[0, entry])
        return table[1, chain[::-1]], table[2, chain[::-1]]
