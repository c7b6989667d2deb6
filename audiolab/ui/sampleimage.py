"""Single samples as a smooth line with dots, written with numpy: a painter takes ten times as long."""

import numpy as np
import numpy.typing as npt

from audiolab.ui.canvas import Pixels

THICKNESS = 1.25
"""Of the line, in device pixels at 100 %."""

Floats = npt.NDArray[np.floating]


def paint_line(pixels: Pixels, x: Floats, y: Floats, shades: Pixels, thickness: float) -> None:
    """Draw straight lines from point to point, with soft edges.

    Args:
        pixels: shape (rows, columns).
        x: of the points, in columns, ascending.
        y: in rows from the top; may lie outside.
        shades: 256 steps from the ground to the colour of the line.
        thickness: in rows.
    """
    rows, columns = pixels.shape
    first, stop = max(int(np.floor(x[0])), 0), min(int(np.ceil(x[-1])), columns)
    if first >= stop:
        return
    at_edges = np.interp(np.arange(first, stop + 1), x, y)
    upper, lower = np.minimum(at_edges[:-1], at_edges[1:]), np.maximum(at_edges[:-1], at_edges[1:])
    # A column that has a point in it reaches as far as that point.
    inside = (x >= first) & (x < stop)
    column = np.floor(x[inside]).astype(np.intp) - first
    np.minimum.at(upper, column, y[inside])
    np.maximum.at(lower, column, y[inside])
    top, bottom = upper - thickness / 2, lower + thickness / 2
    full_top, full_bottom = np.ceil(top), np.floor(bottom)
    row = np.arange(rows)[:, np.newaxis]
    part = pixels[:, first:stop]
    part[(row >= full_top) & (row < full_bottom)] = shades[255]
    within_one = full_top > full_bottom
    _put(part, full_top - 1, np.where(within_one, bottom - top, full_top - top), shades)
    _put(part, full_bottom, np.where(within_one, 0.0, bottom - full_bottom), shades)


def _put(pixels: Pixels, row: Floats, share: Floats, shades: Pixels) -> None:
    """Colour one pixel of each column by the share of it that is covered; none where that is nothing."""
    shade = np.rint(share * 255.0).astype(np.intp)
    seen = np.flatnonzero((shade > 0) & (row >= 0) & (row < len(pixels)))
    pixels[row[seen].astype(np.intp), seen] = shades[shade[seen]]


def paint_dots(pixels: Pixels, x: Floats, y: Floats, shades: Pixels, diameter: float) -> None:
    """Draw a round dot at each point.

    Args:
        pixels: shape (rows, columns).
        x: of the middles, in columns.
        y: in rows from the top.
        shades: 256 steps from the ground to the colour of the dots.
        diameter: in pixels.
    """
    rows, columns = pixels.shape
    reach = int(np.ceil(diameter / 2))
    middle_column, middle_row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            share = min(max(diameter / 2 + 0.5 - float(np.hypot(down, right)), 0.0), 1.0)
            column, row = middle_column + right, middle_row + down
            seen = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
            if share > 0.4:  # a fainter rim would be darker than the line that it lies on
                pixels[row[seen], column[seen]] = shades[round(share * 255.0)]
