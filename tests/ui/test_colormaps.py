"""Colours of levels."""

import numpy as np
import pytest

from audiolab.analysis.tiles import index_of
from audiolab.ui.colormaps import TITLES, colours, level_table


def parts(table: np.ndarray) -> np.ndarray:
    return np.stack([table >> np.uint32(shift) & np.uint32(255) for shift in (16, 8, 0)], axis=1).astype(float)


def lightness(table: np.ndarray) -> np.ndarray:
    """Relative luminance (ITU-R BT.709) of gamma-coded colours, to the power that makes it even to the eye."""
    return ((parts(table) / 255.0) ** 2.2 @ [0.2126, 0.7152, 0.0722]) ** (1 / 2.4)


@pytest.mark.parametrize("name", TITLES)
def test_louder_is_lighter_everywhere_or_darker_everywhere(name: str) -> None:
    steps = np.diff(lightness(colours(name)))
    if name == "grey":
        steps = -steps
    assert colours(name).shape == (256,)
    assert steps.min() > -2e-3
    assert steps.sum() > 0.6
    assert (colours(name) >> np.uint32(24) == 255).all()


def test_known_colours() -> None:
    assert [hex(value) for value in colours("magma")[[0, 255]]] == ["0xff000004", "0xfffcfdbf"]
    assert [hex(value) for value in colours("viridis")[[0, 255]]] == ["0xff440154", "0xfffde725"]
    assert [hex(value) for value in colours("grey")[[0, 255]]] == ["0xffffffff", "0xff000000"]
    assert np.array_equal(colours("no such map"), colours("magma"))


def test_levels_are_spread_over_the_range() -> None:
    table, scale = level_table("grey", -10.0, 80.0), parts(colours("grey"))[:, 0]
    assert parts(table)[round(index_of(-10.0)), 0] == scale[255]
    assert parts(table)[round(index_of(-90.0)), 0] == scale[0]
    assert parts(table)[round(index_of(-50.0)), 0] == pytest.approx(127.5, abs=1)
    assert parts(table)[0, 0] == scale[0]
    assert parts(table)[255, 0] == scale[255]
