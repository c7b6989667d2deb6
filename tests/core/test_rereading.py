from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.rereading import Rereading, reread, take
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan

RATE = 100


def said(text: str, *, late: int = 0, speaker: str = "", frames: int = 2000) -> Annotation:
    """A word each 100 frames with a phone for each letter; an underscore stands for a pause."""
    words, phones = [], []
    for place, word in enumerate(text.split()):
        if word != "_":
            start = place * 100 + late
            words.append(Interval(TimeSpan(start, start + 90), word, speaker))
            edges = [start + 90 * index // len(word) for index in range(len(word) + 1)]
            phones += [
                Interval(TimeSpan(*span), letter) for span, letter in zip(pairwise(edges), word, strict=True)
            ]
    return Annotation(RATE, frames, (IntervalTier(WORDS, tuple(words)), IntervalTier(PHONES, tuple(phones))))


def texts(annotation: Annotation) -> str:
    return " ".join(word.text for word in annotation.intervals(WORDS))


def phones(annotation: Annotation) -> str:
    return "".join(phone.text for phone in annotation.intervals(PHONES))


def take_all(annotation: Annotation, rereading: Rereading) -> Annotation:
    return take(annotation, rereading, rereading.changes)


def test_taking_all_changes_the_words_of_the_range_alone() -> None:
    old = said("one two tree for five", speaker="Ann")
    new = said("won too three four fife", late=7)
    span = TimeSpan(200, 400)
    rereading = reread(old, new, span)
    assert [(change.start, change.stop) for change in rereading.changes] == [(0, 2)]
    after = take_all(old, rereading)
    assert texts(after) == "one two three four five"
    assert phones(after) == "onetwothreefourfive"
    assert {word.speaker for word in after.intervals(WORDS)} == {"Ann"}
    assert after.intervals(WORDS)[2].span == TimeSpan(207, 297)
    assert after.intervals(WORDS)[:2] == old.intervals(WORDS)[:2]
    assert after.intervals(WORDS)[4:] == old.intervals(WORDS)[4:]
    assert not reread(after, new, span).changes


def test_each_change_can_be_taken_alone() -> None:
    old, new = said("a bad c dad e"), said("a bed c did e")
    rereading = reread(old, new, TimeSpan(0, 500))
    first, second = rereading.changes
    assert texts(take(old, rereading, [first])) == "a bed c dad e"
    assert phones(take(old, rereading, [second])) == "abadcdide"
    assert rereading.span_of(second) == TimeSpan(300, 390)


def test_a_change_that_is_left_is_not_offered_again() -> None:
    old, new = said("a bad c dad e"), said("a bed c did e")
    rereading = reread(old, new, TimeSpan(0, 500))
    later = rereading.leaving(rereading.changes[0])
    assert [change.start for change in later.changes] == [3]
    after = take_all(old, later)
    assert texts(after) == "a bad c did e"
    again = reread(after, new, TimeSpan(0, 500), later.left)
    assert not again.changes


def test_words_that_are_the_same_keep_all_that_a_person_did() -> None:
    old = said("Hello, word again", speaker="Ann")
    after = take_all(old, reread(old, said("hello world again", late=20), TimeSpan(0, 300)))
    assert texts(after) == "Hello, world again"
    assert [word.span.start for word in after.intervals(WORDS)] == [0, 120, 200]  # none of them had to go
    assert after.intervals(WORDS)[1].span == TimeSpan(120, 200)


def test_words_that_are_the_same_make_room_for_a_new_one() -> None:
    old = Annotation(
        RATE,
        300,
        (
            IntervalTier(
                WORDS, (Interval(TimeSpan(0, 100), "the", "Ann"), Interval(TimeSpan(100, 200), "Cat", "Ann"))
            ),
        ),
    )
    new = Annotation(
        RATE,
        300,
        (
            IntervalTier(
                WORDS,
                (
                    Interval(TimeSpan(0, 60), "the"),
                    Interval(TimeSpan(60, 110), "big"),
                    Interval(TimeSpan(115, 200), "cat"),
                ),
            ),
        ),
    )
    after = take_all(old, reread(old, new, TimeSpan(0, 300)))
    assert after.intervals(WORDS) == (
        Interval(TimeSpan(0, 60), "the", "Ann"),
        Interval(TimeSpan(60, 110), "big", "Ann"),
        Interval(TimeSpan(115, 200), "Cat", "Ann"),
    )
    assert after.tier(PHONES) is None  # there were none for the other words either


def test_words_go_and_come_with_their_phones() -> None:
    old, new = said("a bb _ d"), said("a _ cc d")
    after = take_all(old, reread(old, new, TimeSpan(0, 400)))
    assert (texts(after), phones(after)) == ("a cc d", "accd")


def test_where_nothing_is_yet_all_is_new() -> None:
    empty = Annotation(RATE, 2000)
    rereading = reread(empty, said("a bb _ d"), TimeSpan(50, 400))
    after = take_all(empty, rereading)
    assert (texts(after), phones(after)) == ("bb d", "bbd")


def test_a_word_beyond_the_edge_is_not_read_twice() -> None:
    old = said("long words here")
    new = Annotation(RATE, 2000, (IntervalTier(WORDS, (Interval(TimeSpan(60, 90), "long"),)),))
    assert not reread(old, new, TimeSpan(70, 95)).changes


def test_other_tiers_stay() -> None:
    mine = IntervalTier("mine", (Interval(TimeSpan(0, 500), "note"),))
    old = said("a b").with_tier(mine)
    assert take_all(old, reread(old, said("c d"), TimeSpan(0, 200))).tier("mine") is mine


SPOKEN = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 60), st.sampled_from(["a", "B", "b", "cc"])), max_size=10
)


