"""Tiles of signals whose place in time and frequency is known, at every zoom."""

import numpy as np
import numpy.typing as npt
import pytest

from audiolab.analysis.stft import StftSpec, stft_db
from audiolab.analysis.tiles import (
    STEP_DB,
    TILE_COLUMNS,
    TileKey,
    column_hop,
    compute_tile,
    compute_tiles,
    db_of,
    finest_level,
    index_of,
    level_for,
    max_pool,
    tile_needs,
    tile_span,
    tiles_in,
    windows_per_column,
)
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from tests.analysis.native import NativeRecording

RATE = 48000
SPEC = StftSpec()


def noise(frames: int, channels: int = 2) -> npt.NDArray[np.int16]:
    return (np.random.default_rng(3).standard_normal((frames, channels)) * 3000).astype(np.int16)


def test_level_0_is_the_stft_in_indices() -> None:
    native = noise(200_000)
    recording = NativeRecording(native)
    tile = compute_tile(recording, TileKey(SPEC, 1, 0, 2))
    levels = stft_db(ArrayRecording(native / 32768, RATE), SPEC, 1, 2 * TILE_COLUMNS, TILE_COLUMNS)
    assert tile.shape == (SPEC.bins, TILE_COLUMNS)
    assert tile.dtype == np.uint8
    assert tile.flags.c_contiguous
    np.testing.assert_allclose(db_of(0) + tile.T * STEP_DB, levels, atol=0.32)


@pytest.mark.parametrize("level", range(-3, 9))
def test_a_full_scale_sine_is_0_db_at_its_bin_at_every_zoom(level: int) -> None:
    frequency = SPEC.frequency_of(100, RATE)
    frames = 40 * column_hop(SPEC, level) + 10_000
    recording = ArrayRecording(np.sin(2 * np.pi * frequency * np.arange(frames) / RATE), RATE)
    tile = compute_tile(recording, TileKey(SPEC, 0, level, 0))
    first = SPEC.length // column_hop(SPEC, level) + 1
    inside = tile[:, first : first + 30]
    assert (inside.argmax(axis=0) == 100).all()
    assert (inside[100] == round(index_of(0.0))).all()


