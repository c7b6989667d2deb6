"""The key of the spectrogram: which preset it shows, and what its colours mean. A press opens its menu."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QWidget

from audiolab.ui.colormaps import colours
from audiolab.ui.spectrogramlook import Look
from audiolab.ui.theme import SPACING, Theme

BAR_WIDTH = 96
"""Pixels of the colour bar."""

_OPACITY = 215
"""Of 255: the spectrogram shines through a little, so that the key is not taken for a part of it."""


class SpectrogramKey(QAbstractButton):
    """A small plate in the corner: name, colour bar from the weakest to the strongest colour, and their levels."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = ""
        self._ends = ("", "")
        self._colour_map = "magma"
        self.setAccessibleName("Spectrogram settings")
        self.setToolTip("Preset, colours, scale and channel of the spectrogram")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def show_scale(self, look: Look, top_db: float, channel: str) -> None:
        """Show what `look` means where its strongest colour is `top_db` dBFS."""
        name = " · ".join(part for part in (look.preset.name, channel) if part)
        ends = (_level(top_db - look.range_db), f"{_level(top_db)} dB")
        if (name, ends, look.colour_map) == (self._name, self._ends, self._colour_map):
            return
        self._name, self._ends, self._colour_map = name, ends, look.colour_map
        self.setAccessibleDescription(f"{name}, from {ends[0]} to {ends[1]}")
        right = self.x() + self.width()
        self.adjustSize()
        self.move(right - self.width(), self.y())
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self._metrics()
        text = sum(metrics.horizontalAdvance(part) for part in (self._name, *self._ends))
        return QSize(text + BAR_WIDTH + 7 * SPACING, metrics.height() + SPACING)

    def paintEvent(self, _event) -> None:
        palette = self._theme.colours
        painter = QPainter(self)
        painter.setFont(self._theme.figures(0.9))
        ground = QColor(palette.raised if self.underMouse() else palette.window)
        ground.setAlpha(_OPACITY)
        painter.fillRect(self.rect(), ground)
        if self.hasFocus():
            painter.setPen(palette.accent)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        metrics = self._metrics()
        baseline = (self.height() + metrics.ascent() - metrics.descent()) / 2
        x = 2 * SPACING
        for part, gap in ((self._name, 2 * SPACING), (self._ends[0], SPACING), ("", SPACING), (self._ends[1], 0)):
            if part:
                painter.setPen(palette.text if part is self._name else palette.muted)
                painter.drawText(QPointF(x, baseline), part)
                x += metrics.horizontalAdvance(part) + gap
            else:
                self._paint_bar(painter, x)
                x += BAR_WIDTH + gap

    def enterEvent(self, event) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event) -> None:
        self.update()
        super().leaveEvent(event)

    def _paint_bar(self, painter: QPainter, x: float) -> None:
        table = colours(self._colour_map)
        image = QImage(table.tobytes(), len(table), 1, QImage.Format.Format_RGB32)
        painter.drawImage(QRectF(x, SPACING + 1, BAR_WIDTH, self.height() - 2 * SPACING - 2), image)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._theme.figures(0.9))


def _level(decibels: float) -> str:
    return f"{round(decibels)}".replace("-", "−")
