"""Texts of the alignment lane, laid out once and written where they fit."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText

from audiolab.ui.theme import SPACING

MAX_LABELS = 4096
"""Different texts that are kept laid out."""

LEAST_ELIDED = 2.5
"""Times the width of an m below which a word that is cut short says nothing."""


class LaneLabels:
    """Writes short texts: there are few different ones, and laying out costs most."""

    def __init__(self, font: QFont, metrics: QFontMetrics) -> None:
        self._known: dict[str, tuple[QStaticText, int]] = {}
        self.restyle(font, metrics)

    def restyle(self, font: QFont, metrics: QFontMetrics) -> None:
        """Write in another font from now on."""
        self._font, self._metrics = font, metrics
        self._known.clear()

    def write(
        self, painter: QPainter, text: str, left: float, right: float, top: float, height: int, *, cut: bool
    ) -> None:
        """Write `text` midway between `left` and `right` if it fits, `cut` short where that says anything."""
        room = right - left - (SPACING if cut else 1)
        label, width = self.laid_out(text)
        if width > room:
            if not cut or room < LEAST_ELIDED * self.laid_out("m")[1]:
                return
            text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
            label, width = QStaticText(text), self._metrics.horizontalAdvance(text)
        painter.drawStaticText(QPointF(left + (right - left - width) / 2, self._line(top, height)), label)

    def write_after(self, painter: QPainter, text: str, left: float, right: float, top: float, height: int) -> None:
        """Write `text` right of `left`, cut short before `right`."""
        room = right - left - SPACING
        label, width = self.laid_out(text)
        if width > room:
            if room < LEAST_ELIDED * self.laid_out("m")[1]:
                return
            label = QStaticText(self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room)))
        painter.drawStaticText(QPointF(left + SPACING, self._line(top, height)), label)

    def laid_out(self, text: str) -> tuple[QStaticText, int]:
        """`text`, laid out, and its width."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= MAX_LABELS:
                self._known.clear()
            label = QStaticText(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.prepare(font=self._font)
            known = self._known[text] = (label, self._metrics.horizontalAdvance(text))
        return known

    def _line(self, top: float, height: int) -> int:
        """Where text begins that stands in the middle of a row."""
        return round(top + (height + self._metrics.capHeight()) / 2 - self._metrics.ascent())
