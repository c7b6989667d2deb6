"""Peak columns against the samples themselves, at every zoom, for every format, while growing."""

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiolab.analysis.peaks import BLOCK, PeakColumns, PeakPyramid, sketch
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.recording import ArrayRecording
from tests.analysis.native import NativeRecording


def noise(frames: int, channels: int = 2, seed: int = 0) -> npt.NDArray[np.int16]:
    """Noise whose level wanders, with rare peaks, so that the place of an extreme matters."""
    rng = np.random.default_rng(seed)
    level = 200 + 3000 * np.abs(np.sin(np.arange(frames) / 5000.0))[:, np.newaxis]
    samples = rng.standard_normal((frames, channels)) * level
    peaks = rng.integers(0, frames, size=frames // 3000 + 1)
    samples[peaks] *= 5
    return np.clip(samples, -32768, 32767).astype(np.int16)


def pyramid_of(recording: NativeRecording) -> PeakPyramid:
    pyramid = PeakPyramid.of(recording)
    pyramid.extend(recording, CancelToken())
    return pyramid


def check_exact(result: PeakColumns, samples: npt.NDArray[np.float64], start: float, stop: float) -> None:
    """Compare with the definition, column by column."""
    columns = result.minimum.shape[1]
    edges = [int(np.ceil(start + (stop - start) / columns * i)) for i in range(columns + 1)]
    for i in range(columns):
        inside = samples[max(edges[i], 0) : max(edges[i + 1], 0)]
        if len(inside):
            assert i in result.valid
            np.testing.assert_array_equal(result.minimum[:, i], inside.min(axis=0).astype(np.float32))
            np.testing.assert_array_equal(result.maximum[:, i], inside.max(axis=0).astype(np.float32))
        else:
            assert i not in result.valid
            assert not result.minimum[:, i].any()
            assert not result.maximum[:, i].any()
            assert not result.rms[:, i].any()


@pytest.mark.parametrize(
    "per_column", [1.0, 1.7, 100.3, 255.9, 511.9, 512.0, 700.1, 1024.0, 5000.7, 70000.3, 300000.0]
)
@pytest.mark.parametrize("start", [0.0, 12345.6, -3000.4])
def test_columns_have_the_true_extremes_of_their_samples(per_column: float, start: float) -> None:
    native = noise(1_500_123)
    recording = NativeRecording(native)
    columns = min(60, int(2_000_000 / per_column))
    result = pyramid_of(recording).query(recording, start, start + per_column * columns, columns)
    assert not result.approximate
    check_exact(result, native / 32768.0, start, start + per_column * columns)


@settings(max_examples=150, deadline=None)
@given(
    frames=st.integers(1, 40_000),
    start=st.floats(-5000, 45_000),
    length=st.floats(600, 60_000),
    columns=st.integers(1, 40),
    seed=st.integers(0, 9),
)
def test_any_span_of_any_length_is_exact(frames: int, start: float, length: float, columns: int, seed: int) -> None:
    native = noise(frames, 1, seed)
    recording = NativeRecording(native)
    if length < columns:
        length = float(columns)
    result = pyramid_of(recording).query(recording, start, start + length, columns)
    check_exact(result, native / 32768.0, start, start + length)


@settings(max_examples=30, deadline=None)
@given(
    frames=st.integers(600_000, 700_000),
    start=st.floats(-90_000, 650_000),
    columns=st.integers(1, 4),
    coarse=st.booleans(),
)
def test_coarse_levels_leave_nothing_out(frames: int, start: float, columns: int, coarse: bool) -> None:
    native = noise(frames, 1, seed=frames)
    recording = NativeRecording(native)
    length = columns * (400_000.0 if coarse else 140_000.0)
    result = pyramid_of(recording).query(recording, start, start + length, columns)
    check_exact(result, native / 32768.0, start, start + length)


@pytest.mark.parametrize("per_column", [3.0, 300.0, 600.0, 3000.0, 20000.0, 200_000.0])
def test_rms_is_that_of_the_column(per_column: float) -> None:
    native = noise(1_000_000)
    recording = NativeRecording(native)
    start, columns = 1111.0, 4
    result = pyramid_of(recording).query(recording, start, start + per_column * columns, columns)
    samples = native / 32768.0
    for i in range(columns):
        inside = samples[int(start + per_column * i) : int(start + per_column * (i + 1))]
        # Exact from samples; above, blocks that two columns share are divided in proportion.
        tolerance = 1e-5 if per_column < 512 else 0.1
        np.testing.assert_allclose(result.rms[:, i], np.sqrt((inside**2).mean(axis=0)), rtol=tolerance)


def test_rms_of_a_steady_sine_is_the_same_at_every_zoom() -> None:
    sine = 0.5 * np.sin(2 * np.pi * np.arange(2_000_000) / 64)
    recording = ArrayRecording(sine, 48000)
    pyramid = PeakPyramid.of(recording)
    pyramid.extend(recording, CancelToken())
    for per_column in (128, 1024, 10240, 65536, 200_000):
        result = pyramid.query(recording, 0, per_column * 9, 9)
        np.testing.assert_allclose(result.rms, 0.5 / np.sqrt(2), rtol=1e-4)


def test_less_than_one_sample_per_column_repeats_samples() -> None:
    native = np.array([[100], [-200], [300]], dtype=np.int16)
    recording = NativeRecording(native)
    result = pyramid_of(recording).query(recording, 0.0, 4.0, 8)
    held = np.array([100, 100, -200, -200, 300, 300, 0, 0]) / 32768
    np.testing.assert_array_equal(result.minimum[0], held.astype(np.float32))
    np.testing.assert_array_equal(result.maximum[0], held.astype(np.float32))
    np.testing.assert_allclose(result.rms[0], np.abs(held), rtol=1e-6)
    assert result.valid == range(6)


def test_columns_outside_the_recording_are_silent_and_not_valid() -> None:
    recording = NativeRecording(noise(10_000))
    pyramid = pyramid_of(recording)
    assert pyramid.query(recording, 20_000, 30_000, 10).valid == range(0)
    assert pyramid.query(None, -9_000, -1_000, 10).valid == range(0)
    empty = NativeRecording(np.zeros((0, 2), dtype=np.int16))
    assert pyramid_of(empty).query(empty, 0, 10_000, 10).valid == range(0)
    assert sketch(empty, 10).valid == range(0)


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_format_gives_full_scale_values(dtype: type, channels: int) -> None:
    values = noise(30_000, channels).astype(np.float64) / 32768.0
    native = (values * 2**31).astype(np.int32) if dtype == np.int32 else values.astype(np.float32)
    if dtype == np.int16:
        native = (values * 32768).astype(np.int16)
    recording = NativeRecording(native)
    pyramid = pyramid_of(recording)
    assert pyramid.channels == channels
    for per_column in (10.0, 1000.0):
        check_exact(pyramid.query(recording, 0, per_column * 20, 20), values, 0, per_column * 20)


def test_samples_that_are_no_numbers_count_as_silence() -> None:
    values = noise(20_000, 1).astype(np.float32) / 32768
    values[[5, 900, 10_000]] = np.array([[np.nan], [np.inf], [-np.inf]], dtype=np.float32)
    recording = NativeRecording(values)
    clean = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float64)
    pyramid = pyramid_of(recording)
    for per_column in (10.0, 1000.0):
        result = pyramid.query(recording, 0, per_column * 20, 20)
        check_exact(result, clean, 0, per_column * 20)
        assert np.isfinite(result.rms).all()


