"""A line of text that is typed where it stands."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from audiolab.ui.theme import SPACING, Theme

_OWN_KEYS = frozenset(
    {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_F2}
)
"""Keys that mean something else in the window."""


class InlineEditor(QLineEdit):
    """Lies over what it edits: Enter takes the text, Tab takes it and goes on, Escape leaves all as it was.

    Args:
        parent: over which it lies; gets the focus back.
        theme: of its colours.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._take: Callable[[str], None] | None = None
        self._advance: Callable[[int], None] | None = None
        self._theme = theme
        self.setFrame(False)
        self.hide()
        theme.changed.connect(self._restyle)
        self._restyle()

    def open(
        self,
        area: QRect,
        text: str,
        take: Callable[[str], None],
        name: str,
        advance: Callable[[int], None] | None = None,
    ) -> None:
        """Begin to edit.

        Args:
            area: where, in the parent; widened where it is narrow, and kept inside.
            text: as it is now.
            take: gets the text when it is done, if it differs.
            name: what is edited, for people who hear it read out.
            advance: goes to the next item (1) or the one before (-1), after Tab.
        """
        self.finish()
        parent = self.parentWidget()
        width = max(area.width(), self.fontMetrics().horizontalAdvance(text + "mmm") + 8, 64)
        left = area.center().x() - width // 2 if width > area.width() else area.left()
        left = max(min(left, parent.width() - width), 0)
        self.setGeometry(left, area.top(), min(width, parent.width()), area.height())
        self._before, self._take, self._advance = text, take, advance
        self.setText(text)
        self.setAccessibleName(name)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self, *, taken: bool = True) -> None:
        """End; with `taken` the text is what was typed, else all stays as it was."""
        take, self._take = self._take, None
        if take is None:
            return
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self.parentWidget().setFocus(Qt.FocusReason.OtherFocusReason)
        if taken and self.text() != self._before:
            take(self.text())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._go_on(1 if event.key() == Qt.Key.Key_Tab else -1)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(taken=False)
        elif event.key() != Qt.Key.Key_F2:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish()

    def _restyle(self) -> None:
        colours = self._theme.colours
        self.setStyleSheet(
            f"QLineEdit {{ border: 1px solid {colours.accent.name()}; background: {colours.surface.name()};"
            f" color: {colours.text.name()}; padding: 0 {SPACING}px }}"
        )

    def _go_on(self, steps: int) -> None:
        advance = self._advance
        self.finish()
        if advance is not None:
            advance(steps)
