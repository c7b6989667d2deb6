import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan
from audiolab.ui import wordtext
from audiolab.ui.wordtext import LONG_PARAGRAPH, WordText

RATE = 1000


def words(*timed: tuple[str, int, int]) -> list[Interval]:
    return [Interval(TimeSpan(start, stop), text) for text, start, stop in timed]


def steady(count: int, gap: int) -> list[Interval]:
    return words(*(("word", index * 500, index * 500 + 500 - gap) for index in range(count)))


def test_words_flow_and_long_pauses_begin_paragraphs() -> None:
    text = WordText.of(words(("one", 0, 500), ("two", 600, 900), ("three", 1600, 2000)), RATE)
    assert text.text == "one two\nthree"
    assert text.paragraphs == (0, 2)
    assert [text.text[a:b] for a, b in zip(text.starts, text.stops, strict=True)] == ["one", "two", "three"]


def test_long_paragraphs_break_at_short_pauses_and_in_the_end_anyway() -> None:
    assert WordText.of(steady(LONG_PARAGRAPH + 10, gap=300), RATE).paragraphs == (0, LONG_PARAGRAPH)
    assert WordText.of(steady(2 * LONG_PARAGRAPH + 10, gap=50), RATE).paragraphs == (0, 2 * LONG_PARAGRAPH)


def test_characters_lead_to_words() -> None:
    text = WordText.of(words(("one", 0, 100), ("two", 200, 300), ("three", 400, 500)), RATE)
    assert [text.word_at(position) for position in range(14)] == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert text.words_between(0, 1) == range(1)
    assert text.words_between(2, 5) == range(2)
    assert not text.words_between(3, 4)  # the gap between two words
    assert text.words_between(4, 13) == range(1, 3)
    assert text.characters(range(1, 3)) == (4, 13)


def test_nothing_was_said() -> None:
    text = WordText.of([], RATE)
    assert (text.text, text.word_at(0), list(text.words_between(0, 5))) == ("", None, [])


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), st.integers(0, 1500))))
def test_any_words_can_be_found_again(spoken: list[tuple[str, int]]) -> None:
    position = 0
    timed = []
    for said, gap in spoken:
        timed.append((said, position + gap, position + gap + 100))
        position += gap + 100
    text = WordText.of(words(*timed), RATE)
    assert len(text.text.split("\n")) == max(len(text.paragraphs), 1)
    for index, (start, stop) in enumerate(zip(text.starts, text.stops, strict=True)):
        assert text.text[start:stop] == " ".join(timed[index][0].split())
        if stop > start:
            assert text.words_between(start, stop) == range(index, index + 1)


GAPS = st.sampled_from([0, 50, 400, 900])


@given(st.lists(GAPS, max_size=60), st.data())
def test_an_edited_layout_is_the_one_made_anew(gaps: list[int], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wordtext, "LONG_PARAGRAPH", 4)
        patch.setattr(wordtext, "SHORT_PAUSE_SECONDS", 0.3)
        starts = [sum(gaps[: index + 1]) + 100 * index for index in range(len(gaps))]
        before = [Interval(TimeSpan(start, start + 100), f"w{start}") for start in starts]
        first = data.draw(st.integers(0, len(before)))
        stop = data.draw(st.integers(first, len(before)))
        kept = before[first:stop]
        changed = data.draw(
            st.sampled_from([[], [Interval(word.span, "new words") for word in kept], [*kept[:1], *kept[2:]]])
        )
        after = (*before[:first], *changed, *before[stop:])
        assert WordText.of(before, RATE).edited(after) == WordText.of(after, RATE)
