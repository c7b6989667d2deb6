import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from audiolab.core.timebase import TimeSpan
from audiolab.session.timeline import MIN_VISIBLE, Timeline


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    timeline = Timeline()
    timeline.reset(1000, 100)
    return timeline


def test_opens_with_everything_visible(timeline: Timeline) -> None:
    assert timeline.visible == TimeSpan(0, 1000)
    assert timeline.cursor == 0
    assert not timeline.selection


def test_zoom_keeps_the_anchor_in_place(timeline: Timeline) -> None:
    timeline.zoom(2.0, anchor=250)
    assert timeline.visible == TimeSpan(125, 625)
    timeline.zoom(0.5, anchor=250)
    assert timeline.visible == TimeSpan(0, 1000)


@given(st.lists(st.tuples(st.floats(0.1, 10), st.integers(-200, 1300)), max_size=20))
def test_zoom_never_leaves_the_recording(steps: list[tuple[float, int]]) -> None:
    timeline = Timeline()
    timeline.reset(1000, 100)
    for factor, anchor in steps:
        timeline.zoom(factor, anchor)
        visible = timeline.visible
        assert 0 <= visible.start < visible.stop <= 1000
        assert visible.length >= MIN_VISIBLE


def test_scroll_stops_at_the_edges(timeline: Timeline) -> None:
    timeline.show(TimeSpan(100, 200))
    timeline.scroll(5000)
    assert timeline.visible == TimeSpan(900, 1000)
    timeline.scroll(-5000)
    assert timeline.visible == TimeSpan(0, 100)


def test_reveal_moves_only_when_hidden(timeline: Timeline) -> None:
    timeline.show(TimeSpan(100, 200))
    timeline.reveal(150)
    assert timeline.visible == TimeSpan(100, 200)
    timeline.reveal(400)
    assert timeline.visible == TimeSpan(350, 450)
    timeline.reveal(600, page=True)
    assert timeline.visible == TimeSpan(595, 695)


def test_selection_is_clamped_and_announced_once(timeline: Timeline) -> None:
    seen: list[TimeSpan] = []
    timeline.selection_changed.connect(lambda: seen.append(timeline.selection))
    timeline.select(TimeSpan(900, 2000))
    timeline.select(TimeSpan(900, 1500))
    timeline.clear_selection()
    assert seen == [TimeSpan(900, 1000), TimeSpan(0, 0)]


def test_growth_keeps_showing_the_whole(timeline: Timeline) -> None:
    timeline.grow(1200)
    assert timeline.length == 1200
    assert timeline.visible.stop >= 1200
    timeline.show(TimeSpan(0, 100))
    timeline.grow(2000)
    assert timeline.visible == TimeSpan(0, 100)


def test_settling_takes_back_the_room_for_growth(timeline: Timeline) -> None:
    timeline.grow(1200)
    timeline.settle(1200)
    assert timeline.visible == TimeSpan(0, 1200)


def test_settling_for_less_than_was_promised(timeline: Timeline) -> None:
    timeline.select(TimeSpan(800, 1000))
    timeline.set_cursor(1000)
    timeline.show(TimeSpan(700, 1000))
    timeline.settle(900)
    assert timeline.length == timeline.cursor == 900
    assert timeline.selection == TimeSpan(800, 900)
    assert timeline.visible == TimeSpan(600, 900)


def test_position_is_the_playhead_while_there_is_one(timeline: Timeline) -> None:
    timeline.set_cursor(10)
    assert timeline.position == 10
    timeline.set_playhead(500)
    assert timeline.position == 500
    timeline.set_playhead(None)
    assert timeline.position == 10


def test_short_recording_has_room_to_be_seen(qtbot: QtBot) -> None:
    timeline = Timeline()
    timeline.reset(1, 8000)
    assert timeline.visible == TimeSpan(0, MIN_VISIBLE)
    timeline.zoom(4)
    timeline.scroll(3)
    assert timeline.visible == TimeSpan(0, MIN_VISIBLE)


def test_nothing_is_zoomed_by_nothing(timeline: Timeline) -> None:
    with pytest.raises(ValueError, match="positive"):
        timeline.zoom(0)
