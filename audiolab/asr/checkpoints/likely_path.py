"""The path through emissions that spells the text which network and language model together find most probable."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from audiolab.asr import segments
from audiolab.asr.align import align
from audiolab.asr.checkpoints.language import Language
from audiolab.asr.checkpoints.prefix_search import PrefixSearch
from audiolab.asr.checkpoints.vocabulary import Vocabulary
from audiolab.core.cancel import CancelToken
from audiolab.core.speech import Emissions
from audiolab.core.timebase import TimeSpan

_SHORTEST, _LONGEST = 20, 60
"""Seconds of a piece, behind which the text so far is final."""


def likely_path(
    emissions: Emissions,
    path: npt.NDArray[np.int16],
    vocabulary: Vocabulary,
    language: Language,
    cancel: CancelToken,
) -> Iterator[tuple[TimeSpan, npt.NDArray[np.int16]]]:
    """Pieces of the path, in order: the frames of each, and their classes.

    The text is found by prefix beam search, and its classes by Viterbi alignment with the piece that they were
    found in. Memory is bounded by a piece.

    Args:
        emissions: of the whole recording.
        path: their best path, which tells where it is silent.
        vocabulary: what the classes mean.
        language: which words are likely.
        cancel: checked several times a second.
    """
    silent = [vocabulary.blank, *(label for label, text in enumerate(vocabulary.texts) if text.isspace())]
    search = PrefixSearch(vocabulary, language)
    second = emissions.grid.sample_rate / emissions.grid.hop
    for frames in segments.segments(path, silent, round(_SHORTEST * second), round(_LONGEST * second)):
        log_probs = np.asarray(emissions.log_probs[frames.start : frames.stop], np.float32)
        search.hear(log_probs, cancel.check)
        labels = search.commit(last=frames.stop == emissions.frames)
        yield frames, _aligned(log_probs, labels, vocabulary.blank, cancel)


def _aligned(
    log_probs: npt.NDArray[np.float32], labels: tuple[int, ...], blank: int, cancel: CancelToken
) -> npt.NDArray[np.int16]:
    """The most probable path that collapses to `labels`."""
    classes = np.full(len(log_probs), blank, np.int16)
    if labels:
        aligned = align(log_probs, [[labels]], blank, None, cancel.check)
        assert aligned is not None, "the search has found a path for them"
        for token in aligned[0]:
            classes[token.frames.start : token.frames.stop] = token.label
    return classes
