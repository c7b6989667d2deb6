"""Words as flowing text: which characters belong to which word, and where paragraphs begin."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from audiolab.core.sequences import difference
from audiolab.core.tiers import Interval
from audiolab.core.units import seconds_to_frames

PAUSE_SECONDS = 0.7
"""A silence between two words from which on a new paragraph begins."""

LONG_PARAGRAPH = 80
"""Words after which a short pause is enough, and twice of which are never exceeded."""

SHORT_PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class WordText:
    """A text and its words' places in it.

    Attributes:
        words: what is laid out.
        sample_rate: of their spans, in Hz.
        text: words separated by spaces, paragraphs by line feeds.
        starts: position of each word's first character.
        stops: position after each word's last character.
        paragraphs: index of the first word of each paragraph.
    """

    words: tuple[Interval, ...] = ()
    sample_rate: int = 1
    text: str = ""
    starts: tuple[int, ...] = ()
    stops: tuple[int, ...] = ()
    paragraphs: tuple[int, ...] = ()

    @classmethod
    def of(cls, words: Sequence[Interval], sample_rate: int) -> "WordText":
        """Lay out `words`, whose spans count frames of `sample_rate` (Hz)."""
        return _laid_out(tuple(words), 0, 0, sample_rate, frozenset())

    def edited(self, words: tuple[Interval, ...]) -> "WordText":
        """The layout of `words`: only paragraphs in which they differ from those of this one are laid out."""
        where = difference(self.words, words)
        if not where:
            return self
        # Where a paragraph begins depends on the words around the break and on where the one before it began.
        kept = max(bisect_left(self.paragraphs, where.start) - 1, 0)
        first = self.paragraphs[kept] if self.paragraphs else 0
        position = self.starts[first] if self.starts else 0
        longer = len(words) - len(self.words)
        unchanged = self.paragraphs[bisect_left(self.paragraphs, where.before) :]
        part = _laid_out(words, first, position, self.sample_rate, frozenset(at + longer for at in unchanged))
        again = first + len(part.words) - longer
        rest = self.starts[again] - 1 if again < len(self.words) else len(self.text)
        moved = position + len(part.text) - rest
        return WordText(
            words,
            self.sample_rate,
            self.text[:position] + part.text + self.text[rest:],
            (*self.starts[:first], *part.starts, *(at + moved for at in self.starts[again:])),
            (*self.stops[:first], *part.stops, *(at + moved for at in self.stops[again:])),
            (
                *self.paragraphs[:kept],
                *part.paragraphs,
                *(at + longer for at in unchanged if at >= again),
            ),
        )

    def word_at(self, position: int) -> int | None:
        """Index of the word at character `position`, in a gap of the one before it; None where there are none."""
        return max(bisect_right(self.starts, position) - 1, 0) if self.starts else None

    def words_between(self, start: int, stop: int) -> range:
        """Indices of the words that have a character in `start` to `stop`."""
        first = bisect_right(self.stops, start)
        last = bisect_right(self.starts, stop - 1)
        return range(first, max(last, first))

    def characters(self, words: range) -> tuple[int, int]:
        """Start and stop of the characters of `words`, which is not empty."""
        return self.starts[words[0]], self.stops[words[-1]]


def _laid_out(
    words: tuple[Interval, ...], first: int, position: int, sample_rate: int, until: frozenset[int]
) -> WordText:
    """The layout of `words` from index `first` on, where a paragraph begins at character `position`.

    Ends before a paragraph that begins with a word of `until`.
    """
    pause = seconds_to_frames(PAUSE_SECONDS, sample_rate)
    short = seconds_to_frames(SHORT_PAUSE_SECONDS, sample_rate)
    pieces: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    paragraphs = [first] if first < len(words) else []
    stop = first
    for index in range(first, len(words)):
        if index > first:
            silence = words[index].span.start - words[index - 1].span.stop
            length = index - paragraphs[-1]
            long = length >= LONG_PARAGRAPH and silence >= short
            breaks = silence >= pause or long or length >= 2 * LONG_PARAGRAPH
            if breaks and index in until:
                break
            pieces.append("\n" if breaks else " ")
            position += 1
            if breaks:
                paragraphs.append(index)
        text = " ".join(words[index].text.split())  # a line feed inside a word would be a paragraph of its own
        pieces.append(text)
        starts.append(position)
        position += len(text)
        stops.append(position)
        stop = index + 1
    return WordText(words[first:stop], sample_rate, "".join(pieces), tuple(starts), tuple(stops), tuple(paragraphs))
