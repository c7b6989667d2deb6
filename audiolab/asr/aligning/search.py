"""The most probable path through a long text: Viterbi in a band that follows the best hypotheses.

Only states between the first and the last one whose score is within a beam of the best are looked at, so that time
grows with the length of the sound. The path is committed as soon as all of them agree on it, so memory does not
grow with it. As long as the best path stays within the beam, which is wide, it is the path of the full Viterbi.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import AlignedToken, Form
from audiolab.asr.aligning.graph import IMPOSSIBLE, Graph, build_graph
from audiolab.core.cancel import CancelToken

_MOVED = 4
"""Frames after which the band moves."""

_AHEAD = 6
"""Words behind the last good state that the band holds: no path gets farther before the band moves again."""

_COMMITTED = 3000
"""Frames after which the path is committed as far as it is certain."""

_HELD_BYTES = 150_000_000
"""Of choices that are held, at most; then the best hypothesis is committed without certainty."""

_CHUNK = 2000
"""Frames of emissions that are in memory at once."""


@dataclass(frozen=True, slots=True)
class SearchSpec:
    """Costs in nats.

    Attributes:
        beam: how much worse than the best one a state may be at the edges of the band.
        skip: of leaving out a word of the text; None allows none.
        filler: of a frame of speech that is in no word; None allows only the blank and silence between words.
        stall: of a frame of blank within a word: long waits belong between words.
        floor: log-probabilities below it count as this much: the network is over-confident.
    """

    beam: float = 200.0
    skip: float | None = None
    filler: float | None = None
    stall: float = 0.0
    floor: float = -np.inf


FORCED = SearchSpec()
"""Every word of the text, and nothing else."""

TOLERANT = SearchSpec(skip=8.0, filler=4.0, stall=0.03, floor=-9.0)
"""Text and sound may differ. Chosen with tests/benchmarks/mismatch.py, which says what each cost does."""


def search(
    log_probs: npt.NDArray[np.floating],
    words: Sequence[Sequence[Form]],
    blank: int,
    silence: int | None,
    spec: SearchSpec = FORCED,
    cancel: CancelToken | None = None,
) -> list[list[AlignedToken]] | None:
    """The most probable path through all of `words`, each in one of its pronunciations.

    Args:
        log_probs: (frames, classes), natural logarithms; may be mapped from a file.
        words: for each word its pronunciations; none of them empty.
        blank: class of the blank.
        silence: class that may be emitted between words besides the blank, if the model has one.
        spec: costs.
        cancel: checked several times a second.

    Returns:
        For each word the tokens of the pronunciation that was chosen, none where it was skipped; None where no path
        was found: the frames are too few.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    if not words or not len(log_probs):
        return None if words else []
    graph = build_graph(words, spec.skip)
    band = _Band(graph, spec.beam, partial=spec.skip is not None)
    for rows in _emitted(log_probs, blank, silence, spec):
        if cancel is not None:
            cancel.check()
        for row in rows:
            band.step(row)
    path = band.finish()
    return None if path is None else graph.tokens(path)


def _emitted(
    log_probs: npt.NDArray[np.floating], blank: int, silence: int | None, spec: SearchSpec
) -> Iterator[npt.NDArray[np.float32]]:
    """Classes, `STALL` and `PAUSE` of some frames at a time."""
    for start in range(0, len(log_probs), _CHUNK):
        rows = np.maximum(np.asarray(log_probs[start : start + _CHUNK], dtype=np.float32), np.float32(spec.floor))
        pause = rows[:, blank] if silence is None else np.maximum(rows[:, blank], rows[:, silence])
        if spec.filler is not None:
            pause = np.maximum(pause, rows.max(axis=1) - np.float32(spec.filler))
        yield np.column_stack([rows, rows[:, blank] - np.float32(spec.stall), pause])


