import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.speakers import mask_of, said_by, speakers_of
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan


def interval(start: int, stop: int, text: str, speaker: str = "") -> Interval:
    return Interval(TimeSpan(start, stop), text, speaker)


SAID = ((0, 10, "a", "Ann"), (10, 20, "b", "Bob"), (30, 40, "c"), (40, 50, "d", "Ann"))
WORD_TIER = IntervalTier(WORDS, tuple(interval(*word) for word in SAID))
SOUNDS = ((0, 9, "ɑ"), (9, 20, "b"), (21, 29, "-"), (30, 40, "c"), (40, 50, "d"))
PHONE_TIER = IntervalTier(PHONES, tuple(interval(*sound) for sound in SOUNDS))
MINE = IntervalTier("mine", (interval(0, 50, "note"),))
MARKS = PointTier("marks", (Point(12, "x"),))
ALL = Annotation(8000, 100, (WORD_TIER, PHONE_TIER, MINE, MARKS))


def texts(annotation: Annotation, name: str) -> str:
    return "".join(item.text for item in annotation.intervals(name))


def test_everybody_is_found() -> None:
    assert speakers_of(ALL) == ("Ann", "Bob")
    assert speakers_of(Annotation(8000, 100)) == ()


@pytest.mark.parametrize(
    ("speakers", "words", "phones"),
    [
        ({"Ann"}, "ad", "ɑd"),
        ({"Bob"}, "b", "b"),
        ({""}, "c", "-c"),
        ({"Ann", ""}, "acd", "ɑ-cd"),
        ({"Cid"}, "", ""),
    ],
)
def test_words_and_their_phones_are_left(speakers: set[str], words: str, phones: str) -> None:
    left = said_by(ALL, speakers)
    assert (texts(left, WORDS), texts(left, PHONES)) == (words, phones)
    assert left.tiers[2:] == (MINE, MARKS)  # nobody is named on them


def test_where_nobody_is_named_nothing_is_hidden() -> None:
    plain = Annotation(8000, 100, (MINE, IntervalTier(WORDS, (interval(0, 10, "a"),)), PHONE_TIER))
    assert said_by(plain, {"Ann"}) == plain
    assert mask_of(plain, PHONE_TIER, {"Ann"}) is None


def test_a_tier_of_turns_goes_by_its_own_names() -> None:
    turns = IntervalTier("turns", (interval(0, 20, "hello", "Ann"), interval(20, 50, "hi", "Bob")))
    assert texts(said_by(ALL.with_tier(turns), {"Bob"}), "turns") == "hi"


@given(st.sets(st.sampled_from(["Ann", "Bob", ""])))
def test_what_some_say_and_what_the_others_say_is_all(speakers: set[str]) -> None:
    others = {"Ann", "Bob", ""} - speakers
    for name in (WORDS, PHONES):
        parts = [*said_by(ALL, speakers).intervals(name), *said_by(ALL, others).intervals(name)]
        assert sorted(parts, key=lambda item: item.span) == list(ALL.intervals(name))
