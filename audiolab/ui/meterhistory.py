"""The last minute of short-term and integrated loudness, with the target."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import CURVE_GRID, LoudnessCurves
from audiolab.analysis.loudness.gating import ABSOLUTE_GATE_LUFS
from audiolab.ui.meterscale import LoudnessScale, level
from audiolab.ui.theme import SPACING, Theme

SECONDS = 60
"""How far back the strip reaches."""


class HistoryStrip(QWidget):
    """Newest at the right. Short-term as a thin line, integrated as a thick one, the target as a rule."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: LoudnessScale | None = None
        self._short_term = self._integrated = np.empty(0, np.float32)
        self._threshold: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            f"The last {SECONDS} seconds: short-term (thin), integrated (thick), target (dotted).\n"
            "What lies in the shade under the dashed relative gate, or below −70 LUFS, does not count."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.update)

    def set_scale(self, scale: LoudnessScale) -> None:
        """Draw on another scale."""
        self._scale = scale
        self.update()

    def show_curves(self, curves: LoudnessCurves | None, threshold: float | None = None) -> None:
        """Draw other values, and the relative gate in LUFS."""
        self._threshold = threshold
        kept = SECONDS * CURVE_GRID.sample_rate // CURVE_GRID.hop
        self._short_term = np.empty(0, np.float32) if curves is None else curves.short_term[-kept:]
        self._integrated = np.empty(0, np.float32) if curves is None else curves.integrated[-kept:]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 20 * SPACING)

    def paintEvent(self, _event) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours.surface)
        scale = self._scale
        if scale is None:
            return
        painter.setFont(self._theme.figures(0.8))
        self._paint_gate(painter, scale)
        target = self._y(scale.fraction(scale.target.integrated_lufs))
        painter.setPen(QPen(colours.muted, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(0, target), QPointF(self.width(), target))
        text = level(scale.shown(scale.target.integrated_lufs)).removesuffix(".0")
        height = QFontMetrics(painter.font()).height()
        painter.drawText(QRectF(SPACING, target - height, self.width(), height), text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.rms, 1.0))
        self._draw(painter, self._short_term)
        painter.setPen(QPen(colours.accent, 2.0))
        self._draw(painter, self._integrated)

    def _paint_gate(self, painter: QPainter, scale: LoudnessScale) -> None:
        """Shade what the gates leave out: all below the relative one, which never lies below the absolute one."""
        gate = ABSOLUTE_GATE_LUFS if self._threshold is None else max(self._threshold, ABSOLUTE_GATE_LUFS)
        if not scale.fraction(gate):
            return
        colours = self._theme.colours
        y = round(self._y(scale.fraction(gate)))
        painter.fillRect(QRectF(0, y, self.width(), self.height() - y), colours.raised)
        painter.setPen(QPen(colours.muted, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.setPen(colours.muted)
        metrics = QFontMetrics(painter.font())
        left = metrics.horizontalAdvance("−88") + 4 * SPACING  # beside the target's figure, which may lie as high
        box = QRectF(left, y + 1, self.width(), metrics.height())
        painter.drawText(box, f"gate {level(scale.shown(gate))}")

    def _draw(self, painter: QPainter, curve: npt.NDArray[np.float32]) -> None:
        """A line where there are values; silence leaves a gap."""
        step = self.width() / (SECONDS * CURVE_GRID.sample_rate)
        # Short-term loudness changes slowly: every second value, counted from the newest, draws the same line.
        curve = curve[(len(curve) - 1) % 2 :: 2]
        x = self.width() - 2 * step * np.arange(len(curve) - 1, -1, -1)
        low, high = self._scale.limits
        y = (self.height() - 1) * (1.0 - np.clip((curve - low) / (high - low), 0.0, 1.0))
        valid = np.isfinite(curve)
        edges = np.flatnonzero(np.diff(np.r_[False, valid, False]))
        for first, stop in zip(edges[::2], edges[1::2], strict=True):
            places = zip(x[first:stop].tolist(), y[first:stop].tolist(), strict=True)
            painter.drawPolyline(QPolygonF([QPointF(*place) for place in places]))

    def _y(self, fraction: float) -> float:
        return (self.height() - 1) * (1.0 - fraction)
