"""Steps that are done, undone, done again, and completed later."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.tiers import Annotation, IntervalTier
from audiolab.session import edithistory
from audiolab.session.edithistory import EditHistory

EMPTY = Annotation(8000, 100)


def adding(name: str) -> Callable[[Annotation], Annotation]:
    return lambda annotation: annotation.with_tier(IntervalTier(name))


def names(history: EditHistory) -> list[str]:
    return [tier.name for tier in history.annotation.tiers]


def done(history: EditHistory, name: str) -> edithistory.Step:
    return history.do(name, adding(name)(history.annotation))


def test_undo_and_redo() -> None:
    history = EditHistory(EMPTY)
    assert (history.undo_label, history.redo_label) == (None, None)
    assert not history.go(-1)
    done(history, "a")
    done(history, "b")
    assert history.go(-1)
    assert (names(history), history.undo_label, history.redo_label) == (["a"], "a", "b")
    done(history, "c")
    assert not history.go(1)
    assert names(history) == ["a", "c"]


def test_a_step_is_amended_with_all_that_followed() -> None:
    history = EditHistory(EMPTY)
    done(history, "a")
    step = done(history, "b")
    done(history, "c")
    assert history.amend(step, adding("x"))
    assert names(history) == ["a", "b", "c", "x"]
    history.go(-1)
    assert names(history) == ["a", "b", "x"]
    history.go(-1)
    assert names(history) == ["a"]


def test_an_undone_step_is_amended_for_when_it_is_done_again() -> None:
    history = EditHistory(EMPTY)
    step = done(history, "a")
    history.go(-1)
    assert not history.amend(step, adding("x"))
    assert names(history) == []
    history.go(1)
    assert names(history) == ["a", "x"]


def test_a_forgotten_step_amends_nothing() -> None:
    history = EditHistory(EMPTY)
    step = done(history, "a")
    history.go(-1)
    done(history, "b")
    assert not history.amend(step, adding("x"))
    assert names(history) == ["b"]


@given(st.integers(1, 40), st.integers(1, 12))
def test_only_the_newest_steps_are_kept(count: int, most: int) -> None:
    before = edithistory.UNDO_STEPS
    edithistory.UNDO_STEPS = most
    try:
        history = EditHistory(EMPTY)
        for number in range(count):
            history.do(str(number), replace(EMPTY, frames=number))
        undone = 0
        while history.go(-1):
            undone += 1
        assert undone == min(count, most)
        assert history.annotation.frames == max(count - 1 - most, 0) if count > most else EMPTY.frames
    finally:
        edithistory.UNDO_STEPS = before
