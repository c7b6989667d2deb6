"""A text on a recording, through a real session with real files; the recogniser reads letters that were written."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.doubts import Doubt
from audiolab.core.errors import ModelError
from audiolab.core.recording import Recording
from audiolab.core.speech import Transcription
from audiolab.core.tiers import IntervalTier
from audiolab.core.userwords import UserWords
from audiolab.media import open_recording
from audiolab.session.aligning import text_file
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.asr.aligning.test_aligner import HOP, RATE, SAID, heard


class Listener:
    """Hears `SAID` in whatever it is given, and counts how often it listened."""

    name = "letters"

    def __init__(self) -> None:
        self.listened = 0

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        cancel.check()
        self.listened += 1
        progress(1.0)
        return heard(SAID)[1]

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wind.wav"
    soundfile.write(path, np.zeros(heard(SAID)[0].frames), RATE)
    return path


@pytest.fixture
def make_session(qtbot: QtBot, tmp_path: Path, listener: Listener) -> Iterator[Callable[[], Session]]:
    made: list[Session] = []

    def make() -> Session:
        settings = SettingsStore(tmp_path / "settings.json")
        made.append(Session(lambda _name: listener, jobs=JobRunner(synchronous=True), settings=settings))
        return made[-1]

    yield make
    for session in made:
        session.shutdown()


@pytest.fixture
def session(make_session: Callable[[], Session], file: Path) -> Session:
    session = make_session()
    session.show(open_recording(file))
    return session


def items(session: Session, name: str) -> IntervalTier:
    tier = session.annotations.annotation.tier(name)
    assert isinstance(tier, IntervalTier)
    return tier


def test_the_text_becomes_words_as_it_was_typed(session: Session, listener: Listener) -> None:
    typed = "“The NORTH wind”, and the sun…\n were disputing: which WAS the stronger?! When a traveler came along."
    session.aligning.set_text(typed)
    session.aligning.align()
    words = items(session, "words").intervals
    assert " ".join(word.text for word in words) == " ".join(typed.split())
    true = heard(SAID)[1].alignment.words
    assert all(abs(word.span.start - said.span.start) <= HOP for word, said in zip(words, true, strict=True))
    assert len(items(session, "phones").intervals) == sum(map(len, SAID.split()))
    assert session.annotations.annotation.tier("remarks") is None
    assert listener.listened == 1
    assert session.reading.transcription is not None
    assert session.annotations.undo_label == "Align text"
    session.annotations.undo()
    assert session.annotations.annotation.tiers == ()


def test_what_was_recognised_is_not_recognised_again_unless_by_another_model(
    session: Session, listener: Listener
) -> None:
    session.transcribe()
    session.aligning.set_text(SAID)
    session.aligning.align()
    session.aligning.align()
    assert listener.listened == 1
    session.settings.update(model="another")
    session.aligning.align()
    assert listener.listened == 2


def test_words_and_passages_that_do_not_match_are_kept_with_their_doubts(session: Session) -> None:
    words = SAID.split()
    session.aligning.set_text(" ".join([*words[:4], "quickly", "jumping", "foxes", *words[4:8], *words[12:]]))
    session.aligning.align()
    lost = [word for word in items(session, "words").intervals if Doubt.UNSPOKEN in word.doubts]
    assert [word.text for word in lost] == ["quickly", "jumping", "foxes"]
    assert not any(word.span for word in lost)
    (passage,) = items(session, "remarks").intervals
    assert passage.text == "not in the text: " + " ".join(words[8:12])
    assert passage.doubts == {Doubt.UNWRITTEN}
    session.transcribe()
    session.proposal.take_all()  # a transcription lacks nothing
    assert session.annotations.annotation.tier("remarks") is None


def test_doubts_come_back_another_day(make_session: Callable[[], Session], session: Session, file: Path) -> None:
    session.aligning.set_text(f"{SAID} солнце")
    session.aligning.align()
    before = items(session, "words")
    assert any(word.doubts for word in before.intervals)
    again = make_session()
    again.show(open_recording(file))
    assert items(again, "words") == before
    assert again.reading.words[-1].doubts == before.intervals[-1].doubts


@pytest.mark.parametrize("typed", ["", "  \n", "…?!"])
def test_nothing_to_align_is_said(qtbot: QtBot, session: Session, typed: str) -> None:
    session.aligning.set_text(typed)
    with qtbot.waitSignal(session.notice) as told:
        session.aligning.align()
    assert told.args == ["There is no text to align yet; type or paste it first."]


def test_a_text_file_is_taken_or_refused(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    text = tmp_path / "said.txt"
    text.write_text("Grüße aus Köln", encoding="utf-16")
    session.aligning.open_text(text)
    assert session.aligning.text == "Grüße aus Köln"
    (tmp_path / "sound.txt").write_bytes(b"RIFF\0\0\0\0WAVE")
    with qtbot.waitSignal(session.notice) as told:
        session.aligning.open_text(tmp_path / "sound.txt")
    assert "sound.txt" in told.args[0]
    assert "save it as plain text in UTF-8" in told.args[0]
    assert session.aligning.text == "Grüße aus Köln"


def test_each_recording_has_its_own_text(session: Session, file: Path, tmp_path: Path) -> None:
    session.aligning.set_text("first\nlines ")
    other = tmp_path / "other.wav"
    soundfile.write(other, np.full(800, 0.1), RATE)
    session.show(open_recording(other))
    assert session.aligning.text == ""
    session.show(open_recording(file))
    assert session.aligning.text == "first\nlines "


def test_a_failed_alignment_says_why_and_changes_nothing(qtbot: QtBot, session: Session) -> None:
    class Broken(Listener):
        def transcribe(self, *_anything: object) -> Transcription:
            raise ModelError("The model is broken; install it again.")

    session.reading._make_recognizer = lambda _name: Broken()
    session.aligning.set_text("words")
    with qtbot.waitSignal(session.notice) as told:
        session.aligning.align()
    assert told.args == ["The model is broken; install it again."]
    assert session.annotations.annotation.tiers == ()
    assert session.aligning.text == "words"


_TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from audiolab.media import open_recording
from audiolab.session.session import Session

application = QCoreApplication([])
session = Session(lambda name: None)
session.show(open_recording(Path(sys.argv[1])))
session.aligning.set_text("what was ty")
session.aligning.set_text("what was typed")
QTimer.singleShot(300, lambda: print("typed", flush=True))
application.exec()
"""


def test_what_was_typed_survives_a_kill(file: Path) -> None:
    typist = subprocess.Popen([sys.executable, "-c", _TYPIST, str(file)], stdout=subprocess.PIPE, text=True)
    assert typist.stdout is not None
    assert typist.stdout.readline() == "typed\n"
    typist.send_signal(signal.SIGKILL)
    typist.wait(20)
    typist.stdout.close()
    assert text_file(open_recording(file)).read_text() == "what was typed"
