from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core import tieredits
from audiolab.core.doubts import Doubt
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan


def tier(*items: tuple[int, int, str], name: str = "words") -> IntervalTier:
    return IntervalTier(name, tuple(Interval(TimeSpan(start, stop), text) for start, stop, text in items))


def items(edited: IntervalTier) -> list[tuple[int, int, str]]:
    return [(item.span.start, item.span.stop, item.text) for item in edited.intervals]


WORDS = tier((0, 10, "a"), (10, 20, "b"), (30, 40, "c"))


def test_insert_goes_in_order_and_never_over_another() -> None:
    assert items(tieredits.insert(WORDS, Interval(TimeSpan(20, 30), "x")))[2] == (20, 30, "x")
    with pytest.raises(EditError, match="'b' at that time"):
        tieredits.insert(WORDS, Interval(TimeSpan(19, 25), "x"))
    with pytest.raises(EditError, match="length"):
        tieredits.insert(WORDS, Interval(TimeSpan(25, 25), "x"))


def test_remove_and_rename() -> None:
    assert items(tieredits.remove(WORDS, 1)) == [(0, 10, "a"), (30, 40, "c")]
    assert items(tieredits.rename(WORDS, 2, "see"))[2] == (30, 40, "see")
    with pytest.raises(EditError, match="any more"):
        tieredits.rename(WORDS, 3, "x")


def test_split_divides_time_and_text() -> None:
    sentence = tier((0, 100, "one two three four"))
    assert items(tieredits.split(sentence, 45)) == [(0, 45, "one two"), (45, 100, "three four")]
    assert items(tieredits.split(WORDS, 4))[:2] == [(0, 4, "a"), (4, 10, "")]
    for outside in (0, 25, 40):
        with pytest.raises(EditError, match="inside one"):
            tieredits.split(WORDS, outside)


def test_merge_closes_gaps() -> None:
    assert items(tieredits.merge(WORDS, 1, 2)) == [(0, 10, "a"), (10, 40, "b c")]
    with pytest.raises(EditError, match="nothing to merge"):
        tieredits.merge(WORDS, 1, 1)


def test_a_shared_boundary_moves_both_edges() -> None:
    assert items(tieredits.move_boundary(WORDS, 10, 14)) == [(0, 14, "a"), (14, 20, "b"), (30, 40, "c")]
    assert items(tieredits.move_boundary(WORDS, 10, 99))[:2] == [(0, 19, "a"), (19, 20, "b")]
    assert items(tieredits.move_boundary(WORDS, 10, -5))[:2] == [(0, 1, "a"), (1, 20, "b")]


def test_an_edge_at_a_gap_moves_alone() -> None:
    assert items(tieredits.move_boundary(WORDS, 20, 50))[1] == (10, 30, "b")
    assert items(tieredits.move_boundary(WORDS, 30, 0))[2] == (20, 40, "c")
    assert items(tieredits.move_boundary(WORDS, 40, 99))[2] == (30, 99, "c")
    with pytest.raises(EditError, match="no boundary"):
        tieredits.move_boundary(WORDS, 25, 26)


def test_all_tiers_move_together_as_far_as_all_can() -> None:
    phones = tier((0, 5, "x"), (5, 10, "y"), (10, 13, "z"), name="phones")
    other = tier((2, 8, "elsewhere"), name="other")
    annotation = Annotation(100, 100, (WORDS, phones, other, PointTier("p", (Point(10, "q"),))))
    moved = tieredits.move_boundary_everywhere(annotation, 10, 18)
    words, moved_phones = moved.tiers[0], moved.tiers[1]
    assert isinstance(words, IntervalTier)
    assert isinstance(moved_phones, IntervalTier)
    assert items(words)[0] == (0, 12, "a")
    assert items(moved_phones)[1:] == [(5, 12, "y"), (12, 13, "z")]
    assert moved.tiers[2:] == annotation.tiers[2:]
    with pytest.raises(EditError, match="no boundary"):
        tieredits.move_boundary_everywhere(annotation, 99, 50)


