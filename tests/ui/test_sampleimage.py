"""Lines and dots in pixels."""

import numpy as np
import pytest

from audiolab.ui.sampleimage import paint_dots, paint_line

SHADES = np.arange(256, dtype=np.uint32)


def line(points, rows: int = 20, columns: int = 30, thickness: float = 1.0) -> np.ndarray:
    pixels = np.zeros((rows, columns), np.uint32)
    x, y = np.array(points, float).T
    paint_line(pixels, x, y, SHADES, thickness)
    return pixels


def test_a_level_line_on_whole_pixels_is_one_row() -> None:
    pixels = line([(0, 10.5), (30, 10.5)])
    assert (pixels[10] == 255).all()
    assert not np.delete(pixels, 10, axis=0).any()


def test_a_line_between_two_rows_is_shared_by_them() -> None:
    pixels = line([(0, 10.25), (30, 10.25)])
    assert (pixels[9] == round(0.25 * 255)).all()
    assert (pixels[10] == round(0.75 * 255)).all()


def test_a_thin_line_within_a_row_is_a_faint_one() -> None:
    assert line([(0, 10.5), (30, 10.5)], thickness=0.5)[10].tolist() == [128] * 30


@pytest.mark.parametrize("thickness", [1.0, 1.25, 3.0])
def test_each_column_has_as_much_as_the_line_covers(thickness: float) -> None:
    pixels = line([(0, 3.0), (12.5, 16.0), (30, 5.0)], thickness=thickness)
    covered = pixels.sum(axis=0) / 255.0
    at_edges = np.interp(np.arange(31), [0, 12.5, 30], [3.0, 16.0, 5.0])
    expected = np.abs(np.diff(at_edges)) + thickness
    expected[12] = 16.0 - at_edges[12:14].min() + thickness
    assert covered == pytest.approx(expected, abs=0.01)


def test_what_lies_outside_is_left_out() -> None:
    pixels = line([(-50, -100.0), (5, 10.0), (80, 300.0)])
    assert pixels[:, 4].any()
    assert not pixels[:, 29].any()
    assert not line([(40, 5.0), (50, 5.0)]).any()
    assert not line([(-9, 5.0), (-3, 5.0)]).any()


def test_a_line_ends_with_its_last_point() -> None:
    pixels = line([(4, 10.5), (9, 10.5)])
    assert np.flatnonzero(pixels[10]).tolist() == [4, 5, 6, 7, 8]


def test_dots_are_round_and_cut_at_the_edges() -> None:
    pixels = np.zeros((20, 30), np.uint32)
    paint_dots(pixels, np.array([10.2, 0.0, 29.9, 50.0]), np.array([5.7, 0.0, 19.9, -40.0]), SHADES, 5.0)
    dot = pixels[3:8, 8:13]
    assert (dot == dot.T).all()
    assert dot[2, 2] == 255
    assert dot[0, 2] == 255
    assert dot[0, 0] == 0
    assert pixels[0, 0] == 255
    assert pixels[19, 29] == 255
    assert not pixels[10:15].any()
