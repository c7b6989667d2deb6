"""The transcript panel: what to do before there is a text, how far the reading has come, and then the text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.jobs import Job
from audiolab.session.reading import JOB_KEY
from audiolab.session.session import Session
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.transcripttext import TranscriptText


class Transcript(QStackedWidget):
    """The panel: what to do before there is a text, how far it has come, and then the text."""

    def __init__(self, session: Session, theme: Theme, transcribe: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.text = TranscriptText(session, theme)
        self._empty = self._make_empty(transcribe)
        self._running = RunningPage(session)
        for page in (self._empty, self._running, self.text):
            self.addWidget(page)
        session.reading.changed.connect(self._choose)
        session.reading.running_changed.connect(self._choose)
        session.recording_changed.connect(self._choose)
        self.setMinimumWidth(200)
        self._choose()

    def _make_empty(self, transcribe: QAction) -> QWidget:
        hint = QLabel("Read the speech in this recording.\nWords appear here with their times.")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton("Transcribe")
        button.clicked.connect(transcribe.trigger)
        button.setToolTip(transcribe.toolTip())
        transcribe.enabledChanged.connect(button.setEnabled)
        button.setEnabled(transcribe.isEnabled())
        return _centred(hint, button)

    def _choose(self) -> None:
        reading = self._session.reading
        page: QWidget = self._empty
        if reading.transcription is not None or reading.words:
            page = self.text
        elif reading.running:
            page = self._running
        self.setCurrentWidget(page)
        self.setFocusProxy(page)


class RunningPage(QWidget):
    """How much of the recording has been read."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(48 * SPACING, 2 * SPACING)
        self._bar.setAccessibleName("Transcription")
        self._time = QLabel()
        self._time.setAlignment(Qt.AlignmentFlag.AlignCenter)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(session.reading.cancel)
        column = _centred(self._time, self._bar, cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(column)
        session.jobs.started.connect(self._advance)
        session.jobs.progressed.connect(self._advance)

    def _advance(self, job: Job[object]) -> None:
        recording = self._session.recording
        if job.key != JOB_KEY or recording is None:
            return
        total = frames_to_seconds(recording.frames, recording.sample_rate)
        self._bar.setValue(round(1000 * job.progress))
        self._time.setText(f"Read {clock(total * job.progress, 0)} of {clock(total, 0)}")


def _centred(*widgets: QWidget) -> QWidget:
    """Widgets one below the other in the middle of a page."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setSpacing(3 * SPACING)
    column.addStretch(1)
    for widget in widgets:
        widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(1)
    return page
