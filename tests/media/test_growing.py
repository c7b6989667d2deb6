"""A WAV file that is read while it is recorded, and after the recorder was killed."""

import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.core.errors import MediaError
from audiolab.core.recording import Recording
from audiolab.media import GrowingRecording, open_recording
from tests.media.sounds import noise, speechlike


def pieces(samples: np.ndarray, size: int) -> list[np.ndarray]:
    return [samples[start : start + size] for start in range(0, len(samples), size)]


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_float_samples_come_back_exactly(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "new folder" / "take.wav"
    samples = np.random.default_rng(1).normal(0, 0.7, (20_000, channels)).astype(np.float32)
    take = GrowingRecording.create(path, 8000, channels)
    assert isinstance(take, Recording)
    assert (take.frames, take.complete, take.info.bit_depth) == (0, False, 32)
    for number, piece in enumerate(pieces(samples, 777), start=1):
        take.append(piece)
        done = min(number * 777, 20_000)
        assert take.frames == take.info.frames == done
        np.testing.assert_array_equal(take.read(done - 50, done), samples[done - 50 : done])
    take.finish()
    take.finish()
    assert take.complete
    np.testing.assert_array_equal(take.read(0, 20_000), samples)
    got, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate == 8000
    np.testing.assert_array_equal(got, samples)
    again = open_recording(path)
    assert (again.identity, again.frames, again.note) == (take.identity, 20_000, None)


def test_16_bits_are_rounded_and_clipped(tmp_path: Path) -> None:
    take = GrowingRecording.create(tmp_path / "take.wav", 8000, 1, bit_depth=16)
    values = np.float32([0.0, 1.0, -1.0, 2.0, -2.0, 0.4 / 32768, 0.6 / 32768, -0.6 / 32768, np.nan, np.inf])
    take.append(values[:, np.newaxis])
    take.finish()
    got, _ = soundfile.read(tmp_path / "take.wav", dtype="int16")
    assert got.tolist() == [0, 32767, -32768, 32767, -32768, 0, 1, -1, 0, 0]
    assert take.info.bit_depth == 16


def test_16_bit_sound_passes_through_unchanged(tmp_path: Path) -> None:
    samples = noise(5000, 2)
    take = GrowingRecording.create(tmp_path / "take.wav", 48000, 2, bit_depth=16)
    take.append(samples.astype(np.float32) / 32768)
    take.finish()
    np.testing.assert_array_equal(take.read_native(0, 5000), samples)


def test_readers_follow_the_writer(tmp_path: Path) -> None:
    samples = speechlike(10, 48000, 2)
    take = GrowingRecording.create(tmp_path / "take.wav", 48000, 2)
    faults: list[str] = []

    def follow() -> None:
        before = 0
        while True:
            complete, frames = take.complete, take.frames
            if frames < before or not np.array_equal(take.read(before, frames), samples[before:frames]):
                faults.append(f"wrong between {before} and {frames}")
            before = frames
            if complete:
                return

    threads = [threading.Thread(target=follow) for _ in range(3)]
    for thread in threads:
        thread.start()
    for piece in pieces(samples, 480):
        take.append(piece)
    take.finish()
    for thread in threads:
        thread.join()
    assert faults == []


KILLED = """
import sys
import numpy as np
from audiolab.media import GrowingRecording
take = GrowingRecording.create(sys.argv[1], 48000, 2, bit_depth=int(sys.argv[2]))
total = 0
while True:
    count = 100 + total % 977
    ramp = np.arange(total, total + count, dtype=np.float32) % 30000 / np.float32(32768)
    take.append(np.stack([ramp, -ramp], axis=1))
    total += count
    print(total, flush=True)
"""


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("appended", [1, 40, 700])
def test_killed_recorder_loses_nothing(tmp_path: Path, bits: int, appended: int) -> None:
    path = tmp_path / "take.wav"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), str(bits)], stdout=subprocess.PIPE, text=True
    )
    for _ in range(appended):
        told = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()
    recording = open_recording(path)
    assert recording.frames >= told
    ramp = (np.arange(recording.frames) % 30000 / 32768).astype(np.float32)
    np.testing.assert_array_equal(recording.read(0, recording.frames), np.stack([ramp, -ramp], axis=1))
    assert "interrupted" in recording.note


