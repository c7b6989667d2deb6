import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.aligning.numbers import cardinal, ordinal, spoken_number
from audiolab.asr.aligning.text import readings, words_of


def spoken(text: str) -> list[str]:
    return [" ".join(reading) for reading in spoken_number(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("0", "zero"),
        ("7", "seven"),
        ("42", "forty two"),
        ("1,205", "one thousand two hundred five"),
        ("1000000", "one million"),
        ("1984", "nineteen eighty four"),
        ("1900", "nineteen hundred"),
        ("1905", "nineteen oh five"),
        ("2000", "two thousand"),
        ("21st", "twenty first"),
        ("40th", "fortieth"),
        ("112th", "one hundred twelfth"),
        ("3.14", "three point one four"),
        ("$1", "one dollar"),
        ("$3.50", "three dollars and fifty cents"),
        ("£0.01", "one penny"),
        ("10:30", "ten thirty"),
        ("9:05", "nine oh five"),
        ("5:00", "five o'clock"),
        ("1990s", "nineteen nineties"),
        ("'80s", "eighties"),
        ("1/2", "one half"),
        ("3/4", "three fourths"),
    ],
)
def test_numbers_are_said_as_english_does(text: str, first: str) -> None:
    assert spoken(text)[0] == first


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("204", "two oh four"),
        ("205", "two hundred and five"),
        ("100", "a hundred"),
        ("2005", "two thousand five"),
        ("007", "oh oh seven"),
        ("$3.50", "three fifty"),
    ],
)
def test_other_ways_to_say_a_number_are_known(text: str, other: str) -> None:
    assert other in spoken(text)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "12a", "-", "$", "1,23", "9" * 60, "①"])
def test_what_is_no_number_has_no_reading(text: str) -> None:
    assert spoken_number(text) == []


SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
LARGE = "twenty thirty forty fifty sixty seventy eighty ninety"
VALUES = {word: value for value, word in enumerate(SMALL.split())}
VALUES |= {word: 10 * place for place, word in enumerate(LARGE.split(), 2)}


@given(st.integers(0, 10**18 - 1))
def test_a_cardinal_says_its_number(number: int) -> None:
    """Read back by the rules of English: groups of hundreds, each times its scale."""
    scales = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}
    total = group = 0
    for word in cardinal(number):
        if word == "hundred":
            group *= 100
        elif word in scales:
            total, group = total + group * scales[word], 0
        else:
            group += VALUES[word]
    assert total + group == number
    assert ordinal(number)[:-1] == cardinal(number)[:-1]


def test_what_is_shown_is_what_was_typed() -> None:
    text = "  “Mr. O’Brien — who's  42 — paid $1,205.50!”\n\nПривет, NAÏVE… "
    assert [word.text for word in words_of(text)] == [
        "“Mr.",
        "O’Brien —",
        "who's",
        "42 —",
        "paid",
        "$1,205.50!”",
        "Привет,",
        "NAÏVE…",
    ]


def test_words_that_only_a_dash_parts_are_two() -> None:
    assert [word.text for word in words_of("one—two, three...four 1999–2003 well-known")] == [
        "one—",
        "two,",
        "three...",
        "four",
        "1999–",
        "2003",
        "well-known",
    ]


def test_scripts_without_spaces_are_parted_by_character() -> None:
    assert [word.text for word in words_of("你好，世界 ok")] == ["你", "好，", "世", "界", "ok"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mr.", "mister"),
        ("e.g.", "for example"),
        ("U.S.A.,", "u s a"),
        ("well-known", "well known"),
        ("R2D2", "r two d two"),
        ("IBM's", "i b m's"),
        ("5%", "five percent"),
        ("-5", "minus five"),
        ("100km", "one hundred kilometers"),
        ("AT&T", "a t and t"),
        ("“Don’t!”", "don't"),
    ],
)
def test_a_reading_of_what_is_no_plain_word(typed: str, said: str) -> None:
    assert said in [" ".join(reading) for reading in readings(typed)]


@given(st.text())
def test_every_character_but_space_and_loose_signs_is_in_one_word(text: str) -> None:
    words = words_of(text)
    for before, after in itertools.pairwise(words):
        assert before.place.stop <= after.place.start
        assert not text[before.place.stop : after.place.start].strip()
    for word in words:
        assert text[word.place.start : word.place.stop] == word.text
        assert all(reading and all(reading) for reading in word.spoken)
    if words:
        assert not text[: words[0].place.start].strip()
        assert not text[words[-1].place.stop :].strip()
    else:
        assert not any(character.isalnum() for character in text)
