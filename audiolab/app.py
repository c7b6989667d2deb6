"""The composition root: the only place where the parts of the running program are wired together."""

import logging
import os
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, QSocketNotifier, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from audiolab import paths
from audiolab.core.allocation import keep_freed_memory
from audiolab.core.speech import Recognizer

if TYPE_CHECKING:
    from audiolab.session.session import Session
    from audiolab.ui.window import Window

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long the GUI thread waits at most for the interpreter when a job's thread has it. Python's own 5 ms, several
times in a frame, make the frame late."""

LOG_BYTES = 2**20
"""A log that has grown beyond this begins anew."""


def run(files: Sequence[str] = ()) -> int:
    """Show the window, on the first of `files`, until it is closed.

    Returns:
        The exit code: 0, 1 where no window can be opened, 130 after Ctrl-C.
    """
    _start_log()
    sys.setswitchinterval(SWITCH_SECONDS)
    keep_freed_memory()
    messages = QtMessages()
    qInstallMessageHandler(messages)
    application = _application()
    messages.started()
    from audiolab.session.session import Session
    from audiolab.ui.icons import application_icon
    from audiolab.ui.theme import Theme
    from audiolab.ui.window import Window

    session = Session(make_recognizer)
    settings = session.settings.current
    theme = Theme(settings.theme, settings.text_scale)
    application.setWindowIcon(application_icon())
    window = Window(session, theme, expecting=bool(files))
    _report_crashes(session)
    interrupts = Interrupts(application)
    window.show()
    window.open_files([Path(name) for name in files])
    if settings.output_device or settings.input_device:  # a device by its name has to be found before it is used
        QTimer.singleShot(0, session.devices.refresh)
    application.exec()
    _close(session, window)
    return interrupts.code


def make_recognizer(name: str) -> Recognizer:
    """The recogniser called `name`, empty for the default; called on a job's thread: the import takes seconds."""
    from audiolab import asr

    return asr.create(name, worker=True)


def _application() -> QApplication:
    application = QApplication(["audiolab"])
    application.setStyle("Fusion")  # looks the same everywhere, and takes the theme's palette
    application.setApplicationName("Audiolab")
    application.setDesktopFileName("audiolab")
    return application


def _close(session: "Session", window: "Window") -> None:
    """End everything in order, while Qt still runs: threads first, then widgets."""
    session.shutdown()
    sys.excepthook = sys.__excepthook__
    window.deleteLater()
    QApplication.sendPostedEvents()
    qInstallMessageHandler(None)


class Interrupts(QObject):
    """Turns Ctrl-C in the terminal into leaving the program.

    Python runs a signal's handler only when Python code runs, which may be never while Qt waits; so the signal also
    writes to a socket that Qt waits for.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.code = 0
        self._ours, theirs = socket.socketpair()
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._theirs = theirs
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._leave)
        signal.signal(signal.SIGTERM, self._leave)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)

    def _leave(self, number: int, _frame: object) -> None:
        self.code = 128 + number
        QTimer.singleShot(0, self._quit)  # Python may have been amid painting

    @staticmethod
    def _quit() -> None:
        QApplication.closeAllWindows()
        QApplication.quit()

    def _drain(self) -> None:
        self._ours.recv(64)


def _start_log() -> None:
    """Messages go to a file; warnings also to the terminal, as one line without a traceback."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(OneLine("audiolab: %(message)s"))
    root.addHandler(terminal)
    file = log_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        grown = file.is_file() and file.stat().st_size > LOG_BYTES
        to_file = logging.FileHandler(file, "w" if grown else "a", encoding="utf-8")
    except OSError:  # a program without a log is better than none
        return
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(to_file)


class OneLine(logging.Formatter):
    """Leaves the traceback to the log file."""

    def format(self, record: logging.LogRecord) -> str:
        """The message alone."""
        return self.formatMessage(logging.makeLogRecord({**record.__dict__, "message": record.getMessage()}))


def log_file() -> Path:
    """Where the running program writes what happens."""
    return paths.cache_dir() / "log.txt"


def _report_crashes(session: "Session") -> None:
    """An error that nobody expected is told in one sentence; its traceback goes to the log."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        where = traceback.extract_tb(trace)[-1].name if trace is not None else "nowhere"
        log.error("unexpected error in %s: %s", where, error, exc_info=(kind, error, trace))
        sentence = (
            f"Something went wrong ({kind.__name__} in {where}). You can go on; the details are in {log_file()}."
        )
        QTimer.singleShot(0, session, lambda: session.notice.emit(sentence))  # not amid what has just failed

    sys.excepthook = report


class QtMessages:
    """Qt's own messages join the log; those of a start that fails become one sentence."""

    def __init__(self) -> None:
        self._of_start: list[str] | None = []

    def started(self) -> None:
        """The application is there; what was said on the way did not matter."""
        self._of_start = None

    def __call__(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Take one message, on whatever thread."""
        if kind is QtMsgType.QtFatalMsg:
            sys.stderr.write(self._last_words(text))
            sys.stderr.flush()
            os._exit(1)  # Qt would abort, and leave a core file
        if self._of_start is not None:
            self._of_start.append(text.strip())
        else:
            level = logging.WARNING if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg) else logging.DEBUG
            logging.getLogger("qt").log(level, "%s", text)

    def _last_words(self, text: str) -> str:
        if self._of_start is None:
            return f"audiolab: {text}\n"
        reason = (self._of_start or [text.partition("\n")[0]])[0]
        return (
            f"audiolab: The window cannot be opened because no display can be used ({reason}); without one, use "
            "a verb such as 'audiolab transcribe FILE'.\n"
        )
