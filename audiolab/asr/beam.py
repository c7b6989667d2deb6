"""Words from CTC emissions: time-synchronous beam search over a pronunciation tree with a trigram model.

Token passing (Young, Russell and Thornton, 1989) with the two scores of CTC prefix search (Graves and Jaitly, ICML
2014): a token stands for a node of the tree and a state of the language model, with one probability of having
ended in a blank and one of having ended in the node's class. Tokens in the same place are merged by adding their
probabilities, whatever words led there, so that the beam is not filled with variants of a distant past. Within a
word the best unigram score below the node stands in for the language model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audiolab.asr.history import NOTHING, History
from audiolab.asr.prefix_tree import PrefixTree
from audiolab.core.timebase import TimeSpan

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Scores = npt.NDArray[np.float64]
Frame = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_IMPOSSIBLE = -1e30
_NODE_BITS = 24
_CHECKED = 32
"""Frames between two calls of `check`: some ten milliseconds of work."""


class LanguageModel(Protocol):
    """Which words follow which, with states as `audiolab.asr.ngram` explains them."""

    @property
    def begin(self) -> int:
        """State at the beginning of a sentence."""
        ...

    @property
    def end(self) -> int:
        """Word behind a sentence."""
        ...

    def score(self, states: Ints, words: Ints) -> tuple[npt.NDArray[np.float32], Ints]:
        """Log-probability (base 10) of each word in its state, and the state that follows; all of shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class BeamSettings:
    """What the search weighs and how hard it tries, chosen on the shared recordings (tests/benchmarks/wer.py).

    Attributes:
        tokens: how many are kept from frame to frame.
        threshold: how far behind the best one a token may fall, in nepers.
        floor: least posterior probability of a class: no frame alone can veto a word.
        classes: how many classes are tried in a frame, the most probable ones.
        lm_weight: factor of the language model's log10 probabilities.
        word_score: added for each word, in nepers; a negative one favours long words.
        unmarked: added where a word begins without the boundary class before it, in nepers.
    """

    tokens: int = 300
    threshold: float = 16.0
    floor: float = 1e-4
    classes: int = 20
    lm_weight: float = 1.5
    word_score: float = -1.0
    unmarked: float = -1.5


@dataclass(frozen=True, slots=True, eq=False)
class _Tokens:
    """Hypotheses side by side, each array of shape (n,): place, past, and the probabilities in nepers."""

    node: Ints
    state: Ints
    blank: Scores
    symbol: Scores
    history: Ints

    @property
    def total(self) -> Scores:
        """Probability of each token, however it ended."""
        result: Scores = np.logaddexp(self.blank, self.symbol)
        return result

    @property
    def bound(self) -> Scores:
        """At most 0.7 below `total`, and quicker."""
        result: Scores = np.maximum(self.blank, self.symbol)
        return result


def _fresh(node: Ints, state: Ints, symbol: Scores, history: Ints) -> _Tokens:
    """Tokens that have just emitted the class of their node."""
    return _Tokens(node, state, np.full(len(node), _IMPOSSIBLE), symbol, history)


def _join(*groups: _Tokens) -> _Tokens:
    columns = [[getattr(group, name) for group in groups] for name in _Tokens.__slots__]
    return _Tokens(*(np.concatenate(column) for column in columns))


def _take(tokens: _Tokens, rows: Rows) -> _Tokens:
    return _Tokens(*(getattr(tokens, name)[rows] for name in _Tokens.__slots__))


