"""How long one frame of the time views takes, GUI thread included: pan, zoom, jump and play at 1920 x 1080.

    python tests/benchmarks/frames.py [--minutes 60] [--file FILE] [--platform offscreen|xcb] [--scale 1]

A frame is everything from the change of the timeline to the flushed window. Tiles and peaks are computed in the
background at the same time, as in the program. Prints percentiles in milliseconds: of the time that passed, which
is to be below 16 ms for the 95th, and of the GUI thread's own work, which other programs do not disturb.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

SAMPLE_RATE = 48000
WORDS_PER_MINUTE = 160
FRAMES = 200


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the generated stereo recording")
    parser.add_argument("--channels", type=int, default=2)
    parser.add_argument("--file", type=Path, help="a recording to show instead")
    parser.add_argument("--platform", default="offscreen")
    parser.add_argument("--scale", default="1", help="device pixels per pixel")
    return parser.parse_args()


def write_noise(path: Path, minutes: float, channels: int) -> None:
    """Bursts of noise and tones, 16 bit: as many peaks and spectral lines as speech has."""
    import soundfile

    rng = np.random.default_rng(1)
    second = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    with soundfile.SoundFile(path, "w", SAMPLE_RATE, channels, "PCM_16", format="WAV") as file:
        for index in range(int(minutes * 60)):
            tone = 0.3 * np.sin(2 * np.pi * (200 + 37 * (index % 50)) * second) * np.sin(np.pi * 4 * second) ** 2
            file.write(tone[:, np.newaxis] + rng.normal(0, 0.03, (SAMPLE_RATE, channels)))


def transcription_of(frames: int, sample_rate: int):
    """Words, phones and frames at the density of speech."""
    from audiolab.core.speech import Alignment, Emissions, Token, Transcription, Word
    from audiolab.core.timebase import FrameGrid, TimeSpan

    seconds = frames / sample_rate
    step = 60.0 / WORDS_PER_MINUTE
    hop = sample_rate // 25
    words, tokens = [], []
    for index in range(int(seconds / step) - 1):
        start = int(index * step * sample_rate)
        bounds = [start + int(part * step * 0.22 * sample_rate) for part in range(5)]
        span = TimeSpan(bounds[0], bounds[-1])
        own = TimeSpan(len(tokens), len(tokens) + 4)
        for a, b in pairwise(bounds):
            tokens.append(Token("AH", TimeSpan(a, b), TimeSpan(a // hop, a // hop + 1), 0.9))
        words.append(Word("laboratory", span, TimeSpan(start // hop, start // hop + 1), own, 0.9))
    count = frames // hop
    rng = np.random.default_rng(2)
    best = np.where(rng.random(count) < 0.4, 1, 0).astype(np.int16)
    emissions = Emissions(
        np.zeros((count, 2), np.float16), ("<blank>", "AH"), 0, FrameGrid(hop, 0, sample_rate), "generated"
    )
    scores = rng.random(count).astype(np.float16)
    return Transcription(emissions, best, scores, Alignment(tuple(words), tuple(tokens)), sample_rate)


def main() -> None:
    options = arguments()
    os.environ["QT_QPA_PLATFORM"] = options.platform
    os.environ["QT_SCALE_FACTOR"] = options.scale
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CACHE", "DATA", "CONFIG"):
            os.environ[f"AUDIOLAB_{name}_DIR"] = folder
        path = options.file
        if path is None:
            path = Path(folder) / "noise.wav"
            write_noise(path, options.minutes, options.channels)
        measure_all(path)


def measure_all(path: Path) -> None:
    from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

    from audiolab.core.tiers import annotation_of
    from audiolab.core.timebase import TimeSpan
    from audiolab.session.session import Session
    from audiolab.ui.lanes import LaneView
    from audiolab.ui.overview import Overview
    from audiolab.ui.ruler import TimeRuler
    from audiolab.ui.spectrogram import SpectrogramView
    from audiolab.ui.theme import Theme
    from audiolab.ui.waveform import WaveformView

    app = QApplication(sys.argv)

    def refuse(_name: str) -> None:
        raise NotImplementedError

    session = Session(refuse)
    theme = Theme("dark")
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    for view, stretch in ((Overview, 0), (TimeRuler, 0), (WaveformView, 2), (LaneView, 0), (SpectrogramView, 3)):
        column.addWidget(view(session, theme), stretch)
    ratio = window.devicePixelRatio()
    window.resize(round(1920 / ratio), round(1080 / ratio))
    window.show()
    session.open(path)
    settle(app, lambda: session.recording is not None and session.jobs.idle)
    timeline = session.timeline
    read = transcription_of(timeline.length, timeline.sample_rate)
    session.reading._set((read, annotation_of(read.alignment, timeline.sample_rate, timeline.length)))
    settle(app, lambda: session.jobs.idle)
    width = window.width()
    print(f"{path.name}: {timeline.length / timeline.sample_rate:.0f} s, {session.recording.channels} channels")

    def pans(per_pixel: float) -> Iterator[Callable[[], None]]:
        timeline.show(TimeSpan(0, round(width * per_pixel)))
        for _ in range(FRAMES):
            yield lambda: timeline.scroll(round(12 * per_pixel))

    def zooms() -> Iterator[Callable[[], None]]:
        timeline.show_all()
        for index in range(FRAMES):
            factor = 1.12 if (index // 100) % 2 == 0 else 1 / 1.12
            yield lambda factor=factor: timeline.zoom(factor, timeline.length // 3)

    def jumps() -> Iterator[Callable[[], None]]:
        span = round(width * 300)
        for index in range(FRAMES // 2):
            start = (index * 7919 * 4801) % max(timeline.length - span, 1)
            yield lambda start=start: timeline.show(TimeSpan(start, start + span))

    def play() -> Iterator[Callable[[], None]]:
        timeline.show(TimeSpan(0, 12 * timeline.sample_rate))
        for index in range(FRAMES):
            yield lambda index=index: timeline.set_playhead(index * timeline.sample_rate // 60)

    print(f"{'median, 95 %, worst of':28s}")
    for name, changes in (
        ("pan, 1 sample a pixel", pans(1.0)),
        ("pan, 20 samples a pixel", pans(20.0)),
        ("pan, 200 samples a pixel", pans(200.0)),
        ("pan, 2000 samples a pixel", pans(2000.0)),
        ("pan, 10000 samples a pixel", pans(10000.0)),
        ("zoom", zooms()),
        ("jump", jumps()),
        ("play", play()),
    ):
        report(name, measure(app, changes))
    session.shutdown()


def settle(app, done: Callable[[], bool], seconds: float = 120.0) -> None:
    limit = time.monotonic() + seconds
    while not done() and time.monotonic() < limit:
        app.processEvents()
        time.sleep(0.005)
    for _ in range(20):
        app.processEvents()
        time.sleep(0.005)


def measure(app, changes: Iterator[Callable[[], None]]) -> np.ndarray:
    """Milliseconds that passed, and that the thread worked, of each frame: shape (frames, 2).

    Between frames the event loop has the rest of 16 ms, as on a display.
    """
    times = []
    for change in changes:
        began, worked = time.perf_counter(), time.thread_time()
        change()
        app.sendPostedEvents()
        app.processEvents()
        times.append((time.perf_counter() - began, time.thread_time() - worked))
        while time.perf_counter() - began < 0.016:
            app.processEvents()
            time.sleep(0.001)
    return np.array(times) * 1000.0


def report(name: str, times: np.ndarray) -> None:
    passed, worked = (np.percentile(column, [50, 95, 100]) for column in times.T)
    print(
        f"{name:28s} passed {passed[0]:5.1f} {passed[1]:5.1f} {passed[2]:6.1f}   "
        f"worked {worked[0]:5.1f} {worked[1]:5.1f} {worked[2]:6.1f} ms   ({len(times)} frames)"
    )


if __name__ == "__main__":
    main()
