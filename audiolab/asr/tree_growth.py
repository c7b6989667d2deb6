"""More pronunciations for a finished tree, without building it anew.

The tree lies in read-only arrays that may be mapped from a file, with the children of a node side by side. Here the
arrays are copied, which takes some milliseconds, and where a node gets another child all its children move behind
the last node together; the places that they leave are not reached any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from audiolab.asr.prefix_tree import Ints, PrefixTree


@dataclass(frozen=True, slots=True)
class Spoken:
    """A pronunciation of a word.

    Attributes:
        form: one byte for a class; not empty.
        word: id.
        log10: what the nodes above it look ahead to, at least.
    """

    form: bytes
    word: int
    log10: float


def grown(tree: PrefixTree, entries: Iterable[Spoken]) -> PrefixTree:
    """The tree with `entries`; those that it has already only raise what their nodes look ahead to."""
    growth = _Growth(tree)
    for entry in entries:
        growth.add(entry)
    return growth.tree()


class _Growth:
    """Nodes by their number: those of the tree keep theirs, new ones follow."""

    def __init__(self, tree: PrefixTree) -> None:
        self._tree = tree
        self._labels: list[int] = []
        self._children: dict[int, list[int]] = {}
        self._depth: dict[int, int] = {}
        self._raised: dict[int, float] = {}
        self._ending: dict[int, list[int]] = {}

    def add(self, entry: Spoken) -> None:
        """Follow the pronunciation from the root, and make the nodes that are missing."""
        node = 0
        for depth, label in enumerate(entry.form):
            node = self._child(node, label, depth)
            self._raised[node] = max(self._raised.get(node, -np.inf), entry.log10)
        words = self._ending.setdefault(node, self._words_of(node))
        if entry.word not in words:
            words.append(entry.word)

    def tree(self) -> PrefixTree:
        """The grown tree."""
        sources, place, ranges = self._places()
        old, nodes = self._tree, self._tree.exits + len(sources)
        known = np.array([source if source < old.exits else 0 for source in sources], np.int64)
        new = [source >= old.exits for source in sources]

        def column(values: Ints, of_new: int | list[int]) -> Ints:
            added = values[known]
            added[new] = of_new
            return np.concatenate((values[: old.exits], added, values[old.exits :]))

        label = column(old.label, self._labels_of(sources))
        first_child, children = column(old.first_child, 0), column(old.children, 0)
        for node, (start, count) in ranges.items():
            first_child[place.get(node, node)], children[place.get(node, node)] = start, count
        first_child[nodes:], children[nodes:] = first_child[0], children[0]
        look_ahead = np.concatenate(
            (old.look_ahead[: old.exits], old.look_ahead[known], old.look_ahead[old.exits :])
        )
        look_ahead[np.flatnonzero(new) + old.exits] = -np.inf
        for node, log10 in self._raised.items():
            at = place.get(node, node)
            look_ahead[at] = max(look_ahead[at], np.float32(log10))
        first_word, word_count = column(old.first_word, 0), column(old.word_count, 0)
        words: list[int] = []
        for node, ending in self._ending.items():
            at = place.get(node, node)
            first_word[at], word_count[at] = len(old.words) + len(words), len(ending)
            words += ending
        return PrefixTree(
            classes=old.classes,
            label=label,
            first_child=first_child,
            children=children,
            look_ahead=look_ahead,
            first_word=first_word,
            word_count=word_count,
            words=np.concatenate((old.words, np.array(words, old.words.dtype))),
        )

    def _child(self, node: int, label: int, depth: int) -> int:
        """The child of `node` that emits `label`; `depth` is that of `node`."""
        for child in self._children.get(node, ()):
            if self._label(child) == label:
                return child
        if node < self._tree.exits and node not in self._children:
            first, count = int(self._tree.first_child[node]), int(self._tree.children[node])
            found = np.flatnonzero(self._tree.label[first : first + count] == label)
            if len(found):
                return first + int(found[0])
            self._children[node] = list(range(first, first + count))
        child = self._tree.exits + len(self._labels)
        self._labels.append(label)
        self._children.setdefault(node, []).append(child)
        self._depth[node] = depth
        return child

    def _label(self, node: int) -> int:
        known = self._tree.exits
        return int(self._tree.label[node]) if node < known else self._labels[node - known]

    def _words_of(self, node: int) -> list[int]:
        if node >= self._tree.exits:
            return []
        first = int(self._tree.first_word[node])
        return [int(word) for word in self._tree.words[first : first + int(self._tree.word_count[node])]]

    def _labels_of(self, sources: list[int]) -> list[int]:
        return [self._label(source) for source in sources if source >= self._tree.exits]

    def _places(self) -> tuple[list[int], dict[int, int], dict[int, tuple[int, int]]]:
        """Which nodes stand behind those of the tree, the place of each of them, and where the children lie of each
        node that has got one. Nodes are placed before what is below them."""
        sources: list[int] = []
        place: dict[int, int] = {}
        ranges: dict[int, tuple[int, int]] = {}
        for node in sorted(self._children, key=self._depth.__getitem__):
            start = self._tree.exits + len(sources)
            sources += self._children[node]
            place.update((child, start + at) for at, child in enumerate(self._children[node]))
            ranges[node] = (start, len(self._children[node]))
        return sources, place, ranges
