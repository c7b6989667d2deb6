"""What is to be looked at, and going through it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from audiolab.core.doubts import Doubt
from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session import review as module
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.session.transport import TransportState
from tests.fakes import ScriptedRecognizer

RATE = 1000


def word(start: int, stop: int, text: str, *doubts: Doubt) -> Interval:
    return Interval(TimeSpan(start, stop), text, doubts=frozenset(doubts))


WORDS = IntervalTier(
    "words",
    (
        word(1000, 1200, "sure"),
        word(1200, 1400, "faint", Doubt.SCORE),
        word(1400, 1400, "lost", Doubt.UNSPOKEN),
        word(20_000, 20_300, "again", Doubt.REPEATED),
        word(50_000, 50_200, "weak", Doubt.SCORE, Doubt.REPEATED),
    ),
)
REMARKS = IntervalTier("remarks", (word(30_000, 31_000, "not in the text: more was said", Doubt.UNWRITTEN),))


class Sound:
    """Stands for the player: says what is to be heard."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.played: list[TimeSpan] = []
        transport = session.transport

        def play(span: TimeSpan) -> None:
            self.played.append(span)
            transport._enter(TransportState.PLAYING)

        monkeypatch.setattr(transport, "_play", play)


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    settings = SettingsStore(tmp_path / "settings.json")
    made = Session(lambda _name: ScriptedRecognizer(), jobs=JobRunner(synchronous=True), settings=settings)
    made.show(ArrayRecording(np.zeros(60 * RATE, np.float32), RATE))
    made.annotations.edit("x", lambda annotation: annotation.with_tier(WORDS).with_tier(REMARKS))
    yield made
    made.shutdown()


@pytest.fixture
def sound(session: Session, monkeypatch: pytest.MonkeyPatch) -> Sound:
    return Sound(session, monkeypatch)


def texts(session: Session) -> list[str]:
    return [item.text for item in session.review.items]


def test_the_most_doubtful_comes_first_with_its_reasons(session: Session) -> None:
    assert texts(session) == ["lost", "more was said", "faint", "weak", "again"]
    assert [item.reason for item in session.review.items] == [
        "not found in the sound",
        "not in the text",
        "low score",
        "low score, said more than once",
        "said more than once",
    ]


def test_going_there_selects_it_and_shows_what_is_around(session: Session) -> None:
    session.review.step(1)
    session.review.step(1)
    assert session.review.current == session.review.items[1]
    assert session.timeline.selection == TimeSpan(30_000, 31_000)
    assert session.timeline.cursor == 30_000
    assert session.timeline.visible == TimeSpan(28_000, 33_000)
    session.review.step(-1)
    assert not session.timeline.selection  # it has no length
    assert session.timeline.cursor == 1400
    assert session.timeline.visible == TimeSpan(0, 5_000)
    session.review.step(-1)
    assert session.review.row == 0


def test_what_is_right_leaves_the_list_and_comes_back(session: Session) -> None:
    session.review.go(2)
    session.review.mark_right()
    assert texts(session) == ["lost", "more was said", "weak", "again"]
    assert session.review.current is not None
    assert session.review.current.text == "weak"
    assert not session.annotations.annotation.intervals("words")[1].doubts
    session.annotations.undo()
    assert texts(session)[2] == "faint"
    assert session.review.current.text == "weak"


def test_a_passage_that_need_not_be_in_the_text_goes_with_its_tier(session: Session) -> None:
    session.review.go(1)
    session.review.mark_right()
    assert session.annotations.annotation.tier("remarks") is None
    session.annotations.undo()
    assert session.annotations.annotation.tier("remarks") == REMARKS


def test_the_end_is_said(qtbot: QtBot, session: Session) -> None:
    session.review.go(0)
    for left in range(4, -1, -1):
        session.review.mark_right()
        assert len(session.review.items) == left
    assert session.review.current is None
    with qtbot.waitSignal(session.notice) as told:
        session.review.step(1)
    assert told.args == ["Nothing is left to review."]
    with qtbot.waitSignal(session.notice):
        session.review.mark_right()


def test_the_current_item_stays_when_others_go(session: Session) -> None:
    session.review.go(3)
    edited = replace(WORDS, intervals=(WORDS.intervals[0], *WORDS.intervals[3:]))
    session.annotations.edit("x", lambda annotation: annotation.with_tier(edited))
    assert texts(session) == ["more was said", "weak", "again"]
    assert session.review.row == 1
    session.annotations.edit("x", lambda annotation: annotation.with_tier(replace(edited, intervals=())))
    assert session.review.row is None
    session.review.step(1)
    assert session.review.row == 0


def test_a_loop_plays_each_item_with_some_sound_around(session: Session, sound: Sound) -> None:
    session.review.set_looping(True)
    assert session.review.row == 0
    assert sound.played == [TimeSpan(900, 1900)]
    assert session.transport.loop
    session.review.step(1)
    assert sound.played[-1] == TimeSpan(29_500, 31_500)
    session.review.set_looping(False)
    assert session.transport.state is TransportState.STOPPED
    assert not session.transport.loop


def test_stopping_ends_the_loop(session: Session, sound: Sound) -> None:
    session.transport.set_loop(True)
    session.review.set_looping(True)
    session.transport.stop()
    assert not session.review.looping
    assert session.transport.loop  # as it was


def test_another_recording_has_its_own_list(session: Session) -> None:
    session.review.go(1)
    session.show(ArrayRecording(np.zeros(100, np.float32), RATE))
    assert session.review.items == ()
    assert session.review.current is None


marks = st.lists(st.sampled_from([(), (Doubt.SCORE,), (Doubt.SILENCE, Doubt.SCORE)]), max_size=12)


@given(marks, marks)
def test_only_what_was_edited_is_looked_at_and_nothing_is_missed(before: list, after: list) -> None:
    def intervals(doubts: list) -> tuple[Interval, ...]:
        return tuple(word(10 * at, 10 * at + 10, "w", *found) for at, found in enumerate(doubts))

    old, new = intervals(before), intervals(after)
    found = module._found(module._found(None, old), new)
    assert found.indices == tuple(index for index, item in enumerate(new) if item.doubts)


def test_a_tier_of_ten_thousand_doubts_is_listed_once(session: Session) -> None:
    many = IntervalTier("words", tuple(word(5 * i, 5 * i + 5, str(i), Doubt.SCORE) for i in range(10_000)))
    session.annotations.edit("x", lambda annotation: Annotation(RATE, annotation.frames, (many,)))
    assert len(session.review.items) == 10_000
    assert session.review.items is session.review.items
    session.review.go(5_000)
    session.review.mark_right()
    assert session.review.current is not None
    assert session.review.current.text == "5001"
