"""Where a text and what was heard certainly agree, so that a long alignment falls into short ones.

Runs of three or more equal words are anchors. As in patience diff (Cohen), the search starts with runs that occur
once in both; what lies between two of them is compared by longest common runs (Ratcliff and Obershelp).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

RUN = 3
"""Equal words that make an anchor: one or two agree by chance."""

_COMPARED = 1_500
"""Words between two unique runs that are compared, at most; beyond that nothing is certain."""

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
        matcher = SequenceMatcher(None, heard[heard_from:heard_to], text[text_from:text_to], autojunk=False)
        pairs += [
            (heard_from + block.a + index, text_from + block.b + index)
            for block in matcher.get_matching_blocks()
            for index in range(block.size)
        ]
    return _in_runs(pairs)


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
