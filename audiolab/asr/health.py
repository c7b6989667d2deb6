"""What speaks against the words of a transcription, by the code that judges the words of a given text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning import judging
from audiolab.asr.aligning.characters import DELIMITERS
from audiolab.asr.aligning.judging import doubts_of, score_of
from audiolab.asr.checkpoints.contract import ReadPiece
from audiolab.asr.checkpoints.reading import Reading
from audiolab.core.doubts import Doubt
from audiolab.core.speech import Emissions, Token, Word

LOW_SCORE = 0.7
"""Words that were recognised score better than words of a given text that were not said. Of 1,329 words of 120
clips, 15 % of them wrong, 6.5 % score less than this, and half of these are wrong (tests/benchmarks/health.py)."""

LONGEST_ECHO = 4
"""Words of a phrase whose repetition is noticed."""


def judged(
    pieces: Iterable[ReadPiece],
    emissions: Emissions,
    path: npt.NDArray[np.int16],
    sample_rate: int,
    *,
    aligned: bool = False,
) -> Iterator[Reading]:
    """The same pieces; their words have doubts, beside those that they had.

    Args:
        pieces: what was read in `emissions`, in order.
        emissions: of the whole recording.
        path: their best path.
        sample_rate: of the spans of the words, in Hz.
        aligned: whether the words are a text that was aligned with the emissions, not what was read in them.
    """
    low_score = judging.LOW_SCORE if aligned else LOW_SCORE
    label_of = {symbol: label for label, symbol in enumerate(emissions.vocabulary)}
    silent = [emissions.blank, *(label_of[name] for name in DELIMITERS if name in label_of)]
    first = 0
    for piece in pieces:
        echoed = echoes([word.text for word in piece.words])
        words: list[Word] = []
        for index, word in enumerate(piece.words):
            own = piece.tokens[word.tokens.start - first : word.tokens.stop - first]
            said = [AlignedToken(_label(token, label_of, path), token.frames) for token in own]
            seconds = word.span.length / sample_rate
            doubts = set(word.doubts)
            if said:
                score = score_of(emissions.log_probs, said)
                doubts |= doubts_of(score, seconds, said, path, silent, low_score)
            if index in echoed:
                doubts.add(Doubt.REPEATED)
            words.append(replace(word, doubts=frozenset(doubts)) if doubts else word)
        first += len(piece.tokens)
        yield Reading(piece.frames, tuple(words), piece.tokens)


def echoes(words: Sequence[str]) -> set[int]:
    """Indices of the words that belong to a phrase which is said twice in succession."""
    spoken = [word.lower() for word in words]
    found: set[int] = set()
    for length in range(1, LONGEST_ECHO + 1):
        for at in range(len(spoken) - 2 * length + 1):
            if spoken[at : at + length] == spoken[at + length : at + 2 * length]:
                found.update(range(at, at + 2 * length))
    return found


def _label(token: Token, label_of: dict[str, int], path: npt.NDArray[np.int16]) -> int:
    """The class of a token; one whose text is no symbol was read off the best path."""
    return label_of.get(token.text, int(path[token.frames.start]))
