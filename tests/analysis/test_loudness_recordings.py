"""Real recordings against the figures of other meters, where the shared recordings are at hand."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import soundfile

from audiolab.analysis.loudness import LoudnessResult, scan
from audiolab.core.recording import ArrayRecording

SPEECH = [
    "asterisk/demo-congrats.wav",
    "asterisk/vm-intro.wav",
    "noizeus/clean/sp02.wav",
    "cmu_arctic/aew_a0001.wav",
    "librispeech/1088-134315-0000.wav",
    "ljspeech/LJ001-0001.wav",
    "moonshine/endgame_nagg_nell.wav",
    "moonshine/two_cities.wav",
]


def scanned(path: Path) -> LoudnessResult:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return scan(ArrayRecording(samples, rate))


def test_figures_of_ffmpeg_ebur128(shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if "ffmpeg_ebur128" in row]
    assert len(rows) > 10
    for row in rows:
        result, expected = scanned(shared_data / row["path"]), row["ffmpeg_ebur128"]
        # What FFmpeg printed was rounded to one decimal.
        assert result.integrated_lufs == pytest.approx(expected["I_LUFS"], abs=0.1), row["path"]
        assert result.max_true_peak_dbtp == pytest.approx(expected["true_peak_dBFS"], abs=0.2), row["path"]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
@pytest.mark.parametrize("name", SPEECH)
def test_speech_beside_ffmpeg(shared_data: Path, name: str) -> None:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(shared_data / name)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    loudness, peak = (
        float(re.findall(rf"{key}:\s*(-?[\d.]+) {unit}", text)[-1])
        for key, unit in (("I", "LUFS"), ("Peak", "dBFS"))
    )
    result = scanned(shared_data / name)
    assert result.integrated_lufs == pytest.approx(loudness, abs=0.1)
    assert result.max_true_peak_dbtp == pytest.approx(peak, abs=0.2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sine_1000.wav", -3.01),
        ("1770-2_Comp_AbsGateTest.wav", -69.5),
        ("1770-2_Comp_RelGateTest.wav", -10.0),
        ("stl_sine997_0dBFS.wav", -3.01),
        ("stl_sine997_0dBFS.26LKFS.wav", -26.0),
    ],
)
def test_conformance_files_of_the_itu(shared_data: Path, name: str, expected: float) -> None:
    assert scanned(shared_data / "loudness" / name).integrated_lufs == pytest.approx(expected, abs=0.1)
