"""Reading a part again, through a real session: offered, taken, left."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core import tieredits
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.recording import ArrayRecording, Recording
from audiolab.core.speech import Alignment, Transcription, Word
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords
from audiolab.session import proposal
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.fakes import scripted_transcription

RATE = 1000
SAID = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
"""A word each second, half a second long; the sample at its middle tells the recogniser which."""


def recording() -> ArrayRecording:
    sound = np.zeros(10 * RATE, np.float32)
    sound[250::RATE] = (np.arange(10) + 1) / 100
    return ArrayRecording(sound, RATE, "numbers.wav", "numbers")


class Listener:
    """Hears the number of each click."""

    def __init__(self, name: str, heard: list[str]) -> None:
        self.name = name
        self.heard = heard
        self.asked: list[tuple[int, int]] = []

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, own_words: UserWords = ()
    ) -> Transcription:
        sound = recording.read(0, recording.frames)[:, 0]
        self.asked.append((getattr(recording, "start", 0), recording.frames))
        words = []
        for click in np.flatnonzero(sound):
            text = self.heard[round(float(sound[click]) * 100) - 1]
            span = TimeSpan(max(int(click) - 250, 0), int(click) + 250)
            if text:
                words.append(Word(text, span, TimeSpan(0, 1), TimeSpan(0, 0), 1.0))
        read = scripted_transcription(recording)
        return Transcription(
            read.emissions, read.best_path, read.best_score, Alignment(tuple(words), ()), recording.sample_rate
        )

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def listeners() -> dict[str, Listener]:
    other = [text.upper() + "x" if text in ("two", "four") else text for text in SAID]
    return {"": Listener("usual", SAID), "other": Listener("other", other)}


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, listeners: dict[str, Listener]) -> Iterator[Session]:
    made = Session(
        lambda name: listeners[name],
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    made.show(recording())
    yield made
    made.shutdown()


def words(session: Session) -> str:
    return " ".join(word.text for word in session.reading.words)


def say(session: Session, *texts: str) -> None:
    """Put words where `recording` has them, as if a person had."""
    items = tuple(
        Interval(TimeSpan(index * RATE, index * RATE + 500), text, "Ann") for index, text in enumerate(texts)
    )
    session.annotations.edit("x", lambda annotation: annotation.with_tier(IntervalTier(WORDS, items)))


def read_again(session: Session, span: TimeSpan, model: str = "") -> None:
    session.timeline.select(span)
    session.transcribe_selection(model)


def test_the_range_is_read_with_context_and_offered(session: Session, listeners: dict[str, Listener]) -> None:
    say(session, "one", "too", "three", "fore", "five", "sex")
    read_again(session, TimeSpan(1000, 4600))
    assert listeners[""].asked == [(0, 8600)]
    assert words(session) == "one too three fore five sex"
    offered = session.proposal
    assert offered.rereading is not None
    assert [(slot.old.text, slot.new.text) for slot in offered.rereading.slots] == [
        ("too", "two"),
        ("three", "three"),
        ("fore", "four"),
        ("five", "five"),
    ]
    assert len(offered.changes) == 2
    assert offered.model == "usual"


def test_taking_all_is_one_step_and_keeps_speakers(session: Session) -> None:
    say(session, "one", "too", "three", "fore")
    read_again(session, TimeSpan(0, 10 * RATE))
    session.proposal.take_all()
    assert words(session) == " ".join(SAID)
    assert {word.speaker for word in session.reading.words[:4]} == {"Ann"}
    assert session.proposal.rereading is None
    session.annotations.undo()
    assert words(session) == "one too three fore"


def test_changes_are_taken_and_left_one_by_one(session: Session) -> None:
    say(session, "one", "too", "three", "fore", "five", "sex")
    read_again(session, TimeSpan(0, 5900))
    offered = session.proposal
    offered.take(offered.changes[1:2])
    assert words(session) == "one too three four five sex"
    assert len(offered.changes) == 2
    session.annotations.undo()
    assert len(offered.changes) == 3
    offered.leave(offered.changes[0])
    offered.leave(offered.changes[0])
    assert offered.rereading is not None
    assert offered.rereading.slots[1].old.text == "too"
    offered.take(offered.changes)
    assert words(session) == "one too three fore five six"
    assert offered.rereading is None


def test_edits_meanwhile_are_followed(session: Session) -> None:
    say(session, "one", "too", "three")
    read_again(session, TimeSpan(0, 2600))
    session.annotations.edit_tier("Type", WORDS, lambda tier: tieredits.rename(tier, 1, "two"))
    assert session.proposal.rereading is None


def test_where_nothing_is_it_is_taken_at_once(session: Session) -> None:
    read_again(session, TimeSpan(2000, 4000))
    assert words(session) == "three four"
    assert session.annotations.undo_label == "Transcribe"


def test_nothing_new_is_told(qtbot: QtBot, session: Session) -> None:
    session.transcribe()
    with qtbot.waitSignal(session.remark) as told:
        read_again(session, TimeSpan(2000, 4000))
    assert told.args == ["Nothing differs: usual reads the same words there."]
    assert session.proposal.rereading is None


def test_without_a_selection_it_says_what_to_do(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.notice) as told:
        session.transcribe_selection()
    assert told.args[0].startswith("Select the time to transcribe first")


def test_another_recording_takes_the_offer_away(session: Session) -> None:
    say(session, "a", "b")
    read_again(session, TimeSpan(0, 2000))
    session.show(None)
    assert session.proposal.rereading is None


def test_words_of_a_model_give_way_to_another_but_not_those_of_a_person(session: Session) -> None:
    session.transcribe()
    session.settings.update(model="other")
    session.transcribe()
    assert words(session).startswith("one TWOx three FOURx")  # nobody had touched them
    assert session.annotations.undo_label == "Transcribe"
    session.annotations.edit_tier("Type", WORDS, lambda tier: tieredits.rename(tier, 0, "won"))
    session.settings.update(model="")
    session.transcribe()
    assert words(session).startswith("won TWOx three FOURx")
    assert len(session.proposal.changes) == 2  # one and two are neighbours
    session.proposal.take_all()
    assert words(session) == " ".join(SAID)
    session.annotations.undo()
    assert words(session).startswith("won TWOx three FOURx")


def test_frames_stay_those_of_the_whole(session: Session) -> None:
    session.transcribe()
    whole = session.reading.transcription
    read_again(session, TimeSpan(2000, 4000), "other")
    assert session.reading.transcription is whole


def test_many_words_are_compared_in_the_background(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listeners: dict[str, Listener]
) -> None:
    monkeypatch.setattr(proposal, "QUICK", 2)
    session = Session(
        lambda name: listeners[name], jobs=JobRunner(), settings=SettingsStore(tmp_path / "settings.json")
    )
    session.show(recording())
    say(session, "one", "too", "three", "fore")
    read_again(session, TimeSpan(0, 4000))
    offered = session.proposal
    qtbot.waitUntil(lambda: len(offered.changes) == 2)
    offered.take(offered.changes[:1])
    assert words(session) == "one too three fore"
    qtbot.waitUntil(lambda: words(session) == "one two three fore")
    qtbot.waitUntil(lambda: len(offered.changes) == 1)
    session.shutdown()


def test_a_part_can_be_cancelled(qtbot: QtBot, tmp_path: Path, listeners: dict[str, Listener]) -> None:
    class Patient(Listener):
        def transcribe(self, recording, cancel, progress, own_words=()):
            while True:
                cancel.check()

    session = Session(
        lambda _name: Patient("patient", SAID), jobs=JobRunner(), settings=SettingsStore(tmp_path / "s.json")
    )
    session.show(recording())
    read_again(session, TimeSpan(0, 1000))
    assert session.reading.running_part
    assert not session.reading.running
    session.reading.cancel()
    qtbot.waitUntil(lambda: not session.reading.running_part)
    assert session.annotations.annotation.tier(PHONES) is None
    session.shutdown()


def test_moved_is_the_way_back_of_within() -> None:
    tier = IntervalTier("mine", (Interval(TimeSpan(120, 150), "a"),))
    whole = Annotation(RATE, 1000, (tier,))
    assert whole.within(TimeSpan(100, 200)).moved(100, 1000) == whole
