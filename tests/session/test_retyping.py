"""Words that are typed anew get their times from the sound; the recogniser reads letters that were written."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from audiolab.asr.aligning.stretch import cut
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.doubts import Doubt
from audiolab.core.errors import ModelError
from audiolab.core.recording import Recording
from audiolab.core.recordingviews import RecordingPart
from audiolab.core.speech import Alignment, Transcription
from audiolab.core.tieredits import move_boundary
from audiolab.core.tiers import Interval, IntervalTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords
from audiolab.media import open_recording
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.asr.aligning.test_aligner import HOP, RATE, SAID, heard

TRUE = heard(SAID)[1].alignment.words
GUESS = {Doubt.INTERPOLATED}


class HardOfHearing:
    """Sees all letters of `SAID`, but takes its words 6 and 7, `sun were`, for one: `sunder`."""

    name = "letters"

    def __init__(self) -> None:
        self.error = ""
        self.heard: list[int] = []

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        if self.error:
            raise ModelError(self.error)
        self.heard.append(recording.frames)
        whole, all_said = heard(SAID)
        if isinstance(recording, RecordingPart):
            return cut(all_said, TimeSpan(recording.start, recording.start + recording.frames), whole)[0]
        sunder = replace(TRUE[5], text="sunder", span=TRUE[5].span.hull(TRUE[6].span))
        return replace(all_said, alignment=Alignment((*TRUE[:5], sunder, *TRUE[7:]), ()))

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def recognizer() -> HardOfHearing:
    return HardOfHearing()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wind.wav"
    soundfile.write(path, np.zeros(heard(SAID)[0].frames), RATE)
    return path


@pytest.fixture
def make_session(qtbot: QtBot, tmp_path: Path, recognizer: HardOfHearing) -> Iterator[Callable[..., Session]]:
    made: list[Session] = []

    def make(jobs: JobRunner) -> Session:
        made.append(
            Session(lambda _name: recognizer, jobs=jobs, settings=SettingsStore(tmp_path / "settings.json"))
        )
        return made[-1]

    yield make
    for session in made:
        session.shutdown()


@pytest.fixture
def session(make_session: Callable[..., Session], file: Path) -> Session:
    session = make_session(JobRunner(synchronous=True))
    session.show(open_recording(file))
    return session


@pytest.fixture
def slow(make_session: Callable[..., Session], file: Path, qtbot: QtBot) -> Session:
    """A session whose only thread can be kept busy."""
    session = make_session(JobRunner(threads=1))
    session.show(open_recording(file))
    session.transcribe()
    qtbot.waitUntil(lambda: session.jobs.idle and bool(session.reading.words))
    return session


def words(session: Session) -> tuple[Interval, ...]:
    return session.annotations.annotation.intervals("words")


def texts(session: Session) -> str:
    return " ".join(word.text for word in words(session))


def assert_said(word: Interval, index: int) -> None:
    assert abs(word.span.start - TRUE[index].span.start) <= HOP
    assert abs(word.span.stop - TRUE[index].span.stop) <= HOP
    assert not word.doubts


def busy(session: Session) -> threading.Event:
    gate = threading.Event()
    session.jobs.submit("busy", lambda _context: gate.wait(20), lambda _: None)
    return gate


def test_what_is_typed_is_timed_by_the_kept_emissions(session: Session, recognizer: HardOfHearing) -> None:
    session.transcribe()
    before = words(session)
    session.retyping.retype(range(5, 6), "Sun, were")
    assert texts(session) == SAID.replace("sun were", "Sun, were")
    assert_said(words(session)[5], 5)
    assert_said(words(session)[6], 6)
    assert words(session)[:5] + words(session)[7:] == before[:5] + before[6:]
    assert len(recognizer.heard) == 1
    session.annotations.undo()
    assert words(session) == before
    session.annotations.redo()
    assert_said(words(session)[5], 5)


def test_phones_follow(session: Session) -> None:
    session.aligning.set_text(SAID)
    session.aligning.align()
    phones = session.annotations.annotation.intervals("phones")
    session.retyping.retype(range(5, 7), "moon were")
    session.retyping.retype(range(5, 7), "sun were")
    again = session.annotations.annotation.intervals("phones")
    assert [phone.text for phone in again] == [phone.text for phone in phones]
    assert all(abs(a.span.start - b.span.start) <= HOP for a, b in zip(again, phones, strict=True))
    session.retyping.retype(range(5, 6), "")
    assert "".join(phone.text for phone in session.annotations.annotation.intervals("phones")) == SAID.replace(
        "sun ", ""
    ).replace(" ", "")


def test_only_the_stretch_is_recognised_where_nothing_was(
    session: Session, recognizer: HardOfHearing, make_session: Callable[..., Session], file: Path
) -> None:
    session.transcribe()
    again = make_session(JobRunner(synchronous=True))
    again.show(open_recording(file))
    assert again.reading.transcription is None
    recognizer.heard.clear()
    again.retyping.retype(range(5, 6), "sun were")
    assert_said(words(again)[5], 5)
    assert_said(words(again)[6], 6)
    assert again.reading.transcription is None
    (frames,) = recognizer.heard
    assert frames < heard(SAID)[0].frames


def test_what_the_text_lacks_is_added_with_its_times(session: Session) -> None:
    lacking = SAID.split()
    session.aligning.set_text(" ".join(lacking[:8] + lacking[12:]))
    session.aligning.align()
    (remark,) = session.annotations.annotation.intervals("remarks")
    session.retyping.add_passage("remarks", 0)
    assert texts(session) == SAID
    for index in range(8, 12):
        assert_said(words(session)[index], index)
    assert session.annotations.annotation.tier("remarks") is None
    session.annotations.undo()
    assert session.annotations.annotation.intervals("remarks") == (remark,)
    assert len(words(session)) == len(lacking) - 4


def test_a_guess_is_shown_until_the_time_is_found(slow: Session, qtbot: QtBot) -> None:
    gate = busy(slow)
    slow.retyping.retype(range(5, 6), "sun were")
    assert [set(word.doubts) for word in words(slow)[5:7]] == [GUESS, GUESS]
    assert words(slow)[5].span.hull(words(slow)[6].span) == TRUE[5].span.hull(TRUE[6].span)
    gate.set()
    qtbot.waitUntil(lambda: not words(slow)[5].doubts)
    assert_said(words(slow)[6], 6)
    slow.annotations.undo()
    assert "sunder" in texts(slow)


def test_words_typed_one_after_the_other_are_each_one_step(slow: Session, qtbot: QtBot) -> None:
    gate = busy(slow)
    slow.retyping.retype(range(5, 6), "sun xxxx")
    slow.retyping.retype(range(6, 7), "were")
    slow.annotations.edit_tier("Other", "words", lambda tier: replace(tier, name="words"))
    gate.set()
    qtbot.waitUntil(lambda: not words(slow)[6].doubts)
    assert_said(words(slow)[5], 5)
    assert_said(words(slow)[6], 6)
    slow.annotations.undo()
    assert "sun xxxx" in texts(slow)
    assert_said(words(slow)[5], 5)
    slow.annotations.undo()
    assert "sunder" in texts(slow)


def test_edits_made_meanwhile_win(slow: Session, qtbot: QtBot) -> None:
    gate = busy(slow)
    slow.retyping.retype(range(5, 6), "sun were")
    edge = words(slow)[5].span.stop

    def move(tier: Tier) -> Tier:
        assert isinstance(tier, IntervalTier)
        return move_boundary(tier, edge, edge + 7)

    slow.annotations.edit_tier("Move boundary", "words", move)
    gate.set()
    qtbot.waitUntil(lambda: slow.jobs.idle)
    assert words(slow)[5].span.stop == edge + 7
    slow.annotations.undo()
    assert_said(words(slow)[5], 5)


def test_what_was_undone_meanwhile_comes_back_with_its_time(slow: Session, qtbot: QtBot) -> None:
    gate = busy(slow)
    slow.retyping.retype(range(5, 6), "sun were")
    slow.annotations.undo()
    gate.set()
    qtbot.waitUntil(lambda: slow.jobs.idle)
    assert "sunder" in texts(slow)
    slow.annotations.redo()
    assert_said(words(slow)[5], 5)


def test_a_word_that_is_not_said_there_keeps_the_guess_and_says_so(session: Session) -> None:
    session.transcribe()
    place = words(session)[3]
    session.retyping.retype(range(3, 4), "zzzzqqqq")
    assert words(session)[3].span == place.span
    assert words(session)[3].doubts == {Doubt.INTERPOLATED, Doubt.UNSPOKEN}


def test_a_failure_leaves_the_guess_and_is_told_once(
    session: Session, recognizer: HardOfHearing, make_session: Callable[..., Session], file: Path
) -> None:
    session.transcribe()
    again = make_session(JobRunner(synchronous=True))
    again.show(open_recording(file))
    told: list[str] = []
    again.notice.connect(told.append)
    recognizer.error = "The model is broken; install it again."
    again.retyping.retype(range(5, 6), "sun were")
    again.retyping.retype(range(6, 7), "where")
    assert texts(again) == SAID.replace("were", "where", 1)
    assert [set(word.doubts) for word in words(again)[5:7]] == [GUESS, GUESS]
    assert told == ["The times of what you typed are guesses: The model is broken; install it again."]


def test_another_recording_ends_what_was_wanted(slow: Session, qtbot: QtBot, tmp_path: Path) -> None:
    gate = busy(slow)
    slow.retyping.retype(range(5, 6), "sun were")
    other = tmp_path / "other.wav"
    soundfile.write(other, np.full(800, 0.1), RATE)
    slow.show(open_recording(other))
    gate.set()
    qtbot.waitUntil(lambda: slow.jobs.idle)
    assert words(slow) == ()
