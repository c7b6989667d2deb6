"""What went wrong, told in the window: a strip above the content, newest first, and the list of all messages."""

import datetime
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
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


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: when it came, and its sentence."""

    time: datetime.datetime
    text: str


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

    @property
    def history(self) -> tuple[Notice, ...]:
        """All of them, oldest first."""
        return tuple(self._history)

    @property
    def pending(self) -> tuple[Notice, ...]:
        """Those that nobody has dismissed yet, oldest first."""
        return tuple(self._pending)

    def add(self, text: str) -> None:
        """A message came. One that says the same as the newest pending one does not count again."""
        if self._pending and self._pending[-1].text == text:
            return
        notice = Notice(datetime.datetime.now().astimezone(), text)
        self._history = [*self._history, notice][-HISTORY:]
        self._pending = [*self._pending, notice][-HISTORY:]
        self.changed.emit()

    def dismiss(self) -> None:
        """The newest pending message was read."""
        if self._pending:
            self._pending.pop()
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
        painter.fillRect(0, 0, SPACING, self.height(), colours.warn)

    def _follow(self) -> None:
        pending = self._notices.pending
        newest = pending[-1] if pending else None
        self._text.setText(newest.text if newest else "")
        self._more.setText(f"and {len(pending) - 1} more" if len(pending) > 1 else "")
        self.setVisible(newest is not None)
        if newest is not None and newest is not self._shown:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, newest.text))
        self._shown = newest

    def _restyle(self) -> None:
        colours = self._theme.colours
        self._dismiss.setIcon(icon("cancel", colours))
        self._more.setForegroundRole(self.foregroundRole())
        self.update()
