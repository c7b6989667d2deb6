"""From tokens on a path to the edges of sounds: learned shifts, then a snap to where the spectrum changes."""

from collections.abc import Sequence
from itertools import pairwise

from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning.outline import Change
from audiolab.asr.aligning.shifts import END, START, Edge, ShiftTable
from audiolab.asr.emissionsmap import FRAME_SAMPLES, MODEL_RATE
from audiolab.core.timebase import TimeSpan

SIGMA = 15 * MODEL_RATE // 1000
"""How far a snap may move an edge (standard deviation, samples)."""

LEAST = FRAME_SAMPLES // 4
"""Samples that a sound lasts, at least."""

JOINED = 30 * MODEL_RATE // 1000
"""Two words with less than this between them touch: nobody pauses that shortly."""


def sound_spans(
    words: Sequence[Sequence[AlignedToken]],
    vocabulary: Sequence[str],
    shifts: ShiftTable,
    change: Change | None = None,
    sigma: float = SIGMA,
    hop: int = FRAME_SAMPLES,
) -> list[list[TimeSpan]]:
    """Where the sounds of aligned tokens begin and end; neighbours in a word touch, none overlap.

    Args:
        words: tokens of each word, with frames of a stretch of emissions; none without tokens.
        vocabulary: symbol of each class.
        shifts: learned for the model.
        change: of the spectrum, from the first sample of frame 0 of the stretch; None snaps nothing.
        sigma: of the snap, in samples.
        hop: samples from one frame to the next, at `MODEL_RATE`.

    Returns:
        For each word the span of each of its tokens, in samples at `MODEL_RATE` from the sample 0 of `change`.
    """

    def placed(edge: Edge, frame: int) -> int:
        sample = frame * hop + shifts.shift(edge) * MODEL_RATE / 1000
        return round(sample) if change is None else change.nearest(sample, sigma)

    at = [[placed(edge, frame) for edge, frame in word] for word in edges(words, vocabulary)]
    _join(at)
    return _in_order(at)


def edges(words: Sequence[Sequence[AlignedToken]], vocabulary: Sequence[str]) -> list[list[tuple[Edge, int]]]:
    """For each word the start of each of its tokens and the end of the last one, each with its frame."""
    result: list[list[tuple[Edge, int]]] = []
    before: AlignedToken | None = None
    for index, word in enumerate(words):
        result.append([])
        for token in word:
            result[-1].append((_edge(START, token, before, vocabulary), token.frames.start))
            before = token
        after = words[index + 1][0] if index + 1 < len(words) else None
        result[-1].append((_edge(END, word[-1], after, vocabulary), word[-1].frames.stop))
    return result


def _edge(kind: str, token: AlignedToken, beside: AlignedToken | None, vocabulary: Sequence[str]) -> Edge:
    if beside is None:
        return Edge(kind, vocabulary[token.label], None, 0)
    first, second = sorted((token.frames, beside.frames))
    return Edge(kind, vocabulary[token.label], vocabulary[beside.label], second.start - first.stop)


def _join(words: Sequence[list[int]]) -> None:
    """Make words touch that overlap or have next to nothing between them."""
    for word, after in pairwise(words):
        if after[0] - word[-1] < JOINED:
            after[0] = word[-1] = (after[0] + word[-1]) // 2


def _in_order(words: Sequence[Sequence[int]]) -> list[list[TimeSpan]]:
    """Spans in order, each of `LEAST` samples or more; what was squeezed is pushed to the right."""
    spans: list[list[TimeSpan]] = []
    at = 0
    for word in words:
        spans.append([])
        at = max(at, word[0])
        for edge in word[1:]:
            start, at = at, max(edge, at + LEAST)
            spans[-1].append(TimeSpan(start, at))
    return spans
