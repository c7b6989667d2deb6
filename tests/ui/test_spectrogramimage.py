"""The spectrogram's image from tiles that come and go."""

import numpy as np
import pytest

from audiolab.analysis.frequency import FrequencyAxis
from audiolab.analysis.stft import StftSpec
from audiolab.analysis.tiles import Indices, TileKey, column_hop, compute_tile, index_of, level_for
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.mappedtiles import Recipe
from audiolab.ui.spectrogramimage import FINAL, NOTHING, STAND_IN, SpectrogramImage

RATE = 8000
FRAMES = 400_000
SPEC = StftSpec(256, hop=64)
ROWS = 100
RECIPE = Recipe(SPEC, 0, RATE, FrequencyAxis(ROWS, 0.0, 4000.0))


class Shelf:
    """Tiles that are put there by a test."""

    def __init__(self, recording: ArrayRecording) -> None:
        self.recording = recording
        self.tiles: dict[TileKey, Indices] = {}

    def get(self, key: TileKey) -> Indices | None:
        return self.tiles.get(key)

    def put(self, keys) -> None:
        for key in keys:
            self.tiles[key] = compute_tile(self.recording, key)


@pytest.fixture(scope="module")
def recording() -> ArrayRecording:
    """A tone of 1 kHz, 0.5 full scale, in the first half, and a click at 300000."""
    samples = np.zeros(FRAMES, np.float32)
    time = np.arange(FRAMES // 2) / RATE
    samples[: FRAMES // 2] = 0.5 * np.sin(2 * np.pi * 1000 * time)
    samples[300_000] = 1.0
    return ArrayRecording(samples, RATE)


@pytest.fixture
def shelf(recording: ArrayRecording) -> Shelf:
    return Shelf(recording)


@pytest.fixture
def image(shelf: Shelf) -> SpectrogramImage:
    return SpectrogramImage(shelf.get)


def show(image: SpectrogramImage, start: int, stop: int, width: int = 500, recipe: Recipe = RECIPE) -> None:
    image.show(recipe, TimeAxis(TimeSpan(start, stop), 0, width), FRAMES)


def complete(image: SpectrogramImage, shelf: Shelf, start: int, stop: int, width: int = 500) -> None:
    show(image, start, stop, width)
    shelf.put(image.wanted())
    show(image, start, stop, width)


def test_without_tiles_there_is_nothing(image: SpectrogramImage) -> None:
    show(image, 0, FRAMES)
    assert image.columns.shape == (500, ROWS)
    assert (image.state == NOTHING).all()
    assert not image.columns.any()


@pytest.mark.parametrize("span", [(0, FRAMES), (100_000, 300_000), (150_000, 151_000), (5_000, 5_040), (7, 70_000)])
def test_wanted_tiles_make_it_final_at_every_zoom(
    image: SpectrogramImage, shelf: Shelf, span: tuple[int, int]
) -> None:
    complete(image, shelf, *span)
    assert (image.state == FINAL).all()


def test_a_tone_is_in_its_row_with_its_level(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 10_000, 110_000)
    loudest = image.columns[250].argmax()
    assert abs(loudest - 75) <= 1  # 1 kHz of 4 kHz, from the top
    assert image.columns[250].max() == pytest.approx(index_of(-6.02), abs=1)
    assert image.level_at(60_000, 1000.0) == pytest.approx(-6.02, abs=0.4)
    assert image.level_at(60_000, 3000.0) < -60.0
    shelf.tiles.clear()
    assert image.level_at(60_000, 1000.0) is None


@pytest.mark.parametrize("span", [(290_000, 310_000), (299_000, 301_000), (200_000, 400_000)])
def test_a_click_is_in_its_column(image: SpectrogramImage, shelf: Shelf, span: tuple[int, int]) -> None:
    complete(image, shelf, *span)
    strength = image.columns.astype(int).sum(axis=1)
    loud = np.flatnonzero(strength > strength.max() * 0.95)
    expected = (300_000 - span[0]) * 500 / (span[1] - span[0])
    middle = (loud[0] + loud[-1] + 1) / 2
    per_pixel = (span[1] - span[0]) / 500
    assert abs(middle - expected) <= 1 + SPEC.hop / 2 / per_pixel


@pytest.mark.parametrize("shift", [1, -1, 37, -37, 499, 500, 900, -650])
def test_scrolling_shows_what_asking_anew_shows(shelf: Shelf, shift: int) -> None:
    per_column, start = 100, 150_000
    moved, fresh = SpectrogramImage(shelf.get), SpectrogramImage(shelf.get)
    complete(moved, shelf, start, start + 500 * per_column)
    target = start + shift * per_column
    show(moved, target, target + 500 * per_column)
    shelf.put(moved.wanted())
    show(moved, target, target + 500 * per_column)
    show(fresh, target, target + 500 * per_column)
    assert (moved.state == FINAL).all()
    assert np.array_equal(moved.columns, fresh.columns)


def test_scrolling_keeps_what_is_there(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 100_000, 150_000)
    before = image.columns.copy()
    shelf.tiles.clear()
    show(image, 101_000, 151_000)
    assert np.array_equal(image.columns[:-10], before[10:])
    assert (image.state[:-10] == FINAL).all()
    assert (image.state[-10:] == NOTHING).all()


def test_zooming_stretches_what_is_there_until_tiles_come(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 0, FRAMES)
    before = image.columns.copy()
    shelf.tiles.clear()
    show(image, 0, FRAMES // 2)
    assert (image.state == STAND_IN).all()
    assert np.array_equal(image.columns[::2], before[:250])
    assert np.array_equal(image.columns[1::2], before[:250])
    show(image, 0, FRAMES)
    assert (image.state[:250] == STAND_IN).all()
    assert (image.state[251:] == NOTHING).all()
    shelf.put(image.wanted())
    show(image, 0, FRAMES)
    assert np.array_equal(image.columns, before)


def test_a_coarser_tile_stands_in_at_a_place_not_seen_before(image: SpectrogramImage, shelf: Shelf) -> None:
    level = level_for(100.0, SPEC)
    shelf.put([TileKey(SPEC, 0, level + 3, index) for index in range(10)])
    show(image, 100_000, 150_000)
    assert (image.state == STAND_IN).all()
    assert abs(image.columns[250].argmax() - 75) <= 1


def test_the_whole_recording_stands_in_from_afar(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 0, FRAMES)
    far = SpectrogramImage(shelf.get)
    show(far, 100_000, 101_000)
    assert (far.state == STAND_IN).all()


def test_the_middle_is_wanted_first(image: SpectrogramImage) -> None:
    show(image, 100_000, 200_000, 2000)
    level = level_for(50.0, SPEC)
    width = column_hop(SPEC, level) * 256
    visible = [key.index for key in image.wanted() if key.level == level][: 100_000 // width]
    assert abs(visible[0] * width + width / 2 - 150_000) <= width
    assert abs(visible[-1] - visible[0]) >= abs(visible[1] - visible[0])
    assert all(0 <= key.index * column_hop(SPEC, key.level) * 256 <= FRAMES + width for key in image.wanted())
    assert len(set(image.wanted())) == len(image.wanted())


def test_a_tile_that_grew_is_taken_again(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 0, 10_000)
    key = next(iter(image.wanted()))
    assert (image.state == FINAL).all()
    shelf.tiles[key] = np.full_like(shelf.tiles[key], 200)
    show(image, 0, 10_000)
    assert (image.columns == 200).any()
    assert (image.state == FINAL).all()


def test_another_channel_keeps_the_last_until_it_comes(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 0, 100_000)
    before = image.columns.copy()
    show(image, 0, 100_000, recipe=Recipe(SPEC, 1, RATE, RECIPE.axis))
    assert (image.state == STAND_IN).all()
    assert np.array_equal(image.columns, before)
    assert {key.channel for key in image.wanted()} == {1}


def test_another_recording_keeps_nothing(image: SpectrogramImage, shelf: Shelf) -> None:
    complete(image, shelf, 0, 100_000)
    shelf.tiles.clear()
    image.forget()
    show(image, 0, 100_000)
    assert (image.state == NOTHING).all()


def test_beyond_the_end_there_is_nothing_to_want(image: SpectrogramImage, shelf: Shelf) -> None:
    image.show(RECIPE, TimeAxis(TimeSpan(0, 2000), 0, 500), 1000)
    shelf.put(image.wanted())
    image.show(RECIPE, TimeAxis(TimeSpan(0, 2000), 0, 500), 1000)
    assert (image.state[:250] == FINAL).all()
    assert all(key.index * column_hop(SPEC, key.level) * 256 <= 1000 for key in image.wanted())
