"""Where a text and what was heard certainly agree, so that a long alignment falls into short ones.

Runs of three or more equal words are anchors. As in patience diff (Cohen), the search starts with runs that occur
once in both; what lies between two of them is compared by the longest common subsequence (Wagner and Fischer 1974)
in the longest runs, so that of passages that are said several times each finds its own.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

RUN = 3
"""Equal words that make an anchor: one or two agree by chance."""

_COMPARED = 4_000
"""Words between two unique runs that are compared, at most, in 16 MB; beyond that nothing is certain."""

_BOTH, _OURS, _THEIRS = range(3)
"""Ways to a cell of the table: a pair, or a word of one alone."""

_GOES_ON = 4
"""The pair there follows on a pair."""

_PAIR, _NEXT, _NEVER = 8, 1, -(2**30)
"""What a pair is worth, what more where it follows on another one, and no pair at all."""

Pair = tuple[int, int]


def anchors(heard: Sequence[str], text: Sequence[str]) -> list[Pair]:
    """Pairs of words (of `heard`, of `text`) that are the same, both rising, in runs of `RUN` or more."""
    certain = _longest_rising(_unique_runs(heard, text))
    pairs: list[Pair] = []
    for (heard_from, text_from), (heard_to, text_to) in pairwise([(0, 0), *certain, (len(heard), len(text))]):
        if max(heard_to - heard_from, text_to - text_from) > _COMPARED:
            size = _same(heard[heard_from:heard_to], text[text_from:text_to])
            pairs += [(heard_from + index, text_from + index) for index in range(size)] if size >= RUN else []
            continue
        between = _most_in_common(heard[heard_from:heard_to], text[text_from:text_to])
        pairs += [(heard_from + one, text_from + other) for one, other in between]
    return _in_runs(pairs)


def _most_in_common(heard: Sequence[str], text: Sequence[str]) -> list[Pair]:
    """Pairs of equal words, both rising, as many as can be; of as many, those that stand in the longest runs."""
    if not heard or not text:
        return []
    ids = {word: number for number, word in enumerate(dict.fromkeys((*heard, *text)))}
    ours, theirs = (np.array([ids[word] for word in words]) for words in (heard, text))
    ways = np.full((len(ours) + 1, len(theirs) + 1), _THEIRS, np.uint8)
    best = np.zeros(len(theirs) + 1, np.int32)
    paired = np.full(len(theirs) + 1, _NEVER, np.int32)  # the best that ends with a pair there
    for row, word in enumerate(ours, 1):
        alone, goes_on = best[:-1] + _PAIR, paired[:-1] + _PAIR + _NEXT
        ending = np.where(theirs == word, np.maximum(alone, goes_on), _NEVER)
        paired = np.concatenate(([_NEVER], ending)).astype(np.int32)
        least = np.maximum(best, paired)
        way = np.where(paired >= best, _BOTH, _OURS)
        best = np.maximum.accumulate(least)
        ways[row] = np.where(best > least, _THEIRS, way)
        ways[row, 1:][goes_on > alone] |= _GOES_ON
    return _traced(ways)


def _traced(ways: npt.NDArray[np.uint8]) -> list[Pair]:
    pairs: list[Pair] = []
    row, column = ways.shape[0] - 1, ways.shape[1] - 1
    in_run = False
    while row and column:
        way = int(ways[row, column])
        if in_run or way & 3 == _BOTH:
            row, column = row - 1, column - 1
            pairs.append((row, column))
            in_run = bool(way & _GOES_ON)
        elif way & 3 == _OURS:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def _unique_runs(heard: Sequence[str], text: Sequence[str]) -> list[Pair]:
    """Where a run of `RUN` words begins that occurs once in both, in the order of `heard`."""
    ours, theirs = _runs(heard), _runs(text)
    ours_count, theirs_count = Counter(ours), Counter(theirs)
    where = {run: index for index, run in enumerate(theirs) if theirs_count[run] == 1}
    return [(index, where[run]) for index, run in enumerate(ours) if ours_count[run] == 1 and run in where]


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[index : index + RUN]) for index in range(len(words) - RUN + 1)]


def _longest_rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest chain of pairs that rises in both (Schensted 1961)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [index]
    chain: list[Pair] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _same(heard: Sequence[str], text: Sequence[str]) -> int:
    """How many words are the same from the beginning on."""
    pairs = enumerate(zip(heard, text, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(heard), len(text)))


def _in_runs(pairs: Sequence[Pair]) -> list[Pair]:
    """Those pairs that stand in a run of `RUN` or more."""
    kept: list[Pair] = []
    run: list[Pair] = []
    for pair in [*pairs, (-1, -1)]:
        if run and pair != (run[-1][0] + 1, run[-1][1] + 1):
            kept += run if len(run) >= RUN else []
            run = []
        run.append(pair)
    return kept
