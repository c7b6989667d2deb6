"""How a program and its recogniser process talk: lines of JSON over pipes, samples as bytes behind their line."""

import json
from typing import Any, BinaryIO

import numpy as np

from audiolab.asr.listening import Mono
from audiolab.core.doubts import NO_DOUBTS, Doubt, Doubts
from audiolab.core.speech import Token, Word
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWord, UserWords

Message = dict[str, Any]


def send(pipe: BinaryIO, message: Message, samples: Mono | None = None) -> None:
    """Write one message; `samples` are announced in it.

    Raises:
        OSError: the other side has gone.
    """
    if samples is not None:
        message = {**message, "bytes": samples.nbytes}
    pipe.write(json.dumps(message).encode() + b"\n")
    if samples is not None:
        pipe.write(np.ascontiguousarray(samples, dtype="<f4").tobytes())
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[Message, Mono | None] | None:
    """The next message and its samples; None where the other side has gone."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        return None
    message: Message = json.loads(line)
    size = message.get("bytes")
    if size is None:
        return message, None
    data = pipe.read(size)
    return (message, np.frombuffer(data, dtype="<f4")) if len(data) == size else None


def packed_words(words: tuple[Word, ...]) -> list[list[Any]]:
    """Words as lists for JSON."""
    return [
        [word.text, *_pair(word.span), *_pair(word.frames), *_pair(word.tokens), word.score, sorted(word.doubts)]
        for word in words
    ]


def unpacked_words(rows: list[list[Any]]) -> list[Word]:
    """What `packed_words` made lists of."""
    return [
        Word(r[0], TimeSpan(r[1], r[2]), TimeSpan(r[3], r[4]), TimeSpan(r[5], r[6]), r[7], _doubts(r[8]))
        for r in rows
    ]


def packed_tokens(tokens: tuple[Token, ...]) -> list[list[Any]]:
    """Tokens as lists for JSON."""
    return [[token.text, *_pair(token.span), *_pair(token.frames), token.score] for token in tokens]


def unpacked_tokens(rows: list[list[Any]]) -> list[Token]:
    """What `packed_tokens` made lists of."""
    return [Token(r[0], TimeSpan(r[1], r[2]), TimeSpan(r[3], r[4]), r[5]) for r in rows]


def packed_user_words(words: UserWords) -> list[list[Any]]:
    """A person's words as lists for JSON."""
    return [[word.text, word.pronunciations, word.boost] for word in words]


def unpacked_user_words(rows: list[list[Any]]) -> UserWords:
    """What `packed_user_words` made lists of."""
    return tuple(UserWord(text, tuple(map(tuple, forms)), boost) for text, forms, boost in rows)


def _pair(span: TimeSpan) -> tuple[int, int]:
    return span.start, span.stop


def _doubts(values: list[str]) -> Doubts:
    return frozenset(map(Doubt, values)) if values else NO_DOUBTS
