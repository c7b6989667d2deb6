"""Word documents: where paragraphs begin, and what another program reads of them."""

import io

import docx
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange.document import Paragraph, paragraphs, write_docx

RATE = 1000


def said(*words: tuple[float, float, str] | tuple[float, float, str, str]) -> list[Interval]:
    return [Interval(TimeSpan(round(w[0] * RATE), round(w[1] * RATE)), w[2], *w[3:]) for w in words]


def test_another_speaker_and_a_pause_begin_a_paragraph() -> None:
    words = said((0, 1, "Good", "Ann"), (1, 2, "morning.", "Ann"), (2, 3, "Hi.", "Bob"), (5.5, 6, "So.", "Bob"))
    assert paragraphs(words, RATE) == [
        Paragraph(0, "Ann", "Good morning."),
        Paragraph(2000, "Bob", "Hi."),
        Paragraph(5500, "Bob", "So."),
    ]


def test_a_long_paragraph_ends_at_a_breath() -> None:
    words = said(*((second, second + 0.9, f"w{second}") for second in range(62)), (62.5, 63, "then"))
    first, second = paragraphs(words, RATE)
    assert first.text.endswith("w61")
    assert second == Paragraph(62500, "", "then")


def test_word_reads_it() -> None:
    data = write_docx(said((61, 62, "Good", "Ann"), (62, 63, "day <&> \x00\ud800you", "Ann")), RATE, "My talk")
    document = docx.Document(io.BytesIO(data))
    heading, paragraph = document.paragraphs
    assert (heading.text, heading.style.name) == ("My talk", "Heading 1")
    assert paragraph.text == "[01:01] Ann: Good day <&> you"
    assert [run.bold for run in paragraph.runs] == [None, True, None]


def test_nothing_said_is_a_heading() -> None:
    assert len(docx.Document(io.BytesIO(write_docx([], RATE, "silence"))).paragraphs) == 1


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000), st.text("ab\n", max_size=3)), max_size=30))
def test_every_word_is_in_one_paragraph(parts: list[tuple[int, int, str]]) -> None:
    words, at = [], 0
    for silence, length, text in parts:
        words.append(Interval(TimeSpan(at + silence, at + silence + length), text))
        at += silence + length
    found = paragraphs(words, RATE)
    assert " ".join(paragraph.text for paragraph in found) == " ".join(word.text for word in words)
    assert [paragraph.start for paragraph in found] == sorted(paragraph.start for paragraph in found)
