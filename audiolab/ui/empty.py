"""What the window shows before anything is open: how to begin."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.icons import pixmap
from audiolab.ui.theme import SPACING, Theme

SHOWN_FILES = 6
"""Recent files that are offered; the menu has them all."""


class EmptyState(QWidget):
    """Three ways to begin, and the files that were open last."""

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._picture = QLabel()
        self._hint = QLabel("Open a recording, or drop a file here")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._shown: tuple[str, ...] = ()
        self.first = _button(actions["file.open"], "Open…")
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACING)
        buttons.addStretch(1)
        buttons.addWidget(self.first)
        buttons.addWidget(_button(actions["file.sample"], "Open sample"))
        buttons.addWidget(_button(actions["play.record"], "Record"))
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(4 * SPACING)
        column.addStretch(2)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(buttons)
        column.addLayout(self._recent)
        column.addStretch(3)
        self.setAccessibleName("Nothing is open")
        session.settings.changed.connect(self._list_recent)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._list_recent()

    def _restyle(self) -> None:
        ratio = self.devicePixelRatio()
        self._picture.setPixmap(pixmap("waveform", self._theme.colours.muted, 12 * SPACING, ratio))
        self._hint.setFont(self._theme.figures(1.3))

    def _list_recent(self) -> None:
        files = self._session.settings.current.recent_files[:SHOWN_FILES]
        if files == self._shown:
            return
        self._shown = files
        while self._recent.count():
            self._recent.takeAt(0).widget().deleteLater()
        for name in files:
            self._recent.addWidget(self._recent_button(Path(name)), 0, Qt.AlignmentFlag.AlignHCenter)

    def _recent_button(self, file: Path) -> QPushButton:
        button = QPushButton(file.name.replace("&", "&&"))
        button.setFlat(True)
        button.setToolTip(str(file))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self._session.open(file))
        return button


def _button(action: QAction, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setMinimumSize(28 * SPACING, 8 * SPACING)
    button.setAutoDefault(True)  # Enter presses it; Space is the transport's
    button.clicked.connect(action.trigger)
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{action.statusTip()} ({keys})")
    return button
