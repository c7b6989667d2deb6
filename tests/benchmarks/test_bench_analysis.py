"""How long peaks and spectrogram tiles take on one hour of 48 kHz 16-bit stereo, read from a WAV file.

Run with ``pytest tests/benchmarks/test_bench_analysis.py --benchmark-only -o addopts=``. A frame has 16 ms for all.
"""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from audiolab.analysis.frequency import SCALE_NAMES, FrequencyAxis, ScaleName, row_edges
from audiolab.analysis.levels import measure_levels
from audiolab.analysis.peaks import PeakPyramid, sketch
from audiolab.analysis.presets import PRESETS, SpectrogramPreset
from audiolab.analysis.tiles import TileKey, column_hop, compute_tiles, max_pool
from audiolab.core.cancel import CancelToken
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.media.opening import open_recording

RATE = 48_000
SECONDS = 3600
COLUMNS = 1900


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """Noise whose level wanders, differently in each minute; white noise is what pruning helps least with."""
    file: Path = tmp_path_factory.mktemp("bench") / "hour.wav"
    rng = np.random.default_rng(0)
    minute = rng.standard_normal((60 * RATE, 2)).astype(np.float32) * 3000
    with wave.open(str(file), "wb") as writer:
        writer.setparams((2, 2, RATE, 0, "NONE", ""))
        for number in range(SECONDS // 60):
            level = 0.2 + 0.8 * abs(np.sin(number))
            writer.writeframes((np.roll(minute, number * 1000, axis=0) * level).astype("<i2").tobytes())
    recording = open_recording(file)
    yield recording
    recording.close()
    file.unlink()


@pytest.fixture(scope="module")
def peaks(hour: Recording) -> PeakPyramid:
    pyramid = PeakPyramid.of(hour)
    pyramid.extend(hour, CancelToken())
    return pyramid


def test_peaks_of_an_hour(benchmark: BenchmarkFixture, hour: Recording) -> None:
    def extend() -> PeakPyramid:
        pyramid = PeakPyramid.of(hour)
        pyramid.extend(hour, CancelToken())
        return pyramid

    pyramid = benchmark.pedantic(extend, rounds=5, warmup_rounds=1)
    benchmark.extra_info["megabytes"] = pyramid.nbytes / 1e6
    assert pyramid.frames == SECONDS * RATE


def test_first_look_at_an_hour(benchmark: BenchmarkFixture, hour: Recording) -> None:
    assert benchmark(sketch, hour, COLUMNS).approximate


def test_peaks_from_the_cache(benchmark: BenchmarkFixture, peaks: PeakPyramid, tmp_path: Path) -> None:
    peaks.save(tmp_path / "hour.peaks", "id")

    def load_and_show() -> float:
        loaded = PeakPyramid.load(tmp_path / "hour.peaks", "id")
        assert loaded is not None
        return float(loaded.query(None, 0, loaded.frames, COLUMNS).maximum.max())

    assert benchmark(load_and_show) > 0


@pytest.mark.parametrize("exact", [False, True], ids=["blocks", "exact"])
@pytest.mark.parametrize("per_column", [0.3, 30, 250, 511, 700, 2000, 8000, 30_000, SECONDS * RATE / COLUMNS])
def test_query(
    benchmark: BenchmarkFixture, hour: Recording, peaks: PeakPyramid, per_column: float, exact: bool
) -> None:
    start = 0.0 if per_column > 80_000 else 1_234_567.3
    result = benchmark(peaks.query, hour if exact else None, start, start + per_column * COLUMNS, COLUMNS)
    assert result.valid == range(COLUMNS)


@pytest.mark.parametrize("level", [0, 2, 6, 8])
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_nine_stereo_tiles(
    benchmark: BenchmarkFixture, hour: Recording, preset: SpectrogramPreset, level: int
) -> None:
    spec = preset.spec_for(RATE)
    room = SECONDS * RATE // (256 * column_hop(spec, level))
    count = min(9, room)
    if not count:
        pytest.skip("an hour has not even one tile at this level")
    tiles = benchmark.pedantic(
        lambda: [compute_tiles(hour, TileKey(spec, 0, level, index), range(2)) for index in range(count)],
        rounds=5,
        warmup_rounds=1,
    )
    benchmark.extra_info["tiles"] = count
    assert tiles[0][0].any()


@pytest.mark.parametrize("scale", SCALE_NAMES)
def test_mapping_nine_tiles_to_400_rows(benchmark: BenchmarkFixture, hour: Recording, scale: ScaleName) -> None:
    spec = PRESETS[0].spec_for(RATE)
    tiles = np.concatenate([compute_tiles(hour, TileKey(spec, 0, 0, i), range(1))[0] for i in range(9)], axis=1)
    mapping = row_edges(FrequencyAxis(400, 40.0, 24_000.0, scale), spec, RATE)
    assert benchmark(mapping.apply, tiles).shape == (400, 2304)


def test_pooling_nine_tiles_to_pixels(benchmark: BenchmarkFixture) -> None:
    indices = np.zeros((400, 2304), dtype=np.uint8)
    edges = np.linspace(0, 2304, COLUMNS + 1).astype(np.int64)
    assert benchmark(max_pool, indices, edges).shape == (400, COLUMNS)


def test_levels_of_a_minute(benchmark: BenchmarkFixture, hour: Recording) -> None:
    result = benchmark(measure_levels, hour, TimeSpan(0, 60 * RATE), CancelToken())
    assert result[0].peak > 0
