"""The status bar: what is under the pointer, what is selected, and what runs in the background."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.ui.icons import icon
from audiolab.ui.readout import Pointer, decibels, note_name
from audiolab.ui.theme import SPACING, Theme

SHOWN_JOBS = 2
"""Jobs that get a bar of their own; the others are counted."""


SHOWN_AFTER_MS = 300
"""Work that is done sooner is not worth a flicker."""


class StatusBar(QStatusBar):
    """Pointer and selection at the left, jobs at the right. Fields keep their places while their values change."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._pointer = Pointer.of(session)
        self._time = self._field("88:88:88.888", "Time at the pointer")
        self._frequency = self._field("88888.8 Hz  A♯8 +88", "Frequency at the pointer")
        self._level = self._field("−888.8 dB", "Level at the pointer")
        self._text = self._field("", "What is at the pointer")
        self._selection = self._field("", "Selection")
        self._selection.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._selection.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._jobs = JobList(session, theme)
        self.setSizeGripEnabled(False)
        for field in (self._time, self._frequency, self._level, self._text):
            self.addWidget(field)
        self.addWidget(self._selection, 1)
        self.addPermanentWidget(self._jobs)
        self._pointer.changed.connect(self._show_pointer)
        for signal in (
            session.timeline.selection_changed,
            session.timeline.cursor_changed,
            session.recording_changed,
            session.analyses.loudness_changed,
        ):
            signal.connect(self._show_selection)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_selection()

    def _field(self, widest: str, name: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setAccessibleName(name)
        label.setToolTip(name)
        label.setProperty("widest", widest)
        return label

    def _restyle(self) -> None:
        font = self._theme.figures()
        for label in (self._time, self._frequency, self._level, self._text, self._selection):
            label.setFont(font)
            widest = label.property("widest")
            if widest:
                label.setMinimumWidth(QFontMetrics(font).horizontalAdvance(widest) + 2 * SPACING)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colours.muted)
        for label in (self._time, self._frequency, self._level, self._text):
            label.setPalette(palette)
        self.setFixedHeight(line_height(self._theme))

    def _show_pointer(self) -> None:
        probe = self._pointer.probe
        rate = self._session.timeline.sample_rate
        self._time.setText(clock(frames_to_seconds(probe.frame, rate)) if probe else "")
        frequency = probe.frequency if probe else None
        hertz = "" if frequency is None else f"{frequency:.1f} Hz  {note_name(frequency)}".rstrip()
        self._frequency.setText(hertz)
        self._text.setText(probe.text if probe else "")
        self._level.setText("" if probe is None or probe.level is None else decibels(probe.level))

    def _show_selection(self) -> None:
        self._selection.setText(f"   {selection_text(self._session)}")
        self._selection.setToolTip(selection_detail(self._session))


def selection_text(session: Session) -> str:
    """The selection as start, end and duration; the cursor where nothing is selected."""
    timeline = session.timeline
    if session.recording is None:
        return ""
    rate = timeline.sample_rate
    span = timeline.selection
    if not span:
        return f"Cursor {clock(frames_to_seconds(timeline.cursor, rate))}"
    start, stop = (clock(frames_to_seconds(edge, rate)) for edge in (span.start, span.stop))
    text = f"{start} – {stop}   {clock(frames_to_seconds(span.length, rate))}   {span.length:,} samples"
    result = session.analyses.loudness
    loudness = result.loudness_of((span,)) if result is not None else None
    return text if loudness is None else f"{text}   {loudness:.1f} LUFS".replace("-", "−")


def selection_detail(session: Session) -> str:
    """The same in exact samples, for the tool tip."""
    span = session.timeline.selection
    if not span:
        return f"Cursor at sample {session.timeline.cursor:,}"
    return f"Samples {span.start:,} to {span.stop:,} ({span.length:,}) at {session.timeline.sample_rate:,} Hz"


def line_height(theme: Theme) -> int:
    """Pixels of the bar and of all that is in it: it stays as it is when jobs come and go."""
    return QFontMetrics(theme.figures()).height() + 2 * SPACING


class JobList(QWidget):
    """What runs in the background, each with progress and a button to cancel it."""

    def __init__(
        self, session: Session, theme: Theme, delay_ms: int = SHOWN_AFTER_MS, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._delay_ms = delay_ms
        self._waiting: list[Job[object]] = []
        self._theme = theme
        self._running: list[Job[object]] = []
        self._more = QLabel()
        self._rows = [JobRow(theme) for _ in range(SHOWN_JOBS)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, SPACING, 0)
        layout.setSpacing(3 * SPACING)
        layout.addWidget(self._more)
        for row in self._rows:
            layout.addWidget(row)
        session.jobs.started.connect(self._start)
        session.jobs.progressed.connect(self._progress)
        session.jobs.ended.connect(self._end)
        self._show()

    @property
    def running(self) -> tuple[Job[object], ...]:
        """The jobs that are listed, oldest first."""
        return tuple(self._running)

    def _start(self, job: Job[object]) -> None:
        self._waiting.append(job)
        QTimer.singleShot(self._delay_ms, self, lambda: self._list(job))

    def _list(self, job: Job[object]) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
            self._running.append(job)
            self._show()

    def _end(self, job: Job[object]) -> None:
        self._waiting = [other for other in self._waiting if other is not job]
        self._running = [other for other in self._running if other is not job]
        self._show()

    def _progress(self, job: Job[object]) -> None:
        for row in self._rows:
            row.progress(job)

    def _show(self) -> None:
        for row, job in zip(self._rows, [*self._running, *[None] * SHOWN_JOBS], strict=False):
            row.show_job(job)
        hidden = len(self._running) - SHOWN_JOBS
        self._more.setText(f"{hidden} more" if hidden > 0 else "")


class JobRow(QWidget):
    """One job: label, bar, cancel."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._job: Job[object] | None = None
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(96, 2 * SPACING)
        self._cancel = QToolButton()
        self._cancel.setAutoRaise(True)
        self._cancel.clicked.connect(self._stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACING)
        for widget in (self._label, self._bar, self._cancel):
            layout.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_job(self, job: Job[object] | None) -> None:
        """Show another job, or none."""
        self.setVisible(job is not None)
        if job is self._job or job is None:
            self._job = job
            return
        self._job = job
        metrics = QFontMetrics(self._label.font())
        self._label.setText(metrics.elidedText(job.label, Qt.TextElideMode.ElideMiddle, 240))
        self._label.setToolTip(job.label)
        self._bar.setAccessibleName(job.label)
        self._bar.setValue(round(1000 * job.progress))
        self._cancel.setEnabled(True)
        self._cancel.setToolTip(f"Cancel: {job.label}")
        self._cancel.setAccessibleName(f"Cancel: {job.label}")

    def progress(self, job: Job[object]) -> None:
        """`job` has come further."""
        if job is self._job:
            self._bar.setValue(round(1000 * job.progress))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._cancel.setEnabled(False)

    def _restyle(self) -> None:
        side = line_height(self._theme)
        self._cancel.setFixedSize(side, side)
        self._cancel.setIcon(icon("cancel", self._theme.colours))
