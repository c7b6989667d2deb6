"""The words behind each hypothesis of a search, as a tree that shares common beginnings and forgets dead branches."""

import heapq

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

NOTHING = -1
"""The history of a hypothesis without words, or with none but those that all hypotheses share."""


class History:
    """Entries of (word, frame, entry before it), numbered from 0."""

    def __init__(self) -> None:
        self._settled: list[Ints] = []
        self._parents: list[Ints] = []
        self._words: list[Ints] = []
        self._frames: list[Ints] = []
        self._length = 0

    def append(self, parents: Ints, words: Ints, frame: int) -> Ints:
        """Add an entry behind each of `parents`; returns the new entries."""
        count = len(words)
        if count:
            self._parents.append(parents)
            self._words.append(words)
            self._frames.append(np.full(count, frame))
        self._length += count
        return np.arange(self._length - count, self._length)

    def compact(self, alive: Ints) -> Ints:
        """Settle the words that all of `alive` share and forget what none of them needs; their new numbers."""
        parents, words, frames = (_flat(column) for column in (self._parents, self._words, self._frames))
        shared, needed = _youngest_shared(alive, parents)
        chain = _chain(shared, parents)
        self._settled.append(np.stack((words[chain], frames[chain])))
        number = np.full(self._length + 1, NOTHING)
        number[needed] = np.arange(len(needed))
        self._parents, self._words, self._frames = [number[parents[needed]]], [words[needed]], [frames[needed]]
        self._length = len(needed)
        return number[alive]

    def trace(self, entry: int) -> tuple[Ints, Ints]:
        """Words and frames that lead to `entry`, in order, the settled ones first."""
        parents, words, frames = (_flat(column) for column in (self._parents, self._words, self._frames))
        chain = _chain(entry, parents)
        settled = np.concatenate((*self._settled, np.stack((words[chain], frames[chain]))), axis=1)
        return settled[0], settled[1]


def _youngest_shared(alive: Ints, parents: Ints) -> tuple[int, Ints]:
    """The youngest entry behind all of `alive`, and those that lie after it, ascending.

    An entry is younger than its parent, so the youngest of several can be replaced by its parent until one is left.
    """
    heap = [-int(entry) for entry in np.unique(alive)]
    heapq.heapify(heap)
    waiting = set(heap)
    after = []
    while len(heap) > 1:
        entry = -heap[0]
        after.append(entry)
        waiting.discard(-entry)
        parent = -int(parents[entry])
        if parent in waiting:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, parent)
            waiting.add(parent)
    return -heap[0], np.array(after[::-1], np.int64)


def _chain(entry: int, parents: Ints) -> list[int]:
    """The entries that lead to `entry`, the oldest first."""
    chain = []
    while entry != NOTHING:
        chain.append(entry)
        entry = int(parents[entry])
    return chain[::-1]


def _flat(column: list[Ints]) -> Ints:
    return np.concatenate(column) if column else np.empty(0, np.int64)
