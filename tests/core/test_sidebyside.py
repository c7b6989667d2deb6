from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.sidebyside import side_by_side
from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan


def words(text: str, *, each: int = 100, late: int = 0) -> list[Interval]:
    """One word each `each` frames; an underscore stands for a pause."""
    return [
        Interval(TimeSpan(place * each + late, (place + 1) * each + late), word)
        for place, word in enumerate(text.split())
        if word != "_"
    ]


def told(old: list[Interval], new: list[Interval], reach: int = 30) -> str:
    """``=`` the same, ``x>y`` changed, ``-x`` only old, ``+x`` only new."""

    def one(slot) -> str:
        if slot.same:
            return "="
        if slot.old and slot.new:
            return f"{slot.old.text}>{slot.new.text}"
        return f"-{slot.old.text}" if slot.old else f"+{slot.new.text}"

    return " ".join(one(slot) for slot in side_by_side(old, new, reach))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("the cat sat", "the cat sat", "= = ="),
        ("the cat sat", "the bat sat", "= cat>bat ="),
        ("the cat sat", "the _ sat", "= -cat ="),
        ("the _ sat", "the cat sat", "= +cat ="),
        ("The cat, sat.", "the cat sat", "= = ="),
        ("", "a b", "+a +b"),
        ("a b", "", "-a -b"),
        ("a b _ _", "_ _ c d", "-a -b +c +d"),
        ("the the the the", "the the _ the", "= = -the ="),
        ("Straße ’tis", "STRASSE tis", "= ="),
    ],
)
def test_words_stand_beside_what_they_are(old: str, new: str, expected: str) -> None:
    assert told(words(old), words(new)) == expected


def test_the_same_word_a_little_later_is_the_same() -> None:
    assert told(words("a b c"), words("a b c", late=25)) == "= = ="
    assert told(words("a _ c"), words("_ _ c a", late=200)) == "-a -c +c +a"


def test_a_word_that_became_two_stands_beside_one_of_them() -> None:
    two = [Interval(TimeSpan(0, 70), "some"), Interval(TimeSpan(70, 100), "one")]
    assert told(words("someone"), two) == "someone>some +one"
    assert told(two, words("someone")) == "some>someone -one"


def test_ten_thousand_words_take_no_square_of_time() -> None:
    long = words("the cat sat on the mat " * 2000)
    changed = [word for index, word in enumerate(long) if index % 7]
    slots = side_by_side(long, changed, 30)
    assert sum(slot.same for slot in slots) == len(changed)


SPOKEN = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.sampled_from("abc")), max_size=12)


def timed(drawn: list[tuple[int, int, str]]) -> list[Interval]:
    made, at = [], 0
    for pause, length, text in drawn:
        made.append(Interval(TimeSpan(at + pause, at + pause + length), text))
        at += pause + length
    return made


@given(SPOKEN, SPOKEN, st.integers(0, 4))
def test_nothing_is_lost_and_the_order_stays(old: list, new: list, reach: int) -> None:
    before, after = timed(old), timed(new)
    slots = side_by_side(before, after, reach)
    assert [slot.old for slot in slots if slot.old] == before
    assert [slot.new for slot in slots if slot.new] == after
    for slot in slots:
        if slot.old and slot.new:
            assert slot.same or slot.old.span.overlaps(slot.new.span)
            assert slot.old.span.start <= slot.new.span.stop + reach
            assert slot.new.span.start <= slot.old.span.stop + reach
    for one, other in pairwise(slots):
        assert one.words
        assert other.words
