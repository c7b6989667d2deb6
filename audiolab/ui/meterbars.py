"""Bars of momentary and short-term loudness, and of the true peak of each channel, with scales and lamps."""

import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import ChannelLayout, LoudnessReading
from audiolab.ui.backdrop import Backdrop
from audiolab.ui.meterscale import LoudnessScale, layout_text, level, peak_fraction, peak_ticks
from audiolab.ui.theme import SPACING, Theme

BAR = 4 * SPACING
"""Pixels across a bar, at least; larger text makes it wider."""

MAX_CHANNELS = 8
"""Peak bars that are drawn; more channels share the width of eight."""

LAMPS = ("clip", "over")
"""Rows of lamps above the peak bars, from top to bottom: clipped samples, and true peaks above the ceiling."""


class LoudnessBars(QWidget):
    """Vertical bars. Momentary and short-term share the loudness scale, true peaks have one of their own.

    A thick mark is the maximum since the reset, a thin one on a peak bar is held for two seconds and falls then.

    Signals:
        lamps_clicked: a person clicked the lamps.
    """

    lamps_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: LoudnessScale | None = None
        self._layout: ChannelLayout | None = None
        self._reading: LoudnessReading | None = None
        self._ground = Backdrop()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loudness bars")
        theme.changed.connect(self._restyle)
        self.set_layout(None)
        self._restyle()

    def set_scale(self, scale: LoudnessScale) -> None:
        """Draw on another scale."""
        self._scale = scale
        self.update()

    def set_layout(self, layout: ChannelLayout | None) -> None:
        """Name the channels after another layout."""
        self._layout = layout
        channels = f"\nChannels: {layout_text(layout)}" if layout is not None else ""
        self.setToolTip(
            "M momentary, S short-term loudness; true peak of each channel.\n"
            "Thick mark: maximum. Thin mark: held for 2 s. Lamps: clipped samples; true peak over the target's.\n"
            f"Click the lamps to reset peaks and lamps.{channels}"
        )

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
        """The highest true peak of each channel, and which lamps are lit, for the screen reader."""
        reading = self._reading
        if reading is None or self._scale is None or reading.max_true_peak_dbtp is None:
            return ""
        ceiling = self._scale.target.max_true_peak_dbtp
        names = self._names()
        tops = ", ".join(
            f"{name} {level(top)}" for name, top in zip(names, reading.max_true_peaks_dbtp, strict=True)
        )
        over = f"; over {level(ceiling)} dBTP" if reading.max_true_peak_dbtp > ceiling else ""
        clipped = [name for name, lit in zip(names, reading.clipped, strict=True) if lit]
        clip = f"; clipped samples in {', '.join(clipped)}" if clipped else ""
        return f"Highest true peak of each channel: {tops} dBTP{over}{clip}"

    def sizeHint(self) -> QSize:
        width = self._peaks_left() + self._peaks_width() + 2 + SPACING + self._label_width
        return QSize(width, 40 * SPACING)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 24 * SPACING)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self._area().top():
            self.lamps_clicked.emit()

    def paintEvent(self, _event) -> None:
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        key = (self._scale, self._theme.colours.dark, self._font.key(), self._layout, self._channels())
        self._ground.draw(painter, self, key, self._paint_ground)
        reading = self._reading
        if reading is not None:
            momentary, short_term = self._loudness_boxes()
            self._paint_loudness(painter, momentary, reading.momentary_lufs, reading.max_momentary_lufs)
            self._paint_loudness(painter, short_term, reading.short_term_lufs, reading.max_short_term_lufs)
            for channel, box in enumerate(self._peak_boxes()):
                self._paint_peak(painter, box, reading, channel)
        for box in self._loudness_boxes():
            target = self._scale.fraction(self._scale.target.integrated_lufs)
            line = QRectF(box.left() - 2, _slice(box, target, target).bottom(), box.width() + 4, 1)
            painter.fillRect(line, self._theme.colours.text)

    def _paint_ground(self, painter: QPainter) -> None:
        """All that stands still: scales, names, grounds of bars and lamps."""
        painter.setFont(self._font)
        surface, area = self._theme.colours.surface, self._area()
        self._paint_ticks(painter, self._scale.ticks(), area, QRect(0, 0, self._label_width, 0))
        for name, box in zip("MS", self._loudness_boxes(), strict=True):
            painter.fillRect(box, surface)
            self._paint_name(painter, box, name)
        boxes = self._peak_boxes()
        for name, box in zip(self._names(), boxes, strict=False):
            painter.fillRect(box, surface)
            for row in range(len(LAMPS)):
                painter.fillRect(self._lamp(box, row), surface)
            if box.width() >= BAR and self._layout is not None:
                self._paint_name(painter, box, name)
        right = self._peaks_left() + self._peaks_width()
        place = QRect(right + SPACING, 0, self.width() - right, 0)
        self._paint_ticks(painter, peak_ticks(), area, place, left_aligned=True)
        unit = QRect(place.left(), area.bottom() + 1, place.width(), self._line)
        painter.drawText(unit, Qt.AlignmentFlag.AlignLeft, "dBTP")
        for row, name in enumerate(LAMPS):
            box = QRect(0, row * self._lamp_line, self._peaks_left() - SPACING, self._lamp_line - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_loudness(self, painter: QPainter, box: QRect, lufs: float | None, top: float | None) -> None:
        colours, scale = self._theme.colours, self._scale
        target, tolerance = scale.target.integrated_lufs, scale.target.tolerance_lu
        value = scale.fraction(lufs)
        low, high = scale.fraction(target - tolerance), scale.fraction(target + tolerance)
        for start, stop, colour in (
            (0.0, low, colours.waveform),
            (low, high, colours.good),
            (high, 1.0, colours.warn),
        ):
            if value > start:
                painter.fillRect(_slice(box, start, min(value, stop)), colour)
        self._paint_mark(painter, box, scale.fraction(top), colours.text)

    def _paint_peak(self, painter: QPainter, box: QRect, reading: LoudnessReading, channel: int) -> None:
        """One channel's bar with its marks, and its lamps where they are lit."""
        colours, ceiling = self._theme.colours, self._scale.target.max_true_peak_dbtp
        top = reading.max_true_peaks_dbtp[channel]
        value, limit = peak_fraction(reading.true_peaks_dbtp[channel]), peak_fraction(ceiling)
        painter.fillRect(_slice(box, 0.0, min(value, limit)), colours.waveform)
        if value > limit:
            painter.fillRect(_slice(box, limit, value), colours.bad)
        held = peak_fraction(reading.held_true_peaks_dbtp[channel])
        self._paint_mark(painter, box, held, colours.rms, thickness=1)
        self._paint_mark(painter, box, peak_fraction(top), colours.text)
        lit = (reading.clipped[channel], top is not None and top > ceiling)
        for row, sign in enumerate("×!"):
            if lit[row]:
                lamp = self._lamp(box, row)
                painter.fillRect(lamp, colours.bad)
                painter.setPen(colours.surface)
                painter.drawText(lamp, Qt.AlignmentFlag.AlignCenter, sign)

    @staticmethod
    def _paint_mark(painter: QPainter, box: QRect, fraction: float, colour: QColor, thickness: int = 2) -> None:
        if fraction:
            mark = _slice(box, fraction, fraction)
            painter.fillRect(QRectF(box.left(), mark.bottom() - 1, box.width(), thickness), colour)

    def _paint_name(self, painter: QPainter, box: QRect, name: str) -> None:
        painter.setPen(self._theme.colours.muted)
        place = QRect(box.left() - SPACING, box.bottom() + 1, box.width() + 2 * SPACING, self._line)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_ticks(self, painter: QPainter, ticks, area: QRect, place: QRect, *, left_aligned=False) -> None:
        painter.setPen(self._theme.colours.muted)
        side = Qt.AlignmentFlag.AlignLeft if left_aligned else Qt.AlignmentFlag.AlignRight
        height = self._line
        drawn = math.inf
        for fraction, text in ticks:
            if abs(fraction - drawn) * area.height() < 0.8 * height:
                continue  # too low a panel for all of them
            drawn = fraction
            y = round(area.bottom() + 1 - fraction * area.height())
            box = QRect(place.left(), y - height // 2, place.width(), height)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _restyle(self) -> None:
        """Measure the text once, not in every frame."""
        self._font = self._theme.figures(0.8)
        metrics = QFontMetrics(self._font)
        self._line = metrics.height()
        self._lamp_line = metrics.height()
        self._label_width = max(metrics.horizontalAdvance("−88"), metrics.horizontalAdvance("dBTP"))
        self._across = max(BAR, self._line)
        self.updateGeometry()
        self.update()

    def _area(self) -> QRect:
        """Where bars stand: below the lamps, above the names, with room for half a label at either end."""
        top = len(LAMPS) * self._lamp_line + SPACING
        return QRect(0, top, self.width(), max(self.height() - top - self._line, 1))

    def _loudness_boxes(self) -> tuple[QRect, QRect]:
        """Where the bars of momentary and of short-term loudness stand."""
        area, left = self._area(), self._label_width + SPACING
        box = QRect(left, area.top(), self._across, area.height())
        return box, box.translated(self._across + SPACING, 0)

    def _peak_boxes(self) -> list[QRect]:
        """Where the bars of the true peaks stand; a single one in the middle of the room of two."""
        area, count = self._area(), self._channels()
        across = self._across_peak(count)
        left = self._peaks_left() + ((across + 2) // 2 if count == 1 else 0)
        return [QRect(left + place * (across + 2), area.top(), across, area.height()) for place in range(count)]

    def _lamp(self, box: QRect, row: int) -> QRect:
        """Where a lamp stands above a bar."""
        return QRect(box.left(), row * self._lamp_line, box.width(), self._lamp_line - 2)

    def _peaks_left(self) -> int:
        return self._label_width + SPACING + 2 * (self._across + SPACING) + 2 * SPACING

    def _peaks_width(self) -> int:
        peaks = max(self._channels(), 2)  # mono takes the room of stereo: nothing moves when a file is opened
        return peaks * (self._across_peak(peaks) + 2) - 2

    def _across_peak(self, channels: int) -> int:
        return self._across if channels <= 2 else self._across // 2

    def _channels(self) -> int:
        return min(len(self._reading.true_peaks_dbtp), MAX_CHANNELS) if self._reading else 2

    def _names(self) -> list[str]:
        """Of all channels of the reading."""
        count = len(self._reading.true_peaks_dbtp) if self._reading is not None else self._channels()
        if self._layout is not None and self._layout.channels == count:
            return [speaker.name for speaker in self._layout.speakers]
        return [str(number) for number in range(1, count + 1)]


def _slice(box: QRect, low: float, high: float) -> QRectF:
    """The part of a bar between two fractions of its height, to whole pixels."""
    top = round(box.bottom() + 1 - high * box.height())
    bottom = round(box.bottom() + 1 - low * box.height())
    return QRectF(box.left(), top, box.width(), bottom - top)
