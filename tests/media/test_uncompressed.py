"""Uncompressed files, written by libsndfile, read back exactly."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.core.recording import Recording
from audiolab.media import open_recording, probe
from tests.media.sounds import noise

INTEGERS = [
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAVEX", "PCM_16"),
    ("WAVEX", "PCM_24"),
    ("RF64", "PCM_16"),
    ("RF64", "PCM_24"),
    ("W64", "PCM_U8"),
    ("W64", "PCM_16"),
    ("W64", "PCM_24"),
    ("W64", "PCM_32"),
    ("AIFF", "PCM_S8"),
    ("AIFF", "PCM_U8"),
    ("AIFF", "PCM_16"),
    ("AIFF", "PCM_24"),
    ("AIFF", "PCM_32"),
    ("CAF", "PCM_S8"),
    ("CAF", "PCM_16"),
    ("CAF", "PCM_24"),
    ("CAF", "PCM_32"),
    ("AU", "PCM_S8"),
    ("AU", "PCM_16"),
    ("AU", "PCM_24"),
    ("AU", "PCM_32"),
]
FLOATS = [
    (name, kind) for name in ("WAV", "WAVEX", "RF64", "W64", "AIFF", "CAF", "AU") for kind in ("FLOAT", "DOUBLE")
]
LITTLE_AND_BIG = {
    "WAV": ("LITTLE", "BIG"),
    "AIFF": ("LITTLE", "BIG"),
    "CAF": ("LITTLE", "BIG"),
    "AU": ("LITTLE", "BIG"),
}


def by_byte_order(cases: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [
        (container, kind, order)
        for container, kind in cases
        for order in LITTLE_AND_BIG.get(container, ("FILE",))
        if soundfile.check_format(container, kind, order)
    ]


@pytest.mark.parametrize(("container", "kind", "order"), by_byte_order(INTEGERS))
@pytest.mark.parametrize("channels", [1, 3])
def test_integers_are_exact(tmp_path: Path, container: str, kind: str, order: str, channels: int) -> None:
    path = tmp_path / "sound"
    samples = np.random.default_rng(7).integers(-(2**31), 2**31, (1001, channels), dtype=np.int32)
    soundfile.write(path, samples, 44100, kind, order, container)
    wanted, _ = soundfile.read(path, dtype="int32", always_2d=True)
    recording = open_recording(path)
    bits = int("".join(filter(str.isdigit, kind)))
    assert recording.info == probe(path)
    assert (recording.info.codec, recording.info.bit_depth) == (kind, bits)
    assert recording.info.format == ("WAV" if container == "WAVEX" else container)
    assert (recording.sample_rate, recording.channels, recording.frames) == (44100, channels, 1001)
    native = recording.read_native(0, 1001)
    assert native.dtype == (np.int16 if bits <= 16 else np.int32)
    assert recording.native_scale == (2.0**-15 if bits <= 16 else 2.0**-31)
    np.testing.assert_array_equal(native.astype(np.int64) << (16 if bits <= 16 else 0), wanted)
    floats, _ = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_array_equal(recording.read(0, 1001), floats)


@pytest.mark.parametrize(("container", "kind", "order"), by_byte_order(FLOATS))
def test_floats_are_exact(tmp_path: Path, container: str, kind: str, order: str) -> None:
    path = tmp_path / "sound"
    samples = np.random.default_rng(7).normal(0, 2, (999, 2)).astype(np.float32)
    soundfile.write(path, samples, 96000, kind, order, container)
    recording = open_recording(path)
    assert (recording.info.codec, recording.native_scale) == (kind, 1.0)
    assert recording.info.bit_depth == (32 if kind == "FLOAT" else 64)
    np.testing.assert_array_equal(recording.read_native(0, 999), samples)
    np.testing.assert_array_equal(recording.read(0, 999), samples)


@pytest.mark.parametrize("kind", ["FLOAT", "DOUBLE"])
def test_not_a_number_is_silence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "broken.wav"
    samples = np.array([0.5, np.nan, np.inf, -np.inf, 1e300 if kind == "DOUBLE" else 0.25, -0.5])
    soundfile.write(path, samples, 8000, kind)
    expected = [0.5, 0.0, 0.0, 0.0, 0.0 if kind == "DOUBLE" else 0.25, -0.5]
    np.testing.assert_array_equal(open_recording(path).read(0, 6)[:, 0], np.float32(expected))


@pytest.mark.parametrize(("start", "stop"), [(-3, 4), (8, 12), (-5, 15), (20, 25), (-9, -4), (3, 3)])
def test_outside_is_silence(tmp_path: Path, start: int, stop: int) -> None:
    path = tmp_path / "ramp.wav"
    soundfile.write(path, np.arange(10, dtype=np.int16) * 100, 8000, "PCM_16")
    recording = open_recording(path)
    expected = np.array([i * 100 / 32768 if 0 <= i < 10 else 0.0 for i in range(start, stop)], dtype=np.float32)
    np.testing.assert_array_equal(recording.read(start, stop)[:, 0], expected)
    inside = [i * 100 for i in range(max(start, 0), min(stop, 10))]
    np.testing.assert_array_equal(recording.read_native(start, stop)[:, 0], inside)


@pytest.mark.parametrize("channels", [1, 2, 32])
@pytest.mark.parametrize("rate", [1, 8000, 768_000])
def test_all_rates_and_channels(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "sound.wav"
    samples = noise(10, channels)
    soundfile.write(path, samples, rate)
    recording = open_recording(path)
    assert (recording.sample_rate, recording.channels) == (rate, channels)
    np.testing.assert_array_equal(recording.read_native(0, 10), samples)


@pytest.mark.parametrize("name", ["звук.wav", "録音 1.wav", "صوت.wav", "Ü‘’&%{}$'.wav", "🎵.wav", "-rf.wav"])
def test_names_in_any_script(tmp_path: Path, name: str) -> None:
    samples = noise(5, 1)
    soundfile.write(tmp_path / name, samples, 8000)
    np.testing.assert_array_equal(open_recording(tmp_path / name).read_native(0, 5), samples)


def test_one_sample(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "one.wav", np.array([-0.5]), 48000)
    recording = open_recording(tmp_path / "one.wav")
    assert isinstance(recording, Recording)
    assert (recording.frames, recording.complete, recording.note) == (1, True, None)
    assert recording.read(0, 1).tolist() == [[-0.5]]


def test_identity_follows_content_and_not_the_name(tmp_path: Path) -> None:
    first, second = tmp_path / "a.wav", tmp_path / "b.wav"
    soundfile.write(first, noise(100, 1), 8000)
    soundfile.write(second, noise(100, 1, seed=2), 8000)
    before = open_recording(first).identity
    assert open_recording(first).identity == before
    assert open_recording(second).identity != before
    moved = first.rename(tmp_path / "c.wav")
    assert open_recording(moved).identity == before
    assert before.isalnum()


def test_closed(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(100, 1), 8000)
    recording = open_recording(tmp_path / "a.wav")
    recording.close()
    recording.close()
    with pytest.raises(ValueError, match="closed"):
        recording.read(0, 1)


def test_a_file_that_is_cut_while_it_is_open_reads_as_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(100, 1), 8000)
    recording = open_recording(path)
    with path.open("r+b") as file:
        file.truncate(44 + 2 * 60)
    assert np.abs(recording.read(0, 60)).max() > 0.9
    assert not recording.read(60, 100).any()


def test_what_is_read_belongs_to_the_caller(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(10, 0.25, dtype=np.float32), 8000, "FLOAT")
    recording = open_recording(tmp_path / "a.wav")
    recording.read(0, 10)[:] = 7.0
    assert recording.read(0, 10).tolist() == [[0.25]] * 10
