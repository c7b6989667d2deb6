"""The strip that says that only some speakers' words are shown: what is hidden must not be taken for missing."""

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from audiolab.session.session import Session
from audiolab.ui.theme import SPACING


def told_names(speakers: Collection[str]) -> str:
    """Some speakers in words: ``"Ann or Bob"``; an empty name is somebody whom nobody named."""
    names = [*sorted(filter(None, speakers)), *(["nobody named"] if "" in speakers else [])]
    return " or ".join((", ".join(names[:-1]), names[-1]) if len(names) > 1 else names)


class FilterStrip(QWidget):
    """A strip under the panels, hidden while everybody is shown."""

    def __init__(self, session: Session, show_everybody: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        button = QToolButton()
        button.setDefaultAction(show_everybody)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(SPACING)
        row.addWidget(self.text, 1)
        row.addWidget(button)
        self.setAccessibleName("Speaker filter")
        session.speakers.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        chosen = self._session.speakers.chosen
        if chosen:
            self.text.setText(f"Only what {told_names(chosen)} says is shown, found and exported")
        self.setVisible(bool(chosen))
