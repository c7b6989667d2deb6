"""Words and phrases that a person expects, made likelier within a search.

This is shallow fusion with a contextual model (Zhao et al., "Shallow-fusion end-to-end contextual biasing",
Interspeech 2019): an automaton over words runs along with the language model, adds to the score as a phrase
goes on, and takes back what it gave where the phrase breaks off. The automaton is that of Aho and Corasick
("Efficient string matching", CACM 1975), so phrases may overlap. Within a word the credit lies in the look-
ahead of the pronunciation tree, as that of the language model does (Ortmanns, Ney and Eiden, "Language-model
look-ahead for large vocabulary speech recognition", ICSLP 1996): a beginning is worth as much as the best word
that it can still become, and no more than that word once it is complete.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from audiolab.asr.ngram import Codes, Floats, TrigramModel, find

Phrase = tuple[int, ...]
"""Ids of its words."""


@dataclass(slots=True)
class _Node:
    """Words of a phrase that have been said.

    Attributes:
        depth: how many.
        next: node behind each word that goes on.
        pending: credit given so far, for the most that the phrase may become.
        earned: what was earned by the phrases that end here, shorter ones included.
        fallback: node of the longest end of these words that begins a phrase, too.
    """

    depth: int
    next: dict[int, int] = field(default_factory=dict)
    pending: float = 0.0
    earned: float = 0.0
    fallback: int = 0


class PhraseBias:
    """What each next word earns or loses, by the phrases that have been begun.

    A sequence of words earns in total, wherever a phrase occurs in it, the phrase's boost for each of its words. A
    *place* in the automaton tells what has been begun; 0 is nothing.

    Args:
        phrases: with the boost of each, a logarithm to base 10.
        words: number of words; ids are 0 to `words` - 1.
    """

    def __init__(self, phrases: Iterable[tuple[Phrase, float]], words: int) -> None:
        nodes = _trie(phrases)
        _link(nodes)
        self._kinds = np.zeros(words, np.int64)  # 0 of all words that no phrase has
        used = sorted({word for node in nodes for word in node.next})
        self._kinds[np.array(used, np.int64)] = np.arange(1, len(used) + 1)
        self._width = len(used) + 1
        rows = _transitions(nodes)
        table = np.array(rows, np.int64).reshape(-1, 3)
        codes = table[:, 0] * self._width + self._kinds[table[:, 1]]
        order = np.argsort(codes)
        # One code that nothing has spares looking into an empty list.
        self._codes: Codes = np.concatenate((codes[order], [np.iinfo(np.int64).max]))
        self._targets = np.concatenate((table[order, 2], [0]))
        self._resting = np.array([_resting(nodes, index) for index in range(len(nodes))], np.int64)
        self._pending = np.array([node.pending for node in nodes], np.float32)[self._resting]
        self._earned = np.array([node.earned for node in nodes], np.float32)
        self._most: dict[int, float] = {}
        for node, word, target in rows:
            gained = self._earned[target] + self._pending[self._resting[target]] - self._pending[node]
            self._most[word] = max(self._most.get(word, 0.0), float(gained))

    def score(self, places: Codes, words: Codes) -> tuple[Floats, Codes]:
        """What each word earns in its place, and the place behind it; all of shape (n,)."""
        kinds = self._kinds[words]
        row, found = find(self._codes, places * self._width + kinds)
        fresh, begins = find(self._codes, kinds)  # from the place where nothing has been begun
        target = np.where(found, self._targets[row], np.where(begins, self._targets[fresh], 0))
        following = self._resting[target]
        gained: Floats = self._earned[target] + self._pending[following] - self._pending[places]
        return gained, following

    def most(self, word: int) -> float:
        """The highest credit that a word can earn by itself."""
        return self._most.get(word, 0.0)


class BiasedModel:
    """A language model together with a bias; a state stands for one of each.

    Args:
        model: which words follow which.
        bias: of the same words.
    """

    def __init__(self, model: TrigramModel, bias: PhraseBias) -> None:
        self._model = model
        self._bias = bias
        self.begin = model.begin
        self.end = model.end

    def score(self, states: Codes, words: Codes) -> tuple[Floats, Codes]:
        """Log-probability of each word in its state with what it earns, and the state that follows; all (n,)."""
        places, inner = np.divmod(states, self._model.states)
        log10, following = self._model.score(inner, words)
        gained, places = self._bias.score(places, words)
        return log10 + gained, following + places * self._model.states


def _trie(phrases: Iterable[tuple[Phrase, float]]) -> list[_Node]:
    nodes = [_Node(0)]
    boosts: dict[Phrase, float] = {}
    for phrase, boost in phrases:
        boosts[phrase] = max(boost, boosts.get(phrase, 0.0))
    for phrase, boost in boosts.items():
        at = 0
        for word in phrase:
            if word not in nodes[at].next:
                nodes[at].next[word] = len(nodes)
                nodes.append(_Node(nodes[at].depth + 1))
            at = nodes[at].next[word]
            nodes[at].pending = max(nodes[at].pending, boost * nodes[at].depth)
        nodes[at].earned = boost * len(phrase)
    return nodes


def _link(nodes: list[_Node]) -> None:
    """Find the fallback of each node, those near the root first, and add what the ends of its words earn."""
    waiting = deque(nodes[0].next.values())
    while waiting:
        node = nodes[waiting.popleft()]
        node.earned += nodes[node.fallback].earned
        for word, target in node.next.items():
            back = node.fallback
            while back and word not in nodes[back].next:
                back = nodes[back].fallback
            nodes[target].fallback = nodes[back].next.get(word, 0)
            waiting.append(target)


def _transitions(nodes: list[_Node]) -> list[tuple[int, int, int]]:
    """(node, word, next node), also where the word goes on with an end of the node's words."""
    rows = []
    for index, node in enumerate(nodes):
        known = dict(node.next)
        back = node.fallback
        while back:
            known = {**nodes[back].next, **known}
            back = nodes[back].fallback
        rows += [(index, word, target) for word, target in known.items()]
    return rows


def _resting(nodes: list[_Node], index: int) -> int:
    """The node itself; where no phrase goes on, the end of its words with which one does."""
    while index and not nodes[index].next:
        index = nodes[index].fallback
    return index
