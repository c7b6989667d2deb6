"""Cuts long emissions at silence, so that search and alignment need memory for one piece at a time."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from audiolab.core.timebase import TimeSpan

SHORTEST = 1000
"""Frames (20 s): the language model should see whole sentences."""

LONGEST = 3000
"""Frames (one minute): where there is no silence at all, a piece is cut here."""


def segments(path: npt.NDArray[np.integer], silent: Iterable[int]) -> list[TimeSpan]:
    """Pieces of a best path that together are all of it, each cut in the middle of its longest silence.

    Args:
        path: class of each frame.
        silent: classes that are no sound: the blank, a word boundary.
    """
    quiet = np.isin(path, list(silent))
    pieces = []
    start = 0
    while len(path) - start > LONGEST:
        cut = start + SHORTEST + _middle_of_longest_run(quiet[start + SHORTEST : start + LONGEST])
        pieces.append(TimeSpan(start, cut))
        start = cut
    pieces.append(TimeSpan(start, len(path)))
    return pieces


def _middle_of_longest_run(quiet: npt.NDArray[np.bool_]) -> int:
    """Index in the middle of the longest run of true values; the last one where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]])))
    if not len(edges):
        return len(quiet)
    starts, stops = edges[::2], edges[1::2]
    longest = int(np.argmax(stops - starts))
    return int(starts[longest] + stops[longest]) // 2
