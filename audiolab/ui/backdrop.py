"""What a widget would paint in every frame the same, painted once."""

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget


class Backdrop:
    """A picture that is kept until what it depends on differs: text costs more than all bars of a meter."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._picture = QPixmap()

    def draw(self, painter: QPainter, widget: QWidget, key: Hashable, paint: Callable[[QPainter], None]) -> None:
        """Draw the picture over the whole of `widget`.

        Args:
            painter: of the widget.
            key: all that the picture depends on, but for the widget's size and the screen's pixels.
            paint: paints it, on transparent ground.
        """
        ratio = widget.devicePixelRatioF()
        key = (key, widget.width(), widget.height(), ratio)
        if key != self._key:
            self._key = key
            self._picture = QPixmap(widget.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            own = QPainter(self._picture)
            paint(own)
            own.end()
        painter.drawPixmap(0, 0, self._picture)
