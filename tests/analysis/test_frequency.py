"""Rows and frequencies: each the inverse of the other, and tones at their row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.analysis.frequency import SCALE_NAMES, FrequencyAxis, ScaleName, row_edges
from audiolab.analysis.stft import StftSpec
from audiolab.analysis.tiles import TileKey, compute_tile
from audiolab.core.recording import ArrayRecording

RATE = 48000


@given(
    scale=st.sampled_from(SCALE_NAMES),
    height=st.integers(1, 2000),
    low=st.floats(1, 5000),
    span=st.floats(10, 90_000),
)
def test_frequency_and_height_are_inverse(scale: ScaleName, height: int, low: float, span: float) -> None:
    axis = FrequencyAxis(height, low, low + span, scale)
    assert axis.frequency_at(0) == pytest.approx(low + span)
    assert axis.frequency_at(height) == pytest.approx(low)
    for part in (0.1, 0.5, 0.93):
        assert axis.y_of(axis.frequency_at(part * height)) == pytest.approx(part * height, rel=1e-6, abs=1e-6)


def test_known_places() -> None:
    assert FrequencyAxis(100, 0, 1000).frequency_at(25) == pytest.approx(750)
    assert FrequencyAxis(100, 100, 10_000, "log").frequency_at(50) == pytest.approx(1000)
    assert FrequencyAxis(100, 100, 10_000, "log").y_of(0.0) == np.inf
    mel = FrequencyAxis(1000, 0, 700 * (10 ** (2000 / 2595) - 1), "mel")  # 0 to 2000 mel
    assert mel.frequency_at(500) == pytest.approx(1000, abs=0.05)


@pytest.mark.parametrize("scale", SCALE_NAMES)
@pytest.mark.parametrize("height", [60, 400, 3000])
@pytest.mark.parametrize("bin_index", [9, 40, 333])
def test_a_tone_is_loudest_at_its_row(scale: ScaleName, height: int, bin_index: int) -> None:
    spec = StftSpec()
    frequency = spec.frequency_of(bin_index, RATE)
    recording = ArrayRecording(0.5 * np.sin(2 * np.pi * frequency * np.arange(30_000) / RATE), RATE)
    tile = compute_tile(recording, TileKey(spec, 0, 0, 0))
    axis = FrequencyAxis(height, 100, 20_000, scale)
    column = row_edges(axis, spec, RATE).apply(tile)[:, 50]
    assert column.shape == (height,)
    loudest = np.flatnonzero(column == column.max())
    row = int(axis.y_of(frequency))
    assert loudest.min() - 1 <= row <= loudest.max() + 1
    assert column[row] == tile[bin_index, 50]


@pytest.mark.parametrize("scale", SCALE_NAMES)
def test_a_row_shows_the_loudest_of_its_bins(scale: ScaleName) -> None:
    spec = StftSpec(4096)
    tile = np.random.default_rng(0).integers(0, 200, (spec.bins, 5)).astype(np.uint8)
    axis = FrequencyAxis(100, 50, 24_000, scale)
    image = row_edges(axis, spec, RATE).apply(tile)
    checked = 0
    for row in range(100):
        high, low = (spec.bin_of(axis.frequency_at(y), RATE) for y in (row, row + 1))
        bins = [b for b in range(spec.bins) if low <= b < high - 1e-9]
        if len(bins) > 1:
            np.testing.assert_array_equal(image[row], tile[bins].max(axis=0))
            checked += 1
    assert checked > 40


def test_wide_bins_are_interpolated_or_nearest() -> None:
    spec = StftSpec(16)
    tile = (np.arange(9) * 20).astype(np.uint8)[:, np.newaxis]
    axis = FrequencyAxis(801, -0.0, 24_030)
    smooth = row_edges(axis, spec, RATE).apply(tile)[:, 0].astype(int)
    assert (np.diff(smooth[1:]) <= 0).all()
    assert np.abs(np.diff(smooth[1:])).max() <= 1
    nearest = row_edges(axis, spec, RATE, smooth=False).apply(tile)[:, 0]
    assert set(nearest[1:].tolist()) == set(tile[:, 0].tolist())
    assert nearest[int(axis.y_of(7_400))] == tile[2, 0]


def test_rows_above_nyquist_are_empty() -> None:
    spec = StftSpec()
    tile = np.full((spec.bins, 3), 99, dtype=np.uint8)
    axis = FrequencyAxis(100, 0, 48_000)
    image = row_edges(axis, spec, RATE).apply(tile)
    assert not image[:49].any()
    assert (image[50:] == 99).all()


def test_what_does_not_fit_is_refused() -> None:
    mapping = row_edges(FrequencyAxis(10, 0, 1000), StftSpec(), RATE)
    with pytest.raises(ValueError, match="7 bins"):
        mapping.apply(np.zeros((7, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match="axis"):
        FrequencyAxis(10, 0.0, 1000, "log")
    with pytest.raises(ValueError, match="axis"):
        FrequencyAxis(10, 2000, 1000)
    with pytest.raises(ValueError, match="cents"):
        FrequencyAxis(10, 0, 1000, "cents")  # type: ignore[arg-type]
