"""What importing and using the package costs."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.media.wavheader import wav_header
from tests.media.sounds import noise


def run(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_loads_no_decoder() -> None:
    heavy = run("import sys, audiolab.media; print([name for name in ('av', 'soundfile') if name in sys.modules])")
    assert heavy == "[]"


def test_opening_a_plain_wav_file_loads_no_decoder(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(100, 1), 8000)
    code = """
import sys
from audiolab.media import open_recording
print(open_recording(sys.argv[1]).frames, [name for name in ("av", "soundfile") if name in sys.modules])
"""
    assert run(code, str(tmp_path / "a.wav")) == "100 []"


SCAN = """
import sys
import numpy as np
import psutil
from audiolab.media import open_recording
process = psutil.Process()
recording = open_recording(sys.argv[1])
recording.read_native(0, 1 << 18)
before = process.memory_info().rss
peak, top = 0, 0
for start in range(0, recording.frames, 1 << 18):
    block = recording.read_native(start, start + (1 << 18))
    peak = max(peak, int(block.max()))
    top = max(top, process.memory_info().rss)
print(recording.frames, peak, (top - before) // 10**6)
"""


@pytest.mark.skipif(os.name == "nt", reason="sparse files are made otherwise there")
def test_scanning_an_hour_stays_out_of_memory(tmp_path: Path) -> None:
    frames = 3600 * 48_000
    path = tmp_path / "hour.wav"
    with path.open("wb") as file:  # sparse: it takes no room, but is read like any other
        file.write(wav_header(2, 48_000, 16, frames, growing=False))
        file.seek(4 * (frames - 1), os.SEEK_CUR)
        file.write(np.int16([123, 45]).tobytes())
    scanned, peak, added = map(int, run(SCAN, str(path)).split())
    assert (scanned, peak) == (frames, 123)
    assert added < 20