class BeamSearch:
    """Decodes one piece of emissions; make a new one for each. It begins with the beginning of a sentence.

    Args:
        tree: pronunciations.
        model: which words follow which.
        boundary: class that the network emits between words.
        blank: class of the blank.
        settings: weights and effort.
    """

    def __init__(
        self, tree: PrefixTree, model: LanguageModel, boundary: int, blank: int, settings: BeamSettings
    ) -> None:
        self._tree = tree
        self._model = model
        self._boundary = boundary
        self._blank = blank
        self._settings = settings
        self._between = tree.exits + boundary
        self._roots = np.arange(tree.first_child[0], tree.first_child[0] + tree.children[0], dtype=np.int64)
        self._root_labels = tree.label[self._roots]
        self._history = History()
        nowhere = np.full(1, _IMPOSSIBLE)
        self._tokens = _Tokens(
            np.array([self._between]), np.array([model.begin]), np.zeros(1), nowhere, np.array([NOTHING])
        )

    def decode(
        self, log_probs: npt.NDArray[np.floating], stretches: Sequence[TimeSpan], check: Callable[[], None]
    ) -> tuple[Ints, Ints]:
        """The most probable words.

        Args:
            log_probs: natural logarithms, (frames, classes).
            stretches: the frames with speech, in order. Between two of them is a pause: no word spans it, and a
                sentence may end there.
            check: called several times a second; may raise to stop.

        Returns:
            Ids of the words, and the frame in which the last class of each was first emitted; both (words,).
        """
        for number, stretch in enumerate(stretches):
            if number:
                self._pause()
            self._read(log_probs[stretch.start : stretch.stop], stretch.start, check)
        return self._history.trace(self._best())

    def _read(self, log_probs: npt.NDArray[np.floating], first: int, check: Callable[[], None]) -> None:
        table = np.maximum(log_probs, np.log(self._settings.floor), dtype=np.float32)
        likely = self._likely(table)
        for index in range(len(table)):
            if index % _CHECKED == 0:
                check()
            self._step(table[index], likely[index], first + index)

    def _likely(self, table: npt.NDArray[np.float32]) -> Mask:
        """Which classes are worth trying in each frame."""
        rank = -min(self._settings.classes, table.shape[1])
        least = np.partition(table, rank, axis=1)[:, rank, np.newaxis]
        likely: Mask = (table >= least) & (table > np.float32(np.log(self._settings.floor)))
        likely[:, self._blank] = False
        return likely

    def _best(self) -> int:
        """History of the best token at the end; one that stands within a word only if no other is left."""
        tokens = self._tokens
        score = tokens.total
        finished = np.flatnonzero(tokens.node >= self._tree.exits)
        if len(finished) == 0:
            return int(tokens.history[np.argmax(score)])
        log10, _ = self._model.score(tokens.state[finished], np.full(len(finished), self._model.end))
        return int(tokens.history[finished[np.argmax(score[finished] + self._settings.lm_weight * log10)]])

    def _pause(self) -> None:
        """Leave all words, the unfinished ones too if there are no others; a sentence may have ended."""
        tokens = self._tokens
        finished = np.flatnonzero(tokens.node >= self._tree.exits)
        if len(finished):
            tokens = _take(tokens, finished)
            node = tokens.node
        else:
            node = self._tree.exits + self._tree.label[tokens.node].astype(np.int64)
        nowhere = np.full(len(node), _IMPOSSIBLE)
        waiting = _Tokens(node, tokens.state, tokens.total, nowhere, tokens.history)
        self._tokens = self._merged(_join(waiting, self._sentence_ends(waiting)))

    def _sentence_ends(self, tokens: _Tokens) -> _Tokens:
        """The tokens, had their sentence ended here."""
        tokens = _take(tokens, np.flatnonzero(tokens.state != self._model.begin))
        count = len(tokens.node)
        log10, _ = self._model.score(tokens.state, np.full(count, self._model.end))
        score = tokens.blank + self._settings.lm_weight * log10
        return _Tokens(tokens.node, np.full(count, self._model.begin), score, tokens.symbol, tokens.history)

    def _step(self, frame: Frame, likely: Mask, time: int) -> None:
        tokens = self._tokens
        total = tokens.total
        outside = np.flatnonzero(tokens.node >= self._tree.exits)
        symbol = tokens.symbol + frame[self._tree.label[tokens.node]]
        groups = [_Tokens(tokens.node, tokens.state, total + frame[self._blank], symbol, tokens.history)]
        groups += self._advance(total, outside, likely, frame, time)
        if likely[self._boundary]:
            groups.append(self._mark(total, outside, frame))
        self._tokens = self._merged(_join(*groups))

    def _mark(self, total: Scores, outside: Rows, frame: Frame) -> _Tokens:
        """The tokens behind a word that now emit the boundary class; there is one at most between two words."""
        tokens = self._tokens
        rows = outside[tokens.node[outside] != self._between]
        node = np.full(len(rows), self._between)
        return _fresh(node, tokens.state[rows], total[rows] + frame[self._boundary], tokens.history[rows])

    def _advance(
        self, total: Scores, outside: Rows, likely: Mask, frame: Frame, time: int
    ) -> tuple[_Tokens, _Tokens]:
        """All tokens that emit the class of a child of their node: those within a word, and those at its end."""
        tree, tokens, settings = self._tree, self._tokens, self._settings
        source, child = self._children(outside, likely)
        node = tokens.node[source]
        label = tree.label[child]
        score: Scores = np.where(label == tree.label[node], tokens.blank[source], total[source])
        score += frame[label]
        score += settings.lm_weight * (tree.look_ahead[child] - tree.look_ahead[node])
        score[(node >= tree.exits) & (node != self._between)] += settings.unmarked
        best = max(float(np.max(score, initial=_IMPOSSIBLE)), float(total.max() + frame[self._blank]))
        bar = best - settings.threshold
        kept = np.flatnonzero(score > bar)
        source, child, score = source[kept], child[kept], score[kept]
        inner = np.flatnonzero(tree.children[child])
        within = source[inner]
        begun = _fresh(child[inner], tokens.state[within], score[inner], tokens.history[within])
        return begun, self._end_words(source, child, score, bar, time)

    def _children(self, outside: Rows, likely: Mask) -> tuple[Rows, Ints]:
        """Every token with every child of its node whose class is likely."""
        node = self._tokens.node
        roots = self._roots[likely[self._root_labels]]
        inside = np.flatnonzero(node < self._tree.exits)
        source, child = _spread(self._tree.first_child[node[inside]], self._tree.children[node[inside]])
        worth = np.flatnonzero(likely[self._tree.label[child]])
        return (
            np.concatenate((outside.repeat(len(roots)), inside[source[worth]])),
            np.concatenate((np.tile(roots, len(outside)), child[worth])),
        )

    def _end_words(self, source: Rows, child: Ints, score: Scores, bar: float, time: int) -> _Tokens:
        """The tokens at the end of a word: at its exit, in the state behind it."""
        tree, tokens, settings = self._tree, self._tokens, self._settings
        row, place = _spread(tree.first_word[child], tree.word_count[child])
        word = tree.words[place].astype(np.int64)
        log10, state = self._model.score(tokens.state[source[row]], word)
        ended = score[row] + settings.lm_weight * (log10 - tree.look_ahead[child[row]]) + settings.word_score
        kept = np.flatnonzero(ended > bar)
        row = row[kept]
        history = self._history.append(tokens.history[source[row]], word[kept], time)
        return _fresh(tree.exits + tree.label[child[row]].astype(np.int64), state[kept], ended[kept], history)

    def _merged(self, tokens: _Tokens) -> _Tokens:
        """One token for each place, no more of them than the beam is wide; it has the history of the best one."""
        bound = tokens.bound
        bar = bound.max() - self._settings.threshold
        widest = 2 * self._settings.tokens  # before merging; fewer have to be sorted
        if len(bound) > widest:
            bar = max(bar, np.partition(bound, -widest)[-widest])
        kept = np.flatnonzero(bound >= bar)
        code = tokens.state[kept] << _NODE_BITS | tokens.node[kept]
        order = np.lexsort((-bound[kept], code))
        code = code[order]
        tokens = _take(tokens, kept[order])
        first = np.flatnonzero(np.concatenate(([True], code[1:] != code[:-1])))
        merged = _Tokens(
            tokens.node[first],
            tokens.state[first],
            np.logaddexp.reduceat(tokens.blank, first),
            np.logaddexp.reduceat(tokens.symbol, first),
            tokens.history[first],
        )
        if len(first) <= self._settings.tokens:
            return merged
        return _take(merged, np.argpartition(merged.bound, -self._settings.tokens)[-self._settings.tokens :])


def _spread(start: npt.NDArray[np.integer], count: npt.NDArray[np.integer]) -> tuple[Rows, Ints]:
    """Rows that have ``start[i] ... start[i] + count[i] - 1``: the row ``i`` of each number, and the number."""
    row = np.arange(len(count)).repeat(count)
    before = np.cumsum(count) - count
    return row, np.arange(len(row)) + (start - before)[row]
