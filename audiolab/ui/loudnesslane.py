"""The loudness lane: momentary, short-term and integrated-so-far loudness of the file along the timeline."""

import math
from bisect import bisect_right

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import CURVE_GRID, MEASURABLE_RATES
from audiolab.core.tiers import IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas, look_up, packed
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.meterscale import LoudnessScale, level
from audiolab.ui.peakimage import joined
from audiolab.ui.readout import Probe
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.timeview import TimeView

FAULT_MARK = 4
"""Pixels that the mark of an over or of a clipped run reaches down from the upper edge."""

LINE = 2.0
"""Pixels that the lines of short-term and integrated loudness are thick."""

Curve = npt.NDArray[np.float32]


def column_bounds(curve: Curve, axis: TimeAxis, sample_rate: int) -> tuple[Curve, Curve]:
    """Lowest and highest value of a loudness curve in each pixel column.

    Args:
        curve: entries of `CURVE_GRID`, counted from sample frame 0; each is known at the end of its frame.
        axis: what is visible.
        sample_rate: of the sample frames, Hz.

    Returns:
        float32 of shape (axis.width,) each: straight lines between entries where there are fewer of them than
        columns; NaN for silence, and where nothing was measured.
    """
    step = sample_rate / CURVE_GRID.sample_rate
    places = axis.edges() / step - 1.0
    if axis.samples_per_pixel < step:
        known = np.arange(len(curve))
        values = np.interp(places, known, curve, left=np.nan, right=np.nan) if len(curve) else places * np.nan
        return values[:-1].astype(np.float32), values[1:].astype(np.float32)
    edges = np.ceil(places).astype(np.intp).clip(0, len(curve))
    inside = np.flatnonzero(edges[:-1] < edges[1:])
    low = np.full(axis.width, np.nan, np.float32)
    high = low.copy()
    if len(inside):
        low[inside] = np.fmin.reduceat(curve[: edges[-1]], edges[inside])
        high[inside] = np.fmax.reduceat(curve[: edges[-1]], edges[inside])
    return low, high


