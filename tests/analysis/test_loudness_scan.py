"""Scanning recordings: properties that must hold, lists of faults, and everything that can be odd about a file."""

import itertools
import subprocess
import sys
import threading

import numpy as np
import pytest

from audiolab.analysis.loudness import LAYOUTS, LoudnessMeter, LoudnessResult, LoudnessSpec, scan
from audiolab.analysis.loudness import scan as scan_function
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.truepeak import MARGIN, REACH, ROW, Interpolator
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import AudiolabError, Cancelled
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from tests.analysis.loudness_signals import RATE, Sound, measured, surround_tone, tones
from tests.analysis.native import NativeRecording


def programme(seconds: float = 12.0, rate: int = RATE, channels: int = 2, seed: int = 1) -> Sound:
    """Noise whose level wanders by 30 dB."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    level = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, 20), random.uniform(-40.0, -10.0, 20))
    sound = random.standard_normal((count, channels)) * (0.3 * 10.0 ** (level / 20.0))[:, np.newaxis]
    return sound.astype(np.float32)


def scanned(sound: Sound, rate: int = RATE, spec: LoudnessSpec | None = None) -> LoudnessResult:
    return scan(ArrayRecording(sound, rate), spec)


def numbers(result: LoudnessResult) -> list[float | None]:
    return list(result.figures().values())


@pytest.mark.parametrize("gain_db", [-20.0, -6.0, 5.0])
def test_gain_moves_every_level_and_no_range(gain_db: float) -> None:
    sound = programme()
    before, after = scanned(sound), scanned((sound * 10.0 ** (gain_db / 20.0)).astype(np.float32))
    for key, value in before.figures().items():
        moved = 0.0 if key == "loudness_range_lu" else gain_db
        assert after.figures()[key] == pytest.approx(value + moved, abs=1e-3), key


def test_a_recording_twice_over_is_as_loud_as_once() -> None:
    sound = programme(30.0)
    once, twice = scanned(sound), scanned(np.concatenate([sound, sound]))
    assert twice.integrated_lufs == pytest.approx(once.integrated_lufs, abs=0.1)
    assert twice.max_true_peak_dbtp == pytest.approx(once.max_true_peak_dbtp, abs=0.01)
    np.testing.assert_allclose(twice.curves.momentary[10:300], once.curves.momentary[10:300], atol=1e-3)
    np.testing.assert_allclose(twice.curves.momentary[310:600], once.curves.momentary[10:300], atol=1e-2)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000])
def test_the_result_does_not_depend_on_the_pieces(rate: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = programme(25.0, rate)
    whole = scanned(sound, rate)
    module = sys.modules[scan_function.__module__]
    monkeypatch.setattr(module, "_PIECE_SAMPLES", 1)
    pieces = scanned(sound, rate)
    assert numbers(pieces) == pytest.approx(numbers(whole), abs=1e-4)
    np.testing.assert_allclose(pieces.hop_power, whole.hop_power, rtol=1e-3)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 47_999, 48_000, 96_000, 192_000, 384_000])
def test_file_and_live_meter_agree_at_any_rate(rate: int) -> None:
    sound = programme(4.4, rate)
    meter = measured(sound, rate)
    meter.push(np.zeros((32, 2), np.float32))  # fills the last row of its filter, so that no hop is missing
    result, reading = scanned(sound, rate), meter.reading()
    assert result.integrated_lufs == pytest.approx(reading.integrated_lufs, abs=1e-3)
    assert result.threshold_lufs == pytest.approx(reading.threshold_lufs, abs=1e-3)
    assert result.max_momentary_lufs == pytest.approx(reading.max_momentary_lufs, abs=1e-3)
    assert result.max_short_term_lufs == pytest.approx(reading.max_short_term_lufs, abs=1e-3)
    assert result.true_peaks_dbtp == pytest.approx(reading.max_true_peaks_dbtp, abs=1e-3)
    assert result.sample_peaks_dbfs == pytest.approx(reading.max_sample_peaks_dbfs, abs=1e-3)


def test_curves_are_what_a_live_meter_shows() -> None:
    sound = programme(8.0)
    result, history = scanned(sound), measured(sound).history()
    assert len(result.curves) == len(history) == 80
    np.testing.assert_allclose(result.curves.momentary, history.momentary, atol=1e-3)
    np.testing.assert_allclose(result.curves.short_term, history.short_term, atol=1e-3)
    np.testing.assert_allclose(result.curves.integrated, history.integrated, atol=1e-3)
    assert np.isnan(result.curves.integrated[:3]).all()
    assert np.isfinite(result.curves.integrated[3:]).all()


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000, 384_000])
def test_calibration_at_any_rate(rate: int) -> None:
    result = scanned(tones((5, -18.0), rate=rate), rate)
    assert result.integrated_lufs == pytest.approx(-18.0, abs=0.1)
    assert result.max_true_peak_dbtp == pytest.approx(-18.0, abs=0.1)


@pytest.mark.parametrize(("dtype", "full_scale"), [(np.int16, 2**15), (np.int32, 2**31), (np.float32, 1)])
def test_native_formats_read_alike(dtype: type[np.generic], full_scale: int) -> None:
    sound = programme(5.0)
    stored = NativeRecording((sound.astype(np.float64) * full_scale).astype(dtype), RATE)
    assert numbers(scan(stored)) == pytest.approx(numbers(scanned(sound)), abs=0.02)


@pytest.mark.parametrize("channels", [3, 6, 8, 9, 12, 24])
def test_any_number_of_channels(channels: int) -> None:
    result = scanned(programme(2.0, channels=channels))
    assert len(result.true_peaks_dbtp) == result.layout.channels == channels
    assert result.integrated_lufs is not None


def test_lfe_is_not_loud_but_peaks() -> None:
    result = scanned(surround_tone(None, None, None, -6.0, None, None, seconds=2.0))
    assert result.integrated_lufs is None
    assert result.max_momentary_lufs is None
    assert result.true_peaks_dbtp[3] == pytest.approx(-6.0, abs=0.1)
    assert result.true_peaks_dbtp[0] is None


def test_a_mono_file_reads_3_lu_less_than_it_sounds_in_stereo() -> None:
    mono, stereo = tones((5, -20), channels=1), tones((5, -20))
    plain, dual = scanned(mono), scanned(mono, spec=LoudnessSpec(dual_mono=True))
    assert plain.integrated_lufs == pytest.approx(-23.0, abs=0.05)
    assert dual.integrated_lufs == pytest.approx(scanned(stereo).integrated_lufs, abs=1e-3)


def test_the_layout_can_be_chosen_and_must_fit() -> None:
    sound = surround_tone(None, None, None, -20.0, seconds=2.0)
    assert scanned(sound, spec=LoudnessSpec(layout=LAYOUTS["4.0"])).integrated_lufs == pytest.approx(-21.5, abs=0.1)
    with pytest.raises(AudiolabError, match=r"'5\.1' has 6 channels"):
        scanned(sound, spec=LoudnessSpec(layout=LAYOUTS["5.1"]))


@pytest.mark.parametrize("sound", [np.zeros((RATE, 2), np.float32), np.zeros((0, 2), np.float32)])
def test_silence_has_no_levels(sound: Sound) -> None:
    result = scanned(sound)
    assert set(numbers(result)) == {None}
    assert result.overs == result.clipped == ()
    assert np.isnan(result.curves.momentary).all()
    assert result.loudness_of([TimeSpan(0, len(sound))]) is None


@pytest.mark.parametrize("length", [1, 31, 479, 480, 19_199])
def test_shorter_than_a_block_there_are_peaks_but_no_integrated_loudness(length: int) -> None:
    result = scanned(np.full((length, 1), 0.5, np.float32))
    assert result.integrated_lufs is None
    assert result.sample_peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert len(result.hop_power) == length // 480


def test_the_range_of_a_file_is_measured_with_silence_after_it() -> None:
    steady = scanned(tones((4, -20)))
    # 11 full windows, and 16 in which up to 1.6 of 3 seconds are silent: the quietest tenth lies near the end.
    assert steady.loudness_range_lu == pytest.approx(10.0 * np.log10(3.0 / 1.7), abs=0.3)
    assert not steady.range_stable
    assert scanned(tones((1.2, -20))).loudness_range_lu is None
    assert scanned(tones((60, -20))).range_stable


def test_broken_floats_are_silence() -> None:
    sound = programme(3.0)
    clean = sound.copy()
    sound[10_000], sound[20_000, 0], sound[30_000, 1] = np.nan, np.inf, -np.inf
    clean[10_000], clean[20_000, 0], clean[30_000, 1] = 0.0, 0.0, 0.0
    assert numbers(scanned(sound)) == pytest.approx(numbers(scanned(clean)), abs=1e-6)


def test_absurdly_loud_floats_are_measured() -> None:
    sound = programme(3.0)
    loud = scanned((sound * 1e30).astype(np.float32))
    assert loud.integrated_lufs == pytest.approx(scanned(sound).integrated_lufs + 600.0, abs=0.01)


def test_a_direct_current_is_not_loud() -> None:
    sound = tones((10, -60))
    assert scanned(sound + np.float32(0.5)).curves.short_term[-1] == pytest.approx(-60.0, abs=0.01)


def test_a_span_is_measured_like_a_file_of_its_own() -> None:
    sound = programme(20.0)
    span = TimeSpan(123_457, 600_001)
    inside = scanned(sound, spec=LoudnessSpec(span=span))
    assert inside.span == span
    assert numbers(inside) == pytest.approx(numbers(scanned(sound[span.start : span.stop])), abs=1e-5)
    past_the_end = scanned(sound, spec=LoudnessSpec(span=TimeSpan(600_000, 10**9)))
    assert past_the_end.span == TimeSpan(600_000, len(sound))


def test_loudness_of_words_and_of_a_speaker() -> None:
    sound = np.concatenate([tones((1, -20)), tones((1, -30)), tones((1, -20)), tones((1, None))])
    result = scanned(sound)
    first, second, third, silent = (TimeSpan(i * RATE + 4800, (i + 1) * RATE - 4800) for i in range(4))
    assert result.loudness_of([first]) == pytest.approx(-20.0, abs=0.05)
    assert result.loudness_of([second]) == pytest.approx(-30.0, abs=0.05)
    assert result.loudness_of([first, third]) == pytest.approx(-20.0, abs=0.05)
    assert result.loudness_of([first, second]) == pytest.approx(-22.6, abs=0.05)
    assert result.loudness_of([silent]) is None
    assert result.loudness_of([]) is None
    assert result.loudness_of([TimeSpan(10**8, 10**8 + 5)]) is None
    assert result.loudness_of([TimeSpan(5, 5)]) is None


def with_bursts(places: list[tuple[int, int]], seconds: float = 6.0) -> Sound:
    """Quiet stereo with fs/4 at 45 degrees, amplitude 1.2 between and 0.85 at the samples, at (place, channel)."""
    sound = np.zeros((round(seconds * RATE), 2), np.float32)
    burst = 1.2 * np.sin(np.pi / 2.0 * np.arange(200) + np.pi / 4.0)
    for place, channel in places:
        sound[place : place + 200, channel] = burst
    return sound


def exhaustive_true_peak(sound: Sound, rate: int) -> float:
    """Every value of the interpolator, in dB."""
    rows = -(-len(sound) // ROW)
    padded = np.zeros((sound.shape[1], rows * ROW + MARGIN))
    padded[:, REACH - 1 : REACH - 1 + len(sound)] = sound.T
    between = np.abs(Interpolator(rate).between(padded, Scratch())).max(initial=0.0)
    return 20.0 * np.log10(max(between, np.abs(sound).max()))


@pytest.mark.parametrize("rate", [44_100, 96_000, 192_000])
@pytest.mark.parametrize("colour", ["white", "brown", "clipped", "high", "sparse"])
def test_skipping_blocks_changes_no_true_peak(rate: int, colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[scan_function.__module__], "_PIECE_SAMPLES", 1)
    random = np.random.default_rng(8)
    white = random.standard_normal((5 * rate, 2))
    sound = {
        "white": white * 0.2,
        "brown": 0.002 * np.cumsum(white - white.mean(axis=0), axis=0),
        "clipped": np.clip(white * 0.9, -1.0, 1.0),
        "high": np.sin(2.0 * np.pi * 0.31 * np.arange(5 * rate))[:, np.newaxis] * np.abs(white) * 0.2,
        "sparse": np.where(np.abs(white) > 3.5, white * 0.2, 0.0),
    }[colour].astype(np.float32)
    result = scanned(sound, rate)
    assert result.max_true_peak_dbtp == pytest.approx(exhaustive_true_peak(sound, rate), abs=1e-4)
    for channel, found in enumerate(result.true_peaks_dbtp):
        assert found == pytest.approx(exhaustive_true_peak(sound[:, channel : channel + 1], rate), abs=1e-4)


def test_without_interpolation_samples_alone_are_over() -> None:
    sound = np.zeros((2 * 192_000, 1), np.float32)
    sound[100_000:100_100] = 0.95
    (over,) = scanned(sound, 192_000).overs
    assert over.span.start <= 100_000
    assert over.span.stop >= 100_100
    assert over.peak_dbtp == pytest.approx(20.0 * np.log10(0.95), abs=1e-4)


def test_true_peak_overs_are_listed_by_position() -> None:
    places = [(30_000, 0), (90_001, 1), (200_000, 0)]
    result = scanned(with_bursts(places))
    assert [(over.span.start, over.channel) for over in result.overs] == [
        (pytest.approx(place, abs=20), channel) for place, channel in places
    ]
    for over in result.overs:
        assert over.span.length == pytest.approx(200, abs=32)
        assert over.peak_dbtp == pytest.approx(20.0 * np.log10(1.2), abs=0.7)
    assert result.sample_peak_dbfs < -1.0
    assert result.clipped == ()


@pytest.mark.parametrize("dtype", [np.int16, np.int32])
def test_overs_of_integers_are_as_high_as_those_of_floats(dtype: type) -> None:
    sound = with_bursts([(30_000, 0), (90_001, 1)])
    factor = 2.0 ** (8 * np.dtype(dtype).itemsize - 1)
    found = scan(NativeRecording((sound * factor).astype(dtype))).overs
    expected = scanned(sound).overs
    assert [over.span for over in found] == [over.span for over in expected]
    for over, same in zip(found, expected, strict=True):
        assert over.peak_dbtp == pytest.approx(same.peak_dbtp, abs=0.01)


def test_overs_close_together_are_one_and_the_ceiling_can_be_chosen() -> None:
    sound = with_bursts([(30_000, 0), (32_000, 0), (40_000, 0)])
    assert [over.span.start for over in scanned(sound).overs] == [
        pytest.approx(30_000, abs=20),
        pytest.approx(40_000, abs=20),
    ]
    assert scanned(sound, spec=LoudnessSpec(ceiling_dbtp=3.0)).overs == ()


def test_every_over_is_found_although_most_blocks_are_skipped() -> None:
    random = np.random.default_rng(5)
    places = [
        (int(place), int(channel))
        for place, channel in zip(range(9_000, 270_000, 9_000), random.integers(0, 2, 29), strict=True)
    ]
    found = scanned(with_bursts(places) + 0.01 * programme(6.0)).overs
    assert [(round(over.span.start, -3), over.channel) for over in found] == places


@pytest.mark.parametrize("scale", [0.06, 0.12, 0.2, 0.6])
def test_overs_are_those_of_full_interpolation(scale: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[scan_function.__module__], "_PIECE_SAMPLES", 1)
    random = np.random.default_rng(11)
    fading = np.repeat(random.uniform(0.0, 2.0, 40), RATE // 8)  # loud for a while, then quiet
    sound = np.clip(random.standard_normal(5 * RATE) * fading * scale, -1.0, 1.0).astype(np.float32)[:, np.newaxis]
    rows = np.abs(sound).reshape(-1, ROW).max(axis=1)
    padded = np.zeros((1, len(sound) + MARGIN), np.float32)
    padded[0, REACH - 1 : REACH - 1 + len(sound)] = sound[:, 0]
    between = np.abs(Interpolator(RATE).between(padded, Scratch()))[0]
    rows = np.maximum(rows, between.max(axis=(1, 2)))
    ceiling = 10.0 ** (-1.0 / 20.0)
    over = np.flatnonzero(rows > ceiling)
    breaks = np.flatnonzero((np.diff(over) - 1) * ROW > 0.1 * RATE) + 1 if len(over) else []
    wanted = [
        (part[0] * ROW, (part[-1] + 1) * ROW, 20.0 * np.log10(rows[part].max()))
        for part in np.split(over, breaks)
        if len(part)
    ]
    assert (scale < 0.1) == (not wanted)
    found = scanned(sound).overs
    assert [(item.span.start, item.span.stop) for item in found] == [(start, stop) for start, stop, _ in wanted]
    assert [item.peak_dbtp for item in found] == pytest.approx([peak for _, _, peak in wanted], abs=1e-3)


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_clipped_runs_are_listed(dtype: type[np.generic]) -> None:
    sound = np.zeros((3 * RATE, 2))
    sound[10_000:10_003, 0] = 1.0
    sound[50_000:50_002, 0] = 1.0
    sound[70_000:70_050, 1] = -1.0
    sound[71_000:71_004, 1] = 1.0
    top = 1 if dtype == np.float32 else np.iinfo(dtype).max
    result = scan(NativeRecording((sound * top).astype(dtype), RATE))
    assert [(run.channel, run.span, run.longest) for run in result.clipped] == [
        (0, TimeSpan(10_000, 10_003), 3),
        (1, TimeSpan(70_000, 71_004), 50),
    ]


@pytest.mark.parametrize("shift", range(-4, 4))
def test_a_clipped_run_across_two_pieces_is_one(shift: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[scan_function.__module__], "_PIECE_SAMPLES", 1)
    sound = np.zeros((3 * RATE, 1), np.float32)
    start = 2 * RATE + shift
    sound[start : start + 3] = 1.0
    assert [run.span for run in scanned(sound).clipped] == [TimeSpan(start, start + 3)]


def test_progress_rises_to_one_and_no_thread_is_left() -> None:
    heard: list[float] = []
    before = threading.active_count()
    scan(ArrayRecording(programme(60.0), RATE), progress=heard.append)
    assert heard == sorted(heard)
    assert len(heard) > 3
    assert heard[-1] == 1.0
    assert threading.active_count() == before


def test_cancelling_stops_early_and_leaves_no_thread() -> None:
    recording = NativeRecording(np.zeros((RATE * 600, 2), np.int16), RATE)
    cancel = CancelToken()
    fractions = itertools.count(1)
    before = threading.active_count()
    with pytest.raises(Cancelled):
        scan(recording, cancel=cancel, progress=lambda _: cancel.cancel() if next(fractions) == 2 else None)
    assert recording.frames_read < recording.frames // 2
    assert threading.active_count() == before


def test_a_reading_error_reaches_the_caller() -> None:
    class Broken(NativeRecording):
        def read_native(self, start: int, stop: int) -> np.ndarray:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        scan(Broken(np.zeros((RATE, 1), np.int16), RATE))


def test_importing_loudness_is_cheap() -> None:
    code = "import sys, audiolab.analysis.loudness; print([n for n in sys.modules if n.split('.')[0] == 'scipy'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("rate", [1, 4000, 7999, 384_001, 768_000])
def test_rates_without_k_weighting_are_refused(rate: int) -> None:
    with pytest.raises(AudiolabError, match=f"{rate} Hz; resample"):
        scan(ArrayRecording(np.zeros(100), rate))
    with pytest.raises(AudiolabError, match="resample"):
        LoudnessMeter(rate, 1)
