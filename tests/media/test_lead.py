"""Films whose sound starts later or earlier than the picture: the recording keeps the film's time."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.media import CacheStore, open_recording, probe
from tests.media.sounds import lag, speechlike

RATE = 48000
SHIFT = 0.5
AS_PLAYERS = 0.03
"""Seconds that containers round by, and coders run up: less than a picture of a film lasts."""

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian: ffmpeg)")

TONE = speechlike(3.0, RATE)


def film(path: Path, codec: str, *options: str, picture: float = 0.0, sound: float = 0.0) -> Path:
    """A film of four seconds whose picture and sound start at these seconds."""
    tone = path.with_name("tone.wav")
    soundfile.write(tone, TONE, RATE, "PCM_16")
    command = ["ffmpeg", "-v", "error", "-itsoffset", str(picture)]
    command += ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=25:duration=4", "-itsoffset", str(sound), "-i"]
    command += [str(tone), "-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", codec, *options, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def starts_at(path: Path, store: CacheStore) -> float:
    """Seconds at which the tone is in the recording of a file, which is as long as was promised."""
    recording = open_recording(path, store=store)
    assert recording.info.frames == recording.frames
    assert getattr(recording, "note", None) is None
    return lag(recording.read(0, recording.frames)[:, 0], TONE[:, 0]) / RATE


LATE = [("a.mp4", "aac"), ("a.mkv", "libopus"), ("a.mkv", "pcm_s16le"), ("a.mkv", "flac"), ("a.ts", "mp2")]


@pytest.mark.parametrize(("name", "codec"), LATE)
def test_sound_that_starts_late_is_preceded_by_silence(
    tmp_path: Path, store: CacheStore, name: str, codec: str
) -> None:
    path = film(tmp_path / name, codec, sound=SHIFT)
    assert starts_at(path, store) == pytest.approx(SHIFT, abs=AS_PLAYERS)
    recording = open_recording(path, store=store)
    assert recording.frames / RATE == pytest.approx(SHIFT + 3.0, abs=2 * AS_PLAYERS)
    assert not recording.read(0, round((SHIFT - AS_PLAYERS) * RATE)).any()
    assert probe(path).frames / RATE == pytest.approx(SHIFT + 3.0, abs=0.6)  # Matroska tells the picture's length


@pytest.mark.parametrize(("name", "codec"), LATE)
def test_sound_that_starts_with_the_picture_is_left_alone(
    tmp_path: Path, store: CacheStore, name: str, codec: str
) -> None:
    path = film(tmp_path / name, codec)
    assert starts_at(path, store) == pytest.approx(0.0, abs=AS_PLAYERS)
    if name != "a.ts":
        assert open_recording(path, store=store).frames == len(TONE)


@pytest.mark.parametrize(("name", "codec"), LATE)
def test_sound_that_starts_early_starts_the_films_time(
    tmp_path: Path, store: CacheStore, name: str, codec: str
) -> None:
    path = film(tmp_path / name, codec, picture=SHIFT)
    assert starts_at(path, store) == pytest.approx(0.0, abs=AS_PLAYERS)


def test_what_an_edit_list_cuts_off_is_cut_off(tmp_path: Path, store: CacheStore) -> None:
    """The sound before the film's start, which an MP4 has in it all the same."""
    path = film(tmp_path / "a.mp4", "aac", "-avoid_negative_ts", "disabled", sound=-SHIFT)
    recording = open_recording(path, store=store)
    assert recording.frames / RATE == pytest.approx(3.0 - SHIFT, abs=AS_PLAYERS)
    heard = recording.read(0, recording.frames)[:, 0]
    assert lag(heard, TONE[:, 0]) / RATE == pytest.approx(-SHIFT, abs=AS_PLAYERS)


def test_a_late_sound_comes_from_the_cache_as_late(tmp_path: Path, store: CacheStore) -> None:
    path = film(tmp_path / "a.mkv", "pcm_s16le", sound=SHIFT)
    first = open_recording(path, store=store)
    again = open_recording(path, store=store)
    assert again.frames == first.frames == round((SHIFT + 3.0) * RATE)
    np.testing.assert_array_equal(again.read(0, again.frames), first.read(0, first.frames))
