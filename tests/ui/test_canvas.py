"""Pixels that numpy writes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from audiolab.ui.canvas import Backing, blend, look_up, packed


@given(st.integers(1, 150), st.integers(1, 40), st.integers(1, 256), st.booleans())
def test_look_up_is_a_look_up(rows: int, columns: int, colours: int, upright: bool) -> None:
    rng = np.random.default_rng(rows * columns)
    indices = rng.integers(0, colours, (rows, columns)).astype(np.uint8)
    table = rng.integers(0, 2**32, colours, dtype=np.uint32)
    pixels = np.zeros((rows, columns + 3), np.uint32)[:, 1:-2]
    look_up(pixels, indices if upright else np.ascontiguousarray(indices.T).T, table)
    assert np.array_equal(pixels, table[indices])


def test_colours_as_qt_stores_them() -> None:
    assert packed(QColor("#123456")) == 0xFF123456
    steps = blend(QColor("#000000"), QColor("#ff8000"))
    assert (steps[0], steps[255]) == (0xFF000000, 0xFFFF8000)
    assert steps[128] == 0xFF804000


def test_backing_is_one_image_for_painter_and_numpy(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(31, 7)
    backing = Backing()
    assert backing.fit(widget)
    assert not backing.fit(widget)
    backing.pixels[:] = 0xFF00FF00
    painter = backing.painter(widget.font())
    painter.fillRect(0, 0, 3, 3, QColor("red"))
    backing.pixels[6, 30] = 0xFF0000FF
    painter.end()
    assert backing.pixels.shape == (7, 31)
    assert [backing.image.pixelColor(x, y).name() for x, y in ((1, 1), (15, 5), (30, 6))] == [
        "#ff0000",
        "#00ff00",
        "#0000ff",
    ]
    widget.resize(32, 7)
    assert backing.fit(widget)
    assert backing.pixels.shape == (7, 32)


@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_backing_has_the_resolution_of_the_screen(qtbot: QtBot, monkeypatch, ratio: float) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(40, 8)
    monkeypatch.setattr(widget, "devicePixelRatio", lambda: ratio)
    backing = Backing()
    backing.fit(widget)
    assert backing.pixels.shape == (8 * ratio, 40 * ratio)
    assert backing.image.devicePixelRatio() == ratio
