import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled, MediaError
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.media import open_recording, write_audio
from audiolab.media.encoding import to_integers
from tests.media.sounds import lag, noise, speechlike

SPAN = TimeSpan(1000, 40_000)


def stored(tmp_path: Path, kind: str, channels: int = 2):
    """A recording of full-range noise, from a file."""
    samples = np.random.default_rng(3).integers(-(2**31), 2**31, (50_000, channels), dtype=np.int32)
    soundfile.write(tmp_path / "source.wav", samples, 44100, kind)
    return open_recording(tmp_path / "source.wav")


@pytest.mark.parametrize("kind", ["PCM_16", "PCM_24", "PCM_32"])
@pytest.mark.parametrize("container", ["WAV", "W64", "CAF", "AIFF"])
def test_integers_stay_what_they_were(tmp_path: Path, kind: str, container: str) -> None:
    recording = stored(tmp_path, kind)
    write_audio(recording, SPAN, tmp_path / "out", container, kind)
    got = open_recording(tmp_path / "out")
    assert (got.info.format, got.info.codec, got.sample_rate) == (container, kind, 44100)
    np.testing.assert_array_equal(got.read_native(0, 50_000), recording.read_native(1000, 40_000))


def test_8_bits_stay_what_they_were(tmp_path: Path) -> None:
    recording = stored(tmp_path, "PCM_U8")
    write_audio(recording, SPAN, tmp_path / "out.wav", subtype="PCM_U8")
    got = open_recording(tmp_path / "out.wav")
    assert got.info.codec == "PCM_U8"
    np.testing.assert_array_equal(got.read_native(0, 50_000), recording.read_native(1000, 40_000))


@pytest.mark.parametrize(("kind", "target"), [("PCM_16", "PCM_16"), ("PCM_16", "PCM_24"), ("PCM_24", "PCM_24")])
def test_flac_is_exact(tmp_path: Path, kind: str, target: str) -> None:
    recording = stored(tmp_path, kind)
    write_audio(recording, SPAN, tmp_path / "out.flac", "flac", target)
    got, _ = soundfile.read(tmp_path / "out.flac", dtype="int32")
    wanted = recording.read_native(1000, 40_000).astype(np.int32) << (16 if kind == "PCM_16" else 0)
    np.testing.assert_array_equal(got, wanted)


def test_float_to_16_bits_is_the_inverse_of_reading(tmp_path: Path) -> None:
    samples = noise(50_000, 1)
    recording = ArrayRecording(samples / np.float32(32768), 48000)
    write_audio(recording, SPAN, tmp_path / "out.wav", subtype="PCM_16")
    got, _ = soundfile.read(tmp_path / "out.wav", dtype="int16", always_2d=True)
    np.testing.assert_array_equal(got, samples[1000:40_000])


def test_float_stays_float(tmp_path: Path) -> None:
    recording = ArrayRecording(np.random.default_rng(1).normal(0, 2, (5000, 3)), 48000)
    write_audio(recording, TimeSpan(0, 5000), tmp_path / "out.wav", "WAV", "FLOAT")
    np.testing.assert_array_equal(open_recording(tmp_path / "out.wav").read(0, 5000), recording.read(0, 5000))


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_integers_round_and_clip(bits: int) -> None:
    full = 2 ** (bits - 1)
    wide = 16 if bits <= 16 else 32
    values = np.float64([0, 1, -1, 3, -3, 1 / full, -0.75 / full, 0.25 / full, np.nan, np.inf])
    got = to_integers(values.astype(np.float32)[:, np.newaxis], bits)[:, 0].astype(np.int64)
    expected = [0, full - 1, -full, full - 1, -full, 1, -1, 0, 0, 0]
    assert (got >> (wide - bits)).tolist() == expected
    assert (got & (2 ** (wide - bits) - 1)).tolist() == [0] * 10


