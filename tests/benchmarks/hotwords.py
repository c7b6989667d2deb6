"""What a person's own words do: how many are found that the lexicon lacks, what they break, and what they cost.

    python -m tests.benchmarks.hotwords [--data FOLDER] [--boost NUMBER]... [--group NAME]...

Every recording is read without own words, and for each boost with the same list: all words of the texts that
the lexicon does not have, twenty unknown words that nobody says, and twenty rare known ones that nobody says.
Prints how many of the former are found where they are said, how often any own word is found where it is not
said, the word error rate (WER) of all, and the real-time factor (RTF) as processor time. Pronunciations are
those of the CMU dictionary, else those that the model's grapheme-to-phoneme conversion gives.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

import numpy as np

from audiolab.asr import create
from audiolab.asr.decoder_data import load_decoder_data
from audiolab.asr.lexicon import load_lexicon
from audiolab.asr.phones import model_vocabulary
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Recognizer
from audiolab.core.userwords import UserWord, UserWords
from audiolab.media.opening import open_recording
from tests.benchmarks.wer import DATA, GROUPS, Row, edits, normalised, rows

SILENCE = ArrayRecording([0.0] * 16_000, 16_000)
UNSAID = 20
"""Of either kind."""

RARE = -6.0
"""Log-probability (base 10) below which a known word is rare."""

NOT_WORDS = {"dv", "adif", "vocnoise", "yknow"}
"""What transcribers wrote for noises and broken words."""


def lists(data: Path) -> tuple[list[str], list[str]]:
    """Words of the texts that the lexicon lacks, and words that no text has."""
    vocabulary = model_vocabulary()
    known = load_lexicon(vocabulary)
    said = {word for row in rows(data) for word in row.words}
    missing = sorted(said - known.keys() - NOT_WORDS)
    wide = load_lexicon(vocabulary, known_only=False)
    data = load_decoder_data(vocabulary, lambda: None)
    rare = {data.text(word) for word in np.flatnonzero(data.model.unigrams < RARE).tolist()}
    unsaid = []
    for words in (wide.keys() - known.keys(), known.keys() & rare):
        others = sorted(word for word in words - said if word.isalpha() and 5 <= len(word) <= 10)
        unsaid += others[:: len(others) // UNSAID][:UNSAID]
    return missing, unsaid


def measure(recognizer: Recognizer, data: Path, wanted: list[Row], words: UserWords, missing: set[str]) -> str:
    own = {word.text for word in words} | missing
    recognizer.transcribe(SILENCE, CancelToken(), no_progress, words)  # pronounces them
    found = said = false = wrong = total = 0
    spent = sound = 0.0
    for row in wanted:
        recording = open_recording(data / row.path)
        started = time.process_time()
        result = recognizer.transcribe(recording, CancelToken(), no_progress, words)
        spent += time.process_time() - started
        sound += recording.frames / recording.sample_rate
        recording.close()
        text = normalised(result.alignment.text)
        there, read = (Counter(word for word in part if word in own) for part in (row.words, text))
        said += there.total()
        found += (there & read).total()
        false += (read - there).total()
        wrong += edits(row.words, text)
        total += len(row.words)
    return f"{found:6}/{said:<5}{false:7}{wrong / total:9.4f}{spent / sound:9.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--boost", type=float, action="append", default=[])
    parser.add_argument("--group", action="append", choices=GROUPS, default=[])
    options = parser.parse_args()
    missing, unsaid = lists(options.data)
    print(f"lacking: {' '.join(missing)}\nunsaid: {' '.join(unsaid)}")
    recognizer = create()
    wanted = [row for row in rows(options.data) if not options.group or row.group in options.group]
    with_some = [row for row in wanted if set(row.words) & set(missing)]
    print("boost             found  false      WER      RTF")
    for name, part in (("all", wanted), ("rows with them", with_some)):
        print(f"{name}: {len(part)} recordings")
        print(f"  none      {measure(recognizer, options.data, part, (), set(missing))}", flush=True)
        for boost in options.boost or [0.0, 1.0, 2.0, 3.0, 4.0]:
            words = tuple(UserWord(word, (), boost) for word in (*missing, *unsaid))
            print(f"  {boost:<10}{measure(recognizer, options.data, part, words, set(missing))}", flush=True)
    recognizer.close()


if __name__ == "__main__":
    main()
