"""A pronunciation lexicon as a tree of shared beginnings.

It lies in flat arrays, so that a beam search can follow it for many hypotheses at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PrefixTree:
    """Nodes in breadth-first order, the root first, so that the children of a node stand side by side.

    Behind the nodes stands one *exit* for each class: the root again, reached by a word that ended in that class.
    CTC needs to know it, since the same class can begin the next word only after a blank.

    Attributes:
        classes: how many classes there are.
        label: class that each node and each exit emits; -1 of the root.
        first_child: the first child of each.
        children: how many children each has.
        look_ahead: highest unigram log-probability (base 10) of the words at and below each; 0 of root and exits.
        first_word: where in `words` those begin that end in each.
        word_count: how many words end in each.
        words: ids, by the node that they end in.
    """

    classes: int
    label: Ints
    first_child: Ints
    children: Ints
    look_ahead: Floats
    first_word: Ints
    word_count: Ints
    words: Ints

    @property
    def exits(self) -> int:
        """The exit of class 0: the number of nodes."""
        return len(self.label) - self.classes


def build_prefix_tree(pronunciations: Sequence[bytes], words: Ints, unigrams: Floats, classes: int) -> PrefixTree:
    """The tree of all pronunciations.

    Args:
        pronunciations: each one byte for a class, none of them empty.
        words: id of the word that each pronunciation is of, (n,).
        unigrams: log-probability of each word, by id.
        classes: how many classes there are, below 256.
    """
    order = sorted(range(len(pronunciations)), key=pronunciations.__getitem__)
    lengths = np.array([len(pronunciations[row]) for row in order])
    symbols = np.zeros((len(order), lengths.max()), np.int16)
    for row, index in enumerate(order):
        symbols[row, : lengths[row]] = np.frombuffer(pronunciations[index], np.uint8)
    label, parent, ends, levels = _grow(symbols, lengths)
    owners = words[order]
    look_ahead = np.full(len(label), -np.inf, np.float32)
    np.maximum.at(look_ahead, ends, unigrams[owners])
    for first, stop in zip(reversed(levels[:-1]), reversed(levels[1:]), strict=True):
        np.maximum.at(look_ahead, parent[first:stop], look_ahead[first:stop])
    look_ahead[0] = 0.0
    children = np.bincount(parent[1:], minlength=len(label))
    word_count = np.bincount(ends, minlength=len(label) + classes)
    return PrefixTree(
        classes=classes,
        label=np.concatenate((label, np.arange(classes))).astype(np.int16),
        first_child=_with_exits(1 + np.cumsum(children) - children, classes),
        children=_with_exits(children, classes),
        look_ahead=np.concatenate((look_ahead, np.zeros(classes, np.float32))),
        first_word=(np.cumsum(word_count) - word_count).astype(np.int32),
        word_count=word_count.astype(np.int32),
        words=owners[np.argsort(ends, kind="stable")].astype(np.int32),
    )


def _grow(symbols: Ints, lengths: Ints) -> tuple[Ints, Ints, Ints, list[int]]:
    """Label and parent of each node, the node of each row's end, and the first node of each depth.

    The rows of `symbols` are in order, so rows with the same beginning are neighbours.
    """
    node = np.zeros(len(symbols), np.int64)
    ends = np.zeros(len(symbols), np.int64)
    labels: list[Ints] = [np.array([-1])]
    parents: list[Ints] = [np.array([0])]
    levels = [1]
    for depth in range(symbols.shape[1]):
        rows = np.flatnonzero(lengths > depth)
        begins = np.ones(len(rows), np.bool_)
        begins[1:] = (node[rows[1:]] != node[rows[:-1]]) | (symbols[rows[1:], depth] != symbols[rows[:-1], depth])
        labels.append(symbols[rows[begins], depth])
        parents.append(node[rows[begins]])
        node[rows] = levels[-1] + np.cumsum(begins) - 1
        levels.append(levels[-1] + int(begins.sum()))
        done = rows[lengths[rows] == depth + 1]
        ends[done] = node[done]
    return np.concatenate(labels), np.concatenate(parents), ends, levels


def _with_exits(values: Ints, classes: int) -> Ints:
    """The values of the nodes, then the root's for each exit."""
    return np.concatenate((values, np.full(classes, values[0]))).astype(np.int32)