def test_other_programs_miss_at_most_a_second_of_an_interrupted_recording(tmp_path: Path) -> None:
    take = GrowingRecording.create(tmp_path / "take.wav", 8000, 1)
    for piece in pieces(speechlike(5.9, 8000), 100):
        take.append(piece)
    assert 8000 * 4.9 <= soundfile.info(tmp_path / "take.wav").frames <= 8000 * 5.9
    take.finish()


def test_silence_at_the_end_of_an_interrupted_recording_counts(tmp_path: Path) -> None:
    take = GrowingRecording.create(tmp_path / "take.wav", 48000, 1)
    take.append(np.zeros((100, 1), dtype=np.float32))
    assert open_recording(tmp_path / "take.wav").frames == 100
    take.finish()


def test_beyond_4_gib_the_header_is_rf64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "take.wav"
    take = GrowingRecording.create(path, 1, 32)
    take.append(np.full((1, 32), 0.25, dtype=np.float32))
    frames = 2**32 // 128 + 10
    take._frames = frames - 1  # as if all of that had been appended: a hole in the file
    take.append(np.full((1, 32), -0.5, dtype=np.float32))
    assert path.read_bytes()[:4] == b"RF64" if path.stat().st_size < 2**20 else True
    with path.open("rb") as file:
        assert file.read(4) == b"RF64"
    assert open_recording(path).frames == frames
    take.finish()
    with soundfile.SoundFile(path) as file:
        assert (file.format, file.frames) == ("RF64", frames)
        file.seek(frames - 1)
        assert file.read().tolist() == [[-0.5] * 32]
    with path.open("rb") as file:
        head = file.read(100)
    assert struct.unpack_from("<Q", head, 28)[0] == frames * 128
    assert take.identity == open_recording(path).identity


def test_misuse(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    take = GrowingRecording.create(path, 8000, 2)
    with pytest.raises(ValueError, match="2 channels"):
        take.append(np.zeros((5, 1), dtype=np.float32))
    with pytest.raises(MediaError, match=r"take\.wav: exists already; "):
        GrowingRecording.create(path, 8000, 2)
    take.finish()
    with pytest.raises(ValueError, match="finished"):
        take.append(np.zeros((5, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="16 or 32"):
        GrowingRecording.create(tmp_path / "other.wav", 8000, 2, bit_depth=24)
    with pytest.raises(MediaError, match="33 channels"):
        GrowingRecording.create(tmp_path / "other.wav", 8000, 33)
    with pytest.raises(MediaError, match="cannot be written"):
        GrowingRecording.create(path / "in a file.wav", 8000, 2)
    assert [file.name for file in tmp_path.iterdir()] == ["take.wav"]


FULL = """
import resource, sys
import numpy as np
from audiolab.core.errors import MediaError
from audiolab.media import GrowingRecording, open_recording
take = GrowingRecording.create(sys.argv[1], 8000, 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_001, resource.RLIM_INFINITY))
ramp = np.arange(1000, dtype=np.float32)[:, None] / 1000
take.append(ramp)
take.append(ramp)
try:
    take.append(ramp)
except MediaError as error:
    print(error)
take.finish()
recording = open_recording(sys.argv[1])
print(recording.frames, recording.note, np.array_equal(recording.read(1000, 2000), ramp))
"""


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files")
def test_full_disk_keeps_what_was_recorded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "take.wav")], capture_output=True, text=True, check=True
    )
    sentence, result = done.stdout.splitlines()
    assert sentence.startswith("take.wav: cannot be written (File too large); ")
    assert result == "2000 None True"
