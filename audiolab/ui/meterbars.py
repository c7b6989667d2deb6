"""Bars of momentary and short-term loudness, and of the true peak of each channel, with scales."""

import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import LoudnessReading
from audiolab.ui.meterscale import LoudnessScale, level, peak_fraction, peak_ticks
from audiolab.ui.theme import SPACING, Theme

BAR = 4 * SPACING
"""Pixels across a bar."""

MAX_CHANNELS = 8
"""Peak bars that are drawn; more channels share the width of eight."""


class LoudnessBars(QWidget):
    """Vertical bars. Momentary and short-term share the loudness scale, true peaks have one of their own.

    Signals:
        lamps_clicked: a person clicked a lamp that shows an exceeded ceiling.
    """

    lamps_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: LoudnessScale | None = None
        self._reading: LoudnessReading | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loudness bars")
        self.setToolTip("M momentary, S short-term loudness; true peak of each channel, with its maximum")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_scale(self, scale: LoudnessScale) -> None:
        """Draw on another scale."""
        self._scale = scale
        self.update()

    def show_reading(self, reading: LoudnessReading | None) -> None:
        """Draw other values."""
        channels = self._channels()
        changed = reading != self._reading
        self._reading = reading
        if self._channels() != channels:
            self.updateGeometry()
        if changed:
            self.update()

    def describe(self) -> str:
        """The highest true peak of each channel and whether the ceiling was exceeded, for the screen reader."""
        reading = self._reading
        if reading is None or self._scale is None or reading.max_true_peak_dbtp is None:
            return ""
        ceiling = self._scale.target.max_true_peak_dbtp
        tops = ", ".join(level(top) for top in reading.max_true_peaks_dbtp)
        over = f"; over {level(ceiling)} dBTP" if reading.max_true_peak_dbtp > ceiling else ""
        return f"Highest true peak of each channel: {tops} dBTP{over}"

    def sizeHint(self) -> QSize:
        labels = self._label_width()
        peaks = max(self._channels(), 2)  # mono takes the room of stereo: nothing moves when a file is opened
        across = BAR if peaks <= 2 else BAR // 2
        bars = 2 * (BAR + SPACING) + 2 * SPACING + peaks * (across + 2)
        return QSize(2 * (labels + SPACING) + bars, 40 * SPACING)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 24 * SPACING)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self._area().top():
            self.lamps_clicked.emit()

    def paintEvent(self, _event) -> None:
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setFont(self._theme.figures(0.8))
        area = self._area()
        labels = self._label_width()
        left = labels + SPACING
        self._paint_ticks(painter, self._scale.ticks(), area, QRect(0, 0, labels, 0))
        reading = self._reading
        for name, lufs, top in (
            ("M", reading and reading.momentary_lufs, reading and reading.max_momentary_lufs),
            ("S", reading and reading.short_term_lufs, reading and reading.max_short_term_lufs),
        ):
            box = QRect(left, area.top(), BAR, area.height())
            self._paint_loudness(painter, box, name, lufs or None, top or None)
            left += BAR + SPACING
        left += 2 * SPACING
        left = self._paint_peaks(painter, left, area)
        self._paint_ticks(painter, peak_ticks(), area, QRect(left + SPACING, 0, labels, 0), left_aligned=True)

    def _paint_loudness(self, painter: QPainter, box: QRect, name: str, lufs, top) -> None:
        colours, scale = self._theme.colours, self._scale
        target, tolerance = scale.target.integrated_lufs, scale.target.tolerance_lu
        painter.fillRect(box, colours.surface)
        value = scale.fraction(lufs)
        zones = (
            (0.0, scale.fraction(target - tolerance), colours.waveform),
            (scale.fraction(target - tolerance), scale.fraction(target + tolerance), colours.good),
            (scale.fraction(target + tolerance), 1.0, colours.warn),
        )
        for low, high, colour in zones:
            if value > low:
                painter.fillRect(_slice(box, low, min(value, high)), colour)
        line = _slice(box, scale.fraction(target), scale.fraction(target))
        painter.fillRect(QRectF(line.left() - 2, line.bottom(), box.width() + 4, 1), colours.text)
        if top is not None:
            mark = _slice(box, scale.fraction(top), scale.fraction(top))
            painter.fillRect(QRectF(box.left(), mark.bottom() - 1, box.width(), 2), colours.text)
        painter.setPen(colours.muted)
        name_box = QRect(box.left() - SPACING, box.bottom() + 1, box.width() + 2 * SPACING, self._line())
        painter.drawText(name_box, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_peaks(self, painter: QPainter, left: int, area: QRect) -> int:
        """Bars of the true peaks; returns where they end."""
        colours = self._theme.colours
        ceiling = self._scale.target.max_true_peak_dbtp
        reading = self._reading
        count = self._channels()
        across = BAR if count <= 2 else BAR // 2
        start = left
        for channel in range(count):
            now = reading.true_peaks_dbtp[channel] if reading else None
            top = reading.max_true_peaks_dbtp[channel] if reading else None
            box = QRect(left, area.top(), across, area.height())
            painter.fillRect(box, colours.surface)
            value, limit = peak_fraction(now), peak_fraction(ceiling)
            if value:
                painter.fillRect(_slice(box, 0.0, min(value, limit)), colours.waveform)
            if value > limit:
                painter.fillRect(_slice(box, limit, value), colours.bad)
            if top is not None:
                mark = _slice(box, peak_fraction(top), peak_fraction(top))
                painter.fillRect(QRectF(box.left(), mark.bottom() - 1, across, 2), colours.text)
            over = top is not None and top > ceiling
            self._paint_lamp(painter, QRect(left, 0, across, self._line() - 2), over=over)
            left += across + 2
        painter.setPen(colours.muted)
        name_box = QRect(start - 2 * SPACING, area.bottom() + 1, left - start + 4 * SPACING - 2, self._line())
        painter.drawText(name_box, Qt.AlignmentFlag.AlignCenter, "dBTP")
        return left - 2

    def _paint_lamp(self, painter: QPainter, box: QRect, *, over: bool) -> None:
        """Lit, with a sign, from the moment that the ceiling is exceeded to the reset."""
        colours = self._theme.colours
        painter.fillRect(box, colours.bad if over else colours.surface)
        if over:
            painter.setPen(colours.surface)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "!")

    def _paint_ticks(self, painter: QPainter, ticks, area: QRect, place: QRect, *, left_aligned=False) -> None:
        painter.setPen(self._theme.colours.muted)
        side = Qt.AlignmentFlag.AlignLeft if left_aligned else Qt.AlignmentFlag.AlignRight
        height = self._line()
        drawn = math.inf
        for fraction, text in ticks:
            if abs(fraction - drawn) * area.height() < 0.8 * height:
                continue  # too low a panel for all of them
            drawn = fraction
            y = round(area.bottom() + 1 - fraction * area.height())
            box = QRect(place.left(), y - height // 2, place.width(), height)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _area(self) -> QRect:
        """Where bars stand: below the lamps, above the names, with room for half a label at either end."""
        line = self._line()
        return QRect(0, line + SPACING, self.width(), max(self.height() - 2 * line - SPACING, 1))

    def _line(self) -> int:
        return QFontMetrics(self._theme.figures(0.8)).height()

    def _label_width(self) -> int:
        return QFontMetrics(self._theme.figures(0.8)).horizontalAdvance("−88")

    def _channels(self) -> int:
        return min(len(self._reading.true_peaks_dbtp), MAX_CHANNELS) if self._reading else 2


def _slice(box: QRect, low: float, high: float) -> QRectF:
    """The part of a bar between two fractions of its height, to whole pixels."""
    top = round(box.bottom() + 1 - high * box.height())
    bottom = round(box.bottom() + 1 - low * box.height())
    return QRectF(box.left(), top, box.width(), bottom - top)
