"""Aligns a text with a recording: `align_text` recognises first, `align_transcribed` uses what was recognised.

All but the recognition itself is numpy and runs in the caller's thread, whichever process the recogniser has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning.boundaries import LEAST, sound_spans
from audiolab.asr.aligning.characters import DELIMITERS, CharacterSpeller
from audiolab.asr.aligning.judging import doubts_of, repeated, score_of, unwritten
from audiolab.asr.aligning.numbers import Spoken
from audiolab.asr.aligning.outline import Outline
from audiolab.asr.aligning.pieces import Piece, path_of, pieces
from audiolab.asr.aligning.pronounce import Pronounced, default_pronouncer
from audiolab.asr.aligning.result import PlacedWord, TextAlignment
from audiolab.asr.aligning.shifts import ShiftTable, default_shifts
from audiolab.asr.aligning.text import words_of
from audiolab.asr.emissionsmap import MODEL_RATE, samples_at
from audiolab.asr.listening import mono_blocks
from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.doubts import Doubt
from audiolab.core.recording import Recording
from audiolab.core.speech import Recognizer, Token, Transcription
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords

_RECOGNISED, _LISTENED = 0.75, 0.4
"""Parts of the progress: until the sound is recognised; of the rest, until it was heard once more."""

_LEAST_SHARE = 3
"""Frames of speech that a word must get where words share what no other word accounts for."""


class Speller(Protocol):
    """Gives the classes that a word may be emitted as."""

    def pronounced(self, spoken: Iterable[Spoken]) -> Pronounced:
        """All ways to say a unit of text, of which `spoken` are the readings."""
        ...


def align_text(
    recording: Recording,
    text: str,
    recognizer: Recognizer,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    words: UserWords = (),
) -> TextAlignment:
    """Recognise `recording` and align `text` with it (see `align_transcribed`).

    Raises:
        Cancelled: `cancel` was cancelled.
        ModelError: the model or its data cannot be loaded or run.
    """
    cancel = cancel or CancelToken()

    def aligning(done: float) -> None:
        progress(_RECOGNISED + (1 - _RECOGNISED) * done)

    transcription = recognizer.transcribe(recording, cancel, lambda done: progress(_RECOGNISED * done), words)
    return align_transcribed(recording, text, transcription, cancel, aligning, words=words)


def align_transcribed(
    recording: Recording,
    text: str,
    transcription: Transcription,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    speller: Speller | None = None,
    words: UserWords = (),
) -> TextAlignment:
    """When each word of `text` is said in `recording`.

    Words that are not said are found and marked, as is speech that the text does not have; neither moves the words
    beside it.

    Args:
        recording: of any length.
        text: as it was typed; every word of it is in the result.
        transcription: of `recording`.
        cancel: checked several times a second.
        progress: of the alignment alone.
        speller: how words are emitted; by default as the model of `transcription` does.
        words: a person's own, with their pronunciations.

    Raises:
        Cancelled: `cancel` was cancelled.
        ModelError: the lexicon is missing or damaged.
    """
    cancel = cancel or CancelToken()
    work = _Work(recording, text, transcription, speller or speller_for(transcription, words), cancel)
    outline = Outline()
    total = samples_at(MODEL_RATE, recording.frames, recording.sample_rate)
    heard = 0
    for block in outline.listening(mono_blocks(recording, MODEL_RATE, cancel)):
        heard += len(block)
        progress(_LISTENED * min(heard / max(total, 1), 1.0))
    for piece in pieces(work.words, transcription.alignment.words, transcription.emissions.frames):
        work.place(piece, outline)
        progress(_LISTENED + (1 - _LISTENED) * piece.frames.stop / max(transcription.emissions.frames, 1))
    return work.result()


def speller_for(transcription: Transcription, words: UserWords = ()) -> Speller:
    """English phones for the default model, with a person's own `words`; characters for others."""
    emissions = transcription.emissions
    if emissions.model == DEFAULT_MODEL:
        return default_pronouncer(emissions.vocabulary).knowing(words)
    return CharacterSpeller(emissions.vocabulary)


