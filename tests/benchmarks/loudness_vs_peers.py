"""Loudness with range and true peak of a long recording, beside FFmpeg and libebur128 (loudgain), taking turns.

    python tests/benchmarks/loudness_vs_peers.py [--minutes 60] [--rounds 3] [--source FILE]

Prints seconds and processor seconds (of all threads), the ratios to each peer (the median of neighbouring runs, so
that a busy machine slows both), what each found, and the memory that the scan needs. Without --source the sound is
made: noise of changing level. --gain makes it louder and clips it, as a bad master is.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
import psutil

from audiolab.analysis.loudness import scan
from tests.benchmarks.mapped_wave import MappedWave

RATE = 48_000


def made_programme(seconds: int) -> np.ndarray:
    """Stereo noise whose level wanders by 20 dB and whose colour changes, peaks near full scale: int16 (n, 2)."""
    random = np.random.default_rng(1770)
    white = random.standard_normal((seconds * RATE + 64, 2)).astype(np.float32)
    smooth = np.cumsum(white, axis=0)
    coloured = smooth[64:] - smooth[:-64]
    level = np.interp(np.arange(len(coloured)) / RATE, np.arange(seconds + 1), random.uniform(-20, 0, seconds + 1))
    loud = coloured * (10.0 ** (level / 20.0))[:, np.newaxis]
    return (loud / np.abs(loud).max() * 32_000).astype(np.int16)


def write_programme(path: Path, minutes: int, source: Path | None, gain_db: float = 0.0) -> None:
    if source is None:
        piece = made_programme(120)
    else:
        command = ["ffmpeg", "-v", "error", "-i", str(source), "-f", "s16le", "-ac", "2", "-ar", str(RATE), "-"]
        piece = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.int16).reshape(
            -1, 2
        )
    if gain_db:
        piece = (piece * 10.0 ** (gain_db / 20.0)).clip(-32768, 32767).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        left = minutes * 60 * RATE
        while left > 0:
            file.writeframes(piece[:left].tobytes())
            left -= len(piece)


def run_ours(path: Path) -> str:
    result = scan(MappedWave(path))
    return (
        f"I {result.integrated_lufs:.2f} LUFS, LRA {result.loudness_range_lu:.2f} LU, "
        f"TP {result.max_true_peak_dbtp:.2f} dBTP"
    )


def run_ffmpeg(path: Path) -> str:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    found = [re.findall(rf"{name}:\s*(-?[\d.]+)", text)[-1] for name in ("I", "LRA", "Peak")]
    return "I {} LUFS, LRA {} LU, TP {} dBTP".format(*found)


def run_loudgain(path: Path) -> str:
    text = subprocess.run(["loudgain", "-O", str(path)], check=True, capture_output=True, text=True).stdout
    return " ".join(text.splitlines()[1].split("\t")[1:])


def memory_of_a_scan(path: Path) -> tuple[float, float]:
    """Megabytes at the peak of a process that only scans: of its own, and with the pages of the file."""
    code = f"from tests.benchmarks.loudness_vs_peers import *; print(run_ours(Path({str(path)!r})))"
    own = whole = 0
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                info = watched.memory_info()
            except psutil.NoSuchProcess:
                break
            own, whole = max(own, info.rss - getattr(info, "shared", 0)), max(whole, info.rss)
            time.sleep(0.01)
    return own / 1e6, whole / 1e6


def processor_seconds() -> float:
    """Of this process and of the children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--gain", type=float, default=0.0, metavar="DB")
    chosen = parser.parse_args()
    tools = {"audiolab": run_ours, "ffmpeg": run_ffmpeg, "loudgain": run_loudgain}
    tools = {name: run for name, run in tools.items() if name == "audiolab" or shutil.which(name)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programme.wav"
        write_programme(path, chosen.minutes, chosen.source, chosen.gain)
        MappedWave(path).read_native(0, 1 << 40).max()  # all of the file in the system's cache, for everyone
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in tools}
        for _ in range(chosen.rounds):
            for name, run in tools.items():
                start, before = time.perf_counter(), processor_seconds()
                found = run(path)
                spent[name].append((time.perf_counter() - start, processor_seconds() - before))
                print("{:9} {:7.2f} s {:7.2f} s of processor  {}".format(name, *spent[name][-1], found), flush=True)
        for name in list(tools)[1:]:
            pairs = list(zip(spent[name], spent["audiolab"], strict=True))
            wall, processor = (
                statistics.median(peer[what] / ours[what] for peer, ours in pairs) for what in (0, 1)
            )
            print(f"{wall:.1f} times faster than {name}, {processor:.1f} times by processor time")
        own, whole = memory_of_a_scan(path)
        print(f"memory at the peak: {own:.0f} MB, {whole:.0f} MB with the mapped pages of the file")


if __name__ == "__main__":
    main()
