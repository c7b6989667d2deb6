"""What went wrong, told in the window: a strip above the content, newest first, and the list of all messages."""

import datetime
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from audiolab.ui.icons import icon
from audiolab.ui.theme import SPACING, Theme

HISTORY = 500
"""Messages that are remembered."""

REMARK_MS = 10_000
"""How long a remark is shown: three times what it takes to read one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes:
        time: when it came.
        text: its sentence.
        passing: a remark, which goes by itself; it stays in the history.
    """

    time: datetime.datetime
    text: str
    passing: bool = False


class Notices(QObject):
    """The messages of this run.

    Signals:
        changed: a message came, or one was dismissed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: list[Notice] = []
        self._pending: list[Notice] = []
        self._remark = QTimer(self)
        self._remark.setSingleShot(True)
        self._remark.setInterval(REMARK_MS)
        self._remark.timeout.connect(self._pass)

    @property
    def history(self) -> tuple[Notice, ...]:
        """All of them, oldest first."""
        return tuple(self._history)

    @property
    def pending(self) -> tuple[Notice, ...]:
        """Those that nobody has dismissed yet, oldest first."""
        return tuple(self._pending)

    def add(self, text: str, *, passing: bool = False) -> None:
        """A message came. One that says the same as the newest pending one does not count again.

        Remarks that are still shown make room for it.
        """
        if passing:
            self._remark.start()
        if self._pending and self._pending[-1].text == text:
            return
        notice = Notice(datetime.datetime.now().astimezone(), text, passing)
        self._history = [*self._history, notice][-HISTORY:]
        self._pending = [*self._lasting(), notice][-HISTORY:]
        self.changed.emit()

    def dismiss(self) -> None:
        """The newest pending message was read."""
        if self._pending:
            self._pending.pop()
            self.changed.emit()

    def _lasting(self) -> list[Notice]:
        return [notice for notice in self._pending if not notice.passing]

    def _pass(self) -> None:
        """The remark that is shown has been shown for long enough."""
        lasting = self._lasting()
        if len(lasting) != len(self._pending):
            self._pending = lasting
            self.changed.emit()


class NoticeStrip(QWidget):
    """Shows the newest pending message; hidden while there is none. It never takes the focus."""

    def __init__(self, notices: Notices, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._theme = theme
        self._shown: Notice | None = None
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._more = QLabel()
        self._dismiss = QToolButton()
        self._dismiss.setAutoRaise(True)
        self._dismiss.setToolTip("Dismiss this message (Esc)")
        self._dismiss.setAccessibleName("Dismiss this message")
        self._dismiss.clicked.connect(notices.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACING, SPACING, SPACING, SPACING)
        row.setSpacing(2 * SPACING)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName("Message")
        notices.changed.connect(self._follow)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._follow()

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        colours = self._theme.colours
        painter.fillRect(self.rect(), colours.raised)
        passing = self._shown is not None and self._shown.passing
        painter.fillRect(0, 0, SPACING, self.height(), colours.accent if passing else colours.warn)

    def _follow(self) -> None:
        pending = self._notices.pending
        newest = pending[-1] if pending else None
        self._text.setText(newest.text if newest else "")
        self._more.setText(f"and {len(pending) - 1} more" if len(pending) > 1 else "")
        self.setVisible(newest is not None)
        if newest is not None and newest is not self._shown:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, newest.text))
        self._shown = newest
        self.update()

    def _restyle(self) -> None:
        colours = self._theme.colours
        self._dismiss.setIcon(icon("cancel", colours))
        self._more.setForegroundRole(self.foregroundRole())
        self.update()
