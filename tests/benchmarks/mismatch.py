"""What a search makes of texts that differ from the sound, by its costs; and how long it takes for an hour.

    python -m tests.benchmarks.mismatch [--data FOLDER] [--hour]

All recordings of TIMIT in the shared set stand behind each other. The text lacks passages of 1 to 12 words
(inserted speech), has such passages too many (skipped text), or has other words in their place.
Words that were said and skipped nevertheless, words that were not said and found a place, and words that were said
and lie more than 100 ms from where the matching text has them.
"""

import argparse
import time
import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import Form
from audiolab.asr.aligning.judging import LOW_SCORE, score_of
from audiolab.asr.aligning.search import FORCED, TOLERANT, SearchSpec, search
from tests.benchmarks.labelled import Labelled, Reader, timit
from tests.benchmarks.wer import DATA

FRAMES = 180_000
PASSAGES = (1, 2, 3, 6, 12)
FAR = 5

Word = tuple[int, tuple[int, int] | None]
"""Which word of the recordings, and its frames; None where it is not said here."""


def text_of(kind: str, said: list[Word], rng: np.random.Generator) -> list[Word]:
    text: list[Word] = []
    index = 0
    while index < len(said):
        if rng.random() < 0.04:
            count = int(rng.choice(PASSAGES))
            if kind != "inserted":
                text += [(int(other), None) for other in rng.integers(0, len(said), count)]
            if kind != "skipped":
                index += count
                continue
        text.append(said[index])
        index += 1
    return text


def line(log_probs: npt.NDArray[np.floating], text: list[Word], forms: list[list[Form]], spec: SearchSpec) -> str:
    blank = log_probs.shape[1] - 1
    found = search(log_probs, [forms[word] for word, _ in text], blank, blank - 1, spec)
    assert found is not None
    said = [(path, frames) for path, (_, frames) in zip(found, text, strict=True) if frames is not None]
    unsaid = [path for path, (_, frames) in zip(found, text, strict=True) if frames is None]
    lost = np.mean([not path for path, _ in said])
    placed = np.mean([bool(path) for path in unsaid]) if unsaid else 0.0
    away = np.mean(
        [abs(p[0].frames.start - f[0]) > FAR or abs(p[-1].frames.stop - f[1]) > FAR for p, f in said if p]
    )
    return f"{100 * lost:8.2f}{100 * placed:8.1f}{100 * away:8.2f}"


def scores(log_probs: npt.NDArray[np.floating], said: list[Word], forms: list[list[Form]]) -> None:
    """How words that were said score, and other words in their place."""
    blank = log_probs.shape[1] - 1
    rng = np.random.default_rng(3)
    texts = [[index for index, _ in said]]
    for _ in range(3):
        texts.append(list(texts[0]))
        for place in rng.choice(len(said), 60, replace=False):
            texts[-1][place] = int(rng.integers(len(said)))
    true: list[float] = []
    wrong: list[float] = []
    for text in texts:
        found = search(log_probs, [forms[word] for word in text], blank, blank - 1, TOLERANT)
        assert found is not None
        for place, (word, path) in enumerate(zip(text, found, strict=True)):
            if path:
                (true if forms[word] == forms[place] else wrong).append(score_of(log_probs, path))
    print(f"{'score below':12}{'said':>8}{'other':>8} % of words that found a place")
    for limit in sorted({0.05, 0.1, LOW_SCORE, 0.2, 0.3, 0.4}):
        mark = " (chosen)" if limit == LOW_SCORE else ""
        below = (100 * np.mean(np.array(values) < limit) for values in (true, wrong))
        print(f"{limit:<12}{''.join(f'{part:8.1f}' for part in below)}{mark}")


def hour(log_probs: npt.NDArray[np.floating], forms: list[list[Form]]) -> None:
    """Time and memory of an hour made of the recordings again and again."""
    repeats = -(-FRAMES // len(log_probs))
    long = np.concatenate([log_probs] * repeats)
    words = forms * repeats
    blank = log_probs.shape[1] - 1
    for name, spec in (("forced", FORCED), ("tolerant", TOLERANT)):
        started = time.perf_counter()
        search(long, words, blank, blank - 1, spec)
        spent = time.perf_counter() - started
        tracemalloc.start()
        search(long, words, blank, blank - 1, spec)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"{name}: {len(long)} frames, {len(words)} words: {spent:.1f} s, {peak:.0f} MB")


def joined(rows: list[Labelled]) -> tuple[npt.NDArray[np.floating], list[Word]]:
    """The emissions behind each other, and the words with their frames in them."""
    words: list[Word] = []
    at = 0
    for row in rows:
        for path in row.paths:
            words.append((len(words), (at + path[0].frames.start, at + path[-1].frames.stop)))
        at += len(row.log_probs)
    return np.concatenate([row.log_probs for row in rows]), words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--hour", action="store_true")
    options = parser.parse_args()
    rows = list(timit(options.data, Reader()))
    log_probs, said = joined(rows)
    forms = [form for row in rows for form in row.forms]
    if options.hour:
        hour(log_probs, forms)
        return
    print(f"{'text':12}{'skip':>6}{'filler':>8}{'lost':>8}{'placed':>8}{'away':>8} %")
    for kind in ("inserted", "skipped", "replaced"):
        text = text_of(kind, said, np.random.default_rng(0))
        for skip in (6.0, 8.0, 10.0, 14.0):
            for filler in (3.0, 4.0, 6.0):
                spec = SearchSpec(skip=skip, filler=filler, stall=TOLERANT.stall, floor=TOLERANT.floor)
                mark = " (chosen)" if spec == TOLERANT else ""
                print(f"{kind:12}{skip:6.0f}{filler:8.1f}{line(log_probs, text, forms, spec)}{mark}")
    scores(log_probs, said, forms)


if __name__ == "__main__":
    main()
