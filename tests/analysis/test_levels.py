import math

import numpy as np
import pytest

from audiolab.analysis import levels as room
from audiolab.analysis.levels import measure_levels
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from tests.analysis.native import NativeRecording


def everything(recording: NativeRecording | ArrayRecording) -> TimeSpan:
    return TimeSpan(0, recording.frames)


def test_a_full_scale_sine() -> None:
    recording = ArrayRecording(np.sin(2 * np.pi * np.arange(48_000) / 48), 48_000)
    (level,) = measure_levels(recording, everything(recording), CancelToken())
    assert level.peak_db == pytest.approx(0.0, abs=1e-6)
    assert level.peak_frame == 12
    assert level.rms_db == pytest.approx(-3.0103, abs=1e-4)
    assert level.dc_offset == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("chunk", [1, 7, 1000, 2**18])
def test_16_bit_sums_are_exact_however_they_are_cut(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CHUNK_FRAMES", chunk)
    native = (np.random.default_rng(0).standard_normal((3000, 2)) * 20_000).clip(-32768, 32767).astype(np.int16)
    native[:, 1] //= 2
    recording = NativeRecording(native)
    span = TimeSpan(100, 2900)
    for channel, level in enumerate(measure_levels(recording, span, CancelToken())):
        inside = native[100:2900, channel].astype(object)
        assert level.dc_offset == float(sum(inside)) / 32768 / 2800
        assert level.rms == math.sqrt(float(sum(v * v for v in inside)) / 2.0**30 / 2800)
        assert level.peak == max(abs(v) for v in inside) / 32768
        assert level.peak_frame == 100 + [abs(v) for v in inside].index(max(abs(v) for v in inside))
        assert level.clipped_runs == clipped(inside.tolist(), 32767)


def clipped(values: list[int], limit: int) -> int:
    """The definition: runs of three or more at full scale, each sign for itself."""
    signs = ["+" if v >= limit else "-" if v <= -limit else " " for v in values]
    runs, length = 0, 0
    for before, sign in zip([" ", *signs], [*signs, " "], strict=True):
        if before != sign:
            runs += before != " " and length >= 3
            length = 0
        length += 1
    return runs


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 100])
def test_clipped_runs_are_counted_across_chunks(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CHUNK_FRAMES", chunk)
    top, low = 32767, -32768
    values = [top] * 3 + [0] + [top] * 2 + [low] * 3 + [top] * 10 + [0] * 5 + [low] * 2 + [5] + [low] * 4
    recording = NativeRecording(np.array(values, dtype=np.int16)[:, np.newaxis])
    (level,) = measure_levels(recording, everything(recording), CancelToken())
    assert level.clipped_runs == clipped(values, top) == 4


def test_full_scale_depends_on_the_bits() -> None:
    top_24 = np.full((5, 1), 0x7FFFFF00, dtype=np.int32)
    for bits, runs in ((24, 1), (32, 0)):
        recording = NativeRecording(top_24, bit_depth=bits)
        assert measure_levels(recording, everything(recording), CancelToken())[0].clipped_runs == runs
    floats = ArrayRecording(np.full(5, 32767 / 32768), 48_000)
    assert measure_levels(floats, everything(floats), CancelToken())[0].clipped_runs == 1


def test_an_offset_is_found_and_counts_for_rms() -> None:
    recording = ArrayRecording(np.full(1000, -0.25), 48_000)
    (level,) = measure_levels(recording, everything(recording), CancelToken())
    assert level.dc_offset == level.peak * -1 == -0.25
    assert level.rms == 0.25
    assert level.clipped_runs == 0


def test_an_empty_span_is_silent() -> None:
    recording = NativeRecording(np.full((100, 2), 77, dtype=np.int16))
    for level in measure_levels(recording, TimeSpan(200, 300), CancelToken()):
        assert (level.peak, level.rms, level.dc_offset, level.clipped_runs) == (0.0, 0.0, 0.0, 0)
        assert level.peak_db == -200.0


def test_samples_that_are_no_numbers_count_as_silence() -> None:
    recording = NativeRecording(np.array([[0.5], [np.nan], [np.inf], [-np.inf]], dtype=np.float32))
    (level,) = measure_levels(recording, everything(recording), CancelToken())
    assert level.peak == 0.5
    assert level.rms == 0.25


def test_it_can_be_cancelled_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CHUNK_FRAMES", 100)
    recording = NativeRecording(np.zeros((1000, 1), dtype=np.int16))
    fractions: list[float] = []
    measure_levels(recording, TimeSpan(500, 1000), CancelToken(), fractions.append)
    assert fractions == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        measure_levels(recording, TimeSpan(0, 1000), token)
