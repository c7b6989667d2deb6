"""How far a wheel was turned, or a trackpad scrolled."""

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication, QWheelEvent

NOTCH = 120
"""Angle of one step of a mouse wheel (an eighth of a degree is the unit)."""

PIXELS_PER_NOTCH = 50.0
"""Of a trackpad's pixel-wise scrolling, what zooms as much as one step of a wheel."""

ZOOM_PER_NOTCH = math.sqrt(2.0)
"""Two steps of the wheel show half or twice the time."""


def by_pixels(event: QWheelEvent) -> bool:
    """Whether a trackpad says how many pixels it scrolled. What X11's drivers say there cannot be used."""
    return not event.pixelDelta().isNull() and QGuiApplication.platformName() != "xcb"


def wheel_steps(event: QWheelEvent) -> QPointF:
    """How far the wheel was turned, in steps; a trackpad's pixels count as `PIXELS_PER_NOTCH` to a step."""
    if by_pixels(event):
        return QPointF(event.pixelDelta()) / PIXELS_PER_NOTCH
    return QPointF(event.angleDelta()) / NOTCH
