"""Where a long alignment is cut: where what was recognised agrees with the text, however a model writes it."""

import pytest

from audiolab.asr.aligning.pieces import heard_words, pieces
from audiolab.asr.aligning.text import words_of
from audiolab.core.speech import Word
from audiolab.core.timebase import TimeSpan

SAID = "it was the 1st of may and mister jones paid fifty dollars for the twenty books that he had not read"


def heard(words: list[str]) -> list[Word]:
    """Words of half a second, one after the other."""
    spans = [TimeSpan(30 * index, 30 * index + 20) for index in range(len(words))]
    return [Word(word, span, span, TimeSpan(0, 0), 0.9) for word, span in zip(words, spans, strict=True)]


@pytest.mark.parametrize(
    "written",
    [
        "it was the first of may and mister jones paid fifty dollars for the twenty books that he had not read",
        "It was the 1st of May, and Mr. Jones paid FIFTY dollars for the 20 books that he had not read.",
        "‘It was the first of May—’ and Mr. Jones paid “50” dollars for the twenty books (that he had not read)!",
    ],
)
def test_case_points_and_figures_make_no_difference(written: str) -> None:
    # What is written together is heard as one word.
    text = words_of(" ".join(SAID.split() * 8))
    words = written.replace("—’ and", " and").split() * 8
    assert len(words) == len(SAID.split()) * 8
    found = pieces(text, heard(words), 30 * len(words))
    assert len(found) == len(pieces(text, heard(SAID.split() * 8), 30 * len(words))) > 2
    assert [piece.words.start for piece in found] == [0, *(piece.words.stop for piece in found[:-1])]


def test_heard_words_as_they_are_said() -> None:
    assert heard_words(heard(["Don’t!", "Mr.", "50", "—", "U.S."])) == ["don't", "mister", "fifty", "", "u s"]
