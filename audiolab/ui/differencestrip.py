"""The strip that offers a new reading: what differs, and what can be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.differenceview import DifferenceView
from audiolab.ui.theme import SPACING, Theme

BUTTONS = ("reread.take", "reread.leave", "reread.take_all", "reread.leave_all")


class DifferenceStrip(QWidget):
    """A strip under the panels, hidden while there is nothing to decide on. It never takes the focus by itself."""

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.view = DifferenceView(session, theme, actions)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(SPACING)
        for action_id in ("reread.previous", "reread.next", "reread.listen"):
            row.addWidget(_button(actions, action_id, Qt.ToolButtonStyle.ToolButtonIconOnly))
        row.addSpacing(SPACING)
        row.addWidget(self.title, 1)
        for action_id in BUTTONS:
            row.addWidget(_button(actions, action_id, Qt.ToolButtonStyle.ToolButtonTextOnly))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view)
        self.setAccessibleName("New reading")
        session.proposal.changed.connect(self._follow)
        session.proposal.opened.connect(self._announce)
        self._follow()

    def _follow(self) -> None:
        proposal = self._session.proposal
        self.setVisible(proposal.rereading is not None)
        if proposal.current is None or proposal.span is None:
            return
        count, place = len(proposal.changes), proposal.place + 1
        at = clock(frames_to_seconds(proposal.span.start, self._session.timeline.sample_rate), 1)
        changes = "1 change" if count == 1 else f"Change {place} of {count}"
        self.title.setText(f"{changes}, at {at}, read by {proposal.model}")
        self.title.setToolTip(self.title.text())

    def _announce(self) -> None:
        text = f"{self.title.text()}: {self.view.describe()}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))


def _button(actions: ActionSet, action_id: str, style: Qt.ToolButtonStyle) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(actions[action_id])
    button.setToolButtonStyle(style)
    button.setAutoRaise(style is Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
