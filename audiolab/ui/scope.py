"""The stereo scope: left against right, as a goniometer that stands upright."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import ChannelLayout
from audiolab.core.recording import Samples
from audiolab.ui.backdrop import Backdrop
from audiolab.ui.canvas import blend
from audiolab.ui.theme import SPACING, Theme

POINTS = 1024
"""Samples of one frame that are drawn: more add nothing to a picture of this size."""

FADE = 0.7
"""What is left of the light of a point after a frame of the screen."""

GLOW = 90.0
"""Light that a sample adds, of 255."""

RELEASE = 0.95
"""How fast the picture grows again after a loud moment, per frame."""

QUIETEST = 10 ** (-60 / 20)
"""Amplitude below which the picture is not magnified any more."""


def stereo_pair(layout: ChannelLayout) -> tuple[int, int]:
    """Which channels are left and right; one channel is both."""
    names = [speaker.name for speaker in layout.speakers]
    if "L" in names and "R" in names:
        return names.index("L"), names.index("R")
    return 0, min(1, len(names) - 1)


class Scope(QWidget):
    """Mono is an upright line, what is only left leans to the left, and opposite phases lie flat.

    The picture is magnified so that the loudest fills it: it shows form, not level.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pair = (0, 0)
        self._fresh: Samples = np.empty((0, 2), np.float32)
        self._light = np.zeros((1, 1), np.float32)
        self._peak = QUIETEST
        self._axes = Backdrop()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setToolTip("Stereo scope: upright is mono, flat is out of phase; magnified to the loudest")
        self.setAccessibleName("Stereo scope")
        theme.changed.connect(self.update)

    @property
    def lit(self) -> bool:
        """Whether there is anything to be seen, or coming."""
        return bool(len(self._fresh)) or bool(self._light.any())

    @property
    def light(self) -> npt.NDArray[np.float32]:
        """Light of each device pixel, 0 to 255, shape (side, side)."""
        return self._light

    def set_layout(self, layout: ChannelLayout | None) -> None:
        """Look at the left and the right channel of `layout`."""
        pair = stereo_pair(layout) if layout is not None else (0, 0)
        if pair != self._pair:
            self._pair = pair
            self.clear()

    def clear(self) -> None:
        """Forget what is lit."""
        self._fresh = np.empty((0, 2), np.float32)
        self._light[:] = 0.0
        self._peak = QUIETEST
        self.update()

    def take(self, samples: Samples) -> None:
        """Samples that sounded, float32 of shape (n, channels)."""
        if self.isVisible():
            newest = samples[-POINTS:, self._pair]
            self._fresh = np.concatenate([self._fresh, newest])[-POINTS:]

    def advance(self) -> None:
        """One frame of the screen: old light fades, fresh samples light up."""
        if not self.lit:
            return
        side = max(round(min(self.width(), self.height()) * self.devicePixelRatio()), 1)
        if self._light.shape != (side, side):
            self._light = np.zeros((side, side), np.float32)
        self._light *= FADE
        self._light[self._light < 2.0] = 0.0
        if len(self._fresh):
            self._light_up(side)
            self._fresh = self._fresh[:0]
        self.update()

    def _light_up(self, side: int) -> None:
        self._peak = max(float(np.abs(self._fresh).max()), RELEASE * self._peak, QUIETEST)
        left, right = self._fresh.T / (2.0 * self._peak)
        radius = side / 2.0 - 1.0
        columns = (side / 2.0 + (right - left) * radius).astype(np.intp)
        rows = (side / 2.0 - (right + left) * radius).astype(np.intp)
        counts = np.bincount(rows * side + columns, minlength=side * side).reshape(side, side)
        self._light += GLOW * counts
        np.minimum(self._light, 255.0, out=self._light)

    def sizeHint(self) -> QSize:
        return QSize(20 * SPACING, 20 * SPACING)

    def paintEvent(self, _event) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        side = self._light.shape[0]
        if side > 1:
            pixels = np.ascontiguousarray(blend(colours.surface, colours.rms)[self._light.astype(np.uint8)])
            image = QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(self.devicePixelRatio())
            painter.drawImage(0, 0, image)
        else:
            painter.fillRect(self.rect(), colours.surface)
        key = (colours.dark, self._theme.figures(0.8).key())
        self._axes.draw(painter, self, key, self._paint_axes)

    def _paint_axes(self, painter: QPainter) -> None:
        """The diamond that full scale fills, with its diagonals: the left and the right channel."""
        colours = self._theme.colours
        middle, reach = self.width() / 2.0, self.width() / 2.0 - 1.0
        painter.setPen(QPen(colours.border, 1.0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, right, bottom, left = (
            QPointF(middle + reach * math.sin(turn), middle - reach * math.cos(turn))
            for turn in (0.0, math.pi / 2, math.pi, -math.pi / 2)
        )
        for start, stop in ((top, right), (right, bottom), (bottom, left), (left, top)):
            painter.drawLine(start, stop)
        half = reach / 2.0
        for sign in (-1.0, 1.0):
            painter.drawLine(
                QPointF(middle - sign * half, middle - half), QPointF(middle + sign * half, middle + half)
            )
        painter.setFont(self._theme.figures(0.8))
        painter.setPen(colours.muted)
        box = QRectF(2, 0, self.width() - 4, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, "L")
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, "R")
