"""Forced alignment: when each word and each token was said (Viterbi over all pronunciations, in numpy).

The states are the tokens of every pronunciation with optional blanks between them, and between the words a pause
that takes the blank or a word boundary. A CTC network says a token in one or two frames, late in the sound that it
stands for, so the path's own frames are no boundaries yet: `aligning.boundaries` finds where the sounds begin.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from audiolab.core.timebase import TimeSpan

Form = tuple[int, ...]
"""A pronunciation as classes of the model."""

_IMPOSSIBLE = np.float32(-1e30)
_CHECKED = 64
"""Frames between two calls of `check`."""


@dataclass(frozen=True, slots=True)
class AlignedToken:
    """A token on the path: its class, and the frames in which the path stays in it."""

    label: int
    frames: TimeSpan


@dataclass(slots=True)
class _Graph:
    """States with what they emit, where they can be entered from, and which token of which word they are.

    Attributes:
        labels: class that a state emits; -1 is a pause.
        sources: for each state the states before it, its own excluded.
        owner: for each state (word, pronunciation, position); position -1 is a blank or a pause.
        finals: states in which a path may end.
    """

    labels: list[int] = field(default_factory=list)
    sources: list[list[int]] = field(default_factory=list)
    owner: list[tuple[int, int, int]] = field(default_factory=list)
    finals: list[int] = field(default_factory=list)

    def add(self, label: int, sources: list[int], owner: tuple[int, int, int]) -> int:
        self.labels.append(label)
        self.sources.append(sources)
        self.owner.append(owner)
        return len(self.labels) - 1


def align(
    log_probs: npt.NDArray[np.floating],
    words: Sequence[Sequence[Form]],
    blank: int,
    silence: int | None,
    check: Callable[[], None] = lambda: None,
) -> list[list[AlignedToken]] | None:
    """The most probable path through all of `words`, each in one of its pronunciations.

    Time and memory grow with frames times states: cut long sound into pieces first.

    Args:
        log_probs: (frames, classes), natural logarithms.
        words: for each word its pronunciations; none of them empty.
        blank: class of the blank.
        silence: class that may be emitted between words besides the blank, if the model has one.
        check: called several times a second; may raise to stop.

    Returns:
        For each word the tokens of the pronunciation that was chosen; None where the frames are too few for them.
    """
    if not words:
        return []
    graph = _graph(words, blank)
    emitted = _emissions(log_probs, graph, blank, silence)
    path = _viterbi(emitted, graph, check)
    return None if path is None else _tokens(path, graph, len(words))


def _graph(words: Sequence[Sequence[Form]], blank: int) -> _Graph:
    graph = _Graph()
    pause = graph.add(-1, [], (-1, -1, -1))
    ends: list[int] = []
    for index, forms in enumerate(words):
        next_ends = []
        for variant, form in enumerate(forms):
            entries = [pause, *(end for end in ends if graph.labels[end] != form[0])]
            state = graph.add(form[0], entries, (index, variant, 0))
            for position, label in enumerate(form[1:], 1):
                between = graph.add(blank, [state], (index, variant, -1))
                direct = [state] if graph.labels[state] != label else []
                state = graph.add(label, [between, *direct], (index, variant, position))
            next_ends.append(state)
        ends = next_ends
        pause = graph.add(-1, list(ends), (index, -1, -1))
    graph.finals = [*ends, pause]
    return graph


def _emissions(
    log_probs: npt.NDArray[np.floating], graph: _Graph, blank: int, silence: int | None
) -> npt.NDArray[np.float32]:
    """What each state emits in each frame, (frames, states)."""
    table = np.asarray(log_probs, dtype=np.float32)
    pause = table[:, blank] if silence is None else np.maximum(table[:, blank], table[:, silence])
    return np.column_stack([table, pause])[:, graph.labels]


def _viterbi(
    emitted: npt.NDArray[np.float32], graph: _Graph, check: Callable[[], None]
) -> npt.NDArray[np.int32] | None:
    """The state of each frame on the best path; None where no path reaches an end."""
    frames, states = emitted.shape
    width = 1 + max(len(sources) for sources in graph.sources)
    # Unused places point at an extra state that nothing can be entered from.
    sources = np.full((width, states), states, dtype=np.int32)
    sources[0] = np.arange(states)
    for state, entries in enumerate(graph.sources):
        sources[1 : 1 + len(entries), state] = entries
    choice = np.empty((frames, states), dtype=np.uint8)
    score = np.full(states + 1, _IMPOSSIBLE, dtype=np.float32)
    starts = [state for state, entries in enumerate(graph.sources) if 0 in entries or state == 0]
    score[starts] = emitted[0, starts]
    choice[0] = 0
    columns = np.arange(states)
    for frame in range(1, frames):
        if frame % _CHECKED == 0:
            check()
        candidates = score[sources]
        best = candidates.argmax(axis=0)
        choice[frame] = best
        score[:-1] = candidates[best, columns] + emitted[frame]
    final = max(graph.finals, key=lambda state: float(score[state]))
    if score[final] < _IMPOSSIBLE / 2:
        return None
    path = np.empty(frames, dtype=np.int32)
    state = final
    for frame in range(frames - 1, -1, -1):
        path[frame] = state
        state = int(sources[choice[frame, state], state])
    return path


def _tokens(path: npt.NDArray[np.int32], graph: _Graph, words: int) -> list[list[AlignedToken]]:
    aligned: list[list[AlignedToken]] = [[] for _ in range(words)]
    edges = np.concatenate([[0], np.flatnonzero(np.diff(path)) + 1, [len(path)]])
    for start, stop in pairwise(edges):
        word, _variant, position = graph.owner[path[start]]
        if position >= 0:
            token = AlignedToken(graph.labels[path[start]], TimeSpan(int(start), int(stop)))
            aligned[word].append(token)
    return aligned
