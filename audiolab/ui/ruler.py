"""The time ruler over all views."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas, packed
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.ticks import in_samples, time_ticks
from audiolab.ui.timeview import TimeView

MARK = 5
"""Half the width, and the height, of the triangles that mark cursor and playhead, in pixels."""


class TimeRuler(TimeView):
    """Clock time, or sample numbers where the zoom is deep; shows where the pointer is in the other views."""

    title = "Time ruler"
    description = "Click to seek, drag to select, Ctrl and wheel to zoom."
    line_reach = MARK + 2

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pointed: int | None = None
        self.pointer.changed.connect(self._pointer_moved)

    def sizeHint(self) -> QSize:
        return QSize(600, self.line_height + 2 * SPACING)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, self.sizeHint().height())

    def visible_moved(self) -> None:
        """Another zoom may need another unit, which stands in the gutter."""
        self.refresh()

    def empty_text(self) -> str:
        """The other views say what to do; a ruler of nothing is just empty."""
        return ""

    def paint_gutter(self, painter: QPainter) -> None:
        if self.session.recording is None:
            return
        unit = "samples" if self._numbers_samples() else "h:min:s" if self._hours() else "min:s"
        area = QRectF(SPACING, 0, self.gutter - 2 * SPACING, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, unit)

    def paint_strip(self, canvas: Canvas) -> None:
        painter, colours = canvas.painter, self.theme.colours
        height = self.height()
        painter.fillRect(self.strip(), colours.window)
        painter.fillRect(QRectF(self.gutter, height - 1, self.strip().width(), 1), colours.border)
        if self.session.recording is None:
            return
        ticks = time_ticks(self.axis(), self.session.timeline.sample_rate, self._spacing(), hours=self._hours())
        self._paint_ticks(canvas, [tick.position for tick in ticks if tick.label], 2 * SPACING, colours.muted)
        self._paint_ticks(canvas, [tick.position for tick in ticks if not tick.label], SPACING, colours.border)
        painter.setPen(colours.text)
        for tick in ticks:
            if tick.label:
                x = self.gutter + canvas.axis.column(tick.position) / canvas.ratio + SPACING
                painter.drawText(QPointF(x, height - 2 * SPACING), tick.label)

    @staticmethod
    def _paint_ticks(canvas: Canvas, positions: list[float], height: int, colour: QColor) -> None:
        """Upright marks one pixel wide on the lower edge: there are too many for a painter."""
        rows, columns = canvas.pixels.shape
        at = np.array([canvas.axis.column(position) for position in positions], np.intp)
        wide = (at[:, np.newaxis] + np.arange(max(round(canvas.ratio), 1))).ravel()
        top = rows - round(height * canvas.ratio)
        canvas.pixels[top:, wide[(wide >= 0) & (wide < columns)]] = packed(colour)

    def paint_marks(self, painter: QPainter) -> None:
        probe = self.pointer.probe
        self._pointed = None if probe is None else probe.frame
        if probe is not None:
            self._triangle(painter, self.axis().x(probe.frame), self.theme.colours.muted)

    def paint_position(self, painter: QPainter, x: float, colour: QColor) -> None:
        super().paint_position(painter, x, colour)
        self._triangle(painter, x + 0.5, colour)

    def _triangle(self, painter: QPainter, x: float, colour: QColor) -> None:
        top = self.height() - 1.0 - MARK
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF([QPointF(x - MARK, top), QPointF(x + MARK, top), QPointF(x, self.height() - 1.0)])
        )
        painter.restore()

    def _pointer_moved(self) -> None:
        probe = self.pointer.probe
        axis = self.axis()
        for frame in (self._pointed, None if probe is None else probe.frame):
            if frame is not None:
                self.update(axis.column(frame) - self.line_reach, 0, 2 * self.line_reach + 1, self.height())

    def _spacing(self) -> float:
        """Pixels from label to label: the longest one, and as much again as lets each stand apart."""
        timeline = self.session.timeline
        longest = clock(frames_to_seconds(timeline.length, timeline.sample_rate), 3, hours=self._hours())
        texts = (longest, f"{timeline.length:,}")
        return max(map(self.metrics.horizontalAdvance, texts)) + 6.0 * SPACING

    def _numbers_samples(self) -> bool:
        return in_samples(self.axis(), self.session.timeline.sample_rate, self._spacing())

    def _hours(self) -> bool:
        timeline = self.session.timeline
        return frames_to_seconds(timeline.length, timeline.sample_rate) >= 3600.0
