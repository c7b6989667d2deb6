"""How long one frame of the real window takes, GUI thread included: pan, zoom, jump and play at 1920 x 1080.

    python tests/benchmarks/frames.py [--minutes 180] [--rate 16000 --channels 1] [--all] [--transcribe] [--runs 3]

A frame is everything from the change of the timeline to the flushed window. Tiles and peaks are computed in the
background at the same time, as in the program; with --transcribe the default model reads the recording meanwhile,
over and over. Prints percentiles in milliseconds: of the time that passed, which is to be below 16 ms for the 95th
and below 50 ms for the last, and of the GUI thread's own work. Other programs disturb both, so the run with the
least 95th percentile counts.

180 minutes have 28,800 words and 115,200 phones in the tiers.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from audiolab.core.allocation import keep_freed_memory
from audiolab.core.speech import Alignment, Emissions, Token, Transcription, Word
from audiolab.core.tiers import annotation_of
from audiolab.core.timebase import FrameGrid, TimeSpan

WORDS_PER_MINUTE = 160
FRAMES = 200

Changes = Iterator[Callable[[], None]]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the generated recording")
    parser.add_argument("--rate", type=int, default=48000, help="its sample rate")
    parser.add_argument("--channels", type=int, default=2)
    parser.add_argument("--file", type=Path, help="a recording to show instead")
    parser.add_argument("--all", action="store_true", help="the panels that are hidden at first as well")
    parser.add_argument("--transcribe", action="store_true", help="while the default model reads the recording")
    parser.add_argument("--runs", type=int, default=3, help="of which the best one counts")
    parser.add_argument("--only", default="", help="the one gesture to measure: zoom, jump, ...")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    parser.add_argument("--look", type=Path, help="save a picture of the window here")
    parser.add_argument("--platform", default="offscreen")
    parser.add_argument("--scale", default="1", help="device pixels per pixel")
    return parser.parse_args()


def write_noise(path: Path, minutes: float, rate: int, channels: int) -> None:
    """Bursts of noise and tones, 16 bit: as many peaks and spectral lines as speech has."""
    import soundfile

    rng = np.random.default_rng(1)
    second = np.arange(rate) / rate
    with soundfile.SoundFile(path, "w", rate, channels, "PCM_16", format="RF64") as file:
        for index in range(int(minutes * 60)):
            tone = 0.3 * np.sin(2 * np.pi * (200 + 37 * (index % 50)) * second) * np.sin(np.pi * 4 * second) ** 2
            file.write(tone[:, np.newaxis] + rng.normal(0, 0.03, (rate, channels)))


def transcription_of(frames: int, sample_rate: int) -> Transcription:
    """Words, phones and frames at the density of speech."""
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
            write_noise(path, options.minutes, options.rate, options.channels)
        Bench(options, path).run()


class Bench:
    """The window on one recording, and the gestures in it."""

    def __init__(self, options: argparse.Namespace, path: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from audiolab.app import SWITCH_SECONDS, make_recognizer
        from audiolab.session.session import Session
        from audiolab.ui.theme import Theme
        from audiolab.ui.window import Window

        self.options = options
        sys.setswitchinterval(SWITCH_SECONDS)
        keep_freed_memory()
        self.app = QApplication(sys.argv)
        self.app.setStyle("Fusion")
        self.session = Session(make_recognizer)
        self.timeline = self.session.timeline
        self.window = Window(self.session, Theme("dark"), expecting=True)
        ratio = self.window.devicePixelRatio()
        self.window.resize(round(1920 / ratio), round(1080 / ratio))
        self.window.show()
        if options.all:
            self.show_all_panels()
        self.session.open(path)
        self.settle(lambda: self.session.recording is not None and self.session.jobs.idle)
        length, rate = self.timeline.length, self.timeline.sample_rate
        read = transcription_of(length, rate)
        self.session.reading._set((read, annotation_of(read.alignment, rate, length)))
        self.settle(lambda: self.session.jobs.idle)
        strip = self.window.docks.docks["waveform"].widget()
        self.width = strip.width() - strip.gutter
        words, tokens = len(self.session.reading.words), len(self.session.reading.tokens)
        print(
            f"{length / rate:.0f} s at {rate} Hz in "
            f"{self.session.recording.channels} channels, {words} words, {tokens} phones; "
            f"window {self.window.width()} x {self.window.height()}"
        )

    def show_all_panels(self) -> None:
        """Each in a place of its own, none behind another."""
        from audiolab.ui.docks import Place

        docks = self.window.docks
        for dock in docks.docks.values():
            if dock.panel.behind:
                docks.removeDockWidget(dock)
                docks.addDockWidget(Place.SIDE.value, dock)
            dock.show()

    def run(self) -> None:
        if self.options.transcribe:
            self.session.reading.running_changed.connect(self.read_again)
            self.session.reading.transcribed.disconnect()  # the tiers stay as they are
            self.session.transcribe()
            self.settle(lambda: any(job.progress for job in self.session.jobs.active))
        gestures = {
            "pan, 1 sample a pixel": lambda: self.pan(1.0),
            "pan, 20 samples a pixel": lambda: self.pan(20.0),
            "pan, 200 samples a pixel": lambda: self.pan(200.0),
            "pan, 2000 samples a pixel": lambda: self.pan(2000.0),
            "pan, 10000 samples a pixel": lambda: self.pan(10000.0),
            "zoom": self.zoom,
            "jump": self.jump,
            "play": self.play,
        }
        print(f"{'median, 95 %, worst of':28s}")
        for name, gesture in gestures.items():
            if self.options.only in name:
                profile = cProfile.Profile() if self.options.profile else None
                runs = [self.measure(self.cold(gesture()), profile) for _ in range(self.options.runs)]
                report(name, min(runs, key=lambda times: float(np.percentile(times[:, 0], 95))))
                if profile is not None:
                    pstats.Stats(profile).sort_stats("cumtime").print_stats("audiolab", 70)
        if self.options.look is not None:
            self.window.grab().save(str(self.options.look))
        self.session.reading.running_changed.disconnect()
        self.session.shutdown()

    def read_again(self) -> None:
        if not self.session.reading.running:
            self.session.transcribe()

    def cold(self, changes: Changes) -> Changes:
        """As at places that have not been seen before: the spectrogram's tiles are still to be computed."""
        self.session.analyses.tiles.load(self.session.recording)
        yield from changes

    def pan(self, per_pixel: float) -> Changes:
        self.timeline.show(TimeSpan(0, round(self.width * per_pixel)))
        for _ in range(FRAMES):
            yield lambda: self.timeline.scroll(round(12 * per_pixel))

    def zoom(self) -> Changes:
        self.timeline.show_all()
        for index in range(FRAMES):
            factor = 1.12 if (index // 100) % 2 == 0 else 1 / 1.12
            yield lambda factor=factor: self.timeline.zoom(factor, self.timeline.length // 3)

    def jump(self) -> Changes:
        span = round(self.width * 300)
        for index in range(FRAMES // 2):
            start = (index * 7919 * 4801) % max(self.timeline.length - span, 1)
            yield lambda start=start: self.timeline.show(TimeSpan(start, start + span))

    def play(self) -> Changes:
        rate = self.timeline.sample_rate
        self.timeline.show(TimeSpan(0, 12 * rate))
        for index in range(FRAMES):
            yield lambda index=index: self.timeline.set_playhead(index * rate // 60)

    def settle(self, done: Callable[[], bool], seconds: float = 300.0) -> None:
        limit = time.monotonic() + seconds
        while not done() and time.monotonic() < limit:
            self.app.processEvents()
            time.sleep(0.005)
        for _ in range(20):
            self.app.processEvents()
            time.sleep(0.005)

    def measure(self, changes: Changes, profile: cProfile.Profile | None) -> np.ndarray:
        """Milliseconds that passed, and that the thread worked, of each frame: shape (frames, 2).

        Between frames the event loop has the rest of 16 ms, as on a display.
        """
        times = []
        for change in changes:
            if profile is not None:
                profile.enable()
            began, worked = time.perf_counter(), time.thread_time()
            change()
            self.app.sendPostedEvents()
            self.app.processEvents()
            times.append((time.perf_counter() - began, time.thread_time() - worked))
            if profile is not None:
                profile.disable()
            while time.perf_counter() - began < 0.016:
                self.app.processEvents()
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