class _Work:
    """One alignment in the making."""

    def __init__(
        self, recording: Recording, text: str, transcription: Transcription, speller: Speller, cancel: CancelToken
    ) -> None:
        self._recording = recording
        self._text = text
        self._transcription = transcription
        self._cancel = cancel
        emissions = transcription.emissions
        self._silence = next((i for i, name in enumerate(emissions.vocabulary) if name in DELIMITERS), None)
        self._silent = [emissions.blank, *([] if self._silence is None else [self._silence])]
        self._shifts = default_shifts() if emissions.model == DEFAULT_MODEL else ShiftTable({})
        self._hop = emissions.grid.hop * MODEL_RATE // emissions.grid.sample_rate
        self._at = 0
        self.words = words_of(text)
        self._said: list[Pronounced] = []
        for word in self.words:
            cancel.check()
            self._said.append(speller.pronounced(word.spoken))
        self._placed: list[PlacedWord] = []

    def place(self, piece: Piece, outline: Outline) -> None:
        """Find the words of one piece."""
        emissions = self._transcription.emissions
        paths = path_of(piece, emissions, [said.forms for said in self._said], self._silence, self._cancel)
        origin = emissions.grid.sample_at(piece.frames.start, MODEL_RATE)
        change = outline.change(origin, emissions.grid.sample_at(piece.frames.stop, MODEL_RATE))
        found = [path for path in paths if path]
        spans = iter(sound_spans(found, emissions.vocabulary, self._shifts, change, hop=self._hop))
        for offset, path in enumerate(paths):
            index = piece.words.start + offset
            inside = [span.moved(origin) for span in next(spans)] if path else []
            self._placed.append(self._measured(index, piece.frames, path, inside) if path else self._lost(index))

    def _measured(
        self, index: int, frames: TimeSpan, path: Sequence[AlignedToken], spans: Sequence[TimeSpan]
    ) -> PlacedWord:
        transcription = self._transcription
        log_probs = transcription.emissions.log_probs[frames.start : frames.stop]
        tokens = tuple(
            Token(
                transcription.emissions.vocabulary[token.label],
                self._in_recording(span),
                token.frames.moved(frames.start),
                float(
                    np.exp(log_probs[token.frames.start : token.frames.stop, token.label].astype(np.float32)).mean()
                ),
            )
            for token, span in zip(path, spans, strict=True)
        )
        span = tokens[0].span.hull(tokens[-1].span)
        score = score_of(log_probs, path)
        best_path = transcription.best_path[frames.start : frames.stop]
        doubts = doubts_of(score, span.length / self._recording.sample_rate, path, best_path, self._silent)
        if self._said[index].guessed:
            doubts.add(Doubt.GUESSED)
        word = self.words[index]
        own_frames = tokens[0].frames.hull(tokens[-1].frames)
        return PlacedWord(word.text, word.place, span, own_frames, tokens, score, frozenset(doubts))

    def _lost(self, index: int) -> PlacedWord:
        """A word without a place; `_put_in_order` says where it would be."""
        word, nowhere = self.words[index], TimeSpan(0, 0)
        return PlacedWord(word.text, word.place, nowhere, nowhere, (), 0.0, frozenset({Doubt.UNSPOKEN}))

    def _in_recording(self, span: TimeSpan) -> TimeSpan:
        """Samples at `MODEL_RATE` as those of the recording, behind all before them."""
        start = max(span.start, self._at)
        self._at = max(span.stop, start + LEAST)
        rate, frames = self._recording.sample_rate, self._recording.frames
        return TimeSpan(start * rate // MODEL_RATE, self._at * rate // MODEL_RATE).clamped(frames)

    def result(self) -> TextAlignment:
        """What was found, with times for the words that can only be told from their neighbours."""
        self._drop_strays()
        self._interpolate()
        self._put_in_order()
        heard = self._transcription.alignment.words
        lacking = unwritten(heard, [word.frames for word in self._placed])
        for passage in lacking:
            for index in repeated(passage, self.words):
                word = self._placed[index]
                self._placed[index] = replace(word, doubts=word.doubts | {Doubt.REPEATED})
        recording = self._recording
        return TextAlignment(
            self._text, tuple(self._placed), tuple(lacking), recording.sample_rate, recording.frames
        )

    def _drop_strays(self) -> None:
        """Give up words that lie on nothing like them amid words without a place: `a` on a breath, and the like."""
        lost = [not word.measured and bool(said.forms) for word, said in zip(self._placed, self._said, strict=True)]
        for index, word in enumerate(self._placed):
            beside = [lost[at] for at in (index - 1, index + 1) if 0 <= at < len(lost)]
            stray = Doubt.SCORE in word.doubts and (all(beside) or (Doubt.SILENCE in word.doubts and any(beside)))
            if word.measured and beside and stray:
                self._placed[index] = self._lost(index)

    def _interpolate(self) -> None:
        """Let words that the model cannot say share the speech between their neighbours."""
        index = 0
        while index < len(self._placed):
            stop = index
            while stop < len(self._placed) and not self._placed[stop].measured:
                stop += 1
            mute = [at for at in range(index, stop) if not self._said[at].forms]
            if mute:
                self._share(mute, index - 1, stop)
            index = stop + 1

    def _put_in_order(self) -> None:
        """Put words without a place behind all that come before them in the text."""
        span, frames = TimeSpan(0, 0), TimeSpan(0, 0)
        for index, word in enumerate(self._placed):
            if not word.span and not word.measured:
                empty, none = TimeSpan(span.stop, span.stop), TimeSpan(frames.stop, frames.stop)
                self._placed[index] = replace(word, span=empty, frames=none)
            span, frames = self._placed[index].span, self._placed[index].frames

    def _share(self, mute: Sequence[int], before: int, after: int) -> None:
        emissions = self._transcription.emissions
        first = self._placed[before].frames.stop if before >= 0 else 0
        last = self._placed[after].frames.start if after < len(self._placed) else emissions.frames
        speech = np.flatnonzero(~np.isin(self._transcription.best_path[first:last], self._silent))
        if len(speech) < _LEAST_SHARE * len(mute):
            return
        start = self._placed[before].span.stop if before >= 0 else 0
        stop = self._placed[after].span.start if after < len(self._placed) else self._recording.frames
        edges = np.linspace(first + speech[0], first + speech[-1] + 1, len(mute) + 1).round().astype(int).tolist()
        for place, index in enumerate(mute):
            frames = TimeSpan(edges[place], edges[place + 1])
            span = emissions.grid.span(frames.start, frames.stop, self._recording.sample_rate)
            low, high = (min(max(edge, start), max(stop, start)) for edge in (span.start, span.stop))
            self._placed[index] = replace(
                self._placed[index],
                span=TimeSpan(low, high),
                frames=frames,
                doubts=frozenset({Doubt.INTERPOLATED}),
            )
