"""The find bar: looks for text in all tiers, counts what it finds, and goes from one to the next."""

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from audiolab.session.session import Session
from audiolab.ui.finding import Finder, Matches
from audiolab.ui.theme import SPACING
from audiolab.ui.tiereditor import TierEditor

TYPING_MS = 120
"""How long after the last key the search begins: typing is never slowed down."""


class FindBar(QWidget):
    """A line under the panels, hidden until it is asked for.

    Enter goes to the next match, Shift+Enter to the one before, Escape closes the bar.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._finder = Finder()
        self._matches = Matches()
        self._here: int | None = None
        self._before: QWidget | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText("Find words, phones and labels")
        self.line.setAccessibleName("Find")
        self.line.setClearButtonEnabled(True)
        self.line.setMaximumWidth(96 * SPACING)
        self.count = QLabel()
        self._timer = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._timer.timeout.connect(self._search_ahead)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(SPACING)
        row.addWidget(self.line, 1)
        for sign, tip, steps in (("‹", "Previous match (Shift+F3)", -1), ("›", "Next match (F3)", 1)):
            row.addWidget(_button(sign, tip, lambda _checked=False, steps=steps: self.step(steps)))
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(_button("×", "Close (Esc)", lambda _checked=False: self.close_bar()))
        self.line.textEdited.connect(self._timer.start)
        self.line.textChanged.connect(self._cleared)
        self.line.installEventFilter(self)
        session.annotations.changed.connect(self._follow)
        session.speakers.changed.connect(self._follow)
        session.recording_changed.connect(self._follow)
        self.hide()

    def open(self) -> None:
        """Show the bar and take what is typed."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        self._search()

    def close_bar(self) -> None:
        """Hide the bar; the focus goes back to where it was."""
        self._timer.stop()
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
            self._before = None

    def step(self, steps: int) -> None:
        """Go to the next match (to the one before where `steps` is -1), and from the last to the first."""
        if not self.line.text().strip():
            self.open()
            return
        if self._timer.isActive():
            self._timer.stop()
            self._search()
        if not self._matches:
            self._search()
        if not self._matches:
            return
        if self._here is not None:
            self._go(self._here + steps)
        else:
            starts = self._matches.starts
            frame = self._session.timeline.position
            self._go(bisect_left(starts, frame) if steps > 0 else bisect_right(starts, frame) - 1)

    def eventFilter(self, _line: QWidget, event: QEvent) -> bool:
        """Enter and Escape mean something else in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            return False
        return True

    def _search(self) -> None:
        self._matches = self._finder.find(
            self._session.annotations.annotation, self.line.text(), self._session.speakers.mask
        )
        self._here = None
        self._tell()

    def _search_ahead(self) -> None:
        """While it is typed, go to the first match from the cursor on, which stays where it is if it matches."""
        self._search()
        if self._matches:
            self.step(1)

    def _cleared(self, text: str) -> None:
        if not text.strip():
            self._search()

    def _follow(self) -> None:
        """The tiers changed: what was found may be elsewhere, or gone."""
        if self.isVisible():
            self._search()
        else:
            self._matches, self._here = Matches(), None

    def _go(self, index: int) -> None:
        self._here = index % len(self._matches)
        match = self._matches[self._here]
        timeline = self._session.timeline
        TierEditor.of(self._session).choose(match.tier, match.first)
        self._session.transport.seek(match.span.start)
        timeline.select(match.span)
        timeline.reveal(match.span.start)
        self._tell()

    def _tell(self) -> None:
        count = len(self._matches)
        if not self.line.text().strip():
            text = ""
        elif not count:
            text = "Not found"
        elif self._here is None:
            text = f"{count} found"
        else:
            text = f"{self._here + 1} of {count}"
        self.count.setText(text)
        self.line.setAccessibleDescription(text)


def _button(sign: str, tip: str, press) -> QToolButton:
    button = QToolButton()
    button.setText(sign)
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(press)
    return button
