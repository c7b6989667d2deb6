"""What the mouse does in the alignment lane beside what it does in every view of time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from audiolab.ui.gestures import Gestures

if TYPE_CHECKING:
    from audiolab.ui.lanes import LaneView


class LaneGestures(Gestures):
    """A drag of a boundary moves it (with Shift on all tiers that have it), a click chooses an item.

    Escape lets go of a boundary that is dragged; it is then where it was.
    """

    def __init__(self, view: "LaneView") -> None:
        super().__init__(view)
        self._lane = view
        self._held = False
        self._offset = 0
        self._handlers[QEvent.Type.ShortcutOverride] = self.override

    def press(self, event: QMouseEvent) -> bool:
        position = event.position()
        if event.button() == Qt.MouseButton.RightButton:
            self._lane.choose_at(position, keep_selected=True)
            return False
        everywhere = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        left = event.button() == Qt.MouseButton.LeftButton
        if left and not self._in_strip(position):
            self._lane.choose_at(position)
            return True
        if left and self._lane.take_hold(position, everywhere=everywhere):
            self._held = True
            self._pressed = position
            self._offset = self._lane.grip.boundary - self._lane.frame_at(position.x())
            return True
        return super().press(event)

    def move(self, event: QMouseEvent) -> bool:
        position = event.position()
        if not self._held:
            return super().move(event)
        if self._lane.dragging or self._far(position):
            self._lane.drag(self._lane.frame_at(position.x()) + self._offset)
        self._lane.pointer.show(self._lane.probe_at(position))
        return True

    def release(self, event: QMouseEvent) -> bool:
        if not self._held:
            clicked = self._drag.name == "PRESSED" and event.button() == Qt.MouseButton.LeftButton
            done = super().release(event)
            if clicked:
                self._lane.choose_at(self._pressed)
            return done
        dragged = self._lane.dragging
        self._lane.drop()
        self.stop()
        if not dragged:  # a click on a boundary
            self._timeline.clear_selection()
            self._view.session.transport.seek(self._lane.target_at(self._pressed))
            self._lane.choose_at(self._pressed)
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        if not self._in_strip(event.position()):
            self._lane.editor.naming_asked.emit()
            return True
        return super().double_click(event)

    def override(self, event: QKeyEvent) -> bool:
        """Keep Escape from the window while a boundary is dragged, and Enter from nobody."""
        if self._held and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return False

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._held:
            self._lane.let_go()
            self.stop()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._lane.editor.ask_rename()
            return True
        return super().key(event)

    def stop(self) -> None:
        self._held = False
        self._lane.let_go()
        super().stop()

    def hover(self, position: QPointF) -> None:
        self._at = position
        super().hover(position)

    def shape_at(self, x: float) -> Qt.CursorShape:
        if self._lane.boundary_at(self._at) is not None:
            return Qt.CursorShape.SplitHCursor
        return super().shape_at(x)
