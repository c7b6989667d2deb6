"""What aligning a text yields: its words with their times, what speaks against each, and what the text lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from audiolab.core.speech import Alignment, Token, Word
from audiolab.core.tiers import Annotation, Interval, IntervalTier, annotation_of
from audiolab.core.timebase import TimeSpan


class Doubt(StrEnum):
    """What speaks against a word's place; the value is what a person reads."""

    UNSPOKEN = "not found in the sound"
    INTERPOLATED = "time interpolated, not measured"
    SILENCE = "in silence"
    DURATION = "impossible duration"
    SCORE = "low score"
    REPEATED = "said more than once"
    GUESSED = "pronunciation guessed"


WEIGHTS = {
    Doubt.UNSPOKEN: 6.0,
    Doubt.INTERPOLATED: 5.0,
    Doubt.SILENCE: 4.0,
    Doubt.DURATION: 3.0,
    Doubt.SCORE: 2.0,
    Doubt.REPEATED: 1.0,
    Doubt.GUESSED: 0.5,
}
"""The heaviest doubt of a word decides when it is reviewed, then how badly it scored."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word of the text and where it is said.

    Attributes:
        text: as it was typed, with its punctuation.
        place: characters of the text.
        span: sample frames of the recording; empty where the word was not found.
        frames: emission frames; empty where nothing was measured.
        tokens: its phones or characters; none where its time was not measured.
        score: how much less probable than the best path its own is, per frame (1: as probable), as the goodness of
            pronunciation of Witt and Young (2000); 0 where nothing was measured.
        doubts: what speaks against it.
    """

    text: str
    place: TimeSpan
    span: TimeSpan
    frames: TimeSpan
    tokens: tuple[Token, ...]
    score: float
    doubts: frozenset[Doubt]

    @property
    def measured(self) -> bool:
        """Whether its times were found in the sound, not worked out from its neighbours."""
        return bool(self.tokens)

    @property
    def doubt(self) -> float:
        """How doubtful it is; 0 where nothing speaks against it."""
        return max(WEIGHTS[doubt] for doubt in self.doubts) + 1 - self.score if self.doubts else 0.0


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Speech that the text does not have: `text` is what was heard, before word `before` of the text."""

    span: TimeSpan
    text: str
    before: int


@dataclass(frozen=True, slots=True)
class TextAlignment:
    """A text on a recording.

    Attributes:
        text: as it was given.
        words: all words of the text, in its order; spans in order and without overlap.
        unwritten: passages that are said and not in the text, in order.
        sample_rate: of all spans, in Hz.
        length: of the recording, in sample frames.
    """

    text: str
    words: tuple[PlacedWord, ...]
    unwritten: tuple[Unwritten, ...]
    sample_rate: int
    length: int

    def review(self) -> tuple[int, ...]:
        """Words that something speaks against, the most doubtful first; equally doubtful ones in their order."""
        doubtful = (index for index, word in enumerate(self.words) if word.doubts)
        return tuple(sorted(doubtful, key=lambda index: -self.words[index].doubt))

    def alignment(self) -> Alignment:
        """The words that have a place, as recognition yields them."""
        words: list[Word] = []
        tokens: list[Token] = []
        for word in self.words:
            if word.span:
                own = TimeSpan(len(tokens), len(tokens) + len(word.tokens))
                lengths = [token.frames.length for token in word.tokens]
                total = sum(token.score * length for token, length in zip(word.tokens, lengths, strict=True))
                words.append(Word(word.text, word.span, word.frames, own, total / max(sum(lengths), 1)))
                tokens += word.tokens
        return Alignment(tuple(words), tuple(tokens))

    def annotation(self) -> Annotation:
        """Tiers of words and phones, and one of remarks: doubts, and what the text lacks."""
        annotation = annotation_of(self.alignment(), self.sample_rate, self.length)
        return annotation.with_tier(IntervalTier("remarks", tuple(self._remarks())))

    def _remarks(self) -> list[Interval]:
        doubts = (
            Interval(word.span, "; ".join(sorted(word.doubts))) for word in self.words if word.doubts and word.span
        )
        lacking = (Interval(passage.span, f"not in the text: {passage.text}") for passage in self.unwritten)
        return _apart(sorted([*doubts, *lacking], key=lambda remark: remark.span))


def _apart(remarks: Iterable[Interval]) -> list[Interval]:
    """The same, each beginning where the one before it has ended."""
    kept: list[Interval] = []
    for remark in remarks:
        start = max(remark.span.start, kept[-1].span.stop) if kept else remark.span.start
        if remark.span.stop > start:
            kept.append(Interval(TimeSpan(start, remark.span.stop), remark.text))
    return kept
