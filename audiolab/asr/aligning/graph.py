"""The states that a path through a long text may take, as arrays.

Each pronunciation is a chain: token, optional blank, token. Between words stands a pause. A state is entered from
itself, from the one or two before it in its chain, or, at the beginning of a chain and in a pause, from the ends of
words and from pauses. A pause may also be entered from earlier pauses, at a cost: the words between are skipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import AlignedToken, Form
from audiolab.core.timebase import TimeSpan

IMPOSSIBLE = np.float32(-1e30)

PAUSE, STALL = -1, -2
"""Columns behind the classes of a model: what a pause emits, and what a blank within a word does."""

_JUMPS = (1, 4, 16)
"""Numbers of words that are skipped at once: a frame each, so that a long passage needs few frames."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """States of a text in its order. State 0 is never reached: unused places of tables point at it.

    Attributes:
        columns: what a state emits: a class, `PAUSE` or `STALL`.
        near: 0 where a state may be entered from the one before it, otherwise impossible.
        far: the same for the one before that.
        entries: states that are entered from elsewhere, in order.
        sources: for each of `entries` the states before it, (entries, width).
        costs: what entering from each of them costs, added to the score.
        words: word of a state; of a pause the word before it.
        positions: token of a state within its pronunciation; -1 for blanks and pauses.
        pauses: the pause behind each word; the first one stands before the text.
        finals: states in which a path may end.
    """

    columns: npt.NDArray[np.int64]
    near: npt.NDArray[np.float32]
    far: npt.NDArray[np.float32]
    entries: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    costs: npt.NDArray[np.float32]
    words: npt.NDArray[np.int32]
    positions: npt.NDArray[np.int16]
    pauses: npt.NDArray[np.int64]
    finals: npt.NDArray[np.int64]

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.columns)

    def tokens(self, path: npt.NDArray[np.int32]) -> list[list[AlignedToken]]:
        """The tokens of each word on a path of states; none of words that were skipped."""
        found: list[list[AlignedToken]] = [[] for _ in range(len(self.pauses) - 1)]
        starts = np.concatenate([[0], np.flatnonzero(np.diff(path)) + 1])
        stops = np.append(starts[1:], len(path))
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            state = path[start]
            if self.positions[state] >= 0:
                token = AlignedToken(int(self.columns[state]), TimeSpan(start, stop))
                found[self.words[state]].append(token)
        return found


def build_graph(words: Sequence[Sequence[Form]], skip: float | None = None) -> Graph:
    """The graph of `words`, each with its pronunciations (none of them empty).

    Args:
        words: pronunciations as classes.
        skip: cost in nats of leaving out a word; None forces all of them.
    """
    draft = _Draft()
    ends: list[int] = []
    for word, forms in enumerate(words):
        before = draft.pauses[-1]
        ends = [draft.chain(word, form, [before, *draft.follows(ends, form[0])]) for form in forms]
        entered = [(end, 0.0) for end in ends]
        if skip is not None:
            jumps = (jump for jump in _JUMPS if jump <= word + 1)
            entered += [(draft.pauses[-jump], -skip * np.sqrt(jump)) for jump in jumps]
        draft.pause(word, entered)
    return draft.graph(ends)


class _Draft:
    """A graph as lists."""

    def __init__(self) -> None:
        self._columns = [PAUSE]
        self._near = [False]
        self._far = [False]
        self._words = [-1]
        self._positions = [-1]
        self._entered: dict[int, list[tuple[int, float]]] = {}
        self.pauses: list[int] = []
        self.pause(-1, [])

    def _add(self, column: int, word: int, position: int, *, near: bool = False, far: bool = False) -> int:
        self._columns.append(column)
        self._near.append(near)
        self._far.append(far)
        self._words.append(word)
        self._positions.append(position)
        return len(self._columns) - 1

    def pause(self, word: int, entered: list[tuple[int, float]]) -> None:
        """A pause behind `word`, entered from states at costs."""
        state = self._add(PAUSE, word, -1)
        self._entered[state] = entered
        self.pauses.append(state)

    def chain(self, word: int, form: Form, entered: list[int]) -> int:
        """A pronunciation; returns its last state."""
        state = self._add(form[0], word, 0)
        self._entered[state] = [(source, 0.0) for source in entered]
        for position, label in enumerate(form[1:], 1):
            self._add(STALL, word, -1, near=True)
            state = self._add(label, word, position, near=True, far=label != form[position - 1])
        return state

    def follows(self, ends: list[int], label: int) -> list[int]:
        """Those of `ends` that `label` may follow without a blank between."""
        return [end for end in ends if self._columns[end] != label]

    def graph(self, ends: list[int]) -> Graph:
        """What was drafted; `ends` are those of the last word."""
        entries = sorted(self._entered)
        width = max(1, *(len(entered) for entered in self._entered.values()))
        sources = np.zeros((len(entries), width), dtype=np.int64)
        costs = np.zeros((len(entries), width), dtype=np.float32)
        for row, state in enumerate(entries):
            for place, (source, cost) in enumerate(self._entered[state]):
                sources[row, place], costs[row, place] = source, cost
        return Graph(
            np.array(self._columns),
            np.where(self._near, np.float32(0), IMPOSSIBLE),
            np.where(self._far, np.float32(0), IMPOSSIBLE),
            np.array(entries),
            sources,
            costs,
            np.array(self._words, dtype=np.int32),
            np.array(self._positions, dtype=np.int16),
            np.array(self.pauses),
            np.array([*ends, self.pauses[-1]]),
        )
