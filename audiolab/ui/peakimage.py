"""The body of a waveform: minimum, maximum and RMS of each pixel column, written into an image with numpy."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.analysis.peaks import PeakColumns, PeakPyramid
from audiolab.core.units import FloatArray, amplitude_to_db
from audiolab.ui.canvas import Pixels

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


def paint_peaks(
    pixels: Pixels,
    minimum: FloatArray,
    maximum: FloatArray,
    rms: FloatArray | None,
    scale: AmplitudeScale,
    body: int,
    core: int,
) -> None:
    """Draw one channel's columns, on the ground that is there.

    Args:
        pixels: shape (rows, columns).
        minimum, maximum: of each column, full scale 1.0.
        rms: of each column; None draws no core.
        scale: from amplitudes to heights.
        body, core: colours between the extremes, and between plus and minus RMS.
    """
    rows = len(pixels)
    _fill(pixels, rows_of(scale.height(maximum), rows), rows_of(scale.height(minimum), rows), body)
    if rms is not None:
        top = rows_of(scale.height(np.minimum(rms, maximum)), rows)
        bottom = rows_of(scale.height(np.maximum(-rms, minimum)), rows)
        _fill(pixels, top, bottom, core)


def _fill(pixels: Pixels, top: npt.NDArray[np.floating], bottom: npt.NDArray[np.floating], colour: int) -> None:
    """Colour the rows from `top` to `bottom` of each column, at least one."""
    rows = len(pixels)
    first = np.clip(np.floor(top), 0, rows - 1).astype(np.int16)
    last = np.clip(np.ceil(bottom) - 1, first, rows - 1).astype(np.int16)
    row = np.arange(rows, dtype=np.int16)[:, np.newaxis]
    pixels[(row >= first) & (row <= last)] = colour


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
