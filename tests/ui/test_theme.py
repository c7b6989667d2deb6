"""What floats over the window can be told from it, dark and light."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QWidget
from pytestqt.qtbot import QtBot

from audiolab.ui.theme import DARK, LIGHT, Colours, Theme

CHOICES = {"dark": DARK, "light": LIGHT}
NON_TEXT_CONTRAST = 3.0
"""WCAG 2.2, success criterion 1.4.11."""


@pytest.fixture(autouse=True)
def fusion(qapp: QApplication) -> Iterator[None]:
    """As the program has it; other styles draw other edges."""
    before = QApplication.style().name()
    QApplication.setStyle("Fusion")
    yield
    QApplication.setStyle(before)


@pytest.fixture(params=CHOICES)
def colours(request: pytest.FixtureRequest, qtbot: QtBot) -> Colours:
    """The theme that was changed to while the program runs."""
    theme = Theme("light" if request.param == "dark" else "dark")
    theme.choose(request.param, 1.0)
    return CHOICES[request.param]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, "contrast ratio"."""

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def edges(widget: QWidget) -> list[QColor]:
    """The middles of its four outermost rows and columns."""
    picture = widget.grab().toImage()
    right, bottom = picture.width() - 1, picture.height() - 1
    places = ((0, bottom // 2), (right, bottom // 2), (right // 2, 0), (right // 2, bottom))
    return [picture.pixelColor(x, y) for x, y in places]


def assert_set_off(widget: QWidget, colours: Colours) -> None:
    for edge in edges(widget):
        for ground in (colours.window, colours.surface):
            assert contrast(edge, ground) >= NON_TEXT_CONTRAST, f"{edge.name()} on {ground.name()}"


def test_menus_have_an_edge(qtbot: QtBot, colours: Colours) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    for text in ("One", "Two", "Three"):
        menu.addAction(text)
    menu.popup(QPoint(0, 0))
    assert_set_off(menu, colours)
    inside = menu.grab().toImage().pixelColor(3, menu.height() // 2)
    assert contrast(colours.text, inside) >= 7.0


def test_lists_of_combo_boxes_have_an_edge_around_a_ground_that_can_be_read_on(
    qtbot: QtBot, colours: Colours
) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["One", "Two", "Three"])
    box.setCurrentIndex(2)
    box.show()
    box.showPopup()
    popup = box.view().window()
    qtbot.waitUntil(popup.isVisible)
    assert_set_off(popup, colours)
    inside = popup.grab().toImage().pixelColor(popup.width() - 4, 4)
    assert contrast(colours.text, inside) >= 7.0
    box.hidePopup()
