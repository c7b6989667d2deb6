"""What mouse, wheel, trackpad and keys over a time view mean: turned into calls on the session."""

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from audiolab.core.timebase import TimeSpan
from audiolab.ui.wheel import PIXELS_PER_NOTCH, ZOOM_PER_NOTCH, by_pixels, wheel_steps

if TYPE_CHECKING:
    from audiolab.ui.timeview import TimeView

EDGE_REACH = 4
"""Pixels from an edge of the selection within which a drag moves that edge."""

SCROLL_PER_NOTCH = 0.1
"""Part of the strip that one step of the wheel scrolls."""

TRACKS_PER_NOTCH = 32.0
"""Pixels that one step of the wheel scrolls vertically."""

_AUTOSCROLL_MS = 16
_AUTOSCROLL_RATE = 0.2
"""Pixels to scroll per tick for each pixel that the pointer is outside the strip."""


class _Drag(enum.Enum):
    """What the pressed button does."""

    NONE = enum.auto()
    PRESSED = enum.auto()
    SELECTING = enum.auto()
    PANNING = enum.auto()


class Gestures(QObject):
    """One view's mouse and keyboard: click seeks, drag selects, middle drag pans, wheel scrolls and zooms.

    Holds nothing but the gesture that is under way. Handlers return False for what the view itself is to get.
    """

    def __init__(self, view: "TimeView") -> None:
        super().__init__(view)
        self._view = view
        self._timeline = view.session.timeline
        self._drag = _Drag.NONE
        self._pressed = QPointF()
        self._anchor = 0
        self._grabbed = TimeSpan(0, 1)
        self._residue = 0.0
        self._beyond = 0.0
        self._autoscroll = QTimer(self)
        self._autoscroll.setInterval(_AUTOSCROLL_MS)
        self._autoscroll.timeout.connect(self._scroll_on)
        self._handlers = {
            QEvent.Type.MouseButtonPress: self.press,
            QEvent.Type.MouseMove: self.move,
            QEvent.Type.MouseButtonRelease: self.release,
            QEvent.Type.MouseButtonDblClick: self.double_click,
            QEvent.Type.Wheel: self.wheel,
            QEvent.Type.NativeGesture: self.pinch,
            QEvent.Type.KeyPress: self.key,
            QEvent.Type.Leave: self.leave,
            QEvent.Type.Hide: self.leave,
        }
        view.installEventFilter(self)

    def eventFilter(self, _view: QObject, event: QEvent) -> bool:
        """Take the view's input."""
        handle = self._handlers.get(event.type())
        return handle is not None and handle(event)

    # mouse

    def press(self, event: QMouseEvent) -> bool:
        """Begin a gesture."""
        position = event.position()
        if not self._timeline.length:
            return False
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _Drag.PANNING
            self._grabbed = self._timeline.visible
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and self._in_strip(position):
            self._press_left(position.x(), event.modifiers())
        else:
            return False
        self._pressed = position
        return True

    def _press_left(self, x: float, keys: Qt.KeyboardModifier) -> None:
        """Nothing happens yet, unless Shift extends: this may be a click or the beginning of a drag."""
        frame = self._view.frame_at(x)
        selection = self._timeline.selection
        self._drag = _Drag.PRESSED
        self._anchor = frame
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self._drag = _Drag.SELECTING
            self._anchor = _other_edge(selection, frame) if selection else self._timeline.cursor
            self._select_to(frame)
        elif self._on_edge(x):
            self._anchor = _other_edge(selection, frame)

    def move(self, event: QMouseEvent) -> bool:
        """Go on with a gesture, and say what the pointer hovers over."""
        position = event.position()
        if self._drag is _Drag.PANNING:
            moved = self._view.axis().frames(self._pressed.x() - position.x())
            self._timeline.show(self._grabbed.moved(max(moved, -self._grabbed.start)))
        elif self._drag is _Drag.PRESSED and self._far(position):
            self._drag = _Drag.SELECTING
        if self._drag is _Drag.SELECTING:
            self._drag_selection(position.x())
        self.hover(position)
        return True

    def release(self, event: QMouseEvent) -> bool:
        """End a gesture; one that never moved was a click."""
        drag = self._drag
        self.stop()
        if drag is _Drag.PRESSED and event.button() == Qt.MouseButton.LeftButton:
            self._timeline.clear_selection()
            self._view.session.transport.seek(self._view.target_at(self._pressed))
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        """Select what lies under the pointer; in the gutter, undo vertical zoom."""
        if not self._in_strip(event.position()):
            self._view.reset_vertically()
            return True
        span = self._view.span_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and span:
            self._timeline.select(span)
            self._timeline.set_cursor(span.start)
        return True

    def leave(self, event: QEvent) -> bool:
        """The pointer went elsewhere, or the view was hidden."""
        self._view.pointer.show(None)
        if event.type() == QEvent.Type.Hide:
            self.stop()
        return False

    def stop(self) -> None:
        """Forget the gesture that is under way."""
        self._drag = _Drag.NONE
        self._beyond = 0.0
        self._autoscroll.stop()
        self._view.unsetCursor()

    def hover(self, position: QPointF) -> None:
        """Say what is at `position`, and show by the pointer's shape what a drag would do."""
        view = self._view
        inside = self._in_strip(position) and self._timeline.length > 0
        view.pointer.show(view.probe_at(position) if inside else None)
        if self._drag is not _Drag.PANNING:
            shape = self.shape_at(position.x()) if inside else Qt.CursorShape.ArrowCursor
            if view.cursor().shape() != shape:
                view.setCursor(shape)

    def shape_at(self, x: float) -> Qt.CursorShape:
        """Shape of the pointer at `x` in the strip."""
        return Qt.CursorShape.SplitHCursor if self._on_edge(x) else Qt.CursorShape.ArrowCursor

    def _drag_selection(self, x: float) -> None:
        strip = self._view.strip()
        right = strip.left() + strip.width()
        self._beyond = min(x - strip.left(), 0.0) + max(x - right, 0.0)
        if not self._beyond:
            self._autoscroll.stop()
        elif not self._autoscroll.isActive():
            self._autoscroll.start()
        self._select_to(self._view.frame_at(min(max(x, strip.left()), right)))

    def _scroll_on(self) -> None:
        """The pointer is held outside the strip: time comes to it."""
        self._timeline.scroll(self._whole_frames(self._beyond * _AUTOSCROLL_RATE))
        visible = self._timeline.visible
        self._select_to(min(visible.stop if self._beyond > 0 else visible.start, self._timeline.length))

    def _select_to(self, frame: int) -> None:
        self._timeline.select(TimeSpan.between(self._anchor, frame))
        self._timeline.set_cursor(frame)

    def _on_edge(self, x: float) -> bool:
        """Whether an edge of the selection can be grabbed at `x`."""
        selection = self._timeline.selection
        edges = self._view.axis().pixels(selection)
        return bool(selection) and min(abs(edge - x) for edge in edges) <= EDGE_REACH

    def _in_strip(self, position: QPointF) -> bool:
        return self._view.strip().contains(position.toPoint())

    def _far(self, position: QPointF) -> bool:
        return (position - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2

    # wheel and trackpad

    def wheel(self, event: QWheelEvent) -> bool:
        """Scroll tracks; with Shift or sideways scroll time; with Ctrl zoom time; with Alt zoom vertically."""
        keys = event.modifiers()
        steps = wheel_steps(event)
        turned = steps.y() or steps.x()  # with Alt or Shift, some platforms turn the wheel sideways
        handled = True
        if keys & Qt.KeyboardModifier.ControlModifier:
            self._zoom(ZOOM_PER_NOTCH**turned, event.position().x())
        elif keys & Qt.KeyboardModifier.AltModifier:
            handled = self._view.zoom_vertically(ZOOM_PER_NOTCH**turned, event.position().y())
        elif keys & Qt.KeyboardModifier.ShiftModifier or abs(steps.x()) > abs(steps.y()):
            sideways = steps.x() or steps.y()
            notch = PIXELS_PER_NOTCH if by_pixels(event) else self._view.strip().width() * SCROLL_PER_NOTCH
            self._timeline.scroll(-self._whole_frames(sideways * notch))
        else:
            notch = PIXELS_PER_NOTCH if by_pixels(event) else TRACKS_PER_NOTCH
            handled = self._view.scroll_vertically(-turned * notch)
        event.setAccepted(handled)
        return True

    def pinch(self, event: QNativeGestureEvent) -> bool:
        """Zoom with two fingers."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom(max(1.0 + event.value(), 0.1), event.position().x())
        return True

    def _zoom(self, factor: float, x: float) -> None:
        if self._timeline.length:
            self._timeline.zoom(factor, self._view.axis().frame(x))

    def _whole_frames(self, pixels: float) -> int:
        """`pixels` as sample frames; what is lost in rounding is made up for next time."""
        axis = self._view.axis()
        pixels += self._residue
        frames = axis.frames(pixels)
        self._residue = pixels - frames / axis.samples_per_pixel
        return frames

    # keys

    def key(self, event: QKeyEvent) -> bool:
        """Move the cursor, with Shift the edge of the selection that it is at too."""
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        extend = keys == Qt.KeyboardModifier.ShiftModifier
        target = self._key_target(event.key())
        if target is None or not (extend or keys == Qt.KeyboardModifier.NoModifier):
            return False
        timeline = self._timeline
        if extend:
            selection = timeline.selection
            at_edge = selection and timeline.cursor in (selection.start, selection.stop)
            anchor = _other_edge(selection, timeline.cursor) if at_edge else timeline.cursor
            timeline.select(TimeSpan.between(anchor, target))
            timeline.set_cursor(target)
        else:
            timeline.clear_selection()
            self._view.session.transport.seek(target)
        timeline.reveal(target)
        return True

    def _key_target(self, key: int) -> int | None:
        timeline = self._timeline
        column = max(self._view.axis().frames(1), 1)
        targets = {
            Qt.Key.Key_Left: timeline.cursor - column,
            Qt.Key.Key_Right: timeline.cursor + column,
            Qt.Key.Key_PageUp: timeline.cursor - timeline.visible.length,
            Qt.Key.Key_PageDown: timeline.cursor + timeline.visible.length,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: timeline.length,
        }
        target = targets.get(key)
        return None if target is None else min(max(target, 0), timeline.length)


def _other_edge(selection: TimeSpan, frame: int) -> int:
    """The edge of `selection` that stays while the one nearer to `frame` is moved."""
    nearer_start = abs(frame - selection.start) <= abs(frame - selection.stop)
    return selection.stop if nearer_start else selection.start
