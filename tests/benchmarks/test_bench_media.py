"""How fast sound comes off the disk (from the page cache, that is) and out of the decoders.

pytest tests/benchmarks/test_bench_media.py --benchmark-only
"""

from itertools import count
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytest_benchmark.fixture import BenchmarkFixture

from audiolab.core.timebase import TimeSpan
from audiolab.media import CacheStore, GrowingRecording, open_recording, write_audio

RATE = 48_000
BLOCK = 1 << 18


def seconds_of_sound(seconds: int) -> np.ndarray:
    """Coloured stereo noise, int16."""
    white = np.random.default_rng(1).standard_normal((seconds * RATE + 8, 2), dtype=np.float32)
    smooth = np.cumsum(white, axis=0)
    return (1500 * (smooth[8:] - smooth[:-8])).clip(-32768, 32767).astype(np.int16)


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One hour of 16-bit stereo, 691 MB."""
    path = tmp_path_factory.mktemp("hour") / "hour.wav"
    minute = seconds_of_sound(60)
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for _ in range(60):
            file.write(minute)
    return path


@pytest.fixture(scope="module")
def five_minutes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("five") / "five.wav"
    soundfile.write(path, seconds_of_sound(300), RATE)
    return path


def test_open_an_hour(benchmark: BenchmarkFixture, hour: Path) -> None:
    recording = benchmark(open_recording, hour)
    assert recording.frames == 3600 * RATE


def test_scan_an_hour_as_stored(benchmark: BenchmarkFixture, hour: Path) -> None:
    def scan() -> int:
        recording = open_recording(hour)
        blocks = (recording.read_native(start, start + BLOCK) for start in range(0, recording.frames, BLOCK))
        frames = sum(len(block) for block in blocks)
        recording.close()
        return frames

    assert benchmark(scan) == 3600 * RATE


def test_scan_an_hour_as_float(benchmark: BenchmarkFixture, hour: Path) -> None:
    def scan() -> int:
        recording = open_recording(hour)
        blocks = (recording.read(start, start + BLOCK) for start in range(0, 3600 * RATE, BLOCK))
        frames = sum(len(block) for block in blocks)
        recording.close()
        return frames

    assert benchmark.pedantic(scan, rounds=3) >= 3600 * RATE


@pytest.mark.parametrize("container", ["FLAC", "MP3", "OGG"])
def test_decode_five_minutes(
    benchmark: BenchmarkFixture, tmp_path: Path, five_minutes: Path, container: str
) -> None:
    path = tmp_path / "coded"
    write_audio(open_recording(five_minutes), TimeSpan(0, 300 * RATE), path, container)
    fresh = (CacheStore(tmp_path / f"cache-{number}", 10**9) for number in count())

    def decode() -> int:
        recording = open_recording(path, store=next(fresh))
        recording.close()
        return recording.frames

    frames = benchmark.pedantic(decode, rounds=5)
    assert frames == 300 * RATE
    benchmark.extra_info["times faster than real time"] = round(300 / benchmark.stats.stats.median)


def test_open_from_the_cache(benchmark: BenchmarkFixture, tmp_path: Path, five_minutes: Path) -> None:
    path = tmp_path / "coded.flac"
    write_audio(open_recording(five_minutes), TimeSpan(0, 300 * RATE), path, "FLAC")
    store = CacheStore(tmp_path / "cache", 10**9)
    open_recording(path, store=store).close()

    def reopen() -> int:
        recording = open_recording(path, store=store)
        recording.close()
        return recording.frames

    assert benchmark(reopen) == 300 * RATE


def test_export_five_minutes(benchmark: BenchmarkFixture, tmp_path: Path, five_minutes: Path) -> None:
    recording = open_recording(five_minutes)
    span = TimeSpan(0, recording.frames)
    benchmark.pedantic(write_audio, (recording, span, tmp_path / "copy.wav", "WAV", "PCM_16"), rounds=5)
    assert soundfile.info(tmp_path / "copy.wav").frames == recording.frames


def test_append_a_minute_in_small_pieces(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """As a recorder does: ten milliseconds at a time."""
    names = (tmp_path / f"{number}.wav" for number in count())
    piece = np.full((RATE // 100, 2), 0.1, dtype=np.float32)

    def record() -> int:
        take = GrowingRecording.create(next(names), RATE, 2)
        for _ in range(6000):
            take.append(piece)
        take.finish()
        take.close()
        return take.frames

    assert benchmark.pedantic(record, rounds=5) == 60 * RATE
