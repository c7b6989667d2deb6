"""`TimeView`: what all views with a time axis share, so that they line up to the pixel.

A view is a gutter of one width for all, with labels, and right of it the strip that shows time. Both are kept as
one image and repainted only when what they show changes; selection, cursor and playhead are drawn over it, so that
a moving playhead costs a few columns of pixels.
"""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Backing, Canvas, paint_line
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.gestures import Gestures
from audiolab.ui.readout import Pointer, Probe
from audiolab.ui.theme import SPACING, Theme

TEXT_SCALE = 0.9
"""Labels of axes relative to the text of the application."""

_WIDEST_LABEL = "−88.8 kHz"


def gutter_width(font: QFont) -> int:
    """Width of the gutter that all views share, for their label `font`: a multiple of the rhythm."""
    needed = QFontMetrics(font).horizontalAdvance(_WIDEST_LABEL) + 2 * SPACING
    return math.ceil(needed / SPACING) * SPACING


class TimeView(QWidget):
    """Base of all views with a time axis.

    A subclass paints in `paint_gutter` and `paint_strip`, says in `empty_text` what to do while there is nothing
    to see, and calls `refresh` when its data changed. Mouse, wheel and keys are handled by `Gestures`.

    Attributes:
        gutter: its width in pixels, the same in all views.
        label_font, metrics: what labels are written with.
        line_height: pixels that a line of labels takes, with the rhythm's space.
    """

    title = ""
    """Name of the view, for people who hear it read out."""

    description = ""
    """What can be done in it, read out as well."""

    gestures_class = Gestures
    """What mouse and keys mean."""

    line_reach = 2
    """Pixels that cursor and playhead take on either side of their column."""

    covers_strip = False
    """Whether `paint_strip` colours every pixel, so that no ground is needed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.theme = theme
        self.pointer = Pointer.of(session)
        self._gestures = self.gestures_class(self)
        self._backing = Backing()
        self._stale_gutter = self._stale_strip = True
        self._line_columns: dict[str, int | None] = {"cursor": None, "playhead": None}
        self._veiled = TimeSpan(0, 0)
        self._measure()
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(self.description)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        timeline = session.timeline
        session.recording_changed.connect(self.refresh)
        timeline.length_changed.connect(self.refresh)
        timeline.visible_changed.connect(self.visible_moved)
        timeline.cursor_changed.connect(self._cursor_moved)
        timeline.playhead_changed.connect(self._playhead_moved)
        timeline.selection_changed.connect(self._selection_moved)
        theme.changed.connect(self._restyle)

    # what a subclass says

    def empty_text(self) -> str:
        """What to do next while there is nothing to see; empty where there is."""
        return "" if self.session.recording is not None else "Open or record a sound to see it here"

    def paint_gutter(self, painter: QPainter) -> None:
        """Draw the labels left of the strip, with the painter's font and pen; the ground is there already."""

    def paint_strip(self, canvas: Canvas) -> None:
        """Draw the strip; its ground is there already, unless the view `covers_strip` itself."""

    def paint_marks(self, painter: QPainter) -> None:
        """Draw what changes with cursor or playhead, over the strip and under the selection."""

    def probe_at(self, position: QPointF) -> Probe:
        """What is seen at `position`, which lies in the strip."""
        return Probe(self.frame_at(position.x()))

    def target_at(self, position: QPointF) -> int:
        """The sample frame where a click at `position` goes."""
        return self.frame_at(position.x())

    def span_at(self, _position: QPointF) -> TimeSpan:
        """What a double click there selects; empty for nothing."""
        return TimeSpan(0, 0)

    def zoom_vertically(self, _factor: float, _y: float) -> bool:
        """Enlarge what is drawn by a factor around y; whether the view can do that."""
        return False

    def scroll_vertically(self, _pixels: float) -> bool:
        """Move what is drawn up by some pixels; whether the view can do that."""
        return False

    def reset_vertically(self) -> None:
        """Undo vertical zoom: a double click in the gutter."""

    def menu(self) -> QMenu:
        """A menu of what changes how the view looks, for its context menu; to be deleted after use."""
        return QMenu(self)

    # geometry

    def strip(self) -> QRect:
        """Where time is shown."""
        return QRect(self.gutter, 0, max(self.width() - self.gutter, 1), self.height())

    def span(self) -> TimeSpan:
        """The sample frames that the strip shows."""
        return self.session.timeline.visible

    def axis(self) -> TimeAxis:
        """From sample frames to x in this widget."""
        return TimeAxis(self.span(), self.gutter, max(self.width() - self.gutter, 1))

    def frame_at(self, x: float) -> int:
        """The sample frame at `x`, within the recording."""
        return min(max(self.axis().frame(x), 0), self.session.timeline.length)

    # repainting

    def refresh(self) -> None:
        """Something else is to be seen: gutter and strip are painted anew, once, before they are shown next."""
        self._stale_gutter = self._stale_strip = True
        self.update()

    def refresh_strip(self) -> None:
        """The same for the strip alone."""
        self._stale_strip = True
        self.update()

    def visible_moved(self) -> None:
        """The timeline was scrolled or zoomed."""
        self.refresh_strip()

    def update_span(self, span: TimeSpan) -> None:
        """Draw what lies over `span` anew."""
        axis = self.axis()
        left = max(axis.column(span.start), self.gutter) - self.line_reach
        right = min(axis.column(span.stop), self.width()) + self.line_reach + 1
        if left < right:
            self.update(left, 0, right - left, self.height())

    def paintEvent(self, event) -> None:
        self._render()
        painter = QPainter(self)
        for area in event.region():
            painter.setClipRect(area)
            painter.drawImage(0, 0, self._backing.image)
        painter.setClipRegion(event.region().intersected(self.strip()))
        if self.session.recording is not None and not self.empty_text():
            painter.setFont(self.label_font)
            self.paint_marks(painter)
            self._paint_selection(painter)
            self._paint_lines(painter)
        if self.hasFocus():
            painter.setClipRegion(event.region())
            painter.fillRect(0, 0, 2, self.height(), self.theme.colours.accent)

    def _render(self) -> None:
        if self._backing.fit(self):
            self._stale_gutter = self._stale_strip = True
        if not (self._stale_gutter or self._stale_strip):
            return
        gutter, strip = self._stale_gutter, self._stale_strip
        self._stale_gutter = self._stale_strip = False  # before painting: a view may learn more while it paints
        painter = self._backing.painter(self.label_font)
        if gutter:
            self._render_gutter(painter)
        if strip:
            self._render_strip(painter)
        painter.end()

    def _render_gutter(self, painter: QPainter) -> None:
        colours = self.theme.colours
        area = QRect(0, 0, self.gutter, self.height())
        painter.setClipRect(area)
        painter.fillRect(area, colours.window)
        painter.fillRect(QRectF(self.gutter - 1, 0, 1, self.height()), colours.border)
        painter.setPen(colours.muted)
        if not self.empty_text():
            self.paint_gutter(painter)

    def _render_strip(self, painter: QPainter) -> None:
        strip = self.strip()
        text = self.empty_text()
        painter.setClipRect(strip)
        if text or not self.covers_strip:
            painter.fillRect(strip, self.theme.colours.surface)
        if text:
            painter.setPen(self.theme.colours.muted)
            painter.drawText(strip, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        ratio = self.devicePixelRatio()
        pixels = self._backing.pixels[:, round(self.gutter * ratio) :]
        if pixels.size:
            self.paint_strip(Canvas(painter, pixels, TimeAxis(self.span(), 0, pixels.shape[1]), ratio))

    # selection, cursor, playhead

    def _paint_selection(self, painter: QPainter) -> None:
        selection = self.session.timeline.selection
        left, right = self.axis().pixels(selection)
        if not selection or right < self.gutter or left > self.width():
            return
        left, right = max(left, self.gutter - 4.0), min(right, self.width() + 4.0)
        colours = self.theme.colours
        painter.fillRect(QRectF(left, 0, right - left, self.height()), colours.selection)
        for edge in (left, right):
            paint_line(painter, edge, 0, self.height(), colours.accent, self.devicePixelRatio())

    def _paint_lines(self, painter: QPainter) -> None:
        timeline, colours = self.session.timeline, self.theme.colours
        axis = self.axis()
        lines = (("cursor", timeline.cursor, colours.cursor), ("playhead", timeline.playhead, colours.playhead))
        for name, frame, colour in lines:
            self._line_columns[name] = None if frame is None else axis.column(frame)
            if frame is not None:
                self.paint_position(painter, axis.x(frame), colour)

    def paint_position(self, painter: QPainter, x: float, colour) -> None:
        """Draw cursor or playhead at `x`."""
        paint_line(painter, x, 0, self.height(), colour, self.devicePixelRatio())

    def _cursor_moved(self) -> None:
        self._move_line("cursor", self.session.timeline.cursor)

    def _playhead_moved(self) -> None:
        self._move_line("playhead", self.session.timeline.playhead)

    def _move_line(self, line: str, frame: int | None) -> None:
        """Draw the line's old and its new columns anew, and no more."""
        before = self._line_columns[line]
        now = None if frame is None else self.axis().column(frame)
        if now != before:
            for column in (before, now):
                if column is not None:
                    self.update(column - self.line_reach, 0, 2 * self.line_reach + 1, self.height())

    def _selection_moved(self) -> None:
        before, now = self._veiled, self.session.timeline.selection
        self._veiled = now
        if before and now and before.overlaps(now):
            self.update_span(TimeSpan.between(before.start, now.start))
            self.update_span(TimeSpan.between(before.stop, now.stop))
        else:
            self.update_span(before)
            self.update_span(now)

    # style

    def _measure(self) -> None:
        self.label_font = self.theme.figures(TEXT_SCALE)
        self.metrics = QFontMetrics(self.label_font)
        self.line_height = self.metrics.height() + SPACING
        self.gutter = gutter_width(self.label_font)

    def _restyle(self) -> None:
        self._measure()
        self.updateGeometry()
        self.refresh()
