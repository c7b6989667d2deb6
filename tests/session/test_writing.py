import threading

from pytestqt.qtbot import QtBot

from audiolab.core.errors import ModelError
from audiolab.session.jobs import JobRunner
from audiolab.session.writing import Writer


def test_each_state_is_written_where_nothing_waits(qtbot: QtBot) -> None:
    written: list[int] = []
    writer = Writer(JobRunner(synchronous=True), "keep", lambda _: None)
    for state in range(3):
        writer.write(lambda state=state: written.append(state))
    assert written == [0, 1, 2]
    writer.finish()
    assert written == [0, 1, 2]


def test_what_comes_while_something_is_written_is_written_next_and_the_rest_is_passed_over(qtbot: QtBot) -> None:
    jobs = JobRunner()
    written: list[int] = []
    gate = threading.Event()
    writer = Writer(jobs, "keep", lambda _: None)

    def first() -> None:
        gate.wait(20)
        written.append(0)

    writer.write(first)
    for state in range(1, 5):
        writer.write(lambda state=state: written.append(state))
    gate.set()
    qtbot.waitUntil(lambda: written == [0, 4])
    jobs.shutdown()


def test_what_no_job_has_written_is_written_at_the_end_and_once(qtbot: QtBot) -> None:
    jobs = JobRunner(threads=1)
    gate = threading.Event()
    jobs.submit("busy", lambda _context: gate.wait(20), lambda _: None)
    written: list[int] = []
    writer = Writer(jobs, "keep", lambda _: None)
    writer.write(lambda: written.append(1))
    writer.write(lambda: written.append(2))
    writer.finish()
    assert written == [2]
    writer.write(lambda: written.append(3))
    gate.set()
    qtbot.waitUntil(lambda: written == [2, 3])
    jobs.shutdown()


def test_a_failure_is_told_and_the_next_state_is_written(qtbot: QtBot) -> None:
    told: list[str] = []
    written: list[int] = []
    writer = Writer(JobRunner(synchronous=True), "keep", told.append)

    def fail() -> None:
        raise ModelError("The disk is full; free some room.")

    writer.write(fail)
    writer.write(lambda: written.append(1))
    assert told == ["The disk is full; free some room."]
    assert written == [1]
