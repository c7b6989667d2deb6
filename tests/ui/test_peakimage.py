"""Peaks as pixels."""

import numpy as np
import pytest

from audiolab.analysis.peaks import PeakColumns, PeakPyramid, sketch
from audiolab.core.cancel import CancelToken
from audiolab.core.recording import ArrayRecording
from audiolab.ui.peakimage import AmplitudeScale, PeakColours, columns_for, joined, paint_peaks

COLOURS = PeakColours(ground=1, middle=2, body=3, core=4)


PLAIN = AmplitudeScale()


def painted(low, high, rms=None, scale: AmplitudeScale = PLAIN, rows: int = 100) -> np.ndarray:
    pixels = np.zeros((rows, len(low)), np.uint32)
    arrays = [None if values is None else np.asarray(values, np.float32) for values in (low, high, rms)]
    paint_peaks(pixels, *arrays, scale, COLOURS)
    return pixels


def rows_with(pixels: np.ndarray, column: int, colour: int) -> tuple[int, int]:
    """First row and the one after the last."""
    found = np.flatnonzero(pixels[:, column] == colour)
    assert len(found) == found[-1] - found[0] + 1
    return int(found[0]), int(found[-1]) + 1


def test_extremes_are_rows() -> None:
    pixels = painted([-1.0, -0.5, 0.0, -0.25], [1.0, 0.5, 0.25, -0.125], rows=80)
    assert [rows_with(pixels, column, 3) for column in range(4)] == [(0, 80), (20, 60), (30, 40), (45, 50)]
    assert pixels[40, 2] == 2
    assert (pixels[:30, 2] == 1).all()


def test_silence_is_a_line_one_pixel_high() -> None:
    assert rows_with(painted([0.0], [0.0]), 0, 3) == (50, 51)
    assert rows_with(painted([0.0], [0.0], rows=7), 0, 3) == (3, 4)


def test_the_core_lies_within_the_body() -> None:
    pixels = painted([-0.75, 0.125], [0.75, 0.5], [0.5, 0.25], rows=80)
    assert rows_with(pixels, 0, 4) == (20, 60)
    assert (rows_with(pixels, 1, 4), rows_with(pixels, 1, 3)) == ((30, 35), (20, 30))


def test_beyond_full_scale_ends_at_the_edge() -> None:
    pixels = painted([-9.0, 2.0], [9.0, 3.0])
    assert (rows_with(pixels, 0, 3), rows_with(pixels, 1, 3)) == ((0, 100), (0, 1))


def test_many_rows_in_bands_are_the_same_picture() -> None:
    low, high = -np.linspace(0, 1, 33, dtype=np.float32), np.linspace(1, 0, 33, dtype=np.float32)
    tall = painted(low, high, rows=700)
    for column in (0, 7, 32):
        first = int(np.floor((1 - high[column]) * 350))
        last = max(int(np.ceil((1 - low[column]) * 350)), first + 1)
        assert rows_with(tall, column, 3) == (first, last)


def test_vertical_zoom_enlarges() -> None:
    assert rows_with(painted([-0.125], [0.125], scale=AmplitudeScale(4.0), rows=80), 0, 3) == (20, 60)


def test_decibels_have_full_scale_at_the_edge_and_silence_in_the_middle() -> None:
    scale = AmplitudeScale(decibels=True)
    heights = scale.height(np.array([1.0, 10 ** (-30 / 20), 1e-3, 0.0, -1.0]))
    assert heights == pytest.approx([1.0, 0.5, 0.0, 0.0, -1.0], abs=1e-6)
    for height in (0.3, -0.7, 1.0):
        assert float(scale.height(scale.amplitude(height))) == pytest.approx(height)
        assert float(AmplitudeScale(3.0).height(AmplitudeScale(3.0).amplitude(height))) == pytest.approx(height)


def test_steep_waves_have_no_gaps_and_clicks_stay_where_they_are() -> None:
    low, high = joined(np.array([-0.5, 0.4, 0.4], np.float32), np.array([-0.4, 0.5, 0.5], np.float32))
    assert low.tolist() == pytest.approx([-0.5, -0.4, 0.4])
    assert high.tolist() == pytest.approx([-0.4, 0.5, 0.5])
    zeros = np.zeros(3, np.float32)
    click = np.array([0.0, 1.0, 0.0], np.float32)
    assert [part.tolist() for part in joined(zeros, click)] == [[0, 0, 0], [0, 1, 0]]


def test_a_sketch_stands_in_where_peaks_do_not_reach() -> None:
    samples = np.zeros(100_000, np.float32)
    samples[70_000:80_000] = 0.5
    recording = ArrayRecording(samples, 8000)
    peaks = PeakPyramid.of(recording)
    peaks.extend(recording, CancelToken(), stop=40_000)
    rough = sketch(recording, 100)

    columns = columns_for(peaks, rough, 100_000, 0, 125_000, 125)
    assert columns.valid == range(100)
    assert columns.approximate
    assert np.flatnonzero(columns.maximum[0]).tolist() == list(range(70, 80))

    without = columns_for(peaks, None, 100_000, 0, 125_000, 125)
    assert without.valid == range(40)


def test_a_part_of_a_sketch_takes_only_that_part() -> None:
    loud = np.zeros((1, 50), np.float32)
    loud[0, 40:] = 1.0
    rough = PeakColumns(-loud, loud, loud, range(50), approximate=True)
    peaks = PeakPyramid(1)
    columns = columns_for(peaks, rough, 5000, 3000, 4000, 10)
    assert columns.maximum.max() == 0.0
    columns = columns_for(peaks, rough, 5000, 3500, 4500, 40)
    assert columns.maximum[0].tolist() == [0.0] * 20 + [1.0] * 20