def test_absurdly_large_samples_are_kept() -> None:
    values = np.zeros((2000, 1), dtype=np.float32)
    values[700] = 1e30
    recording = NativeRecording(values)
    result = pyramid_of(recording).query(None, 0, 2000, 2)
    assert result.maximum[0, 0] == np.float32(1e30)
    assert np.isfinite(result.rms).all()


def test_extending_bit_by_bit_equals_doing_it_at_once() -> None:
    native = noise(150_000)
    recording = NativeRecording(native)
    whole = pyramid_of(recording)
    recording.frames = 0
    pyramid = PeakPyramid.of(recording)
    for frames in [1, 255, 256, 257, 300, 4095, 4097, 65_536, 70_000, 70_001, 131_072, 150_000]:
        recording.frames = frames
        pyramid.extend(recording, CancelToken())
        assert pyramid.frames == frames
        result = pyramid.query(recording, 0, frames * 3, 3)
        check_exact(result, native[:frames] / 32768.0, 0, frames * 3)
        bounded = pyramid.query(None, 0, frames, 1)
        np.testing.assert_array_equal(bounded.maximum[:, 0], native[:frames].max(axis=0) / np.float32(32768))
    for per_column in (700.0, 20_000.0, 140_000.0):
        one, other = (p.query(recording, 0, per_column, 1) for p in (pyramid, whole))
        np.testing.assert_allclose(one.rms, other.rms, rtol=1e-5)