@pytest.mark.parametrize(
    ("container", "subtype", "name"),
    [("OGG", "VORBIS", "o.ogg"), ("OGG", "OPUS", "o.opus"), ("MP3", None, "o.mp3"), ("OGG", None, "o.ogg")],
)
def test_coded_formats(tmp_path: Path, container: str, subtype: str | None, name: str) -> None:
    tone = speechlike(2.0, 48000, 2)
    write_audio(ArrayRecording(tone, 48000), TimeSpan(24000, 72000), tmp_path / name, container, subtype)
    got = open_recording(tmp_path / name)
    assert abs(got.frames - 48000) <= 1
    assert lag(got.read(0, got.frames)[:, 1], tone[24000:72000, 1]) == 0


def test_span_is_clamped_and_progress_told(tmp_path: Path) -> None:
    told: list[float] = []
    recording = stored(tmp_path, "PCM_16")
    write_audio(recording, TimeSpan(49_000, 90_000), tmp_path / "o.wav", progress=told.append)
    assert soundfile.info(tmp_path / "o.wav").frames == 1000
    assert told[0] == 0.0
    assert told[-1] == 1.0


def test_cancelled_leaves_the_old_file(tmp_path: Path) -> None:
    recording = stored(tmp_path, "PCM_16")
    target = tmp_path / "o.wav"
    target.write_bytes(b"old")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        write_audio(recording, SPAN, target, cancel=cancel, progress=lambda _: cancel.cancel())
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.wav", "source.wav"]


def test_over_its_own_source(tmp_path: Path) -> None:
    recording = stored(tmp_path, "PCM_16")
    wanted = recording.read_native(1000, 40_000)
    write_audio(recording, SPAN, tmp_path / "source.wav")
    np.testing.assert_array_equal(open_recording(tmp_path / "source.wav").read_native(0, 50_000), wanted)


def test_long_and_foreign_names(tmp_path: Path) -> None:
    name = "長" * 80 + ".wav"
    write_audio(stored(tmp_path, "PCM_16"), SPAN, tmp_path / name)
    assert soundfile.info(tmp_path / name).frames == 39_000


@pytest.mark.parametrize(
    ("container", "subtype", "channels", "rate"),
    [("FLAC", "FLOAT", 1, 8000), ("NONSENSE", None, 1, 8000), ("FLAC", None, 9, 8000), ("OGG", "OPUS", 1, 44100)],
)
def test_what_a_format_cannot_hold(
    tmp_path: Path, container: str, subtype: str | None, channels: int, rate: int
) -> None:
    recording = ArrayRecording(np.zeros((100, channels)), rate)
    with pytest.raises(MediaError, match=r"^out\.x: cannot be written .+; .*choose another format\.$"):
        write_audio(recording, TimeSpan(0, 100), tmp_path / "out.x", container, subtype)
    assert list(tmp_path.iterdir()) == []


def test_nowhere_to_write(tmp_path: Path) -> None:
    recording = ArrayRecording(np.zeros((100, 1)), 8000)
    with pytest.raises(MediaError, match=r"o\.wav: cannot be written \(No such file or directory\); "):
        write_audio(recording, TimeSpan(0, 100), tmp_path / "absent" / "o.wav")
    with pytest.raises(MediaError, match="would be empty"):
        write_audio(recording, TimeSpan(100, 200), tmp_path / "o.wav")
    (tmp_path / "folder").mkdir()
    with pytest.raises(MediaError, match=r"folder: cannot be written \(Is a directory\)"):
        write_audio(recording, TimeSpan(0, 100), tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


FULL = """
import resource, sys
from pathlib import Path
import numpy as np
from audiolab.core.errors import MediaError
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.media import write_audio
path = Path(sys.argv[1])
recording = ArrayRecording(np.random.default_rng(1).normal(0, 0.1, (200_000, 1)), 8000)
for container in ("WAV", "FLAC", "OGG", "MP3"):
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    write_audio(recording, TimeSpan(0, 200_000), path, container)
    size = path.stat().st_size
    path.unlink()
    for missing in (1, 3000, size - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size - missing, resource.RLIM_INFINITY))
        try:
            write_audio(recording, TimeSpan(0, 200_000), path, container)
        except MediaError as error:
            print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files")
def test_full_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    sentence = "out: cannot be written (File too large); check the folder and its disk."
    assert done.stdout.splitlines() == [sentence] * 12
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
