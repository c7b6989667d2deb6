"""The bar by which a panel is grabbed, moved and hidden."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QDockWidget, QToolButton, QWidget

from audiolab.ui.icons import icon
from audiolab.ui.theme import SPACING, Theme


class TitleBar(QWidget):
    """A narrow bar to grab a panel by. Beside the views of time it stands upright: height is what they need."""

    def __init__(self, dock: QDockWidget, theme: Theme, *, upright: bool) -> None:
        super().__init__(dock)
        self._dock = dock
        self._theme = theme
        self._upright = upright
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.setToolTip(f"Hide {dock.windowTitle()}")
        self._close.setAccessibleName(f"Hide {dock.windowTitle()}")
        self._close.clicked.connect(dock.close)
        self._close.hide()
        self.setToolTip(f"{dock.windowTitle()}: drag to move, double-click to float")
        theme.changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        across = QFontMetrics(self._theme.figures(0.8)).height() + 2
        return QSize(across, 2 * across) if self._upright else QSize(4 * across, across + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event) -> None:
        self._close.show()
        super().enterEvent(event)

    def leaveEvent(self, event) -> None:
        self._close.hide()
        super().leaveEvent(event)

    def resizeEvent(self, event) -> None:
        side = min(self.width(), self.height())
        self._close.setFixedSize(side, side)
        self._close.move(0 if self._upright else self.width() - side, 0)
        super().resizeEvent(event)

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colours.window)
        painter.setFont(self._theme.figures(0.8))
        painter.setPen(self._theme.colours.muted)
        length, across = self.width(), self.height()
        if self._upright:
            length, across = across, length
            painter.translate(0, length)
            painter.rotate(-90)
        room = length - 2 * SPACING
        text = painter.fontMetrics().elidedText(self._dock.windowTitle(), Qt.TextElideMode.ElideRight, room)
        side = Qt.AlignmentFlag.AlignCenter if self._upright else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(SPACING, 0, room, across, side, text)

    def _restyle(self) -> None:
        self._close.setIcon(icon("cancel", self._theme.colours))
        self.updateGeometry()
        self.update()
