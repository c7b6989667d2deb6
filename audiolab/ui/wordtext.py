"""Words as flowing text: which characters belong to which word, and where paragraphs begin."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from audiolab.core.speech import Word
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
        text: words separated by spaces, paragraphs by line feeds.
        starts: position of each word's first character.
        stops: position after each word's last character.
        paragraphs: index of the first word of each paragraph.
    """

    text: str
    starts: tuple[int, ...]
    stops: tuple[int, ...]
    paragraphs: tuple[int, ...]

    @classmethod
    def of(cls, words: Sequence[Word], sample_rate: int) -> "WordText":
        """Lay out `words`, whose spans count frames of `sample_rate` (Hz)."""
        pause = seconds_to_frames(PAUSE_SECONDS, sample_rate)
        short = seconds_to_frames(SHORT_PAUSE_SECONDS, sample_rate)
        pieces: list[str] = []
        starts: list[int] = []
        stops: list[int] = []
        paragraphs: list[int] = []
        position = 0
        for index, word in enumerate(words):
            if not paragraphs:
                paragraphs.append(0)
            else:
                silence = word.span.start - words[index - 1].span.stop
                length = index - paragraphs[-1]
                long = length >= LONG_PARAGRAPH and silence >= short
                breaks = silence >= pause or long or length >= 2 * LONG_PARAGRAPH
                pieces.append("\n" if breaks else " ")
                position += 1
                if breaks:
                    paragraphs.append(index)
            text = " ".join(word.text.split())  # a line feed inside a word would be a paragraph of its own
            pieces.append(text)
            starts.append(position)
            position += len(text)
            stops.append(position)
        return cls("".join(pieces), tuple(starts), tuple(stops), tuple(paragraphs))

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
