"""Words from CTC emissions: time-synchronous beam search over a pronunciation tree with a trigram model.

Token passing (Young, Russell and Thornton 1989) with the two scores of CTC prefix search (Graves and Jaitly, ICML
2014): a token stands for a node of the tree and a state of the language model, with one probability of having ended
in a blank and one of having ended in the node's class. Tokens in the same place are merged by adding their
probabilities, whatever words led there, so the beam is not filled with variants of a distant past. Within a word the
best unigram score below the node stands in for the language model.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.asr.history import NOTHING, History
from audiolab.asr.ngram import TrigramModel
from audiolab.asr.prefix_tree import PrefixTree
from audiolab.core.cancel import Progress

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_IMPOSSIBLE = -1e30
_CHUNK = 256
_NODE_BITS = 24


@dataclass(frozen=True, slots=True)
class BeamSettings:
    """What the search weighs and how hard it tries. Scores are natural logarithms unless said otherwise.

    Attributes:
        tokens: how many are kept from frame to frame.
        threshold: how far behind the best one a token may fall.
        floor: least posterior probability of a class: no frame can veto a word.
        classes: how many classes are tried in a frame, the most probable ones.
        lm_weight: factor of the language model's log10 probabilities.
        word_score: added for each word.
        unmarked: added where a word begins without the boundary class before it.
        pause: frames of silence after which a sentence may have ended.
    """

    tokens: int = 300
    threshold: float = 16.0
    floor: float = 1e-4
    classes: int = 20
    lm_weight: float = 1.5
    word_score: float = -1.0
    unmarked: float = -1.5
    pause: int = 25


@dataclass(frozen=True, slots=True, eq=False)
class _Tokens:
    """Hypotheses side by side, each array of shape (n,): place, past, and how the words came about."""

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


def _join(*groups: _Tokens) -> _Tokens:
    columns = [[getattr(group, name) for group in groups] for name in _Tokens.__slots__]
    return _Tokens(*(np.concatenate(column) for column in columns))


def _take(tokens: _Tokens, rows: npt.NDArray[np.intp]) -> _Tokens:
    return _Tokens(*(getattr(tokens, name)[rows] for name in _Tokens.__slots__))


class BeamSearch:
    """Decodes one stretch of emissions; make a new one for each.

    Args:
        tree: pronunciations.
        model: which words follow which.
        boundary: class that the network emits between words.
        blank: class of the blank.
        settings: weights and effort.
    """

    def __init__(
        self, tree: PrefixTree, model: TrigramModel, boundary: int, blank: int, settings: BeamSettings
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
        self._quiet = 0
        self._tokens = _Tokens(
            np.array([self._between]),
            np.array([model.begin]),
            np.zeros(1),
            np.full(1, _IMPOSSIBLE),
            np.array([NOTHING]),
        )

    def decode(
        self, log_probs: npt.NDArray[np.floating], check: Callable[[], None], progress: Progress
    ) -> tuple[Ints, Ints]:
        """The words and the frame in which the last class of each was emitted, both of shape (words,).

        Args:
            log_probs: natural logarithms, (frames, classes); read in pieces, so that it may be a file.
            check: called several times a second; may raise to stop.
            progress: of the frames.
        """
        floor = np.float32(np.log(self._settings.floor))
        for start in range(0, len(log_probs), _CHUNK):
            chunk = np.maximum(log_probs[start : start + _CHUNK].astype(np.float32), floor)
            for offset, frame in enumerate(chunk):
                self._step(frame, start + offset)
                if offset % 32 == 0:
                    check()
            self._tokens = self._tokens_renewed()
            progress(min((start + _CHUNK) / len(log_probs), 1.0))
        return self._history.trace(self._best())

    def _tokens_renewed(self) -> _Tokens:
        """The same tokens with scores near zero and a history without what nobody needs any more."""
        tokens = self._tokens
        best = tokens.total.max()
        history = self._history.compact(tokens.history)
        return _Tokens(tokens.node, tokens.state, tokens.blank - best, tokens.symbol - best, history)

    def _best(self) -> int:
        """History of the best token at the end; one that stands within a word only if no other is left."""
        tokens = self._tokens
        score = tokens.total
        finished = np.flatnonzero(tokens.node >= self._tree.exits)
        if len(finished) == 0:
            return int(tokens.history[np.argmax(score)])
        ends, _ = self._model.score(tokens.state[finished], np.full(len(finished), self._model.end))
        return int(tokens.history[finished[np.argmax(score[finished] + self._settings.lm_weight * ends)]])

    def _step(self, frame: npt.NDArray[np.float32], time: int) -> None:
        best = int(np.argmax(frame))
        self._quiet = self._quiet + 1 if best in (self._blank, self._boundary) else 0
        if self._quiet == self._settings.pause:
            self._tokens = self._merged(_join(self._tokens, self._sentence_ends()))
        tokens = self._tokens
        total = tokens.total
        likely = self._likely(frame)
        outside = np.flatnonzero(tokens.node >= self._tree.exits)
        stay = _Tokens(
            tokens.node,
            tokens.state,
            total + frame[self._blank],
            tokens.symbol + frame[self._tree.label[tokens.node]],
            tokens.history,
        )
        begun, ended = self._advance(tokens, total, outside, likely, frame, time)
        groups = [stay, begun, ended]
        if likely[self._boundary]:
            groups.append(self._mark(tokens, total, outside, frame))
        self._tokens = self._merged(_join(*groups))

    def _likely(self, frame: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Which classes are worth trying."""
        count = min(self._settings.classes, len(frame) - 1)
        likely = frame > max(np.partition(frame, -count - 1)[-count - 1], np.log(self._settings.floor))
        likely[self._blank] = False
        return likely

    def _sentence_ends(self) -> _Tokens:
        """The tokens between words, had their sentence ended here."""
        rows = np.flatnonzero((self._tokens.node >= self._tree.exits) & (self._tokens.state != self._model.begin))
        tokens = _take(self._tokens, rows)
        log10, _ = self._model.score(tokens.state, np.full(len(rows), self._model.end))
        ends = self._settings.lm_weight * log10
        begin = np.full(len(rows), self._model.begin)
        return _Tokens(tokens.node, begin, tokens.blank + ends, tokens.symbol + ends, tokens.history)

    def _mark(
        self, tokens: _Tokens, total: Scores, outside: npt.NDArray[np.intp], frame: npt.NDArray[np.float32]
    ) -> _Tokens:
        """The tokens between words that now emit the boundary class."""
        rows = outside[tokens.node[outside] != self._between]
        node = np.full(len(rows), self._between)
        impossible = np.full(len(rows), _IMPOSSIBLE)
        score = total[rows] + frame[self._boundary]
        return _Tokens(node, tokens.state[rows], impossible, score, tokens.history[rows])

    def _advance(
        self,
        tokens: _Tokens,
        total: Scores,
        outside: npt.NDArray[np.intp],
        likely: npt.NDArray[np.bool_],
        frame: npt.NDArray[np.float32],
        time: int,
    ) -> tuple[_Tokens, _Tokens]:
        """All tokens that emit the class of a child of their node: those within a word, and those at its end."""
        tree, settings = self._tree, self._settings
        source, child = self._children(tokens, outside, likely)
        label = tree.label[child]
        repeated = label == tree.label[tokens.node[source]]
        score = np.where(repeated, tokens.blank[source], total[source]) + frame[label]
        score += settings.lm_weight * (tree.look_ahead[child] - tree.look_ahead[tokens.node[source]])
        from_word = (tokens.node[source] >= tree.exits) & (tokens.node[source] != self._between)
        score[from_word] += settings.unmarked
        bar = max(float(np.max(score, initial=_IMPOSSIBLE)), float(total.max() + frame[self._blank]))
        bar -= settings.threshold
        kept = np.flatnonzero(score > bar)
        source, child, score = source[kept], child[kept], score[kept]
        inner = np.flatnonzero(tree.children[child] > 0)
        within = source[inner]
        begun = _Tokens(
            child[inner],
            tokens.state[within],
            np.full(len(inner), _IMPOSSIBLE),
            score[inner],
            tokens.history[within],
        )
        return begun, self._end_words(tokens, source, child, score, bar, time)

    def _children(
        self, tokens: _Tokens, outside: npt.NDArray[np.intp], likely: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.intp], Ints]:
        """Every token with every child of its node whose class is likely."""
        roots = self._roots[likely[self._root_labels]]
        inside = np.flatnonzero(tokens.node < self._tree.exits)
        nodes = tokens.node[inside]
        source, child = _spread(self._tree.first_child[nodes], self._tree.children[nodes])
        worth = np.flatnonzero(likely[self._tree.label[child]])
        return (
            np.concatenate((np.repeat(outside, len(roots)), inside[source[worth]])),
            np.concatenate((np.tile(roots, len(outside)), child[worth])),
        )

    def _end_words(
        self, tokens: _Tokens, source: npt.NDArray[np.intp], child: Ints, score: Scores, bar: float, time: int
    ) -> _Tokens:
        tree, settings = self._tree, self._settings
        row, place = _spread(tree.first_word[child], tree.word_count[child])
        word = tree.words[place].astype(np.int64)
        log10, state = self._model.score(tokens.state[source[row]], word)
        ended = score[row] + settings.lm_weight * (log10 - tree.look_ahead[child[row]]) + settings.word_score
        kept = np.flatnonzero(ended > bar)
        row = row[kept]
        history = self._history.append(tokens.history[source[row]], word[kept], time)
        node = tree.exits + tree.label[child[row]].astype(np.int64)
        return _Tokens(node, state[kept], np.full(len(kept), _IMPOSSIBLE), ended[kept], history)

    def _merged(self, tokens: _Tokens) -> _Tokens:
        """One token for each place, no more of them than the beam is wide."""
        best = np.maximum(tokens.blank, tokens.symbol)
        bar = best.max() - self._settings.threshold
        kept = np.flatnonzero(best >= bar)
        code = tokens.state[kept] << _NODE_BITS | tokens.node[kept]
        order = np.lexsort((-best[kept], code))
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
        best = np.maximum(merged.blank, merged.symbol)
        return _take(merged, np.argpartition(best, -self._settings.tokens)[-self._settings.tokens :])


def _spread(
    start: npt.NDArray[np.integer], count: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.intp], Ints]:
    """Rows that have ``start[i] ... start[i] + count[i] - 1``: the row ``i`` of each number, and the number."""
    row = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return row, np.arange(len(row)) + (start - before)[row]
