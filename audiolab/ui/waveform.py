"""The waveform: one strip for each channel."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu, QWidget

from audiolab.analysis.peaks import PeakColumns
from audiolab.core.units import amplitude_to_db
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas, blend, packed
from audiolab.ui.peakimage import AmplitudeScale, joined, paint_peaks, peak_colours, rows_of
from audiolab.ui.peaksource import PeakSource
from audiolab.ui.readout import Probe
from audiolab.ui.sampleimage import THICKNESS, paint_dots, paint_line
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.ticks import Tick, amplitude_ticks, level_ticks
from audiolab.ui.timeview import TimeView

FULL_SCALE = 1.0 - 2.0**-15
"""From here on a sample cannot be told from a clipped one: it is the largest of 16 bits."""

MAX_ZOOM = 4096.0
"""Enough to see the lowest bits of 16."""

LINE_FROM = 2.0
"""Pixels per sample from which the samples are joined by a line."""

DOTS_FROM = 4.0
"""Pixels per sample from which each has a dot."""

RMS_FROM = 16.0
"""Samples per pixel from which their RMS says something."""

LABELLED_LINES = 3.0
"""Height of a strip, in lines of text, from which its amplitudes are labelled."""

DOT = 5.0
"""Diameter of a dot in pixels, where there is room for it."""

CLIP_MARK = 3
"""Height of the mark of a sample at full scale, in pixels."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """Where one channel is drawn, in pixels from the top of the view."""

    channel: int
    top: float
    height: float

    def y(self, heights):
        """Where heights (see `AmplitudeScale.height`) lie."""
        return self.top + (1.0 - heights) * (self.height / 2.0)

    def rows(self, ratio: float) -> slice:
        """The device pixels."""
        return slice(round(self.top * ratio), round((self.top + self.height) * ratio))


class WaveformView(TimeView):
    """Extremes and RMS per pixel column; single samples as a line with dots where they are wide enough.

    Where there are more channels than can be read, the wheel scrolls through them.
    """

    title = "Waveform"
    description = "Click to seek, drag to select, Ctrl and wheel to zoom time, Alt and wheel to zoom amplitude."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self._scale = AmplitudeScale()
        self._first = 0.0
        self._columns: PeakColumns | None = None
        super().__init__(session, theme, parent)
        self._source = PeakSource(session, "waveform", self)
        self._source.changed.connect(self.refresh_strip)
        session.analyses.peaks_changed.connect(self.refresh_strip)
        session.recording_changed.connect(self._reset)

    def sizeHint(self) -> QSize:
        return QSize(600, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, 2 * self._least())

    @property
    def scale(self) -> AmplitudeScale:
        """How amplitudes are spread over a strip."""
        return self._scale

    def set_scale(self, scale: AmplitudeScale) -> None:
        """Spread amplitudes in another way."""
        if scale != self._scale:
            self._scale = scale
            self.refresh()

    def zoom_vertically(self, factor: float, _y: float) -> bool:
        zoom = min(max(self._scale.zoom * factor, 1.0), MAX_ZOOM)
        self.set_scale(replace(self._scale, zoom=1.0 if zoom < 1.01 else zoom))
        return True

    def reset_vertically(self) -> None:
        self.set_scale(replace(self._scale, zoom=1.0))

    def menu(self) -> QMenu:
        menu = super().menu()
        levels = menu.addAction("&Decibel scale")
        levels.setCheckable(True)
        levels.setChecked(self._scale.decibels)
        levels.toggled.connect(lambda on: self.set_scale(replace(self._scale, decibels=on)))
        whole = menu.addAction("&Full scale")
        whole.setEnabled(self._scale.zoom > 1.0)
        whole.triggered.connect(self.reset_vertically)
        return menu

    def scroll_vertically(self, pixels: float) -> bool:
        hidden = self._channels() - self._shown()
        if hidden <= 0:
            return False
        self._first = min(max(self._first + pixels * self._shown() / self.height(), 0.0), float(hidden))
        self.refresh()
        return True

    def probe_at(self, position: QPointF) -> Probe:
        column = math.floor((position.x() - self.gutter) * self.devicePixelRatio())
        strips = [strip for strip in self._strips() if strip.top <= position.y() < strip.top + strip.height]
        level = None
        if self._columns is not None and strips and column in self._columns.valid:
            place = strips[0].channel, column
            level = amplitude_to_db(float(max(self._columns.maximum[place], -self._columns.minimum[place])))
        return Probe(self.frame_at(position.x()), level=level)

    def paint_gutter(self, painter: QPainter) -> None:
        ascent, descent = self.metrics.ascent(), self.metrics.descent()
        for strip in self._strips():
            painter.setPen(self.theme.colours.text)
            painter.drawText(QPointF(SPACING, strip.top + ascent + SPACING / 2), self._name(strip.channel))
            painter.setPen(self.theme.colours.muted)
            for tick in self._ticks(strip):
                y = float(strip.y(self._scale.height(tick.position)))
                baseline = y + ascent / 2 - 1
                baseline = min(max(baseline, strip.top + ascent), strip.top + strip.height - descent)
                left = self.gutter - 2 * SPACING - self.metrics.horizontalAdvance(tick.label)
                painter.drawText(QPointF(left, baseline), tick.label)
                painter.fillRect(QRectF(self.gutter - SPACING, round(y), SPACING - 1, 1), self.theme.colours.border)

    def paint_strip(self, canvas: Canvas) -> None:
        columns = self._columns = self._source.columns(canvas.axis)
        border = packed(self.theme.colours.border)
        for strip in self._strips():
            rows = strip.rows(canvas.ratio)
            pixels = canvas.pixels[rows]
            pixels[len(pixels) // 2] = border
            if columns is None:
                continue
            if canvas.axis.samples_per_pixel * LINE_FROM <= canvas.ratio:
                self._paint_samples(canvas, strip)
            else:
                self._paint_columns(canvas, strip, columns)
            self._paint_clipping(canvas, strip, columns)
            if strip.top:
                pixels[0] = border
        self._paint_scroll_mark(canvas.painter)

    def _paint_columns(self, canvas: Canvas, strip: _Strip, columns: PeakColumns) -> None:
        shown = slice(columns.valid.start, columns.valid.stop)
        low, high = joined(columns.minimum[strip.channel, shown], columns.maximum[strip.channel, shown])
        paint_peaks(
            canvas.pixels[strip.rows(canvas.ratio), shown],
            low,
            high,
            columns.rms[strip.channel, shown] if canvas.axis.samples_per_pixel >= RMS_FROM else None,
            self._scale,
            peak_colours(self.theme.colours),
        )

    def _paint_samples(self, canvas: Canvas, strip: _Strip) -> None:
        """A line through the samples, each at the x where it starts, and dots where there is room."""
        axis, recording, colours = canvas.axis, self.session.recording, self.theme.colours
        start, stop = max(axis.span.start - 1, 0), min(axis.span.stop + 2, recording.frames)
        if start >= stop:
            return
        pixels = canvas.pixels[strip.rows(canvas.ratio)]
        heights = self._scale.height(recording.read(start, stop)[:, strip.channel])
        x = (np.arange(start, stop) - axis.span.start) / axis.samples_per_pixel
        y = rows_of(heights, len(pixels))
        paint_line(pixels, x, y, blend(colours.surface, colours.waveform), THICKNESS * canvas.ratio)
        if axis.samples_per_pixel * DOTS_FROM <= canvas.ratio:
            diameter = min(DOT * canvas.ratio, 0.75 / axis.samples_per_pixel)
            paint_dots(pixels, x, y, blend(colours.surface, colours.rms), diameter)

    def _paint_clipping(self, canvas: Canvas, strip: _Strip, columns: PeakColumns) -> None:
        """Marks at the edge of the strip where samples are at full scale, two pixels wide at least."""
        pixels = canvas.pixels[strip.rows(canvas.ratio)]
        colour = packed(self.theme.colours.bad)
        height = round(CLIP_MARK * canvas.ratio)
        for rows, over in (
            (slice(0, height), columns.maximum[strip.channel] >= FULL_SCALE),
            (slice(-height, None), columns.minimum[strip.channel] <= -FULL_SCALE),
        ):
            if over.any():
                over = over.copy()
                over[1:] |= over[:-1]
                pixels[rows, over] = colour

    def _paint_scroll_mark(self, painter: QPainter) -> None:
        """Which of many channels are seen, at the right edge."""
        channels, shown = self._channels(), self._shown()
        if shown < channels:
            height = self.height() * shown / channels
            top = self.height() * int(self._first) / channels
            painter.fillRect(QRectF(self.width() - SPACING, top, SPACING, height), self.theme.colours.muted)

    def _ticks(self, strip: _Strip) -> list[Tick]:
        def y_of(amplitude: float) -> float:
            return float(strip.y(self._scale.height(amplitude)))

        if strip.height < LABELLED_LINES * self.line_height:
            return []
        make = level_ticks if self._scale.decibels else amplitude_ticks
        return make(1.0 / self._scale.zoom, y_of, 1.75 * self.line_height)

    def _strips(self) -> list[_Strip]:
        shown = self._shown()
        height = self.height() / shown
        return [_Strip(int(self._first) + index, index * height, height) for index in range(shown)]

    def _shown(self) -> int:
        """How many channels are seen at a time."""
        return max(min(self._channels(), self.height() // self._least()), 1)

    def _least(self) -> int:
        """Pixels below which a channel cannot be read."""
        return self.line_height + SPACING

    def _channels(self) -> int:
        recording = self.session.recording
        return recording.channels if recording is not None else 1

    def _name(self, channel: int) -> str:
        channels = self._channels()
        if channels <= 2:
            return ("LR" if channels == 2 else " ")[channel]
        return str(channel + 1)

    def _reset(self) -> None:
        self._first = 0.0
        self._scale = replace(self._scale, zoom=1.0)
        self.refresh()
