"""What an edit costs where there is a lot to edit: three hours with 30,000 words and 120,000 phones.

Run with --benchmark-only. The whole of an edit happens on the GUI thread, which may be blocked for up to 16 ms.
"""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audiolab.core import tieredits
from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange.kept import begin, read_kept
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.session.tierkeeper import kept_file
from audiolab.ui.finding import Finder
from audiolab.ui.theme import Theme
from audiolab.ui.window import Window
from tests.fakes import ScriptedRecognizer

RATE = 1000
WORD_COUNT = 30_000
EACH = 360


@pytest.fixture(scope="module")
def annotation() -> Annotation:
    """Words of four phones with a pause after every 12th."""
    starts = [index * EACH + index // 12 * 600 for index in range(WORD_COUNT)]
    words = tuple(Interval(TimeSpan(start, start + 320), f"word{start % 977}") for start in starts)
    phones = tuple(
        Interval(TimeSpan(start + 80 * part, start + 80 * (part + 1)), "aeiou"[part])
        for start in starts
        for part in range(4)
    )
    return Annotation(RATE, starts[-1] + 1000, (IntervalTier(WORDS, words), IntervalTier(PHONES, phones)))


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, annotation: Annotation) -> Iterator[Session]:
    """A window with all of it, at rest."""
    session = Session(
        lambda _name: ScriptedRecognizer(), jobs=JobRunner(), settings=SettingsStore(tmp_path / "settings.json")
    )
    session.show(ArrayRecording(np.zeros(annotation.frames, np.float32), RATE, identity="long"))
    window = Window(session, Theme("dark"))
    qtbot.addWidget(window)
    window.resize(1900, 1000)
    window.show()
    qtbot.waitExposed(window)
    settle(session)
    session.annotations.edit("All", lambda _empty: annotation)
    settle(session)
    yield session
    session.shutdown()


def settle(session: Session) -> None:
    while not session.jobs.idle:
        QApplication.processEvents()
        time.sleep(0.005)


@pytest.mark.parametrize("tier", [WORDS, PHONES])
def test_type(benchmark, session: Session, tier: str) -> None:
    numbers = itertools.count()

    def type_one() -> None:
        text = f"new{next(numbers)}"
        assert session.annotations.edit_tier(
            "Type", tier, lambda t: tieredits.rename(t, len(t.intervals) // 2, text)
        )

    benchmark.pedantic(type_one, rounds=40, warmup_rounds=3)


def test_move_boundary(benchmark, session: Session) -> None:
    starts = itertools.cycle((1, -1))

    def move() -> None:
        edge = session.reading.words[WORD_COUNT // 2].span.start
        target = edge + next(starts)
        assert session.annotations.edit("Move", lambda a: tieredits.move_boundary_everywhere(a, edge, target))

    benchmark.pedantic(move, rounds=40, warmup_rounds=3)


def test_split_and_undo(benchmark, session: Session) -> None:
    def split() -> None:
        frame = session.reading.words[WORD_COUNT // 2].span.start + 50
        assert session.annotations.edit_tier("Split", WORDS, lambda tier: tieredits.split(tier, frame))
        session.annotations.undo()

    benchmark.pedantic(split, rounds=20, warmup_rounds=1)


@pytest.mark.parametrize("text", ["word5", "a", "aei"])
def test_find_first(benchmark, annotation: Annotation, text: str) -> None:
    benchmark.pedantic(lambda: Finder().find(annotation, text), rounds=10)


@pytest.mark.parametrize("text", ["word5", "a", "aei"])
def test_find_again(benchmark, annotation: Annotation, text: str) -> None:
    finder = Finder()
    finder.find(annotation, text)
    benchmark.pedantic(lambda: finder.find(annotation, text), rounds=20)


def longest_turn(session: Session) -> float:
    """Seconds that the GUI thread was held up at most while jobs ran."""
    longest, before = 0.0, time.perf_counter()
    while not session.jobs.idle:
        QApplication.processEvents()
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
        time.sleep(0.001)
    return longest


def test_window_while_all_is_kept(benchmark, session: Session, annotation: Annotation) -> None:
    """Prints how long the GUI thread waits for the interpreter meanwhile."""
    turns: list[float] = []

    def write_all() -> None:
        session.annotations.edit("None", lambda a: Annotation(a.sample_rate, a.frames))
        session.annotations.edit("All", lambda _none: annotation)
        turns.append(longest_turn(session))

    benchmark.pedantic(write_all, rounds=4)
    print(f"\nlongest turn of the event loop while all is written: {1000 * min(turns):.1f} ms")


def test_window_while_all_is_read(benchmark, session: Session, annotation: Annotation) -> None:
    """Prints how long the GUI thread waits for the interpreter meanwhile."""
    file = kept_file(session.recording)
    turns: list[float] = []

    def read_all() -> None:
        job = session.jobs.submit("read", lambda _context: read_kept(file), lambda _kept: None)
        turns.append(longest_turn(session))
        assert not job.token.cancelled

    benchmark.pedantic(read_all, rounds=4)
    print(f"\nlongest turn of the event loop while all is read: {1000 * min(turns):.1f} ms")


def test_write_document(benchmark, tmp_path: Path, annotation: Annotation) -> None:
    benchmark.pedantic(begin, (tmp_path / "x.jsonl", annotation), rounds=5)


def test_read_document(benchmark, tmp_path: Path, annotation: Annotation) -> None:
    begin(tmp_path / "x.jsonl", annotation)
    benchmark.pedantic(read_kept, (tmp_path / "x.jsonl",), rounds=5)
