"""What a time view paints on: one image that QPainter and numpy write to, in device pixels."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget

from audiolab.ui.geometry import TimeAxis

Pixels = npt.NDArray[np.uint32]
"""0xffRRGGBB, shape (rows, columns)."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The strip of a view, to be painted.

    Attributes:
        painter: in the widget's coordinates, clipped to the strip, with the label font.
        pixels: the same strip in device pixels.
        axis: from sample frames to columns of `pixels`.
        ratio: device pixels per pixel.
    """

    painter: QPainter
    pixels: Pixels
    axis: TimeAxis
    ratio: float


class Backing:
    """The image behind a widget, at the device's resolution, that survives from one repaint to the next."""

    def __init__(self) -> None:
        self.image = QImage()
        self.pixels: Pixels = np.empty((0, 0), np.uint32)

    def fit(self, widget: QWidget) -> bool:
        """Take the size and the resolution of `widget`; whether the image is a new one, with nothing in it."""
        ratio = widget.devicePixelRatio()
        size = QSize(math.ceil(widget.width() * ratio), math.ceil(widget.height() * ratio))
        if self.image.size() == size and self.image.devicePixelRatio() == ratio:
            return False
        self.image = QImage(size, QImage.Format.Format_RGB32)
        flat = np.frombuffer(self.image.bits(), np.uint32)
        self.pixels = flat.reshape(size.height(), self.image.bytesPerLine() // 4)[:, : size.width()]
        self.image.setDevicePixelRatio(ratio)
        return True

    def painter(self, font: QFont) -> QPainter:
        """To be ended before the image is shown."""
        painter = QPainter(self.image)
        painter.setFont(font)
        return painter


def paint_line(painter: QPainter, x: float, top: float, bottom: float, colour: QColor, ratio: float) -> None:
    """A vertical line one pixel wide at `x`, on whole device pixels, with a halo to set it off from any ground."""
    thin = max(round(ratio), 1)
    column = math.floor(x * ratio + 1e-3)
    halo = QColor(0, 0, 0, 110) if colour.lightnessF() > 0.5 else QColor(255, 255, 255, 150)
    painter.fillRect(QRectF((column - thin) / ratio, top, 3 * thin / ratio, bottom - top), halo)
    painter.fillRect(QRectF(column / ratio, top, thin / ratio, bottom - top), colour)


def packed(colour: QColor) -> int:
    """A colour as one of `Pixels`."""
    return colour.rgb() | 0xFF000000


def blend(ground: QColor, colour: QColor) -> Pixels:
    """The 256 steps from `ground` to `colour`, as `Pixels` of shape (256,); not to be written to."""
    return _steps(ground.getRgb()[:3], colour.getRgb()[:3])


@lru_cache(maxsize=64)
def _steps(ground: tuple[int, ...], colour: tuple[int, ...]) -> Pixels:
    share = np.arange(256)[:, np.newaxis] / 255.0
    ends = np.array([ground, colour])
    red, green, blue = np.rint(ends[0] + (ends[1] - ends[0]) * share).astype(np.uint32).T
    steps: Pixels = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    steps.flags.writeable = False
    return steps


BAND = 64
"""Rows that numpy works on at once: what it makes in between stays in the cache of one core."""


def look_up(pixels: Pixels, indices: npt.NDArray[np.uint8], table: Pixels) -> None:
    """Colour `indices` by `table`.

    Two neighbours are looked up at once, in a table of pairs: half the look-ups in half the time. (The first of
    them is the lower byte of the pair, and the lower half of its colours, as on all machines that Qt runs on.)

    Args:
        pixels: shape (rows, n).
        indices: the same shape, in any order of memory.
        table: shape (colours,), up to 256.
    """
    rows, columns = pixels.shape
    pairs = _pairs(table.tobytes())
    band = np.zeros((BAND, columns + columns % 2), np.uint8)
    coloured = np.empty((BAND, band.shape[1] // 2), np.uint64)
    for first in range(0, rows, BAND):
        count = min(BAND, rows - first)
        band[:count, :columns] = indices[first : first + count]
        np.take(pairs, band[:count].view(np.uint16), out=coloured[:count], mode="clip")
        pixels[first : first + count] = coloured[:count].view(np.uint32)[:, :columns]


@lru_cache(maxsize=16)
def _pairs(table: bytes) -> npt.NDArray[np.uint64]:
    """The colours of every two indices below 256, the second of them below the length of `table` (`Pixels`)."""
    colours = np.frombuffer(table, np.uint32)
    wide = np.zeros(256, np.uint64)
    wide[: len(colours)] = colours
    pairs: npt.NDArray[np.uint64] = (wide | wide[: len(colours), np.newaxis] << np.uint64(32)).ravel()
    pairs.flags.writeable = False
    return pairs