class _Band:
    """The states `_low` to `_high` (excluded) with their scores, and how each was reached in the frames held."""

    def __init__(self, graph: Graph, beam: float, *, partial: bool) -> None:
        self._graph = graph
        self._beam = np.float32(beam)
        self._partial = partial
        self._columns = graph.columns
        self._score = np.full(graph.states, IMPOSSIBLE, dtype=np.float32)
        self._rows = np.full(graph.states, -1, dtype=np.int64)
        self._rows[graph.entries] = np.arange(len(graph.entries))
        self._choices: list[npt.NDArray[np.uint8]] = []
        self._lows: list[int] = []
        self._held = 0
        self._path: list[npt.NDArray[np.int32]] = []
        self._frame = 0
        self._low = 1
        self._high = self._limit(1)
        self._enter()

    def _limit(self, last: int) -> int:
        """Where the band ends if `last` is its last good state."""
        word = int(self._graph.words[last]) + 1
        return int(self._graph.pauses[min(word + _AHEAD, len(self._graph.pauses) - 1)]) + 1

    def _enter(self) -> None:
        """Look up what of the graph is in the band."""
        graph, low, high = self._graph, self._low, self._high
        first, stop = np.searchsorted(graph.entries, (low, high))
        self._inside = graph.entries[first:stop] - low
        self._sources = graph.sources[first:stop]
        self._costs = graph.costs[first:stop]
        self._each = np.arange(stop - first)
        self._near = graph.near[low:high]
        self._far = graph.far[low:high]
        self._emits = self._columns[low:high]

    def step(self, row: npt.NDArray[np.float32]) -> None:
        """Take one more frame, which emits `row`."""
        low, high, score = self._low, self._high, self._score
        if self._frame == 0:
            starts = self._graph.entries[(self._graph.sources == self._graph.pauses[0]).any(axis=1)]
            begin = np.union1d(starts[starts < high], self._graph.pauses[:1])
            score[begin] = row[self._columns[begin]]
            choice = np.zeros(high - low, dtype=np.uint8)
        else:
            stay = score[low:high]
            near = score[low - 1 : high - 1] + self._near
            choice = (near > stay).view(np.uint8)
            best = np.maximum(stay, near)
            if low > 1:
                far = score[low - 2 : high - 2] + self._far
            else:
                far = np.concatenate([[IMPOSSIBLE], score[: high - 2]]) + self._far
            choice[far > best] = 2
            np.maximum(best, far, out=best)
            candidates = score[self._sources] + self._costs
            chosen = candidates.argmax(axis=1)
            entering = candidates[self._each, chosen]
            better = entering > best[self._inside]
            place = self._inside[better]
            best[place] = entering[better]
            choice[place] = chosen[better] + 3
            best += row[self._emits]
            score[low:high] = best
        self._choices.append(choice)
        self._lows.append(low)
        self._held += choice.nbytes
        self._frame += 1
        if self._frame % _MOVED == 0:
            self._move()
            if self._frame % _COMMITTED == 0 or self._held > _HELD_BYTES:
                self._commit()

    def _move(self) -> None:
        inside = self._score[self._low : self._high]
        best = inside.max()
        good = np.flatnonzero(inside > best - self._beam)
        first, last = self._low + int(good[0]), self._low + int(good[-1])
        inside -= best
        np.maximum(inside, IMPOSSIBLE, out=inside)
        self._score[self._low : first] = IMPOSSIBLE
        high = self._limit(last)
        self._score[high : self._high] = IMPOSSIBLE
        if (first, high) != (self._low, self._high):
            self._low, self._high = first, high
            self._enter()

    def _before(self, frame: int, states: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where `states` were reached from in held frame `frame`."""
        choice = self._choices[frame][states - self._lows[frame]].astype(np.int64)
        entered = np.maximum(choice - 3, 0)
        return np.where(choice < 3, states - choice, self._graph.sources[self._rows[states], entered])

    def _commit(self) -> None:
        """Let go of the frames before the one in which all hypotheses meet."""
        inside = self._score[self._low : self._high]
        states = self._low + np.flatnonzero(inside > IMPOSSIBLE / 2)
        if self._held > _HELD_BYTES:
            states = np.array([self._low + int(inside.argmax())])
        frame = len(self._choices) - 1
        while len(states) > 1 and frame > 0:
            states = np.unique(self._before(frame, states))
            frame -= 1
        if frame > 0:
            self._trace(frame, int(states[0]))

    def _trace(self, frame: int, state: int) -> None:
        """Commit the path that is in `state` in held frame `frame`, and let go of all before that frame."""
        path = np.empty(frame, dtype=np.int32)
        sources, rows = self._graph.sources, self._rows
        for at in range(frame, 0, -1):
            choice = int(self._choices[at][state - self._lows[at]])
            state = state - choice if choice < 3 else int(sources[rows[state], choice - 3])
            path[at - 1] = state
        self._path.append(path)
        del self._choices[:frame], self._lows[:frame]
        self._held = sum(choice.nbytes for choice in self._choices)

    def finish(self) -> npt.NDArray[np.int32] | None:
        """The state of each frame on the best path; None where no path reached the end of the text.

        A partial path may stop anywhere in the text: what follows is skipped, as the sound ends before it.
        """
        finals = self._graph.finals
        final = int(finals[self._score[finals].argmax()])
        if self._score[final] < IMPOSSIBLE / 2:
            if not self._partial:
                return None
            final = self._low + int(self._score[self._low : self._high].argmax())
        self._trace(len(self._choices) - 1, final)
        return np.concatenate([*self._path, np.array([final], dtype=np.int32)])
