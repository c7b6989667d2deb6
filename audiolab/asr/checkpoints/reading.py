"""From the best path of a checkpoint to words and tokens with times and scores."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.asr import ctc
from audiolab.asr.checkpoints.vocabulary import Vocabulary
from audiolab.core.speech import Emissions, Token, Word
from audiolab.core.timebase import TimeSpan

_CHUNK = 16_384
"""Frames that are looked at together: emissions may be a file of many gigabytes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in the emissions of a recording (see `audiolab.asr.checkpoints.contract.ReadPiece`)."""

    frames: TimeSpan
    words: tuple[Word, ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A token with the bytes that it adds to its word."""

    token: Token
    text: bytes


def read(emissions: Emissions, path: npt.NDArray[np.integer], vocabulary: Vocabulary, sample_rate: int) -> Reading:
    """Collapse a path: each uninterrupted run of a class is one token, and spaces in their texts part words.

    Args:
        emissions: of the whole recording.
        path: class of each frame.
        vocabulary: what the classes mean.
        sample_rate: of the recording, for the spans.
    """
    posterior = _posteriors(emissions, path)
    words: list[Word] = []
    tokens: list[Token] = []
    open_word: list[_Said] = []

    def finish() -> None:
        if open_word:
            words.append(_word(open_word, len(tokens)))
            tokens.extend(said.token for said in open_word)
            open_word.clear()

    for run in ctc.runs(path, vocabulary.blank):
        text = vocabulary.texts[run.label]
        if text[:1].isspace():
            finish()
        if inner := text.strip():
            token = Token(
                _shown(inner, vocabulary.symbols[run.label]),
                emissions.grid.span(run.start, run.stop, sample_rate),
                TimeSpan(run.start, run.stop),
                float(posterior[run.start : run.stop].mean()),
            )
            open_word.append(_Said(token, inner))
            if text[-1:].isspace():
                finish()
    finish()
    return Reading(TimeSpan(0, emissions.frames), tuple(words), tuple(tokens))


def _posteriors(emissions: Emissions, path: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """The probability of the path in each frame, (frames,)."""
    posterior = np.empty(len(path), dtype=np.float32)
    for start in range(0, len(path), _CHUNK):
        labels = path[start : start + _CHUNK]
        chunk = emissions.log_probs[start : start + _CHUNK]
        posterior[start : start + _CHUNK] = np.exp(chunk[np.arange(len(labels)), labels].astype(np.float32))
    return np.minimum(posterior, 1.0)


def _word(said: list[_Said], first_token: int) -> Word:
    lengths = [part.token.frames.length for part in said]
    score = sum(part.token.score * length for part, length in zip(said, lengths, strict=True)) / sum(lengths)
    first, last = said[0].token, said[-1].token
    return Word(
        b"".join(part.text for part in said).decode("utf-8", "replace"),
        first.span.hull(last.span),
        first.frames.hull(last.frames),
        TimeSpan(first_token, first_token + len(said)),
        score,
    )


def _shown(text: bytes, symbol: str) -> str:
    """A token by itself; the symbol where its bytes are only a part of a letter."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return symbol
