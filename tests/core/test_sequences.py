from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.sequences import difference

LETTERS = st.text("ab", max_size=20)


@given(LETTERS, LETTERS)
def test_exchanging_the_difference_makes_one_of_the_other(before: str, after: str) -> None:
    found = difference(before, after)
    assert before[: found.start] + after[found.start : found.after] + before[found.before :] == after
    assert bool(found) == (before != after)
    tuples = difference(tuple(before), tuple(after))
    assert tuples == found


@given(LETTERS, LETTERS)
def test_the_difference_is_as_short_as_can_be(before: str, after: str) -> None:
    found = difference(before, after)
    removed, added = before[found.start : found.before], after[found.start : found.after]
    if removed and added:
        assert removed[0] != added[0]
        assert removed[-1] != added[-1]
