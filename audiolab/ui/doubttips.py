"""Tool tips that say what speaks against the word under the pointer."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QToolTip, QWidget

from audiolab.core.doubts import Doubts, told


class DoubtTips(QObject):
    """Shows them for one widget.

    Args:
        widget: over which they are shown.
        doubts_at: what speaks against what lies at a point of the widget.
    """

    def __init__(self, widget: QWidget, doubts_at: Callable[[QPoint], Doubts]) -> None:
        super().__init__(widget)
        self._doubts_at = doubts_at
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ToolTip:
            return super().eventFilter(watched, event)
        doubts = self._doubts_at(event.pos())
        if doubts:
            reasons = told(doubts)
            QToolTip.showText(event.globalPos(), f"{reasons[0].upper()}{reasons[1:]}", watched)
        else:
            QToolTip.hideText()
        return True