def test_extend_stops_where_it_is_told() -> None:
    recording = NativeRecording(noise(10_000))
    pyramid = PeakPyramid.of(recording)
    pyramid.extend(recording, CancelToken(), stop=3000)
    assert pyramid.frames == 3000
    pyramid.extend(recording, CancelToken(), stop=99_999)
    assert pyramid.frames == 10_000
    before = recording.frames_read
    pyramid.extend(recording, CancelToken())
    assert recording.frames_read == before


def test_without_the_recording_nothing_is_read_and_no_peak_is_missed() -> None:
    native = noise(1_500_000)
    recording = NativeRecording(native)
    pyramid = pyramid_of(recording)
    before = recording.frames_read
    samples = native / np.float32(32768)
    for per_column in (50, 300, 2000, 50_000, 200_000):
        columns = min(1_400_000 // per_column, 500)
        result = pyramid.query(None, 7, 7 + per_column * columns, columns)
        assert result.approximate
        for i in range(0, columns, 7):
            first, last = 7 + per_column * i, 7 + per_column * (i + 1)
            wide = samples[first // BLOCK * BLOCK : -(-last // BLOCK) * BLOCK]
            np.testing.assert_array_equal(result.minimum[:, i], wide.min(axis=0))
            np.testing.assert_array_equal(result.maximum[:, i], wide.max(axis=0))
    assert recording.frames_read == before


def test_a_zoomed_out_query_reads_next_to_nothing() -> None:
    recording = NativeRecording(noise(5_000_000))
    pyramid = pyramid_of(recording)
    before = recording.frames_read
    pyramid.query(recording, 0, 5_000_000, 100)
    assert recording.frames_read - before < 100 * BLOCK


def test_it_can_be_queried_while_it_grows() -> None:
    native = noise(3_000_000, 1)
    recording = NativeRecording(native)
    pyramid = PeakPyramid.of(recording)
    failures: list[str] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            covered = pyramid.frames
            result = pyramid.query(recording, 0, covered or 1, 20)
            if covered and not np.isclose(result.maximum.max() * 32768, native[:covered].max()):
                failures.append(f"{covered} frames: {result.maximum.max() * 32768}")

    watcher = threading.Thread(target=watch)
    watcher.start()
    for frames in range(0, 3_000_000, 12_345):
        pyramid.extend(recording, CancelToken(), stop=frames)
    done.set()
    watcher.join()
    assert not failures


def test_cancelling_keeps_what_was_finished() -> None:
    recording = NativeRecording(noise(4_000_000, 1))
    pyramid = PeakPyramid.of(recording)
    token = CancelToken()
    fractions: list[float] = []

    def stop_soon(fraction: float) -> None:
        fractions.append(fraction)
        token.cancel()

    with pytest.raises(Cancelled):
        pyramid.extend(recording, token, stop_soon)
    assert len(fractions) == 1
    assert 0 < pyramid.frames < 4_000_000
    assert fractions[0] == pytest.approx(pyramid.frames / 4_000_000)
    pyramid.extend(recording, CancelToken(), fractions.append)
    assert pyramid.frames == 4_000_000
    assert fractions[-1] == 1.0


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_saved_peaks_come_back(tmp_path: Path, dtype: type) -> None:
    native = noise(100_000) if dtype == np.int16 else noise(100_000).astype(np.float32) / 32768
    recording = NativeRecording(native)
    pyramid = pyramid_of(recording)
    file = tmp_path / "ümlaut.peaks"
    pyramid.save(file, "the same")
    loaded = PeakPyramid.load(file, "the same")
    assert loaded is not None
    assert (loaded.frames, loaded.channels) == (100_000, 2)
    for recorded in (None, recording):
        one, other = (p.query(recorded, 10, 99_000, 33) for p in (pyramid, loaded))
        np.testing.assert_array_equal(one.minimum, other.minimum)
        np.testing.assert_array_equal(one.maximum, other.maximum)
        np.testing.assert_array_equal(one.rms, other.rms)
    assert list(tmp_path.iterdir()) == [file]


def test_loaded_peaks_can_be_extended(tmp_path: Path) -> None:
    native = noise(100_000)
    recording = NativeRecording(native)
    part = PeakPyramid.of(recording)
    part.extend(recording, CancelToken(), stop=50_001)
    part.save(tmp_path / "part.peaks", "id")
    loaded = PeakPyramid.load(tmp_path / "part.peaks", "id")
    assert loaded is not None
    for stop in (50_010, 100_000):  # the first still lies in the block that was begun
        loaded.extend(recording, CancelToken(), stop=stop)
        check_exact(loaded.query(recording, 0, 100_000, 13), native[:stop] / 32768.0, 0, 100_000)


def test_what_does_not_fit_is_not_loaded(tmp_path: Path) -> None:
    file = tmp_path / "x.peaks"
    assert PeakPyramid.load(file, "id") is None
    pyramid_of(NativeRecording(noise(5000))).save(file, "id")
    assert PeakPyramid.load(file, "another file") is None
    good = file.read_bytes()
    for bad in (
        b"",
        b"audiolab",
        good[:-1],
        good + b"x",
        good[:30],
        b"audiolab peaks 0" + good[16:],
        good[:40] * 20,
    ):
        file.write_bytes(bad)
        assert PeakPyramid.load(file, "id") is None
    file.write_bytes(good)
    assert PeakPyramid.load(file, "id") is not None


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pyramid = pyramid_of(NativeRecording(noise(5000)))
    file = tmp_path / "x.peaks"
    pyramid.save(file, "id")
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        pyramid.save(file, "id")
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_sketch_looks_like_the_recording() -> None:
    swell = 8000 * np.sin(np.linspace(0, 20, 4_000_000)) ** 2
    native = (np.random.default_rng(1).standard_normal((4_000_000, 1)) * swell[:, np.newaxis]).astype(np.int16)
    recording = NativeRecording(native)
    result = sketch(recording, 100)
    exact = pyramid_of(recording).query(recording, 0, 4_000_000, 100)
    assert result.approximate
    assert result.valid == range(100)
    assert (result.maximum <= exact.maximum).all()
    assert (result.minimum >= exact.minimum).all()
    assert np.corrcoef(result.rms[0], exact.rms[0])[0, 1] > 0.95


def test_a_sketch_reads_little_of_a_long_recording() -> None:
    recording = NativeRecording(np.broadcast_to(np.full((1, 1), 77, np.int16), (10**10, 1)))
    result = sketch(recording, 300, start=10**9, stop=11 * 10**9)
    assert recording.frames_read < 300 * 4 * BLOCK
    assert result.valid == range(270)
    np.testing.assert_array_equal(result.maximum[0, :270], np.float32(77 / 32768))
    assert not result.maximum[0, 270:].any()


def test_a_sketch_of_a_short_recording_is_exact() -> None:
    native = noise(20_000)
    result = sketch(NativeRecording(native), 100)
    assert not result.approximate
    check_exact(result, native / 32768.0, 0, 20_000)


def test_an_hour_takes_few_bytes() -> None:
    frames = 3600 * 48000
    recording = NativeRecording(np.broadcast_to(np.zeros((1, 2), np.int16), (frames, 2)))
    pyramid = PeakPyramid.of(recording)
    pyramid.extend(recording, CancelToken(), stop=frames // 60)
    assert pyramid.nbytes * 60 < 13e6
