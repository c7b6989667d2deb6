"""Ten minutes of 48 kHz 16-bit stereo scanned, and ten seconds through the live meter as a window polls it."""

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from audiolab.analysis.loudness import LoudnessMeter, scan
from tests.analysis.native import NativeRecording

RATE = 48_000


@pytest.fixture(scope="module")
def ten_minutes() -> NativeRecording:
    random = np.random.default_rng(1)
    minute = random.standard_normal((60 * RATE, 2)) * 3000.0 * np.linspace(0.1, 1.0, 60 * RATE)[:, np.newaxis]
    return NativeRecording(np.tile(minute.astype(np.int16), (10, 1)), RATE)


def test_bench_scan(benchmark: BenchmarkFixture, ten_minutes: NativeRecording) -> None:
    assert benchmark(scan, ten_minutes).integrated_lufs is not None


def test_bench_live_meter(benchmark: BenchmarkFixture, ten_minutes: NativeRecording) -> None:
    sound = ten_minutes.read(0, 10 * RATE)
    meter = LoudnessMeter(RATE, 2)

    def poll_at_60_hz() -> None:
        for start in range(0, len(sound), RATE // 60):
            meter.push(sound[start : start + RATE // 60])
            meter.reading()

    benchmark(poll_at_60_hz)
    assert meter.reading().integrated_lufs is not None
