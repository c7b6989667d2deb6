"""What the lane shows of doubts: guessed times have dashed edges and slanted text, words without a place a mark."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPolygonF

from audiolab.core.doubts import NO_DOUBTS, Doubt, Doubts
from audiolab.core.tiers import Interval
from audiolab.ui.doubttips import DoubtTips
from audiolab.ui.lanelabels import LaneLabels
from audiolab.ui.lanerows import TierRow
from audiolab.ui.tieritems import items_of

if TYPE_CHECKING:
    from audiolab.ui.lanes import LaneView

MARK = 4.0
"""Half the width in pixels of the mark of words without a place."""

MOST_MARKS = 500
"""Marks that are drawn at once; more are no more than a line."""

Place = tuple[int, float, float]
"""An item's index, left and right x."""


def doubts_of(row: TierRow, index: int) -> Doubts:
    """What speaks against an item; nothing does against points."""
    item = items_of(row.tier)[index]
    return item.doubts if isinstance(item, Interval) else NO_DOUBTS


def is_guess(row: TierRow, index: int) -> bool:
    """Whether the time of an item is a guess."""
    return Doubt.INTERPOLATED in doubts_of(row, index)


class LaneDoubts:
    """Draws them for one lane.

    Args:
        lane: whose font and colours are used; gets tool tips.
    """

    def __init__(self, lane: "LaneView") -> None:
        self._lane = lane
        DoubtTips(lane, self._doubts_at)
        self.restyle()

    def restyle(self) -> None:
        """Write in another font from now on."""
        self._font = QFont(self._lane.label_font)
        self._font.setItalic(True)
        self._labels = LaneLabels(self._font, QFontMetrics(self._font))

    def guesses(self, painter: QPainter, row: TierRow, places: Iterable[Place], top: int, height: int) -> None:
        """Draw items anew whose time is a guess."""
        colours = self._lane.theme.colours
        painter.save()
        painter.setFont(self._font)
        pen = QPen(colours.muted, 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3.0, 3.0])
        for index, left, right in places:
            box = QRectF(round(left), top, max(round(right) - round(left) - 1, 2), height)
            painter.fillRect(box, colours.surface)
            painter.setPen(pen)
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(colours.text)
            self._labels.write(painter, row.text(index), left, right, top, height, cut=True)
        painter.restore()

    def lost(self, painter: QPainter, row: TierRow, top: int, height: int) -> None:
        """Mark where words without a place stand in the text."""
        axis, colours = self._lane.axis(), self._lane.theme.colours
        seen = row.seen.within(axis)
        empty = np.flatnonzero(row.seen.starts[seen] == row.seen.stops[seen])[:MOST_MARKS] + seen.start
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.surface, 1))
        painter.setBrush(colours.text)
        for x in np.unique(np.round(row.seen.columns(row.seen.starts[empty], axis))).tolist():
            low = top + height
            tip = QPointF(x, low - 1.5 * MARK)
            painter.drawPolygon(QPolygonF([tip, QPointF(x + MARK, low), QPointF(x - MARK, low)]))
        painter.restore()

    def _doubts_at(self, point: QPoint) -> Doubts:
        lane = self._lane
        row = lane.row_at(point.y())
        if row is None or row >= len(lane.rows) or point.x() < lane.gutter:
            return NO_DOUBTS
        reach = round(MARK * lane.axis().samples_per_pixel)
        index = _lost_near(lane.rows[row], lane.frame_at(point.x()), reach)
        if index is None and (place := lane.place_at(QPointF(point))) is not None:
            index = place.index
        return NO_DOUBTS if index is None else doubts_of(lane.rows[row], index)


def _lost_near(row: TierRow, frame: int, reach: int) -> int | None:
    """A word without a place whose mark is within `reach` sample frames."""
    if row.is_points:
        return None
    first, stop = np.searchsorted(row.seen.starts, [frame - reach, frame + reach + 1])
    lost = np.flatnonzero(row.seen.starts[first:stop] == row.seen.stops[first:stop])
    return row.index(int(lost[0] + first)) if len(lost) else None
