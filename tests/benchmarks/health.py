"""How many recognised words are wrong by their score: where `audiolab.asr.health` draws the line.

    python -m tests.benchmarks.health [--data FOLDER] [--clips N]

FOLDER holds manifest.jsonl and the recordings that it names (by default the one beside the checkout). A word is
right where the longest common sequence with the written words has it.
"""

import argparse
import json
import random
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from audiolab import asr
from audiolab.asr.align import AlignedToken
from audiolab.asr.aligning.judging import score_of
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.media import open_recording

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SETS = ("nltk_timit", "librispeech", "ljspeech", "commonvoice", "cmu_arctic")
LONGEST = 30.0
"""Seconds of a clip."""


def clips(data: Path, count: int) -> list[dict[str, str]]:
    """Some of the rows of read English speech, always the same."""
    with (data / "manifest.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row.get("text") and row["seconds"] < LONGEST and row["path"].startswith(SETS)]
    random.Random(3).shuffle(rows)
    return rows[:count]


def spoken(text: str) -> list[str]:
    lower = text.lower().replace("’", "'")
    return "".join(letter for letter in lower if letter.isalnum() or letter in " '").split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--clips", type=int, default=120)
    options = parser.parse_args()
    recognizer = asr.create()
    right: list[bool] = []
    scores: list[float] = []
    for row in clips(options.data, options.clips):
        recording = open_recording(options.data / row["path"])
        read = recognizer.transcribe(recording, CancelToken(), no_progress)
        recording.close()
        label_of = {symbol: label for label, symbol in enumerate(read.emissions.vocabulary)}
        heard = [word.text.lower() for word in read.alignment.words]
        found = SequenceMatcher(None, heard, spoken(row["text"]), autojunk=False).get_matching_blocks()
        same = {index for block in found for index in range(block.a, block.a + block.size)}
        for index, word in enumerate(read.alignment.words):
            own = read.alignment.tokens[word.tokens.start : word.tokens.stop]
            path = [AlignedToken(label_of[token.text], token.frames) for token in own]
            right.append(index in same)
            scores.append(score_of(read.emissions.log_probs, path))
    good, score = np.array(right), np.array(scores)
    print(f"{len(good)} words, {np.mean(~good):.1%} wrong")
    print("score below   flagged   wrong among them   found of the wrong")
    for limit in (0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        low = score < limit
        print(f"{limit:11.2f}{low.mean():10.1%}{np.mean(~good[low]):19.1%}{np.mean(low[~good]):21.1%}")


if __name__ == "__main__":
    main()
