"""Errors of word boundaries by method on hand-labelled recordings.

    python -m tests.benchmarks.alignment [--data FOLDER] [--peers] [--write]

FOLDER holds manifest.jsonl and the recordings that it names (by default the one beside the checkout); the rows of
TIMIT are used. An error is the distance of a word's start or end from the labelled one. ``--write`` learns from
synthetic speech (tests/benchmarks/spoken.py), which nothing of TIMIT goes into, and replaces
resources/asr/boundary-shifts.json. What TIMIT itself would teach, cross-validated over speakers, stands beside it.
``--peers`` measures pocketsphinx, which aligns the text, and Whisper on the words that it gets right, as well.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning.boundaries import SIGMA, edges, sound_spans
from audiolab.asr.aligning.learning import Example, learn
from audiolab.asr.aligning.shifts import ShiftTable, default_shifts
from audiolab.asr.emissionsmap import FRAME_SAMPLES, GRID, MODEL_RATE
from audiolab.core.timebase import TimeSpan
from audiolab.media.opening import open_recording
from tests.benchmarks.labelled import Labelled, Reader, timit
from tests.benchmarks.peers import Peer, installed, mono
from tests.benchmarks.spoken import VOICES, spoken
from tests.benchmarks.wer import DATA, normalised

TABLE = Path(__file__).resolve().parents[2] / "resources" / "asr" / "boundary-shifts.json"


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


def line(name: str, found: list[float]) -> str:
    values = np.array(found)
    within = "".join(f"{100 * np.mean(values <= limit):7.1f}" for limit in (20, 50, 100))
    return f"{name:40}{np.median(values):7.1f}{values.mean():7.1f}{within}"


def report(rows: list[Labelled], vocabulary: tuple[str, ...]) -> None:
    """Print a line for each method."""
    print(f"{len(rows)} recordings, {sum(2 * len(row.words) for row in rows)} edges")
    print(f"{'method':40}{'median':>7}{'mean':>7}{'<=20':>7}{'<=50':>7}{'<=100':>7} ms, %")
    for name, lead in (("path as it is", 0), ("constant lead of 83 ms", 83 * MODEL_RATE // 1000)):
        spans = [path_spans(row.paths, lead) for row in rows]
        print(line(name, [e for row, found in zip(rows, spans, strict=True) for e in row.errors(found)]))
    shipped = default_shifts()
    shifted(rows, vocabulary, "learned shifts", lambda _row: shipped)
    known = [(row.speaker, list(examples(row, vocabulary))) for row in rows]
    tables = {
        speaker: learn([example for other, some in known if other != speaker for example in some])
        for speaker in sorted({row.speaker for row in rows})
    }
    shifted(rows, vocabulary, "shifts of TIMIT's other speakers", lambda row: tables[row.speaker])


def heard(rows: list[Labelled], peer: Peer) -> None:
    """Print a line for a peer's words."""
    found: list[float] = []
    for row in rows:
        with closing(open_recording(row.file)) as recording:
            words = peer.words(mono(recording), row.texts)
        texts = [" ".join(normalised(word.text)) for word in words]
        for block in SequenceMatcher(None, row.texts, texts, autojunk=False).get_matching_blocks():
            for (start, stop), word in zip(row.words[block.a :][: block.size], words[block.b :], strict=False):
                found += (abs(word.start - start) * 1000, abs(word.stop - stop) * 1000)
    share = len(found) / sum(2 * len(row.words) for row in rows)
    print(line(f"{peer.name}, {100 * share:.0f} % of the words", found))


def shifted(
    rows: list[Labelled], vocabulary: tuple[str, ...], name: str, table: Callable[[Labelled], ShiftTable]
) -> None:
    """Print a line for shifts without a snap, and one for each width of it."""
    for ms in (0, 10, 15, 20, 30):
        sigma = ms * MODEL_RATE // 1000
        found: list[float] = []
        for row in rows:
            spans = sound_spans(row.paths, vocabulary, table(row), row.change if ms else None, sigma)
            found += row.errors(spans)
        title = f"+ snap, sigma {ms} ms" if ms else name
        print(line(f"{title} (chosen)" if sigma == SIGMA else title, found))


def write(data: Path, reader: Reader) -> None:
    """Learn from all synthetic speech and replace the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows = list(spoken(data, reader, Path(folder)))
    found = [example for row in rows for example in examples(row, reader.vocabulary)]
    terms = dict(sorted(learn(found).terms.items()))
    count = len(rows)
    source = f"{len(found)} edges of words in {count} sentences spoken by the voices {', '.join(VOICES)} of flite"
    text = json.dumps({"source": source, "terms": terms}, ensure_ascii=False, indent=0)
    TABLE.write_text(text + "\n", "utf-8")
    print(f"{TABLE}: {len(terms)} terms from {source}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    reader = Reader()
    if options.write:
        write(options.data, reader)
        default_shifts.cache_clear()
    rows = list(timit(options.data, reader))
    report(rows, reader.vocabulary)
    for peer in installed(1) if options.peers else ():
        heard(rows, peer)


if __name__ == "__main__":
    main()
