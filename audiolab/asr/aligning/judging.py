"""What speaks against the place of a word, and what is said that the text does not have."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning.result import Unwritten
from audiolab.asr.aligning.text import TextWord, said_in
from audiolab.core.doubts import Doubt
from audiolab.core.speech import Word
from audiolab.core.timebase import TimeSpan

LOW_SCORE = 0.15
"""Of words that were said, 2 % score less; of others that found a place in their stead, 86 % do
(tests/benchmarks/mismatch.py)."""

_FLOOR = -9.0
"""Nats by which a frame is worse than the best path, at most."""

_SHORTEST = 0.02
"""Seconds per sound that nobody speaks faster than."""

_LONGEST = (0.5, 0.3)
"""Seconds, and seconds per sound, that nobody draws a word out to in running speech."""

_COVERED = 0.3
"""Part of a recognised word's frames that words of the text may share without accounting for it."""


def score_of(log_probs: npt.NDArray[np.floating], path: Sequence[AlignedToken]) -> float:
    """How much less probable than the best path a word's own is, per frame, from 0 to 1."""
    total, frames = 0.0, 0
    for token in path:
        rows = np.asarray(log_probs[token.frames.start : token.frames.stop], dtype=np.float32)
        total += float(np.maximum(rows[:, token.label] - rows.max(axis=1), _FLOOR).sum())
        frames += len(rows)
    return float(np.exp(total / frames))


def doubts_of(
    score: float,
    seconds: float,
    path: Sequence[AlignedToken],
    best_path: npt.NDArray[np.integer],
    silent: Sequence[int],
    low_score: float = LOW_SCORE,
) -> set[Doubt]:
    """What speaks against a word that was found.

    Args:
        score: of `score_of`.
        seconds: that it lasts.
        path: its tokens.
        best_path: class of each frame.
        silent: classes that are no sound.
        low_score: what words score that are none.
    """
    doubts = set()
    around = best_path[max(path[0].frames.start - 1, 0) : path[-1].frames.stop + 1]
    if np.isin(around, silent).all():
        doubts.add(Doubt.SILENCE)
    if not _SHORTEST * len(path) <= seconds <= _LONGEST[0] + _LONGEST[1] * len(path):
        doubts.add(Doubt.DURATION)
    if score < low_score:
        doubts.add(Doubt.SCORE)
    return doubts


def unwritten(heard: Sequence[Word], frames: Sequence[TimeSpan]) -> list[Unwritten]:
    """Passages of recognised words that no word of the text accounts for.

    Args:
        heard: recognised words with their times.
        frames: of the words of the text, in order; empty ones were not found.
    """
    found: list[Unwritten] = []
    at = 0
    last = -1
    for index, word in enumerate(heard):
        while at < len(frames) and frames[at].stop <= word.frames.start:
            at += 1
        shared = 0
        before = at
        while before < len(frames) and frames[before].start < word.frames.stop:
            shared += word.frames.intersection(frames[before]).length
            before += 1
        if shared > _COVERED * word.frames.length:
            continue
        if found and last == index - 1 and found[-1].before == at:
            joined = found.pop()
            found.append(Unwritten(joined.span.hull(word.span), f"{joined.text} {word.text}", at))
        else:
            found.append(Unwritten(word.span, word.text, at))
        last = index
    return found


def repeated(passage: Unwritten, text: Sequence[TextWord]) -> set[int]:
    """Words of the text that `passage` says once more: those behind it, before it, or around it.

    Where a phrase is said twice, any stretch as long as it may be the one that the text lacks.
    """
    said = list(said_in(passage.text))
    before = _spoken(text, range(passage.before - 1, -1, -1), len(said))[::-1]
    behind = _spoken(text, range(passage.before, len(text)), len(said))
    for taken in range(len(said) + 1):
        around = before[len(before) - taken :] if taken <= len(before) else []
        again = behind[: len(said) - taken]
        if [word for word, _ in (*again, *around)] == said:
            return {owner for _, owner in (*again, *around)}
    return set()


def _spoken(text: Sequence[TextWord], indices: range, count: int) -> list[tuple[str, int]]:
    """Up to `count` spoken words of `indices` with their owners; backwards where these go backwards."""
    spoken: list[tuple[str, int]] = []
    for index in indices:
        if len(spoken) >= count:
            break
        words = (text[index].spoken or ((),))[0]
        spoken += [(word, index) for word in words[:: indices.step]]
    return spoken[:count]