@pytest.mark.parametrize("level", range(-3, 4))
def test_a_click_shows_at_its_column(level: int) -> None:
    hop = column_hop(SPEC, level)
    for column in (20, 33, 300):
        for offset in (-hop // 2, -hop // 4 + 1, 0, hop // 2 - 1):
            samples = np.zeros(310 * hop)
            samples[column * hop + offset] = 1.0
            index, within = divmod(column, TILE_COLUMNS)
            tile = compute_tile(ArrayRecording(samples, RATE), TileKey(SPEC, 0, level, index))
            column_levels = tile.max(axis=0).astype(int)
            # Windows of neighbours overlap, so that a click at an edge is as loud in the next column.
            assert column_levels[within] == column_levels.max()
            heard = np.flatnonzero(column_levels)
            reach = -(-(SPEC.length // 2 + hop // 2) // hop)
            assert within - reach <= heard[0] <= heard[-1] <= within + reach


def test_a_click_keeps_its_level_up_to_where_windows_cover_a_column() -> None:
    levels = []
    for level in range(4):
        hop = column_hop(SPEC, level)
        samples = np.zeros(60 * hop)
        samples[40 * hop + hop // 3] = 1.0
        levels.append(db_of(int(compute_tile(ArrayRecording(samples, RATE), TileKey(SPEC, 0, level, 0)).max())))
    assert max(levels) - min(levels) < 6.1


def test_columns_stand_for_the_samples_around_their_centre() -> None:
    for level in (-2, 0, 1, 5):
        hop = column_hop(SPEC, level)
        first, second = (tile_span(TileKey(SPEC, 0, level, i)) for i in (0, 1))
        assert first == TimeSpan(-hop // 2, TILE_COLUMNS * hop - hop // 2)
        assert second.start == first.stop


def test_tiles_of_a_span_are_those_that_overlap_it() -> None:
    for level in (-3, 0, 3):
        for start, stop in ((0, 1), (0, 400_000), (65_407, 65_408), (65_408, 65_409), (-5000, -4000)):
            span = TimeSpan(start, stop)
            expected = [i for i in range(50) if tile_span(TileKey(SPEC, 0, level, i)).overlaps(span)]
            assert list(tiles_in(span, SPEC, level)) == expected
        assert not tiles_in(TimeSpan(700, 700), SPEC, level)


@pytest.mark.parametrize("level", [-2, 0, 1, 3, 5])
def test_samples_that_a_tile_does_not_need_change_nothing(level: int) -> None:
    key = TileKey(SPEC, 0, level, 1)
    needs = tile_needs(key)
    samples = np.random.default_rng(4).standard_normal(needs.stop + 5000).astype(np.float32) * 0.1
    tile = compute_tile(ArrayRecording(samples, RATE), key)
    changed = samples.copy()
    changed[: needs.start] = 1.0
    changed[needs.stop :] = -1.0
    np.testing.assert_array_equal(compute_tile(ArrayRecording(changed, RATE), key), tile)
    for needed in (needs.start + SPEC.length // 2, needs.stop - SPEC.length // 2):
        changed = samples.copy()
        changed[needed] = 30.0
        assert (compute_tile(ArrayRecording(changed, RATE), key) != tile).any()


def test_a_tile_beyond_the_recording_is_empty() -> None:
    recording = NativeRecording(noise(70_000))
    tile = compute_tile(recording, TileKey(SPEC, 0, 0, 1))
    heard = (70_000 + 128) // 256 - TILE_COLUMNS + 1
    assert tile[:, : heard - 1].any(axis=0).all()
    assert not tile[:, heard:].any()
    assert not compute_tile(recording, TileKey(SPEC, 0, 0, 2)).any()
    assert not compute_tile(recording, TileKey(SPEC, 0, 10, 9)).any()


def test_all_channels_at_once_equal_one_by_one() -> None:
    recording = NativeRecording(noise(300_000, 3))
    for level in (0, 2, 4):
        key = TileKey(SPEC, 0, level, 0)
        for channel, tile in enumerate(compute_tiles(recording, key, range(3))):
            np.testing.assert_array_equal(tile, compute_tile(recording, TileKey(SPEC, channel, level, 0)))


def test_a_missing_channel_is_refused() -> None:
    with pytest.raises(ValueError, match="channel 2"):
        compute_tile(NativeRecording(noise(1000)), TileKey(SPEC, 2, 0, 0))


def test_samples_that_are_no_numbers_are_silence() -> None:
    samples = np.zeros(20_000, dtype=np.float32)
    samples[5000:5003] = [np.nan, np.inf, -np.inf]
    assert not compute_tile(ArrayRecording(samples, RATE), TileKey(SPEC, 0, 0, 0)).any()


def test_levels_below_0_have_the_columns_in_between() -> None:
    recording = NativeRecording(noise(200_000))
    whole = compute_tile(recording, TileKey(SPEC, 0, 0, 0))
    for level in range(finest_level(SPEC), 0):
        fine = compute_tile(recording, TileKey(SPEC, 0, level, 1))
        step = 1 << -level
        first = TILE_COLUMNS // step
        np.testing.assert_array_equal(fine[:, ::step], whole[:, first : first + TILE_COLUMNS // step])
        moved = StftSpec(hop=column_hop(SPEC, level))
        np.testing.assert_array_equal(fine, compute_tile(recording, TileKey(moved, 0, 0, 1)))


def test_hops_are_halved_only_while_that_adds_something() -> None:
    assert [
        finest_level(spec) for spec in (SPEC, StftSpec(hop=255), StftSpec(480, hop=48), StftSpec(8192, hop=64))
    ] == [
        -3,
        0,
        -1,
        0,
    ]


def test_silence_is_index_0_and_more_than_full_scale_is_kept() -> None:
    assert not compute_tile(ArrayRecording(np.zeros(5000), RATE), TileKey(SPEC, 0, 0, 0)).any()
    loud = ArrayRecording(2.0 * np.sin(2 * np.pi * 3000 * np.arange(20_000) / RATE), RATE)
    tile = compute_tile(loud, TileKey(SPEC, 0, 0, 0))
    assert db_of(int(tile.max())) == pytest.approx(6.02, abs=0.32)
    assert index_of(10.0) == 255.0
    assert index_of(-149.375) == 0.0
    assert index_of(db_of(77.5)) == 77.5


def test_a_zoomed_out_tile_reads_no_more_than_a_bounded_part() -> None:
    recording = NativeRecording(np.broadcast_to(np.full((1, 1), 100, np.int16), (10**9, 1)))
    compute_tile(recording, TileKey(SPEC, 0, 13, 0))
    assert 0 < recording.frames_read <= TILE_COLUMNS * 2 * SPEC.length


def test_windows_cover_a_column_without_gaps_while_four_can() -> None:
    assert [windows_per_column(SPEC, level) for level in range(6)] == [1, 2, 4, 4, 2, 2]
    assert windows_per_column(StftSpec(8192, hop=1024), 3) == 1


def test_the_level_has_columns_of_at_most_one_pixel() -> None:
    assert [level_for(spp, SPEC) for spp in (256, 511.9, 512, 1024, 90_000)] == [0, 0, 1, 2, 8]
    assert [level_for(spp, SPEC) for spp in (255, 128, 127, 64, 63, 32, 0.1)] == [-1, -1, -2, -2, -3, -3, -3]
    assert column_hop(SPEC, level_for(1e15, SPEC)) <= 1e15


def test_pooling_takes_the_loudest_column_of_each_pixel() -> None:
    indices = np.random.default_rng(5).integers(0, 255, (7, 40)).astype(np.uint8)
    for count in (1, 13, 40, 90):
        edges = np.linspace(0, 40, count + 1).astype(np.int64)
        pooled = max_pool(indices, edges)
        for i in range(count):
            stop = max(edges[i + 1], edges[i] + 1)
            np.testing.assert_array_equal(pooled[:, i], indices[:, edges[i] : stop].max(axis=1))