@st.composite
def readings(draw: st.DrawFn) -> Annotation:
    words, phones, at = [], [], 0
    for pause, length, text in draw(SPOKEN):
        span = TimeSpan(at + pause, at + pause + length)
        words.append(Interval(span, text, draw(st.sampled_from(["", "Ann"]))))
        middle = (span.start + span.stop) // 2
        phones += [Interval(TimeSpan(span.start, middle), "x"), Interval(TimeSpan(middle, span.stop), "y")]
        at = span.stop
    inside = tuple(phone for phone in phones if phone.span)
    return Annotation(RATE, 1000, (IntervalTier(WORDS, tuple(words)), IntervalTier(PHONES, inside)))


@given(readings(), readings(), st.tuples(st.integers(0, 600), st.integers(0, 600)), st.data())
def test_any_choice_of_changes_can_be_taken(
    old: Annotation, new: Annotation, edges: tuple[int, int], data: st.DataObject
) -> None:
    span = TimeSpan.between(*edges)
    rereading = reread(old, new, span)
    chosen = [change for change in rereading.changes if data.draw(st.booleans())]
    after = take(old, rereading, chosen)  # overlapping tiers would raise
    taken = {index for change in chosen for index in change}
    expected = [
        slot.new.text if index in taken and slot.new else slot.old.text
        for index, slot in enumerate(rereading.slots)
        if (slot.new if index in taken else slot.old) is not None
    ]

    def outside(word: Interval) -> bool:
        return not 2 * span.start <= word.span.start + word.span.stop < 2 * span.stop

    before = [word for word in old.intervals(WORDS) if outside(word)]
    assert [word for word in after.intervals(WORDS) if word in before] == before
    assert sorted(word.text for word in after.intervals(WORDS)) == sorted(
        [*(word.text for word in before), *expected]
    )
    assert all(word.span for word in after.intervals(WORDS))
    if not chosen:
        assert after == old


def test_an_empty_range_takes_nothing() -> None:
    old = said("a b")
    rereading = reread(old, said("c d"), TimeSpan(50, 50))
    assert rereading.changes == ()
    assert take_all(old, rereading) == old


@pytest.mark.parametrize("frames", [1, 2])
def test_words_in_no_room_keep_a_frame_each(frames: int) -> None:
    old = Annotation(RATE, 10, (IntervalTier(WORDS, (Interval(TimeSpan(0, frames), "a"),)),))
    new = Annotation(RATE, 10, (IntervalTier(WORDS, (Interval(TimeSpan(0, frames), "b"),)),))
    assert texts(take_all(old, reread(old, new, TimeSpan(0, 10)))) == "b"
