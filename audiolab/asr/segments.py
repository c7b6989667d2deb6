"""Cuts long emissions at silence, so that search and alignment need memory for one piece at a time, and finds the
speech in a piece."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from audiolab.core.timebase import TimeSpan

SHORTEST = 1000
"""Frames (20 s): the language model should see whole sentences."""

LONGEST = 3000
"""Frames (one minute): where there is no silence at all, a piece is cut here."""

PAUSE = 25
"""Frames (half a second) of silence that no word spans."""

MARGIN = 10
"""Frames (0.2 s) at either side of a pause that still belong to the speech beside it: a network is not sure of the
first and the last sound at once."""

Path = npt.NDArray[np.integer]


def segments(path: Path, silent: Iterable[int], shortest: int = SHORTEST, longest: int = LONGEST) -> list[TimeSpan]:
    """Pieces of a best path that together are all of it, each cut in the middle of its longest silence.

    Args:
        path: class of each frame.
        silent: classes that are no sound: the blank, a word boundary.
        shortest: frames of a piece, at least, but of the last one.
        longest: frames of a piece, at most.
    """
    quiet = np.isin(path, list(silent))
    pieces = []
    start = 0
    while len(path) - start > longest:
        cut = start + shortest + _middle_of_longest_run(quiet[start + shortest : start + longest])
        pieces.append(TimeSpan(start, cut))
        start = cut
    pieces.append(TimeSpan(start, len(path)))
    return pieces


def stretches(path: Path, silent: Iterable[int]) -> list[TimeSpan]:
    """Where in a piece of a best path there may be speech: all of it but the inner parts of pauses.

    Args:
        path: class of each frame.
        silent: classes that are no sound: the blank, a word boundary.
    """
    edges = [0]
    for start, stop in _runs(np.isin(path, list(silent))).tolist():
        if stop - start >= PAUSE:
            edges += [start + MARGIN if start else 0, stop - MARGIN if stop < len(path) else stop]
    edges.append(len(path))
    found = (TimeSpan(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True))
    return [stretch for stretch in found if stretch]


def _middle_of_longest_run(quiet: npt.NDArray[np.bool_]) -> int:
    """Index in the middle of the longest run of true values; the last one where there is none."""
    runs = _runs(quiet)
    if not len(runs):
        return len(quiet)
    start, stop = runs[np.argmax(runs[:, 1] - runs[:, 0])].tolist()
    return int(start + stop) // 2


def _runs(quiet: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Start and stop of each run of true values, (runs, 2)."""
    return np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]))).reshape(-1, 2)
