"""Opens an hour of 48 kHz 16-bit stereo in the real window and says when what is seen, and what it costs.

    python tests/benchmarks/open_hour.py [SECONDS]

Offscreen by default; set QT_QPA_PLATFORM=xcb for a real screen. Peers on a 2-core machine, the same file: Sonic
Visualiser 4.5.1 10.2 s to the complete overview and 2.27 GB; Audacity 3.2.4 10.2 s and 138 MB.
"""

import os
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
import psutil

from audiolab.core.allocation import keep_freed_memory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

RATE = 48_000


def write_programme(path: Path, seconds: int) -> None:
    """Noise with a slow swell, so that the overview has a shape."""
    rng = np.random.default_rng(0)
    block = (rng.standard_normal((RATE * 10, 2)) * 3000).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for start in range(0, seconds, 10):
            file.writeframes((block * (0.2 + 0.8 * abs(np.sin(start / 300)))).astype(np.int16).tobytes())


def measure(path: Path, label: str) -> None:
    from PySide6.QtWidgets import QApplication

    from audiolab.app import SWITCH_SECONDS
    from audiolab.session.session import Session
    from audiolab.ui.overview import Overview
    from audiolab.ui.theme import Theme
    from audiolab.ui.window import Window

    sys.setswitchinterval(SWITCH_SECONDS)
    keep_freed_memory()
    application = QApplication.instance() or QApplication([])
    session = Session(lambda _name: (_ for _ in ()).throw(RuntimeError))
    window = Window(session, Theme("dark"), expecting=True)
    window.resize(1920, 1080)
    window.show()
    application.processEvents()
    overview = window.findChild(Overview)
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    session.open(path)
    first = None
    longest = 0.0
    peak = before
    while True:
        turn = time.perf_counter()
        application.processEvents()
        longest = max(longest, time.perf_counter() - turn)
        peak = max(peak, psutil.Process().memory_info().rss)
        peaks = session.analyses.peaks
        shown = peaks is not None and (peaks.frames > 0 or session.analyses.sketch is not None)
        if first is None and shown:
            overview.grab()
            first = time.perf_counter() - began
        if peaks is not None and session.recording is not None and peaks.frames >= session.recording.frames:
            overview.grab()
            break
        time.sleep(0.01)
    complete = time.perf_counter() - began
    while session.analyses.loudness is None:
        application.processEvents()
        peak = max(peak, psutil.Process().memory_info().rss)
        time.sleep(0.01)
    measured = time.perf_counter() - began
    print(
        f"{label}: first pixels {first:.2f} s, overview complete {complete:.2f} s, "
        f"loudness measured {measured:.2f} s, longest turn of the event loop {longest * 1000:.0f} ms, "
        f"memory added {(peak - before) / 2**20:.0f} MiB"
    )
    session.shutdown()
    window.close()
    window.deleteLater()
    application.processEvents()


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 3600
    with tempfile.TemporaryDirectory() as directory:
        for name in ("CACHE", "DATA", "CONFIG"):
            os.environ[f"AUDIOLAB_{name}_DIR"] = str(Path(directory, name.lower()))
        path = Path(directory, "programme.wav")
        write_programme(path, seconds)
        print(f"{seconds} s of 48 kHz 16-bit stereo, {path.stat().st_size / 1e6:.0f} MB")
        measure(path, "first time")
        measure(path, "again     ")


if __name__ == "__main__":
    main()
