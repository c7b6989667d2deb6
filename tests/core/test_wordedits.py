"""Words as text: typed, inserted, joined, deleted, and timed later."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.doubts import Doubt, Doubts
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import Annotation, Interval, IntervalTier, PointTier
from audiolab.core.timebase import TimeSpan
from audiolab.core.wordedits import Timed, add_passage, retime, retype, shared, spoken_form, stretch_of, typed_words

GUESS = frozenset({Doubt.INTERPOLATED})
LOST = frozenset({Doubt.UNSPOKEN})


def tier(name: str, *items: tuple[int, int, str], doubts: Doubts = frozenset()) -> IntervalTier:
    return IntervalTier(
        name, tuple(Interval(TimeSpan(start, stop), text, doubts=doubts) for start, stop, text in items)
    )


WORDS = tier("words", (0, 100, "The"), (100, 300, "north"), (350, 450, "wind,"), (450, 600, "blew"))
PHONES = tier("phones", (0, 100, "D"), (100, 200, "n"), (200, 300, "o"), (350, 450, "w"), (450, 600, "b"))
SPEECH = Annotation(1000, 1000, (WORDS, PHONES))


def items(annotation: Annotation, name: str = "words") -> list[tuple[int, int, str]]:
    return [(item.span.start, item.span.stop, item.text) for item in annotation.intervals(name)]


def guesses(annotation: Annotation) -> list[str]:
    return [item.text for item in annotation.intervals("words") if item.doubts == GUESS]


def test_another_word_keeps_the_time_as_a_guess() -> None:
    after, changed = retype(SPEECH, range(1, 2), " south ")
    assert items(after)[1] == (100, 300, "south")
    assert guesses(after) == ["south"]
    assert changed == range(1, 2)
    assert items(after, "phones") == items(SPEECH, "phones")


@pytest.mark.parametrize("typed", ["North", "north,", "“NORTH”", "north —"])
def test_case_and_punctuation_keep_time_and_doubts(typed: str) -> None:
    after, changed = retype(SPEECH, range(1, 2), typed)
    assert items(after)[1] == (100, 300, typed)
    assert guesses(after) == []
    assert not changed


def test_several_words_share_the_time_of_one_by_their_letters() -> None:
    after, changed = retype(SPEECH, range(1, 2), "nor th")
    assert items(after)[1:3] == [(100, 220, "nor"), (220, 300, "th")]
    assert changed == range(1, 3)


def test_words_are_joined() -> None:
    after, changed = retype(SPEECH, range(2), "Thenorth")
    assert items(after)[0] == (0, 300, "Thenorth")
    assert changed == range(1)


def test_an_inserted_word_shares_the_time_of_the_one_before_and_the_rest_stays() -> None:
    after, changed = retype(SPEECH, range(3), "The north warm wind,")
    assert items(after) == [
        (0, 100, "The"),
        (100, 211, "north"),
        (211, 300, "warm"),
        (350, 450, "wind,"),
        (450, 600, "blew"),
    ]
    assert guesses(after) == ["north", "warm"]
    assert changed == range(1, 3)
    after, changed = retype(SPEECH, range(1), "In The")
    assert (items(after)[:2], changed) == ([(0, 40, "In"), (40, 100, "The")], range(2))


def test_deleted_words_go_with_their_phones_and_the_rest_stays() -> None:
    after, changed = retype(SPEECH, range(1, 2), " ")
    assert items(after) == [(0, 100, "The"), (350, 450, "wind,"), (450, 600, "blew")]
    assert items(after, "phones") == [(0, 100, "D"), (350, 450, "w"), (450, 600, "b")]
    assert not changed
    after, changed = retype(SPEECH, range(3), "The wind,")
    assert items(after) == [(0, 100, "The"), (350, 450, "wind,"), (450, 600, "blew")]
    assert not changed


def test_words_that_are_gone_are_refused() -> None:
    with pytest.raises(EditError, match="any more"):
        retype(SPEECH, range(3, 5), "x")
    with pytest.raises(EditError, match="no tier"):
        retype(Annotation(10, 10, (PointTier("words"),)), range(1), "x")


def test_a_word_without_a_place_can_be_typed_anew() -> None:
    lost = tier("words", (0, 100, "a"), (100, 100, "b"), (100, 200, "c"))
    after, changed = retype(Annotation(1000, 1000, (lost,)), range(1, 2), "x y")
    assert items(after)[1:3] == [(100, 100, "x"), (100, 100, "y")]
    assert changed == range(1, 3)


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=2, max_size=8), st.integers(8, 50))
def test_typed_words_fill_the_time_without_a_gap(words: list[str], length: int) -> None:
    spans = shared(TimeSpan(3, 3 + length), words)
    assert all(spans)
    assert [3, *(span.stop for span in spans)] == [*(span.start for span in spans), 3 + length]


def test_signs_go_with_the_word_before() -> None:
    assert typed_words("— well … 50 % , yes") == ["— well …", "50", "% ,", "yes"]
    assert typed_words("…") == ["…"]
    assert spoken_form("“Don’t,”") == "don't"


def test_a_passage_that_the_text_lacks_is_added_where_it_is_said() -> None:
    remarks = IntervalTier(
        "remarks",
        (Interval(TimeSpan(280, 360), "not in the text: cold old", doubts=frozenset({Doubt.UNWRITTEN})),),
    )
    after, changed = add_passage(SPEECH.with_tier(remarks), "remarks", 0)
    assert items(after)[1:5] == [(100, 300, "north"), (300, 328, "cold"), (328, 350, "old"), (350, 450, "wind,")]
    assert guesses(after) == ["cold", "old"]
    assert changed == range(2, 4)
    assert after.tier("remarks") is None
    crowded = IntervalTier("remarks", (replace(remarks.intervals[0], span=TimeSpan(450, 500)),))
    after, changed = add_passage(SPEECH.with_tier(crowded), "remarks", 0)
    assert items(after)[3:5] == [(450, 450, "cold"), (450, 450, "old")]
    with pytest.raises(EditError, match="go to one first"):
        add_passage(SPEECH, "words", 0)


# times that were found


def timed(start: int, stop: int, *tokens: tuple[int, int, str], doubts: Doubts = frozenset()) -> Timed:
    made = tuple(Interval(TimeSpan(first, last), text) for first, last, text in tokens)
    return Timed(TimeSpan(start, stop), doubts, made)


def test_found_times_and_phones_take_the_place_of_the_guess() -> None:
    typed, changed = retype(SPEECH, range(1, 2), "warm south")
    found = stretch_of(typed, changed)
    assert found.room == TimeSpan(100, 350)
    times = [timed(110, 180, (110, 180, "W")), timed(190, 340, (190, 340, "S"))]
    after = retime(typed, found, times)
    assert items(after)[1:3] == [(110, 180, "warm"), (190, 340, "south")]
    assert guesses(after) == []
    assert items(after, "phones")[1:3] == [(110, 180, "W"), (190, 340, "S")]
    assert items(after)[3:] == items(SPEECH)[2:]
    assert items(after, "phones")[3:] == items(SPEECH, "phones")[3:]


def test_what_the_text_lacked_is_no_more_lacking_once_it_is_typed() -> None:
    remarks = tier("remarks", (160, 300, "not in the text: south"), (700, 800, "not in the text: more"))
    unwritten = frozenset({Doubt.UNWRITTEN})
    remarks = IntervalTier("remarks", tuple(replace(item, doubts=unwritten) for item in remarks.intervals))
    typed, changed = retype(SPEECH.with_tier(remarks), range(1, 2), "warm south")
    found = stretch_of(typed, changed)
    after = retime(typed, found, [timed(110, 180), timed(190, 340)])
    assert items(after, "remarks") == [(700, 800, "not in the text: more")]
    alone = typed.with_tier(replace(remarks, intervals=remarks.intervals[:1]))
    assert retime(alone, found, [timed(110, 180), timed(190, 340)]).tier("remarks") is None
    elsewhere = retime(typed, found, [timed(105, 130), timed(130, 150)])
    assert elsewhere.intervals("remarks") == remarks.intervals


def test_times_never_reach_over_the_words_around() -> None:
    typed, changed = retype(SPEECH, range(1, 2), "south")
    after = retime(typed, stretch_of(typed, changed), [timed(60, 500, (60, 90, "x"), (90, 500, "y"))])
    assert items(after)[1] == (100, 350, "south")
    assert items(after, "phones") == [(0, 100, "D"), (100, 350, "y"), (350, 450, "w"), (450, 600, "b")]


def test_what_was_edited_meanwhile_stays() -> None:
    typed, changed = retype(SPEECH, range(1, 2), "south")
    found = stretch_of(typed, changed)
    again, _ = retype(typed, range(1, 2), "west")
    assert retime(again, found, [timed(120, 250)]) is again
    elsewhere, _ = retype(typed, range(3, 4), "")
    assert items(retime(elsewhere, found, [timed(120, 250)]))[1:] == [(120, 250, "south"), (350, 450, "wind,")]
    phones = typed.with_tier(tier("phones", (0, 100, "D"), (150, 300, "mine")))
    assert items(retime(phones, found, [timed(120, 250, (120, 250, "S"))]), "phones") == items(phones, "phones")


def test_words_that_were_not_found_keep_what_room_is_left() -> None:
    typed, changed = retype(SPEECH, range(1, 2), "a b c")
    found = stretch_of(typed, changed)
    after = retime(typed, found, [timed(0, 0), timed(200, 250), timed(0, 0)])
    assert items(after)[1:4] == [(100, 200, "a"), (200, 250, "b"), (250, 300, "c")]
    assert [item.doubts for item in after.intervals("words")[1:4]] == [LOST | GUESS, set(), LOST | GUESS]
    nothing = retime(typed, found, [timed(0, 0)] * 3)
    assert items(nothing) == items(typed)
    assert all(item.doubts == LOST | GUESS for item in nothing.intervals("words")[1:4])


edges = st.lists(st.integers(0, 1000), min_size=2, max_size=2).map(sorted)


@given(st.lists(edges, min_size=1, max_size=4), st.data())
def test_no_times_break_the_order(spans: list[list[int]], data: st.DataObject) -> None:
    typed, changed = retype(SPEECH, range(1, 2), " ".join("abcd"[: len(spans)]))
    times = [
        timed(start, stop, *[(start, (start + stop) // 2, "x"), ((start + stop) // 2, stop, "y")])
        for start, stop in (sorted(spans) if data.draw(st.booleans()) else spans)
    ]
    after = retime(typed, stretch_of(typed, changed), times)
    for name in ("words", "phones"):
        IntervalTier(name, after.intervals(name))
    assert [item.text for item in after.intervals("words")] == [item.text for item in typed.intervals("words")]
    assert items(after)[0] == items(SPEECH)[0]
    assert items(after)[-2:] == items(SPEECH)[-2:]
