"""Cuts a long alignment where text and sound certainly agree, and finds the path in each piece."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from audiolab.asr.align import AlignedToken, Form
from audiolab.asr.aligning.anchors import Pair, anchors
from audiolab.asr.aligning.search import TOLERANT, search
from audiolab.asr.aligning.text import TextWord, said_in
from audiolab.core.cancel import CancelToken
from audiolab.core.speech import Emissions, Word
from audiolab.core.timebase import TimeSpan

_SHORTEST = 1000
"""Frames of a piece (20 s), at least: every cut is a place where no word may lie."""

_STRAYED = 3
"""Heard words between two anchors from which on the stretch is a piece of its own."""

_WIDEST = 200_000_000
"""Frames times states that are searched without a beam."""

_NO_BEAM = 1e9


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of emissions and the words of the text in it."""

    frames: TimeSpan
    words: TimeSpan


def heard_words(words: Sequence[Word]) -> list[str]:
    """Recognised words as they are compared: as they are said, since some models write case, points and figures."""
    return [" ".join(said_in(word.text)) for word in words]


def pieces(text: Sequence[TextWord], heard: Sequence[Word], frames: int) -> list[Piece]:
    """Pieces that together are all of the text and all frames.

    They are cut inside runs of words that agree, when a piece has become long enough, and at the ends of such runs
    where more than a few words were heard that the text does not have there: nothing of the text may stray to them.
    """
    spoken = [(word, index) for index, typed in enumerate(text) for word in (typed.spoken or ((),))[0]]
    pairs = anchors(heard_words(heard), [word for word, _ in spoken])
    owners = [index for _, index in spoken]
    inner = {pair for pair in _inner(pairs) if heard[pair[0] + 1].frames.start - heard[pair[0]].frames.stop >= 2}
    found: list[Piece] = []
    at = Piece(TimeSpan(0, 0), TimeSpan(0, 0))
    for last_heard, next_heard, word, is_inner in _cuts(pairs, owners, inner, len(heard)):
        cut = (heard[last_heard].frames.stop + heard[next_heard].frames.start) // 2
        if cut <= at.frames.stop or (is_inner and cut - at.frames.stop < _SHORTEST):
            continue
        at = Piece(TimeSpan(at.frames.stop, cut), TimeSpan(at.words.stop, word))
        found.append(at)
    found.append(Piece(TimeSpan(at.frames.stop, frames), TimeSpan(at.words.stop, len(text))))
    return found


def _cuts(
    pairs: Sequence[Pair], owners: Sequence[int], inner: Container[Pair], heard: int
) -> Iterator[tuple[int, int, int, bool]]:
    """Places to cut: between which two heard words, before which word of the text, and whether inside a run."""
    for (heard_at, text_at), (next_heard, next_text) in pairwise([(-1, -1), *pairs, (heard, len(owners))]):
        if (heard_at, text_at) in inner and owners[text_at] != owners[text_at + 1]:
            yield heard_at, heard_at + 1, owners[text_at + 1], True
        if next_heard - heard_at - 1 < _STRAYED:
            continue
        if heard_at >= 0 and owners[text_at + 1 : text_at + 2] != [owners[text_at]]:
            yield heard_at, heard_at + 1, owners[text_at] + 1, False
        if next_heard < heard and (next_text == 0 or owners[next_text - 1] != owners[next_text]):
            yield next_heard - 1, next_heard, owners[next_text], False


def _inner(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs that agree with their neighbours: the one before and the two behind."""
    for index in range(1, len(pairs) - 2):
        heard_at, text_at = pairs[index]
        around = (pairs[index - 1], pairs[index + 1], pairs[index + 2])
        if around == tuple((heard_at + step, text_at + step) for step in (-1, 1, 2)):
            yield heard_at, text_at


def path_of(
    piece: Piece, emissions: Emissions, forms: Sequence[Sequence[Form]], silence: int | None, cancel: CancelToken
) -> list[list[AlignedToken]]:
    """For each word of a piece its tokens, in frames of the piece; none of words that found no place.

    Args:
        piece: what to search.
        emissions: of the whole recording.
        forms: pronunciations of the words of the whole text; words without any find no place.
        silence: class that may stand between words.
        cancel: checked several times a second.
    """
    wanted = [index for index in range(piece.words.start, piece.words.stop) if forms[index]]
    states = sum(2 * len(form) for index in wanted for form in forms[index])
    beam = _NO_BEAM if piece.frames.length * states <= _WIDEST else TOLERANT.beam
    log_probs = emissions.log_probs[piece.frames.start : piece.frames.stop]
    said = [forms[index] for index in wanted]
    found = search(log_probs, said, emissions.blank, silence, replace(TOLERANT, beam=beam), cancel)
    paths: list[list[AlignedToken]] = [[] for _ in range(piece.words.length)]
    for index, path in zip(wanted, found or [[] for _ in wanted], strict=True):
        paths[index - piece.words.start] = path
    return paths
