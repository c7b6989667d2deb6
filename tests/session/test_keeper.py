import threading

from pytestqt.qtbot import QtBot

from audiolab.core.errors import ModelError
from audiolab.session.jobs import JobRunner
from audiolab.session.keeper import Keeper


def test_each_state_is_written_where_nothing_waits(qtbot: QtBot) -> None:
    written: list[int] = []
    keeper = Keeper(JobRunner(synchronous=True), "keep", lambda _: None)
    for state in range(3):
        keeper.keep(lambda state=state: written.append(state))
    assert written == [0, 1, 2]
    keeper.finish()
    assert written == [0, 1, 2]


def test_what_comes_while_something_is_written_is_written_next_and_the_rest_is_passed_over(qtbot: QtBot) -> None:
    jobs = JobRunner()
    written: list[int] = []
    gate = threading.Event()
    keeper = Keeper(jobs, "keep", lambda _: None)

    def first() -> None:
        gate.wait(20)
        written.append(0)

    keeper.keep(first)
    for state in range(1, 5):
        keeper.keep(lambda state=state: written.append(state))
    gate.set()
    qtbot.waitUntil(lambda: written == [0, 4])
    jobs.shutdown()


def test_what_no_job_has_written_is_written_at_the_end_and_once(qtbot: QtBot) -> None:
    jobs = JobRunner(threads=1)
    gate = threading.Event()
    jobs.submit("busy", lambda _context: gate.wait(20), lambda _: None)
    written: list[int] = []
    keeper = Keeper(jobs, "keep", lambda _: None)
    keeper.keep(lambda: written.append(1))
    keeper.keep(lambda: written.append(2))
    keeper.finish()
    assert written == [2]
    keeper.keep(lambda: written.append(3))
    gate.set()
    qtbot.waitUntil(lambda: written == [2, 3])
    jobs.shutdown()


def test_a_failure_is_told_and_the_next_state_is_written(qtbot: QtBot) -> None:
    told: list[str] = []
    written: list[int] = []
    keeper = Keeper(JobRunner(synchronous=True), "keep", told.append)

    def fail() -> None:
        raise ModelError("The disk is full; free some room.")

    keeper.keep(fail)
    keeper.keep(lambda: written.append(1))
    assert told == ["The disk is full; free some room."]
    assert written == [1]