def test_speakers_are_assigned_to_some() -> None:
    spoken = tieredits.assign_speaker(WORDS, [0, 2], "Ann")
    assert [item.speaker for item in spoken.intervals] == ["Ann", "", "Ann"]


def test_points_stay_in_order() -> None:
    points = tieredits.insert_point(PointTier("p", (Point(5, "a"), Point(9, "c"))), Point(7, "b"))
    assert [point.text for point in points.points] == ["a", "b", "c"]


@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=10, unique=True).map(sorted),
    st.integers(0, 9),
    st.integers(-10, 80),
)
def test_no_move_ever_breaks_the_order(edges: list[int], which: int, target: int) -> None:
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    before = tier(*((start, stop, str(start)) for start, stop in pairs))
    all_edges = tieredits.boundaries(before)
    after = tieredits.move_boundary(before, all_edges[which % len(all_edges)], target)
    assert [item.text for item in after.intervals] == [item.text for item in before.intervals]
    assert all(item.span.length >= 1 for item in after.intervals)


@given(st.lists(st.sampled_from(["a", "bb", "c c"]), min_size=1, max_size=6), st.data())
def test_splitting_and_merging_gives_the_same_back(texts: list[str], data: st.DataObject) -> None:
    before = tier(*((10 * i, 10 * i + 10, text) for i, text in enumerate(texts)))
    frame = data.draw(st.integers(0, 10 * len(texts) - 1).filter(lambda value: value % 10 != 0))
    after = tieredits.merge(tieredits.split(before, frame), frame // 10, frame // 10 + 1)
    assert after == before


def test_the_room_of_a_boundary_is_where_moving_it_ends() -> None:
    for boundary in tieredits.boundaries(WORDS):
        low, high = tieredits.boundary_room(WORDS, boundary) or (-1, -1)
        assert low in tieredits.boundaries(tieredits.move_boundary(WORDS, boundary, -100))
        assert (100 if high is None else high) in tieredits.boundaries(
            tieredits.move_boundary(WORDS, boundary, 100)
        )
    assert tieredits.boundary_room(WORDS, 5) is None


def test_points_are_moved_renamed_and_removed() -> None:
    points = PointTier("marks", (Point(5, "a"), Point(9, "b")))
    assert tieredits.move_point(points, 0, 12).points == (Point(9, "b"), Point(12, "a"))
    assert tieredits.rename_point(points, 1, "x").points[1] == Point(9, "x")
    assert tieredits.remove_point(points, 0).points == (Point(9, "b"),)
    with pytest.raises(EditError, match="no such point"):
        tieredits.remove_point(points, 2)


def test_intervals_without_a_length_go_with_the_boundary_that_they_stand_at() -> None:
    lost = tier((0, 10, "a"), (10, 10, "lost"), (10, 10, "too"), (10, 20, "b"), (20, 20, "gone"), (30, 40, "c"))
    moved = items(tieredits.move_boundary(lost, 10, 14))
    assert moved[:4] == [(0, 14, "a"), (14, 14, "lost"), (14, 14, "too"), (14, 20, "b")]
    assert items(tieredits.move_boundary(lost, 20, 99))[3:5] == [(10, 30, "b"), (30, 30, "gone")]
    assert items(tieredits.move_boundary(lost, 20, 0))[3:5] == [(10, 11, "b"), (11, 11, "gone")]
    assert items(tieredits.move_boundary(lost, 30, 0))[5] == (20, 40, "c")
    assert tieredits.boundary_room(lost, 10) == (1, 19)
    with pytest.raises(EditError, match="no boundary"):
        tieredits.move_boundary(tier((5, 5, "lost")), 5, 9)


def test_who_moves_an_edge_says_where_the_interval_is() -> None:
    doubts = frozenset({Doubt.INTERPOLATED, Doubt.REPEATED})
    unsure = IntervalTier("words", tuple(replace(item, doubts=doubts) for item in WORDS.intervals))
    moved = tieredits.move_boundary(unsure, 10, 12)
    assert [item.doubts for item in moved.intervals] == [{Doubt.REPEATED}, {Doubt.REPEATED}, doubts]
