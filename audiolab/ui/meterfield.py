"""The stereo field in two slim bars: correlation of left and right, and balance."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import LoudnessReading
from audiolab.ui.theme import SPACING, Theme


def correlation_text(correlation: float | None) -> str:
    """With two decimals and a sign; a dash where there is none."""
    return "–" if correlation is None else f"{correlation:+.2f}".replace("-", "−")


def balance_text(balance: float | None) -> str:
    """Per cent towards a side: ``L 12 %``; a dash where there is none."""
    if balance is None:
        return "–"
    share = round(100.0 * abs(balance))
    return f"{('L ' if balance < 0.0 else 'R ') if share else ''}{share} %"


class FieldBars(QWidget):
    """Both bars grow from the middle. A negative correlation is marked: it vanishes when played in mono."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: tuple[float | None, float | None] = (None, None)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Correlation of left and right, −1 to +1; balance, left to right. Of the last 0.4 s")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def show_reading(self, reading: LoudnessReading | None) -> None:
        """Draw other values."""
        values = (reading.correlation, reading.balance) if reading is not None else (None, None)
        if values != self._values:
            self._values = values
            self.update()

    def describe(self) -> str:
        """Both values, for the screen reader; empty where there are none."""
        correlation, balance = self._values
        texts = []
        if correlation is not None:
            texts.append(f"Correlation: {correlation_text(correlation)}")
        if balance is not None:
            texts.append(f"Balance: {balance_text(balance)}")
        return "\n".join(texts)

    def sizeHint(self) -> QSize:
        return QSize(160, 2 * self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event) -> None:
        correlation, balance = self._values
        painter = QPainter(self)
        colours = self._theme.colours
        wrong = correlation is not None and correlation < 0.0
        self._paint(
            painter,
            0,
            ("Correlation", "−1", "+1"),
            correlation,
            correlation_text(correlation),
            colours.bad if wrong else colours.waveform,
        )
        self._paint(painter, 1, ("Balance", "L", "R"), balance, balance_text(balance), colours.waveform)

    def _paint(self, painter: QPainter, row: int, names: tuple[str, str, str], value, text: str, colour) -> None:
        colours, line = self._theme.colours, self._line()
        plain, small = self._theme.figures(0.9), self._theme.figures(0.8)
        name_width = QFontMetrics(self._theme.figures(0.9, bold=True)).horizontalAdvance("Sample peak") + SPACING
        end_width = QFontMetrics(small).horizontalAdvance("−1") + SPACING
        figure_width = QFontMetrics(plain).horizontalAdvance("L 100 %") + SPACING
        top = row * line
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(plain)
        painter.setPen(colours.muted)
        painter.drawText(QRect(0, top, name_width, line), middle, names[0])
        painter.setPen(colours.muted if value is None else colours.text)
        figure = QRect(self.width() - figure_width, top, figure_width, line)
        painter.drawText(figure, middle | Qt.AlignmentFlag.AlignRight, text)
        painter.setFont(small)
        painter.setPen(colours.muted)
        left, right = name_width + end_width, self.width() - figure_width - end_width
        painter.drawText(
            QRect(name_width, top, end_width - SPACING, line), middle | Qt.AlignmentFlag.AlignRight, names[1]
        )
        painter.drawText(QRect(right + SPACING, top, end_width, line), middle, names[2])
        bar = QRect(left, top + line // 2 - SPACING, max(right - left, 1), 2 * SPACING)
        painter.fillRect(bar, colours.surface)
        centre = bar.left() + bar.width() / 2
        if value is not None:
            reach = value * bar.width() / 2
            painter.fillRect(QRectF(min(centre, centre + reach), bar.top(), abs(reach), bar.height()), colour)
            painter.fillRect(QRectF(round(centre + reach) - 1, bar.top(), 2, bar.height()), colours.text)
        painter.fillRect(QRectF(round(centre), bar.top() - 1, 1, bar.height() + 2), colours.muted)

    def _line(self) -> int:
        return QFontMetrics(self._theme.figures(0.9, bold=True)).height() + SPACING
