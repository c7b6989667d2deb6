import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.errors import AudiolabError
from audiolab.session.jobs import JobContext, JobRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner(threads=2)
    yield runner
    runner.shutdown()


def test_result_arrives_on_the_gui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    threads: list[int] = []
    results: list[int] = []

    def work(_context: JobContext) -> int:
        threads.append(threading.get_ident())
        return 7

    def done(value: int) -> None:
        threads.append(threading.get_ident())
        results.append(value)

    runner.submit("k", work, done)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [7]
    assert threads[0] != threading.get_ident() == threads[1]
    assert runner.idle


def test_newest_supersedes(qtbot: QtBot, runner: JobRunner) -> None:
    release = threading.Event()
    results: list[str] = []

    def slow(_context: JobContext) -> str:
        release.wait(5)
        return "old"

    runner.submit("k", slow, results.append)
    runner.submit("k", lambda _context: "new", results.append)
    release.set()
    qtbot.waitUntil(lambda: runner.idle)
    assert results == ["new"]


def test_cancel_is_seen_by_the_work_and_delivers_nothing(qtbot: QtBot, runner: JobRunner) -> None:
    started = threading.Event()
    results: list[None] = []
    stopped: list[bool] = []

    def work(context: JobContext) -> None:
        started.set()
        while not context.cancel.wait(0.01):
            pass
        context.cancel.check()

    job = runner.submit("k", work, results.append, on_cancelled=lambda: stopped.append(True))
    assert started.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: runner.idle)
    assert stopped == [True]
    assert results == []


def test_error_becomes_its_sentence(qtbot: QtBot, runner: JobRunner) -> None:
    def work(_context: JobContext) -> None:
        raise AudiolabError("a.wav: is empty; record it again.")

    with qtbot.waitSignal(runner.failed) as blocker:
        runner.submit("k", work, lambda _result: None)
    assert blocker.args == ["a.wav: is empty; record it again."]


def test_unexpected_error_is_named_not_raised(qtbot: QtBot, runner: JobRunner) -> None:
    with qtbot.waitSignal(runner.failed) as blocker:
        runner.submit("k", lambda _context: 1 // 0, lambda _result: None, label="Dividing")
    assert blocker.args is not None
    assert blocker.args[0].startswith("Dividing: ZeroDivisionError")


def test_progress_is_announced_for_labelled_jobs(qtbot: QtBot, runner: JobRunner) -> None:
    seen: list[float] = []
    runner.progressed.connect(lambda job: seen.append(job.progress))
    with qtbot.waitSignal(runner.ended):
        runner.submit("k", lambda context: context.progress(0.25), lambda _result: None, label="Working")
    assert seen == [0.25]


def test_posts_run_on_the_gui_thread_before_the_result(qtbot: QtBot, runner: JobRunner) -> None:
    order: list[object] = []
    runner.submit(
        "k", lambda c: c.post(lambda: order.append(threading.get_ident())), lambda _r: order.append("done")
    )
    qtbot.waitUntil(lambda: runner.idle)
    assert order == [threading.get_ident(), "done"]


def test_shutdown_leaves_no_thread(qtbot: QtBot) -> None:
    before = threading.active_count()
    runner = JobRunner(threads=3)
    for index in range(5):
        runner.submit(f"k{index}", lambda context: context.cancel.wait(10), lambda _result: None)
    runner.shutdown()
    assert threading.active_count() == before
    assert runner.idle


def test_synchronous_runner_has_finished_on_return(qtbot: QtBot) -> None:
    results: list[int] = []
    runner = JobRunner(synchronous=True)
    runner.submit("k", lambda _context: 3, results.append, label="x")
    assert results == [3]
    assert runner.idle
