from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.aligning.anchors import RUN, anchors

some = st.lists(st.sampled_from("abcdefgh"), max_size=40)


def test_equal_words_are_all_anchors() -> None:
    words = list("abcdefgah")
    assert anchors(words, words) == [(index, index) for index in range(9)]


def test_fewer_than_three_equal_words_are_none() -> None:
    assert anchors(list("abxcd"), list("abycd")) == []


def test_a_passage_that_only_one_has_lies_between_anchors() -> None:
    text = [f"w{index}" for index in range(30)]
    heard = text[:10] + text[20:]
    assert anchors(heard, text) == [(i, i) for i in range(10)] + [(i, i + 10) for i in range(10, 20)]


def test_repeated_phrases_do_not_lead_astray() -> None:
    text = list("abcdefabcghi")
    assert anchors(text, text) == [(index, index) for index in range(12)]


def test_what_was_moved_is_an_anchor_in_one_place_at_most() -> None:
    text = [f"w{index}" for index in range(20)]
    found = anchors(text[10:] + text[:10], text)
    assert len(found) == 10


def test_what_is_said_several_times_is_found_each_time() -> None:
    """By longest common runs, a slip of the recogniser in one verse leads the others astray."""
    verse = "the wind blew and the sun shone and the traveler took his cloak off and went on"
    text = verse.split() * 5
    heard = list(text)
    for slip in (3, 21, 26, 38, 55, 61, 77):
        heard[slip] = "mumble"
    assert [heard_at - text_at for heard_at, text_at in anchors(heard, text)] == [0] * len(anchors(heard, text))
    assert len(anchors(heard, text)) >= 75


def test_a_word_belongs_to_the_run_that_it_continues() -> None:
    heard = "you can see where each of us begins and where we stop the program listens"
    text = "you can see where the program listens"
    expected = [(0, 0), (1, 1), (2, 2), (3, 3), (12, 4), (13, 5), (14, 6)]
    assert anchors(heard.split(), text.split()) == expected


@given(some, some)
def test_anchors_rise_and_come_in_runs_of_equal_words(heard: list[str], text: list[str]) -> None:
    found = anchors(heard, text)
    assert all(heard[one] == text[other] for one, other in found)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    runs = [0]
    for before, after in pairwise([(-9, -9), *found]):
        if after == (before[0] + 1, before[1] + 1):
            runs[-1] += 1
        else:
            runs.append(1)
    assert all(run >= RUN for run in runs[1:])


@given(some, some, st.lists(st.integers(100, 999).map(str), min_size=RUN, max_size=6))
def test_what_both_have_and_nothing_else_is_anchored(before: list[str], after: list[str], run: list[str]) -> None:
    others = [letter.upper() for letter in after]
    found = anchors([*before, *run, *after], [*others, *run])
    assert found == [(len(before) + index, len(others) + index) for index in range(len(run))]
