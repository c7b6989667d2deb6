"""The times beside the transcript."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from audiolab.core.units import clock
from audiolab.ui.theme import SPACING, Theme

if TYPE_CHECKING:
    from audiolab.ui.transcripttext import TranscriptText


class TimeMargin(QWidget):
    """The time at which each paragraph begins, left of it."""

    def __init__(self, text: "TranscriptText", theme: Theme) -> None:
        super().__init__(text)
        self._text = text
        self._theme = theme
        self._times: list[float] = []

    def set_times(self, times: list[float]) -> None:
        """Of each paragraph, in seconds."""
        self._times = times
        self.update()

    def sizeHint(self) -> QSize:
        hours = bool(self._times) and self._times[-1] >= 3600
        font = self._theme.figures(0.85)
        widest = "8:88:88" if hours else "88:88"
        return QSize(QFontMetrics(font).horizontalAdvance(widest) + 3 * SPACING, 0)

    def place(self) -> None:
        """Take the room that the text leaves at its left."""
        area = self._text.contentsRect()
        self.setGeometry(area.left(), area.top(), self.sizeHint().width(), area.height())

    def follow(self, rect, scrolled: int) -> None:
        """The text was scrolled or repainted."""
        if scrolled:
            self.scroll(0, scrolled)
        else:
            self.update(0, rect.y(), self.width(), rect.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self._text
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colours.surface)
        painter.setFont(self._theme.figures(0.85))
        painter.setPen(self._theme.colours.muted)
        block = text.firstVisibleBlock()
        while block.isValid() and block.blockNumber() < len(self._times):
            box = text.blockBoundingGeometry(block).translated(text.contentOffset())
            if box.top() > event.rect().bottom():
                break
            line = block.layout().lineAt(0)
            top = box.top() + line.y()
            label = clock(self._times[block.blockNumber()], 0)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(0, round(top), self.width() - SPACING, round(line.height()), flags, label)
            block = block.next()
