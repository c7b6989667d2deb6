"""What aligning a text yields: its words with their times, what speaks against each, and what the text lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from audiolab.core.doubts import Doubt, Doubts, weight_of
from audiolab.core.speech import Alignment, Token, Word
from audiolab.core.tiers import PHONES, REMARKS, WORDS, Annotation, Interval, IntervalTier, annotation_of
from audiolab.core.timebase import TimeSpan


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
    doubts: Doubts

    @property
    def measured(self) -> bool:
        """Whether its times were found in the sound, not worked out from its neighbours."""
        return bool(self.tokens)

    @property
    def doubt(self) -> float:
        """How doubtful it is; 0 where nothing speaks against it."""
        return weight_of(self.doubts) + 1 - self.score if self.doubts else 0.0


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

    def alignment(self, *, unplaced: bool = False) -> Alignment:
        """The words that have a place, as recognition yields them.

        Args:
            unplaced: the others, too, as empty spans behind the word before them.
        """
        words: list[Word] = []
        tokens: list[Token] = []
        for word in self.words:
            if word.span or unplaced:
                own = TimeSpan(len(tokens), len(tokens) + len(word.tokens))
                lengths = [token.frames.length for token in word.tokens]
                total = sum(token.score * length for token, length in zip(word.tokens, lengths, strict=True))
                words.append(
                    Word(word.text, word.span, word.frames, own, total / max(sum(lengths), 1), word.doubts)
                )
                tokens += word.tokens
        return Alignment(tuple(words), tuple(tokens))

    def annotation(self) -> Annotation:
        """Tiers of words and phones, and one of remarks: doubts, and what the text lacks."""
        annotation = annotation_of(self.alignment(), self.sample_rate, self.length)
        doubts = (
            Interval(word.span, "; ".join(sorted(word.doubts))) for word in self.words if word.doubts and word.span
        )
        remarks = sorted([*doubts, *self._lacking()], key=lambda remark: remark.span)
        return annotation.with_tier(IntervalTier(REMARKS, _apart(remarks)))

    def tiers(self) -> tuple[IntervalTier, ...]:
        """What a person goes on working with: words, phones, and remarks where the text lacks something.

        All words of the text are there; those without a place as empty intervals behind the word before them.
        """
        words = IntervalTier(
            WORDS, tuple(Interval(word.span, word.text, doubts=word.doubts) for word in self.words)
        )
        phones = IntervalTier(
            PHONES, tuple(Interval(token.span, token.text) for word in self.words for token in word.tokens)
        )
        remarks = IntervalTier(REMARKS, _apart(self._lacking()))
        return (words, phones, remarks) if remarks.intervals else (words, phones)

    def _lacking(self) -> list[Interval]:
        return [
            Interval(passage.span, f"{Doubt.UNWRITTEN}: {passage.text}", doubts=frozenset({Doubt.UNWRITTEN}))
            for passage in self.unwritten
        ]


def _apart(remarks: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same, each beginning where the one before it has ended."""
    kept: list[Interval] = []
    for remark in remarks:
        start = max(remark.span.start, kept[-1].span.stop) if kept else remark.span.start
        if remark.span.stop > start:
            kept.append(replace(remark, span=TimeSpan(start, remark.span.stop)))
    return tuple(kept)
