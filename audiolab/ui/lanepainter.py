"""Draws the rows of the alignment lane. What it costs depends on pixels, never on how many items there are."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from audiolab.core.tiers import PHONES
from audiolab.ui.canvas import Canvas, blend, packed, paint_line
from audiolab.ui.lanedoubts import LaneDoubts, is_guess
from audiolab.ui.lanelabels import LaneLabels
from audiolab.ui.lanerows import Grip, TierRow
from audiolab.ui.theme import SPACING

if TYPE_CHECKING:
    from audiolab.ui.lanes import LaneView, Place

LEAST_TEXT = 6.0
"""Pixels below which no text fits."""

LEAST_BOX = 3.0
"""Pixels from which what is lit shows its text; a point is as wide."""

SPEAKER_ROWS = 3
"""Pixels of the strip that says who speaks."""

SPEAKER_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")
"""Okabe and Ito, "Color universal design" (2008): told apart by colour-blind readers too."""


class LanePainter:
    """Paints for one lane.

    Args:
        lane: whose rows, theme and time axis are used.
    """

    def __init__(self, lane: "LaneView", labels: LaneLabels) -> None:
        self._lane = lane
        self._labels = labels
        self._doubts = LaneDoubts(lane)

    def restyle(self) -> None:
        """Write in another font from now on."""
        self._labels.restyle(self._lane.label_font, self._lane.metrics)
        self._doubts.restyle()

    def names(self, painter: QPainter) -> None:
        """The tiers' names, right-aligned in the gutter; the current one stands out."""
        lane, colours = self._lane, self._lane.theme.colours
        current = lane.editor.tier
        width = lane.gutter - 3 * SPACING
        for place, name in enumerate([*(row.tier.name for row in lane.rows), "frames"]):
            area = QRectF(SPACING, lane.row_top(place), width, lane.row_height(place))
            chosen = place < len(lane.rows) and lane.rows[place].tier is current
            painter.setPen(colours.text if chosen else colours.muted)
            text = lane.metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            if chosen:
                painter.fillRect(
                    QRectF(lane.gutter - 2 * SPACING + 2, area.top(), 2, area.height()), colours.accent
                )

    def strip(self, canvas: Canvas) -> None:
        """All rows that can be seen."""
        lane = self._lane
        for place, row in enumerate(lane.rows):
            top, height = lane.row_top(place), lane.row_height(place)
            if top + height > 0 and top < lane.height():
                self._tier(canvas, row, top, height)
        place = len(lane.rows)
        if lane.row_top(place) < lane.height():
            top, height = lane.row_top(place), lane.row_height(place)
            lane.frames.paint(canvas, lane.axis(), top, height, lane.theme.colours, self._labels)

    def _tier(self, canvas: Canvas, row: TierRow, top: int, height: int) -> None:
        colours, axis, painter = self._lane.theme.colours, self._lane.axis(), canvas.painter
        pixels = canvas.pixels[_rows(top, height, canvas.ratio)]
        painter.setPen(colours.text)
        if row.is_points:
            row.spans.paint_points(pixels, canvas.axis, packed(colours.accent))
            for index, left, right in row.spans.roomy_points(axis, LEAST_TEXT):
                self._labels.write_after(painter, row.text(index), left, right, top, height)
            return
        row.seen.paint(pixels, canvas.axis, blend(colours.surface, self._fill(row)))
        if row.seen_codes is not None:
            strip = canvas.pixels[_rows(top + height - SPEAKER_ROWS, SPEAKER_ROWS, canvas.ratio)]
            row.seen.paint_codes(strip, canvas.axis, row.seen_codes, _SPEAKER_PIXELS)
        places = [(row.index(at), left, right) for at, left, right in row.seen.roomy(axis, LEAST_TEXT)]
        for index, left, right in places:
            if not is_guess(row, index):
                self._write(painter, row, index, left, right, top, height)
        self._doubts.guesses(painter, row, [place for place in places if is_guess(row, place[0])], top, height)
        self._doubts.lost(painter, row, top, height)

    def _write(
        self, painter: QPainter, row: TierRow, index: int, left: float, right: float, top: int, height: int
    ) -> None:
        self._labels.write(painter, row.text(index), left, right, top, height, cut=row.tier.name != PHONES)

    def _fill(self, row: TierRow) -> QColor:
        colours = self._lane.theme.colours
        return colours.phone if row.tier.name == PHONES else colours.word

    def lit(self, painter: QPainter, places: tuple["Place", ...]) -> None:
        """What is said now."""
        lane, colours, axis = self._lane, self._lane.theme.colours, self._lane.axis()
        for place in places:
            left, right = axis.pixels(place.span)
            is_frame = place.row == len(lane.rows)
            left, right = max(left, lane.gutter), min(right, lane.width())
            if right <= left or (is_frame and not lane.frames.readable(axis)):
                continue
            top, height = lane.row_top(place.row), lane.row_height(place.row)
            painter.fillRect(QRectF(left, top, max(right - left - 1, 1), height), colours.current)
            painter.setPen(colours.on_current)
            cut = not is_frame and lane.rows[place.row].tier.name != PHONES
            self._labels.write(painter, place.text, left, right, top, height, cut=cut)

    def chosen(self, painter: QPainter) -> None:
        """A frame around what is selected in the current tier."""
        lane, axis = self._lane, self._lane.axis()
        items = lane.editor.selected()
        place = next((place for place, row in enumerate(lane.rows) if row.tier is lane.editor.tier), None)
        if not items or place is None:
            return
        row = lane.rows[place]
        left, right = axis.x(row.span(items[0]).start), axis.x(row.span(items[-1]).stop)
        if row.is_points:
            left, right = left - LEAST_BOX, right + LEAST_BOX
        left, right = max(left, lane.gutter - 4.0), min(right, lane.width() + 4.0)
        if right > left:
            painter.setPen(QPen(lane.theme.colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(left, lane.row_top(place), right - left - 1, lane.row_height(place))
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def drag(self, painter: QPainter, grip: Grip) -> None:
        """The rows as they will be when the boundary is let go where it is now."""
        lane, colours, axis = self._lane, self._lane.theme.colours, self._lane.axis()
        for place in grip.moved:
            row, top, height = lane.rows[place], lane.row_top(place), lane.row_height(place)
            if row.is_points:
                x = axis.x(grip.boundary)
                painter.fillRect(QRectF(x - 1, top, 3, height), colours.surface)
            else:
                self._stretched(painter, row, grip, top, height)
            paint_line(painter, axis.x(grip.target), top, top + height, colours.accent, lane.devicePixelRatio())
        x = axis.x(grip.target)
        first = lane.row_top(0)
        painter.setPen(QPen(colours.accent, 1, Qt.PenStyle.DotLine))
        painter.drawLine(round(x), first, round(x), lane.height())

    def _stretched(self, painter: QPainter, row: TierRow, grip: Grip, top: int, height: int) -> None:
        """The intervals on both sides of the boundary with their new edges."""
        lane, colours, axis = self._lane, self._lane.theme.colours, self._lane.axis()
        before = int(np.searchsorted(row.spans.stops, grip.boundary))
        after = int(np.searchsorted(row.spans.starts, grip.boundary))
        edges = []
        if before < len(row.spans.stops) and row.spans.stops[before] == grip.boundary:
            edges.append((before, int(row.spans.starts[before]), grip.target))
        if after < len(row.spans.starts) and row.spans.starts[after] == grip.boundary:
            edges.append((after, grip.target, int(row.spans.stops[after])))
        ground = [axis.x(edge) for _, *ends in edges for edge in (*ends, grip.boundary)]
        painter.fillRect(QRectF(min(ground), top, max(ground) - min(ground), height), colours.surface)
        for index, start, stop in edges:
            left, right = max(axis.x(start), lane.gutter), min(axis.x(stop), lane.width())
            painter.fillRect(QRectF(left + 1, top, max(right - left - 1, 0), height), self._fill(row))
            painter.setPen(colours.text)
            self._write(painter, row, index, left, right, top, height)


def _rows(top: int, height: int, ratio: float) -> slice:
    """Rows of pixels of a part that may reach beyond the upper edge."""
    return slice(max(round(top * ratio), 0), max(round((top + height) * ratio), 0))


_SPEAKER_PIXELS = np.array([packed(QColor(name)) for name in SPEAKER_COLOURS], np.uint32)
