"""Loudness of words, utterances and speakers: what a scan of each alone finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiolab.analysis.loudness import LoudnessSpec, measure_parts, scan
from audiolab.analysis.loudness.scratch import Scratch
from audiolab.analysis.loudness.spanpeaks import true_peaks_of
from audiolab.analysis.loudness.truepeak import MARGIN, REACH, ROW, Interpolator
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from tests.analysis.loudness_signals import RATE, tones


def seconds(start: float, stop: float) -> TimeSpan:
    return TimeSpan(round(start * RATE), round(stop * RATE))


def speechlike(length: float, seed: int = 5) -> ArrayRecording:
    """Stereo noise in syllables of changing level."""
    random = np.random.default_rng(seed)
    frames = round(length * RATE)
    envelope = np.repeat(random.uniform(0.001, 0.3, frames // 9600 + 1), 9600)[:frames]
    return ArrayRecording(random.normal(0, 1, (frames, 2)) * envelope[:, np.newaxis], RATE)


def test_a_part_is_what_a_scan_of_it_alone_finds() -> None:
    recording = speechlike(40.0)
    spans = [seconds(1.0, 1.4), seconds(2.0, 9.0), seconds(10.0, 12.5), seconds(15.0, 40.0)]
    found = measure_parts(recording, scan(recording), [(span,) for span in spans])
    for span, part in zip(spans, found, strict=True):
        alone = scan(recording, LoudnessSpec(span=span))
        assert part.gated
        assert part.integrated_lufs == pytest.approx(alone.integrated_lufs, abs=0.02)
        assert part.max_momentary_lufs == pytest.approx(alone.max_momentary_lufs, abs=0.02)
        assert part.max_short_term_lufs == pytest.approx(alone.max_short_term_lufs, abs=0.02)
        assert part.max_true_peak_dbtp == pytest.approx(alone.max_true_peak_dbtp, abs=0.05)


def test_gates_leave_pauses_out() -> None:
    recording = ArrayRecording(tones((4, -20), (4, -60), (4, -20)), RATE)
    result = scan(recording)
    (whole,) = measure_parts(recording, result, [(seconds(0, 12),)])
    assert whole.integrated_lufs == pytest.approx(-20.0, abs=0.2)  # blocks over the edges count too
    assert result.loudness_of((seconds(0, 12),)) == pytest.approx(-21.8, abs=0.1)


def test_what_is_too_short_for_a_gating_block_counts_whole() -> None:
    recording = ArrayRecording(tones((4, -20)), RATE)
    short, fitting = measure_parts(recording, scan(recording), [(seconds(1, 1.2),), (seconds(1, 1.4),)])
    assert (short.gated, fitting.gated) == (False, True)
    assert short.integrated_lufs == pytest.approx(-20.0, abs=0.1)
    assert short.max_momentary_lufs == pytest.approx(-23.0, abs=0.1)  # half of 0.4 s
    assert fitting.max_momentary_lufs == pytest.approx(-20.0, abs=0.1)


def test_spans_of_one_speaker_count_together() -> None:
    recording = ArrayRecording(tones((4, -20), (4, -26), (4, -20)), RATE)
    ann = (seconds(0.2, 3.8), seconds(8.2, 11.8))
    found = measure_parts(recording, scan(recording), [ann, (seconds(4.2, 7.8),), (*ann, seconds(4.2, 7.8))])
    assert [part.integrated_lufs for part in found] == pytest.approx([-20.0, -26.0, -21.25], abs=0.1)


def test_silence_and_nothing_have_no_levels() -> None:
    recording = ArrayRecording(np.zeros((RATE, 2)), RATE)
    beyond = TimeSpan(5 * RATE, 6 * RATE)
    for part in measure_parts(recording, scan(recording), [(seconds(0, 1),), (), (beyond,), (TimeSpan(5, 5),)]):
        assert part.integrated_lufs is part.max_momentary_lufs is part.max_true_peak_dbtp is None


def test_it_can_be_cancelled() -> None:
    recording, cancel = speechlike(2.0), CancelToken()
    result = scan(recording)
    cancel.cancel()
    with pytest.raises(Cancelled):
        measure_parts(recording, result, [(seconds(0, 1),)], cancel=cancel)


# ---- true peaks of spans


def by_brute_force(recording: ArrayRecording, span: TimeSpan) -> float:
    """Everything interpolated, in whole rows."""
    first, stop = span.start // ROW * ROW, -(-span.stop // ROW) * ROW
    samples = recording.read(first - (REACH - 1), stop + MARGIN - (REACH - 1)).T.astype(np.float32, order="C")
    between = np.abs(Interpolator(recording.sample_rate).between(samples, Scratch()))
    return float(max(between.max(initial=0.0), np.abs(recording.read(first, stop)).max()))


edges = st.lists(st.integers(0, 1000), min_size=2, max_size=2).map(lambda pair: TimeSpan.between(*pair))


@settings(max_examples=40)
@given(st.lists(edges, max_size=12), st.sampled_from([48000, 96000, 192000]), st.integers(0, 9))
def test_peaks_are_those_of_full_interpolation(spans: list[TimeSpan], rate: int, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.2, (1000, 2)) ** 3
    recording = ArrayRecording(noise, rate)
    wanted = [by_brute_force(recording, span) if span else 0.0 for span in spans]
    np.testing.assert_allclose(true_peaks_of(recording, spans), wanted, rtol=1e-5)


def test_spans_longer_than_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audiolab.analysis.loudness.spanpeaks._PIECE_SAMPLES", 4096)
    recording = speechlike(1.0)
    spans = [TimeSpan(0, RATE), TimeSpan(100, 30_000), TimeSpan(40_000, 40_001), TimeSpan(29_000, 47_000)]
    told: list[float] = []
    peaks = true_peaks_of(recording, spans, progress=told.append)
    np.testing.assert_allclose(peaks, [by_brute_force(recording, span) for span in spans], rtol=1e-5)
    assert told == sorted(told)
    assert told[-1] == 1.0
