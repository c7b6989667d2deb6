"""Values that a widget paints, as objects of their own for screen readers and for the keyboard.

Qt offers the number, limits and text of its own widgets to screen readers. An interface of our own making, which
PySide6 allows too, takes the program down as soon as a screen reader asks for its number (PySide6 6.11: what
`interface_cast` returns is no pointer that Qt can use). So a gauge is a spin box that cannot be seen or turned.
"""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from audiolab.ui.theme import Theme

STEP = 0.1
"""Levels are shown with one decimal."""

NOTHING = "no value yet"


class Gauge(QDoubleSpinBox):
    """Stands over a painted value; Up and Down go to the others of its parent.

    Args:
        name: of the value, for people.
        parent: what paints the value.
    """

    def __init__(self, name: str, theme: Theme, parent: QWidget) -> None:
        self._text = NOTHING
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setSingleStep(STEP)
        self.setDecimals(1)
        self.lineEdit().hide()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def say(self, value: float | None, text: str) -> None:
        """Tell another value, and how it is read out; Qt passes it on to a screen reader that listens."""
        self._text = text or NOTHING
        if value is not None and math.isfinite(value):
            self.setRange(min(value, self.minimum()), max(value, self.maximum()))
            self.setValue(value)
        else:
            self.setValue(self.minimum())

    def textFromValue(self, _value: float) -> str:
        """What is read out, with the unit."""
        return self._text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() not in steps:
            event.ignore()
            return
        gauges = [gauge for gauge in self.parent().findChildren(Gauge) if gauge.isVisible()]
        place = gauges.index(self) + steps[event.key()]
        if 0 <= place < len(gauges):
            gauges[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _event) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self._theme.colours.accent, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
