"""What a person typed survives whatever happens to the program."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import write_annotation
from audiolab.media.exchange.kept import read_kept
from audiolab.session import tierkeeper
from audiolab.session.jobs import JobRunner
from audiolab.session.tierkeeper import TierKeeper, kept_file

RECORDING = ArrayRecording([0.0] * 100, 8000, identity="sound")
EMPTY = Annotation(8000, 100)
LARGE = tierkeeper.MOST_ITEMS + 1


def labelled(*texts: str, tier: str = "mine") -> Annotation:
    items = tuple(Interval(TimeSpan(10 * i, 10 * i + 5), text) for i, text in enumerate(texts))
    return EMPTY.with_tier(IntervalTier(tier, items))


def on_disk() -> Annotation:
    return read_kept(kept_file(RECORDING)).annotation


@pytest.fixture
def failures() -> list[str]:
    return []


@pytest.fixture
def make_keeper(qtbot: QtBot, failures: list[str]) -> Callable[[], TierKeeper]:
    jobs = JobRunner(synchronous=True)
    return lambda: TierKeeper(RECORDING, jobs, failures.append)


class Waiting:
    """A job runner that starts nothing by itself."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], None]] = []

    def submit(self, _key: str, work: Callable, on_done: Callable, *, on_error: Callable) -> None:
        self.jobs.append(lambda: on_done(work(None)))


def test_each_edit_is_there_at_once(make_keeper: Callable[[], TierKeeper]) -> None:
    keeper = make_keeper()
    states = [keeper.load_now(), labelled("a"), labelled("a", "b"), EMPTY, labelled("c")]
    for before, after in pairwise(states):
        keeper.keep(before, after)
        assert on_disk() == after
    assert make_keeper().load_now() == states[-1]


def test_what_is_large_becomes_a_document(make_keeper: Callable[[], TierKeeper]) -> None:
    keeper = make_keeper()
    large = labelled(*("x" * LARGE))
    keeper.keep(EMPTY, large)
    assert on_disk() == large
    assert max(map(len, kept_file(RECORDING).read_text().splitlines())) < 10_000  # none takes long to read


def test_typing_while_a_document_is_written_is_kept_before_and_after(failures: list[str]) -> None:
    jobs = Waiting()
    keeper = TierKeeper(RECORDING, jobs, failures.append)
    large = labelled(*("x" * LARGE), tier="words")
    both = large.with_tier(IntervalTier("mine", (Interval(TimeSpan(0, 1), "typed"),)))
    keeper.keep(EMPTY, large)
    keeper.keep(large, both)
    assert on_disk().intervals("mine") == both.intervals(
        "mine"
    )  # a kill now would lose what a model can read again
    jobs.jobs.pop()()
    assert on_disk() == both
    assert not jobs.jobs


def test_only_the_newest_of_several_documents_counts(failures: list[str]) -> None:
    jobs = Waiting()
    keeper = TierKeeper(RECORDING, jobs, failures.append)
    first, second = labelled(*("x" * LARGE)), labelled(*("y" * LARGE))
    keeper.keep(EMPTY, first)
    keeper.keep(first, second)
    last = second.with_tier(IntervalTier("more"))
    keeper.keep(second, last)
    while jobs.jobs:
        jobs.jobs.pop()()
    assert on_disk() == last
    assert [file.name for file in kept_file(RECORDING).parent.iterdir()] == [kept_file(RECORDING).name]


def test_closing_writes_what_no_job_has_come_to(failures: list[str]) -> None:
    jobs = Waiting()
    keeper = TierKeeper(RECORDING, jobs, failures.append)
    large = labelled(*("x" * LARGE))
    keeper.keep(EMPTY, large)
    keeper.close(large)
    assert on_disk() == large
    jobs.jobs.pop()()  # late
    assert on_disk() == large
    assert [file.name for file in kept_file(RECORDING).parent.iterdir()] == [kept_file(RECORDING).name]


def test_edits_that_outgrow_the_document_are_folded_into_it(
    make_keeper: Callable[[], TierKeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tierkeeper, "LEAST_LINES", 2000)
    keeper = make_keeper()
    before = EMPTY
    for number in range(200):
        after = labelled(f"text {number}")
        keeper.keep(before, after)
        before = after
        assert on_disk() == after
    assert kept_file(RECORDING).stat().st_size < 2600


def test_a_full_disk_is_told_and_made_up_for(
    make_keeper: Callable[[], TierKeeper], failures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = make_keeper()
    keeper.keep(EMPTY, labelled("a"))

    def full(_path: Path, _lines: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tierkeeper, "append", full)
        keeper.keep(labelled("a"), labelled("a", "b"))
    assert len(failures) == 1
    assert "No space left on device" in failures[0]
    keeper.keep(labelled("a", "b"), labelled("a", "b", "c"))
    assert on_disk() == labelled("a", "b", "c")
    assert len(failures) == 1


def test_what_an_earlier_audiolab_kept_is_taken_over(make_keeper: Callable[[], TierKeeper]) -> None:
    older = kept_file(RECORDING).with_suffix(".json")
    older.parent.mkdir(parents=True)
    write_annotation(labelled("a", "b"), older)
    keeper = make_keeper()
    assert keeper.load_now() == labelled("a", "b")
    keeper.keep(labelled("a", "b"), labelled("a", "c"))
    assert on_disk() == labelled("a", "c")
    assert older.is_file()


def test_a_file_that_cannot_be_read_keeps_nobody_waiting(
    make_keeper: Callable[[], TierKeeper], failures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_keeper().keep(EMPTY, labelled("a"))
    monkeypatch.setattr(tierkeeper, "QUICK", 0)

    def broken(_file: Path) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(tierkeeper, "read_kept", broken)
    taken: list[Annotation] = []
    make_keeper().load(taken.append)
    assert taken == [EMPTY]
    assert "out of memory" in failures[0]


def test_what_can_be_read_of_a_damaged_file_is_taken(
    make_keeper: Callable[[], TierKeeper], failures: list[str]
) -> None:
    keeper = make_keeper()
    keeper.keep(EMPTY, labelled("a"))
    file = kept_file(RECORDING)
    whole = file.read_text()
    file.write_text(whole + '{"torn')
    assert make_keeper().load_now() == labelled("a")
    assert [aside.read_text() for aside in file.parent.glob("*.damaged-*")] == [whole + '{"torn']
    assert on_disk() == labelled("a")
    assert "were damaged (the last line is not complete)" in failures[0]


TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.annotations import Annotations
from audiolab.session.jobs import JobRunner

app = QCoreApplication([])
annotations = Annotations(JobRunner())
annotations.load(ArrayRecording([0.0] * 100, 8000, identity="sound"))
large = IntervalTier("words", tuple(Interval(TimeSpan(i, i + 1), "word") for i in range(100_000)))
annotations.edit("Transcribe", lambda annotation: annotation.with_tier(large))
for number in range(100):
    tier = IntervalTier(f"typed {number}", (Interval(TimeSpan(0, 1), "text"),))
    annotations.edit("Type", lambda annotation: annotation.with_tier(tier))
    print(number, flush=True)
    app.processEvents()
sys.stdin.read()
"""


@pytest.mark.parametrize("last", [0, 50, 99])
def test_typing_survives_a_kill(last: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TYPIST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as typist:
        assert typist.stdout is not None
        for line in typist.stdout:
            if int(line) == last:
                break
        typist.send_signal(signal.SIGKILL)
    names = {tier.name for tier in on_disk().tiers}
    assert names >= {f"typed {number}" for number in range(last + 1)}
