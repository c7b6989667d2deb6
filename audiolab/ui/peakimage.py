"""The body of a waveform: minimum, maximum and RMS of each pixel column, written into an image with numpy."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.peaks import PeakColumns, PeakPyramid
from audiolab.core.units import FloatArray, amplitude_to_db
from audiolab.ui.canvas import BAND, Pixels, look_up, packed
from audiolab.ui.theme import Colours

Rows = npt.NDArray[np.uint16]

RANGE_DB = 60.0
"""What the dB scale shows between its middle line and full scale."""


@dataclass(frozen=True, slots=True)
class AmplitudeScale:
    """How amplitudes are spread over the height of a strip.

    Attributes:
        zoom: how many times full scale is enlarged; 1.0 shows exactly -1 to 1.
        decibels: show levels, from `RANGE_DB` below full scale at the middle line.
    """

    zoom: float = 1.0
    decibels: bool = False

    def height(self, amplitude: FloatArray | float) -> npt.NDArray[np.floating]:
        """-1 (lower edge of the strip) to 1 (upper edge) for amplitudes; beyond where zoomed in."""
        values = np.asarray(amplitude, np.float64)
        if not self.decibels:
            return values * self.zoom
        return np.sign(values) * np.maximum(1.0 + amplitude_to_db(values * self.zoom) / RANGE_DB, 0.0)

    def amplitude(self, height: float) -> float:
        """The inverse of `height`."""
        if not self.decibels:
            return height / self.zoom
        return float(np.sign(height) * 10.0 ** ((abs(height) - 1.0) * RANGE_DB / 20.0)) / self.zoom


def rows_of(heights: npt.NDArray[np.floating], rows: int) -> npt.NDArray[np.floating]:
    """Distance from the top, in pixels, of heights (see `AmplitudeScale.height`) in a strip of `rows` pixels."""
    return (1.0 - heights) * (rows / 2.0)


@dataclass(frozen=True, slots=True)
class PeakColours:
    """What a waveform is drawn with, see `Pixels`: its ground, the middle line, body and RMS core."""

    ground: int
    middle: int
    body: int
    core: int


def peak_colours(colours: Colours) -> PeakColours:
    """Those of the theme."""
    return PeakColours(
        packed(colours.surface), packed(colours.border), packed(colours.waveform), packed(colours.rms)
    )


def paint_peaks(
    pixels: Pixels,
    minimum: FloatArray,
    maximum: FloatArray,
    rms: FloatArray | None,
    scale: AmplitudeScale,
    colours: PeakColours,
) -> None:
    """Draw one channel's columns: every pixel is written.

    Args:
        pixels: shape (rows, columns).
        minimum, maximum: of each column, full scale 1.0.
        rms: of each column; None draws no core.
        scale: from amplitudes to heights.
        colours: of the parts.
    """
    rows = len(pixels)
    table = np.array([colours.ground, colours.body, colours.core, colours.middle], np.uint32)
    body = _bounds(scale.height(maximum), scale.height(minimum), rows)
    core = None
    if rms is not None:
        core = _bounds(scale.height(np.minimum(rms, maximum)), scale.height(np.maximum(-rms, minimum)), rows)
    for first in range(0, rows, BAND):
        row = np.arange(first, min(first + BAND, rows), dtype=np.uint16)[:, np.newaxis]
        layer = _between(row, *body)
        if core is not None:
            layer += _between(row, *core)  # the core lies within the body
        if first <= rows // 2 < first + BAND:
            middle = layer[rows // 2 - first]
            middle[middle == 0] = 3
        look_up(pixels[first : first + BAND], layer, table)


def _bounds(upper: npt.NDArray[np.floating], lower: npt.NDArray[np.floating], rows: int) -> tuple[Rows, Rows]:
    """First row between two heights of each column, and how many more follow: one row at least."""
    top = np.clip(np.floor(rows_of(upper, rows)), 0, rows - 1).astype(np.uint16)
    bottom = np.clip(np.ceil(rows_of(lower, rows)) - 1, top, rows - 1).astype(np.uint16)
    return top, bottom - top


def _between(row: Rows, top: Rows, more: Rows) -> npt.NDArray[np.uint8]:
    """1 for the rows from `top` on, else 0. A row above wraps around to a large number: one comparison will do."""
    return ((row - top) <= more).view(np.uint8)


def joined(minimum: FloatArray, maximum: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The columns stretched to meet their left neighbours, so that a steep wave has no gaps."""
    low, high = minimum.copy(), maximum.copy()
    np.minimum(low[1:], maximum[:-1], out=low[1:])
    np.maximum(high[1:], minimum[:-1], out=high[1:])
    return low, high


def columns_for(
    peaks: PeakPyramid, sketch: PeakColumns | None, length: int, start: float, stop: float, count: int
) -> PeakColumns:
    """Columns without reading a sample: from `peaks`, and where these do not reach yet from a `sketch`.

    Args:
        peaks: of the recording, or of its beginning.
        sketch: columns that divide the whole recording evenly, if there are any.
        length: sample frames of the recording.
        start: first sample frame of the first column.
        stop: where the last column ends.
        count: number of columns.
    """
    columns = peaks.query(None, start, stop, count)
    first = columns.valid.stop
    last = min(int((length - start) * count / (stop - start)), count)
    if sketch is None or first >= last:
        return columns
    known = sketch.rms.shape[1]
    positions = start + np.arange(first, last) * ((stop - start) / count)
    starts = (positions * (known / length)).astype(np.intp).clip(0, known - 1)
    end = min(max(int(np.ceil((start + last * (stop - start) / count) * (known / length))), starts[-1] + 1), known)
    result = PeakColumns(
        columns.minimum.copy(), columns.maximum.copy(), columns.rms.copy(), range(columns.valid.start, last), True
    )
    result.minimum[:, first:last] = np.minimum.reduceat(sketch.minimum[:, :end], starts, axis=1)
    result.maximum[:, first:last] = np.maximum.reduceat(sketch.maximum[:, :end], starts, axis=1)
    result.rms[:, first:last] = np.maximum.reduceat(sketch.rms[:, :end], starts, axis=1)
    return result
