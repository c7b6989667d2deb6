from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from audiolab.core.cancel import CancelToken
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.ui.readout import Pointer, Probe
from audiolab.ui.statusbar import JobList, JobRow, StatusBar
from audiolab.ui.theme import Theme


def field(bar: StatusBar, name: str) -> str:
    return next(label.text().strip() for label in bar.findChildren(QLabel) if label.accessibleName() == name)


def test_pointer_is_told_in_time_frequency_and_level(
    session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot
) -> None:
    bar = StatusBar(session, theme)
    qtbot.addWidget(bar)
    session.show(recording)
    Pointer.of(session).show(Probe(12345, 440.0, -12.34))
    assert field(bar, "Time at the pointer") == "00:01.543"
    assert field(bar, "Frequency at the pointer") == "440.0 Hz  A4 +0"
    assert field(bar, "Level at the pointer") == "−12.3 dB"
    Pointer.of(session).show(Probe(12345))
    assert field(bar, "Frequency at the pointer") == ""
    Pointer.of(session).show(None)
    assert field(bar, "Time at the pointer") == ""


def test_selection_is_told_with_its_length(
    session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot
) -> None:
    bar = StatusBar(session, theme)
    qtbot.addWidget(bar)
    assert field(bar, "Selection") == ""
    session.show(recording)
    session.timeline.set_cursor(4000)
    assert field(bar, "Selection") == "Cursor 00:00.500"
    session.timeline.select(TimeSpan(8000, 20000))
    assert field(bar, "Selection") == "00:01.000 – 00:02.500   00:01.500   12,000 samples   −9.3 LUFS"


def job(label: str, progress: float = 0.0) -> Job[object]:
    return Job(label, label, CancelToken(), progress)


def test_jobs_come_and_go(session: Session, theme: Theme, qtbot: QtBot) -> None:
    jobs = JobList(session, theme, delay_ms=0)
    qtbot.addWidget(jobs)
    rows = jobs.findChildren(JobRow)
    assert all(row.isHidden() for row in rows)
    running = [job("Opening a.wav"), job("Transcribing a.wav"), job("Writing b.wav")]
    for started in running:
        session.jobs.started.emit(started)
    QApplication.processEvents()
    assert [row.isHidden() for row in rows] == [False, False]
    assert jobs.findChildren(QLabel)[0].text() == "1 more"
    session.jobs.ended.emit(running[0])
    assert jobs.running == (running[1], running[2])
    assert jobs.findChildren(QLabel)[0].text() == ""
    for ended in running[1:]:
        session.jobs.ended.emit(ended)
    assert all(row.isHidden() for row in rows)


def test_a_job_can_be_cancelled_from_its_row(session: Session, theme: Theme, qtbot: QtBot) -> None:
    jobs = JobList(session, theme, delay_ms=0)
    qtbot.addWidget(jobs)
    running = [job("Opening a.wav"), job("Transcribing a.wav")]
    for started in running:
        session.jobs.started.emit(started)
    QApplication.processEvents()
    second = jobs.findChildren(JobRow)[1]
    second.findChild(QToolButton).click()
    assert [one.token.cancelled for one in running] == [False, True]


def test_progress_reaches_its_own_row(session: Session, theme: Theme, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QProgressBar

    jobs = JobList(session, theme, delay_ms=0)
    qtbot.addWidget(jobs)
    running = [job("Opening a.wav"), job("Transcribing a.wav")]
    for started in running:
        session.jobs.started.emit(started)
    QApplication.processEvents()
    running[1].progress = 0.4
    session.jobs.progressed.emit(running[1])
    assert [row.findChild(QProgressBar).value() for row in jobs.findChildren(JobRow)] == [0, 400]


def test_quick_jobs_do_not_flicker(session: Session, theme: Theme, qtbot: QtBot) -> None:
    jobs = JobList(session, theme, delay_ms=50)
    qtbot.addWidget(jobs)
    quick, slow = job("Measuring loudness"), job("Transcribing a.wav")
    session.jobs.started.emit(quick)
    session.jobs.started.emit(slow)
    assert jobs.running == ()
    session.jobs.ended.emit(quick)
    qtbot.waitUntil(lambda: jobs.running == (slow,))
