"""Aligns a few words anew in a stretch of a recording that has been transcribed."""

from collections.abc import Sequence
from dataclasses import replace

from audiolab.asr.aligning.aligner import align_transcribed
from audiolab.asr.aligning.result import PlacedWord
from audiolab.core.cancel import CancelToken
from audiolab.core.doubts import NO_DOUBTS, Doubt
from audiolab.core.recording import Recording
from audiolab.core.recordingviews import RecordingPart
from audiolab.core.speech import Alignment, Emissions, Transcription, Word
from audiolab.core.tiers import Interval
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.core.userwords import UserWords
from audiolab.core.wordedits import Timed


def align_stretch(
    recording: Recording,
    stretch: TimeSpan,
    texts: Sequence[str],
    transcription: Transcription,
    cancel: CancelToken | None = None,
    words: UserWords = (),
) -> list[Timed]:
    """When each of `texts` is said in `stretch`; costs what the stretch is long.

    Args:
        recording: of any length.
        stretch: sample frames of it; begins and ends between words.
        texts: words as they were typed, punctuation and all; several may stand in one, parted by spaces.
        transcription: of all of `recording`.
        cancel: checked several times a second.
        words: a person's own.

    Raises:
        Cancelled: `cancel` was cancelled.
        ModelError: the lexicon is missing or damaged.
    """
    inside, part = cut(transcription, stretch, recording)
    text = " ".join(texts)
    aligned = align_transcribed(part, text, inside, cancel, words=words)
    found: list[Timed] = []
    at = 0
    placed = list(aligned.words)
    for typed in texts:
        own: list[PlacedWord] = []
        while placed and placed[0].place.start < at + len(typed):
            own.append(placed.pop(0))
        found.append(_timed(own, part.start))
        at += len(typed) + 1
    return found


def cut(
    transcription: Transcription, stretch: TimeSpan, recording: Recording
) -> tuple[Transcription, RecordingPart]:
    """A stretch of a transcription, and of its recording, with positions that count from its beginning."""
    rate, emissions = transcription.sample_rate, transcription.emissions
    grid = emissions.grid
    first, stop = (
        min(max(frame, 0), emissions.frames)
        for frame in (grid.frame_at(stretch.start, rate), grid.frame_at(stretch.stop, rate) + 1)
    )
    part = RecordingPart(recording, grid.span(first, stop, rate))
    offset = grid.offset + first * grid.hop - round(part.start * grid.sample_rate / rate)
    inside = Emissions(
        emissions.log_probs[first:stop],
        emissions.vocabulary,
        emissions.blank,
        FrameGrid(grid.hop, offset, grid.sample_rate),
        emissions.model,
    )
    words = tuple(
        _moved(word, first, part.start)
        for word in transcription.alignment.words
        if first <= word.frames.start and word.frames.stop <= stop
    )
    return (
        Transcription(
            inside,
            transcription.best_path[first:stop],
            transcription.best_score[first:stop],
            Alignment(words, ()),
            rate,
        ),
        part,
    )


def _moved(word: Word, frames: int, samples: int) -> Word:
    span = TimeSpan(max(word.span.start - samples, 0), max(word.span.stop - samples, 0))
    return replace(word, span=span, frames=word.frames.moved(-frames), tokens=TimeSpan(0, 0))


def _timed(own: Sequence[PlacedWord], start: int) -> Timed:
    """The units of one typed word as one: it is found where any of them is."""
    found = [word for word in own if word.span]
    if not found:
        doubts = frozenset({Doubt.UNSPOKEN}) if own else NO_DOUBTS
        return Timed(TimeSpan(start, start), doubts, ())
    tokens = tuple(Interval(token.span.moved(start), token.text) for word in found for token in word.tokens)
    doubts = frozenset(doubt for word in own for doubt in word.doubts)
    return Timed(found[0].span.hull(found[-1].span).moved(start), doubts, tokens)
