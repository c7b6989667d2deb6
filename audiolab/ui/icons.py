"""Icons from the shipped SVG files, in the colours of the theme, crisp at every scale of every screen."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from audiolab import paths
from audiolab.ui.theme import Colours

SIZE = 16
"""Pixels of an icon in a button: the grid that the icons are drawn on."""


@cache
def _drawing(name: str) -> str:
    return (paths.resource_root() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def icon(name: str, colours: Colours, *, on: QColor | None = None) -> QIcon:
    """The icon called `name` (a file in resources/icons without its suffix).

    A pixmap is drawn for each pixel ratio of the connected screens, so nothing is ever scaled.

    Args:
        name: which one.
        colours: written in `text`, disabled in a faded `muted`.
        on: its colour while the button is checked; by default the accent.
    """
    result = QIcon()
    ratios = {1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}
    for ratio in ratios:
        for colour, mode, state in (
            (colours.text, QIcon.Mode.Normal, QIcon.State.Off),
            (on or colours.accent, QIcon.Mode.Normal, QIcon.State.On),
            (faded(colours.muted), QIcon.Mode.Disabled, QIcon.State.Off),
            (faded(colours.muted), QIcon.Mode.Disabled, QIcon.State.On),
        ):
            result.addPixmap(pixmap(name, colour, SIZE, ratio), mode, state)
    return result


def pixmap(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """The icon as an image of `size` pixels square at a device pixel `ratio`."""
    tinted = _drawing(name).replace("currentColor", colour.name())
    renderer = QSvgRenderer(QByteArray(tinted.encode()))
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setOpacity(colour.alphaF())
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def faded(colour: QColor) -> QColor:
    """The colour of what cannot be used now."""
    result = QColor(colour)
    result.setAlphaF(0.5)
    return result


def application_icon() -> QIcon:
    """The program's own icon, at the sizes that window managers ask for."""
    result = QIcon()
    for size in (16, 32, 48, 128):
        result.addPixmap(pixmap("audiolab", QColor("black"), size, 1.0))
    return result