class LoudnessLane(TimeView):
    """Momentary as a shape, short-term as a thin line, integrated as a thick one, the target as a rule."""

    title = "Loudness lane"
    description = "Momentary, short-term and integrated loudness over time; marks at the top are overs."
    covers_strip = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self._scale = LoudnessScale.of(session.settings.current)
        super().__init__(session, theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        session.analyses.loudness_changed.connect(self.refresh)
        session.settings.changed.connect(self._rescale)

    def sizeHint(self) -> QSize:
        return QSize(600, 28 * SPACING)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, 3 * self.line_height)

    def empty_text(self) -> str:
        recording = self.session.recording
        if recording is None:
            return super().empty_text()
        if self.session.analyses.loudness is not None:
            return ""
        if recording.sample_rate not in MEASURABLE_RATES:
            return f"Loudness is not defined at {recording.sample_rate:,} Hz"
        return "Loudness is measured once the recording is complete"

    # painting

    def paint_gutter(self, painter: QPainter) -> None:
        painter.setPen(self.theme.colours.text)
        painter.drawText(QPointF(SPACING, self.metrics.ascent() + SPACING / 2), self._scale.unit)
        painter.setPen(self.theme.colours.muted)
        drawn = math.inf
        for fraction, text in self._scale.ticks():
            y = self._y(fraction)
            if drawn - y < self.line_height and drawn != math.inf:
                continue
            drawn = y
            baseline = min(max(y + self.metrics.ascent() / 2 - 1, self.metrics.ascent()), self.height() - 2)
            left = self.gutter - 2 * SPACING - self.metrics.horizontalAdvance(text)
            if baseline > 2 * self.metrics.ascent():  # the unit stands there
                painter.drawText(QPointF(left, baseline), text)
            painter.fillRect(QRectF(self.gutter - SPACING, round(y), SPACING - 1, 1), self.theme.colours.border)

    def paint_strip(self, canvas: Canvas) -> None:
        result, colours = self.session.analyses.loudness, self.theme.colours
        curves, rate = result.curves, result.sample_rate
        low, high = column_bounds(curves.momentary, canvas.axis, rate)
        layer = np.zeros(canvas.pixels.shape, np.uint8)
        self._fill(layer, np.full_like(high, -np.inf), high, 1, 0)
        self._fill(layer, *joined(low, high), 2, 1)
        thickness = max(round(LINE * canvas.ratio), 1)
        for code, curve in ((3, curves.short_term), (4, curves.integrated)):
            self._fill(layer, *joined(*column_bounds(curve, canvas.axis, rate)), code, thickness)
        shades = (colours.surface, colours.raised, colours.muted, colours.waveform, colours.text)
        look_up(canvas.pixels, layer, np.array([packed(shade) for shade in shades], np.uint32))
        self._paint_faults(canvas)
        target = round(self._y(self._scale.fraction(self._scale.target.integrated_lufs)))
        canvas.painter.setPen(QPen(colours.accent, 1, Qt.PenStyle.DashLine))
        canvas.painter.drawLine(self.gutter, target, self.width(), target)

    def _fill(self, layer: npt.NDArray[np.uint8], low: Curve, high: Curve, code: int, thickness: int) -> None:
        """Give the rows between two loudnesses of each column a code above all that is there.

        At least `thickness` device pixels are filled.
        """
        rows = len(layer)
        upper, lower = self._fractions(high), self._fractions(low)
        top = np.floor((1.0 - upper) * (rows - 1) - thickness / 2).clip(0, rows)
        bottom = np.ceil((1.0 - lower) * (rows - 1) + thickness / 2).clip(top, rows)
        more = np.where(np.isfinite(high) & (upper > 0.0), bottom - top, 0).astype(np.uint16)
        row = np.arange(rows, dtype=np.uint16)[:, np.newaxis]
        within = (row - top.astype(np.uint16)) < more  # a row above wraps around to a large number
        np.maximum(layer, within.view(np.uint8) * np.uint8(code), out=layer)

    def _fractions(self, lufs: Curve) -> npt.NDArray[np.floating]:
        bottom, top = self._scale.limits
        return np.clip((np.nan_to_num(lufs, nan=-np.inf) - bottom) / (top - bottom), 0.0, 1.0)

    def _paint_faults(self, canvas: Canvas) -> None:
        """Marks at the upper edge where the true peak exceeds the ceiling or samples are clipped."""
        result = self.session.analyses.loudness
        spans = np.array(
            [(fault.span.start, fault.span.stop) for fault in (*result.overs, *result.clipped)], np.int64
        ).reshape(-1, 2)
        axis, width = canvas.axis, canvas.pixels.shape[1]
        seen = spans[(spans[:, 1] > axis.span.start) & (spans[:, 0] < axis.span.stop)]
        columns = ((seen - axis.span.start) / axis.samples_per_pixel).clip(0, width).astype(np.intp)
        marked = np.zeros(width + 1, np.int64)
        np.add.at(marked, columns[:, 0].clip(max=width - 1), 1)
        np.add.at(marked, np.minimum(np.maximum(columns[:, 1], columns[:, 0] + 2), width), -1)
        lit = np.cumsum(marked)[:width] > 0
        canvas.pixels[: round(FAULT_MARK * canvas.ratio), lit] = packed(self.theme.colours.bad)

    # what lies where

    def probe_at(self, position: QPointF) -> Probe:
        frame = self.frame_at(position.x())
        return Probe(frame, text=self._text_at(frame))

    def _text_at(self, frame: int) -> str:
        """The three loudnesses at sample `frame`, and what the word said there has."""
        result = self.session.analyses.loudness
        if result is None:
            return ""
        index = CURVE_GRID.frame_at(frame, result.sample_rate) - 1
        text = ""
        if 0 <= index < len(result.curves):
            shown = (
                self._scale.shown(_number(curve[index]))
                for curve in (result.curves.momentary, result.curves.short_term, result.curves.integrated)
            )
            figures = "  ".join(f"{name} {level(value)}" for name, value in zip("MSI", shown, strict=True))
            text = f"{figures} {self._scale.unit}"
        for name, spans in self._said_at(frame):
            text += f"   {name} {level(self._scale.shown(result.loudness_of(spans)))} {self._scale.unit}"
        return text.strip()

    def _said_at(self, frame: int) -> list[tuple[str, list[TimeSpan]]]:
        """The word at sample `frame`, and who speaks there with all that they say."""
        reading, found = self.session.reading, []
        word = reading.word_at(frame)
        if word is not None:
            found.append((f"“{reading.words[word].text}”", [reading.words[word].span]))
        for tier in self.session.annotations.annotation.tiers:
            items = tier.intervals if isinstance(tier, IntervalTier) else ()
            last = bisect_right(items, frame, key=lambda item: item.span.start) - 1
            speaker = items[last].speaker if last >= 0 and frame in items[last].span else ""
            if speaker:
                found.append((speaker, [item.span for item in items if item.speaker == speaker]))
                break
        return found

    def _y(self, fraction: float) -> float:
        return (self.height() - 1) * (1.0 - fraction)

    def _rescale(self) -> None:
        scale = LoudnessScale.of(self.session.settings.current)
        if scale != self._scale:
            self._scale = scale
            self.refresh()


def _number(value: np.floating) -> float | None:
    return float(value) if np.isfinite(value) else None
