"""Errors of word boundaries by method on hand-labelled recordings, learned tables cross-validated over speakers.

    python -m tests.benchmarks.alignment [--data FOLDER] [--write]

FOLDER holds manifest.jsonl and the recordings that it names (by default the one beside the checkout); the rows of
TIMIT are used. An error is the distance of a word's start or end from the labelled one. ``--write`` learns from
all speakers and replaces resources/asr/boundary-shifts.json.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import AlignedToken, Form, align
from audiolab.asr.aligning.boundaries import SIGMA, edges, sound_spans
from audiolab.asr.aligning.learning import Example, learn
from audiolab.asr.aligning.outline import Change, Outline
from audiolab.asr.aligning.shifts import ShiftTable
from audiolab.asr.conformer import build
from audiolab.asr.conformer_en import model_vocabulary
from audiolab.asr.container import read_container
from audiolab.asr.emissionsmap import FRAME_SAMPLES, GRID, MODEL_RATE, open_emissions
from audiolab.asr.emitter import emit
from audiolab.asr.lexicon import load_lexicon
from audiolab.asr.listening import mono_blocks
from audiolab.asr.packages import package_file
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.timebase import TimeSpan
from audiolab.media.opening import open_recording

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
TABLE = ROOT / "resources" / "asr" / "boundary-shifts.json"

EARLIER = """\
CTC Viterbi, raw                           49.0   57.0     23     51     81   (asr.md)
+ constant shift                           24.0   29.0     42     85     99   (asr.md)
+ shift per first / last phone             21.0   27.0     49     87     98   (asr.md)
+ snap to spectral flux (sigma 20 ms)      14.0   25.0     57     83     98   (asr.md)
whisper tiny.en word times, raw            95.0  102.0     10     25     53   (asr.md)
pocketsphinx (words it got right)          13.0   23.0     60     90     98   (asr.md)"""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A recording with its emissions and the path through them; `words` are labelled edges in seconds."""

    speaker: str
    words: tuple[tuple[float, float], ...]
    log_probs: npt.NDArray[np.floating]
    forms: list[list[Form]]
    paths: list[list[AlignedToken]]
    change: Change


def labelled(data: Path, vocabulary: tuple[str, ...]) -> Iterator[Labelled]:
    """The rows of TIMIT."""
    network = build(read_container(package_file("hama", "assets/asr_waveform.hama")))
    symbols = {symbol: index for index, symbol in enumerate(vocabulary)}
    lexicon = load_lexicon(vocabulary, known_only=False)
    file = Path(tempfile.mkdtemp()) / "emissions"
    blank = len(vocabulary) - 1
    with (data / "manifest.jsonl").open(encoding="utf-8") as lines:
        entries = [entry for entry in map(json.loads, lines) if entry["path"].startswith("nltk_timit/")]
    for entry in entries:
        if not entry["words"]:
            continue
        outline = Outline()
        recording = open_recording(data / entry["path"])
        blocks = outline.listening(mono_blocks(recording, MODEL_RATE, CancelToken()))
        frames = emit(network, blocks, recording.frames, file, CancelToken(), no_progress)
        recording.close()
        emissions = open_emissions(file, frames, vocabulary)
        forms = [
            [tuple(symbols[symbol] for symbol in form) for form in lexicon[word]] for _, _, word in entry["words"]
        ]
        log_probs = np.array(emissions.log_probs)
        paths = align(log_probs, forms, blank, blank - 1)
        assert paths is not None, entry["path"]
        change = outline.change(GRID.offset, GRID.sample_at(frames, MODEL_RATE))
        words = tuple((start, stop) for start, stop, _ in entry["words"])
        yield Labelled(entry["speaker"], words, log_probs, forms, paths, change)


def examples(row: Labelled, vocabulary: tuple[str, ...]) -> Iterator[Example]:
    """The edges of a recording's words with their true shifts."""
    for (start, stop), word in zip(row.words, edges(row.paths, vocabulary), strict=True):
        for edge, frame, truth in ((*word[0], start), (*word[-1], stop)):
            seconds = (frame * FRAME_SAMPLES + GRID.offset) / MODEL_RATE
            yield Example(edge, (truth - seconds) * 1000)


def path_spans(paths: list[list[AlignedToken]], lead: int) -> list[list[TimeSpan]]:
    """Words as long as their paths, beginning `lead` samples before."""
    frames = ((word[0].frames.start, word[-1].frames.stop) for word in paths)
    return [[TimeSpan(max(first * FRAME_SAMPLES - lead, 0), stop * FRAME_SAMPLES)] for first, stop in frames]


def errors(row: Labelled, spans: list[list[TimeSpan]]) -> Iterator[float]:
    """Milliseconds between found and labelled edges of words."""
    for (start, stop), word in zip(row.words, spans, strict=True):
        yield abs((word[0].start + GRID.offset) / MODEL_RATE - start) * 1000
        yield abs((word[-1].stop + GRID.offset) / MODEL_RATE - stop) * 1000


def line(name: str, found: list[float]) -> str:
    values = np.array(found)
    within = "".join(f"{100 * np.mean(values <= limit):7.1f}" for limit in (20, 50, 100))
    return f"{name:40}{np.median(values):7.1f}{values.mean():7.1f}{within}"


def report(rows: list[Labelled], vocabulary: tuple[str, ...], tables: Mapping[str, ShiftTable]) -> None:
    """Print a line for each method."""
    print(f"{len(rows)} recordings, {len(tables)} speakers, {sum(2 * len(row.words) for row in rows)} edges")
    print(f"{'method':40}{'median':>7}{'mean':>7}{'<=20':>7}{'<=50':>7}{'<=100':>7} ms, %")
    print(EARLIER)
    for name, lead in (("path as it is", 0), ("constant lead of 83 ms", 83 * MODEL_RATE // 1000)):
        print(line(name, [e for row in rows for e in errors(row, path_spans(row.paths, lead))]))
    for ms in (0, 10, 15, 20, 30):
        sigma = ms * MODEL_RATE // 1000
        found: list[float] = []
        for row in rows:
            table = tables[row.speaker]
            spans = sound_spans(row.paths, vocabulary, table, row.change if ms else None, sigma)
            found += errors(row, spans)
        name = f"+ snap, sigma {ms} ms" if ms else "learned shifts"
        print(line(f"{name} (chosen)" if sigma == SIGMA else name, found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    vocabulary = model_vocabulary()
    rows = list(labelled(options.data, vocabulary))
    known = [(row.speaker, list(examples(row, vocabulary))) for row in rows]
    tables = {
        speaker: learn([example for other, some in known if other != speaker for example in some])
        for speaker in sorted({row.speaker for row in rows})
    }
    report(rows, vocabulary, tables)
    if options.write:
        terms = learn([example for _, some in known for example in some]).terms
        TABLE.write_text(json.dumps(dict(sorted(terms.items())), ensure_ascii=False, indent=0) + "\n", "utf-8")
        print(f"{TABLE}: {len(terms)} terms")


if __name__ == "__main__":
    main()
