"""The whole recording in one strip, with what is visible in the other views as a handle."""

import enum

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas
from audiolab.ui.gestures import EDGE_REACH, Gestures
from audiolab.ui.peakimage import AmplitudeScale, paint_peaks, peak_colours
from audiolab.ui.peaksource import PeakSource
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.timeview import TimeView
from audiolab.ui.wheel import ZOOM_PER_NOTCH, by_pixels, wheel_steps

MIN_HANDLE = 2 * EDGE_REACH
"""Pixels that the handle has at least, so that it can be found and grabbed in a recording of hours."""

PAGES_PER_NOTCH = 0.25
"""Part of itself by which one step of the wheel moves the handle."""


class _Grip(enum.Enum):
    """What of the handle is held."""

    NONE = enum.auto()
    START = enum.auto()
    STOP = enum.auto()
    BODY = enum.auto()


class HandleGestures(Gestures):
    """Drags the handle, or its edges; a press elsewhere brings it there."""

    def __init__(self, view: "Overview") -> None:
        self._overview = view
        self._grip = _Grip.NONE
        self._held = 0
        super().__init__(view)

    def press(self, event: QMouseEvent) -> bool:
        """Grab the handle."""
        x = event.position().x()
        if event.button() != Qt.MouseButton.LeftButton or not self._timeline.length or x < self._overview.gutter:
            return False
        visible = self._timeline.visible
        self._grip = self._grip_at(x)
        self._held = self._overview.frame_at(x)
        if self._grip is _Grip.NONE:
            self._timeline.show(visible.moved(max(self._held - visible.length // 2, 0) - visible.start))
            self._grip = _Grip.BODY
        self._grabbed = self._timeline.visible
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Drag what is held."""
        frame = self._overview.frame_at(event.position().x())
        grabbed = self._grabbed
        if self._grip is _Grip.BODY:
            self._timeline.show(grabbed.moved(max(frame - self._held, -grabbed.start)))
        elif self._grip is _Grip.START:
            self._timeline.show(TimeSpan(min(frame, grabbed.stop), grabbed.stop))
        elif self._grip is _Grip.STOP:
            self._timeline.show(TimeSpan(grabbed.start, max(frame, grabbed.start)))
        self.hover(event.position())
        return True

    def release(self, _event: QMouseEvent) -> bool:
        """Let go."""
        self.stop()
        return True

    def double_click(self, _event: QMouseEvent) -> bool:
        """Show all of the recording."""
        self._timeline.show_all()
        return True

    def wheel(self, event: QWheelEvent) -> bool:
        """Zoom around the middle of the handle with Ctrl; any other turn moves the handle by a part of itself."""
        steps = wheel_steps(event)
        turned = steps.y() or steps.x()
        page = self._timeline.visible.length * PAGES_PER_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._timeline.zoom(ZOOM_PER_NOTCH**turned)
        else:
            self._timeline.scroll(-round(turned * page / (4 if by_pixels(event) else 1)))
        event.accept()
        return True

    def stop(self) -> None:
        """Forget what is held."""
        self._grip = _Grip.NONE
        super().stop()

    def shape_at(self, x: float) -> Qt.CursorShape:
        """Two arrows over an edge of the handle."""
        held = self._grip if self._grip is not _Grip.NONE else self._grip_at(x)
        return Qt.CursorShape.SizeHorCursor if held in (_Grip.START, _Grip.STOP) else Qt.CursorShape.ArrowCursor

    def _grip_at(self, x: float) -> _Grip:
        left, right = self._overview.handle()
        reach = min(EDGE_REACH, (right - left) / 4)
        if abs(x - left) <= reach:
            return _Grip.START
        if abs(x - right) <= reach:
            return _Grip.STOP
        return _Grip.BODY if left < x < right else _Grip.NONE


class Overview(TimeView):
    """Peaks of the whole recording, all channels in one; scrolling and zooming computes nothing."""

    title = "Overview"
    description = "The whole recording. Drag the handle to scroll, its edges to zoom; double-click to show all."
    gestures_class = HandleGestures

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._painted = self.span()
        self._source = PeakSource(session, "overview", self)
        self._source.changed.connect(self.refresh_strip)
        session.analyses.peaks_changed.connect(self.refresh_strip)

    def sizeHint(self) -> QSize:
        return QSize(600, 12 * SPACING)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, 8 * SPACING)

    def span(self) -> TimeSpan:
        """All of the recording, and what is visible beyond the end of a growing one."""
        timeline = self.session.timeline
        return TimeSpan(0, max(timeline.length, timeline.visible.stop))

    def visible_moved(self) -> None:
        """The handle is elsewhere; the peaks are the same, unless the recording grows out of what is visible."""
        if self.span() != self._painted:
            self.refresh_strip()
        self.update()

    def empty_text(self) -> str:
        """The other views say what to do."""
        return ""

    def handle(self) -> tuple[float, float]:
        """Left and right edge of the handle."""
        left, right = self.axis().pixels(self.session.timeline.visible)
        if right - left >= MIN_HANDLE:
            return left, right
        left = min(max((left + right - MIN_HANDLE) / 2, self.gutter), self.width() - MIN_HANDLE)
        return left, left + MIN_HANDLE

    def paint_gutter(self, painter: QPainter) -> None:
        if self.session.recording is not None:
            area = QRectF(SPACING, 0, self.gutter - 2 * SPACING, self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "all")

    def paint_strip(self, canvas: Canvas) -> None:
        self._painted = self.span()
        columns = self._source.columns(canvas.axis)
        if columns is None:
            return
        inset = round(SPACING * canvas.ratio)
        shown = slice(columns.valid.start, columns.valid.stop)
        paint_peaks(
            canvas.pixels[inset : len(canvas.pixels) - inset, shown],
            columns.minimum.min(axis=0)[shown],
            columns.maximum.max(axis=0)[shown],
            np.sqrt(np.mean(np.square(columns.rms), axis=0))[shown],
            AmplitudeScale(),
            peak_colours(self.theme.colours),
        )

    def paint_marks(self, painter: QPainter) -> None:
        colours = self.theme.colours
        left, right = self.handle()
        veil = QColor(colours.window)
        veil.setAlpha(150)
        painter.fillRect(QRectF(self.gutter, 0, left - self.gutter, self.height()), veil)
        painter.fillRect(QRectF(right, 0, self.width() - right, self.height()), veil)
        whole = self.session.timeline.visible == self.span()
        painter.setPen(colours.border if whole else colours.muted)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(round(left), 0, round(right) - round(left) - 1, self.height() - 1))
