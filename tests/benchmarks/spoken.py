"""Speech whose word boundaries are known because a synthesiser made it: flite's voices read freely licensed texts.

Needs `flite` (Debian: apt-get install flite). The same flite gives the same speech, and tells when each phone of it
begins and ends; which phones are which word's is found by aligning them with the words' pronunciations.
"""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from audiolab.asr.align import Form, align
from audiolab.asr.lexicon import IPA
from tests.benchmarks.labelled import Labelled, Reader, Times
from tests.benchmarks.wer import normalised

VOICES = ("slt", "rms", "awb", "kal16")

FREE = ("Public domain", "CC BY 4.0", "CC0", "CMU ARCTIC", "speechocean762: free")
"""How the licences of rows begin whose texts are read."""

_FEWEST = 3
_WRONG = -6.0
"""Nepers for a phone that a pronunciation does not have."""

Segments = list[tuple[str, float]]
"""Phones in flite's names with their ends in seconds."""


def texts(data: Path) -> list[str]:
    """What is said in the freely licensed rows, each text once."""
    with (data / "manifest.jsonl").open(encoding="utf-8") as lines:
        entries = [entry for entry in map(json.loads, lines) if entry["category"] == "speech" and entry["text"]]
    free = (entry["text"].lower() for entry in entries if entry["license"].startswith(FREE))
    return list(dict.fromkeys(text for text in free if len(normalised(text)) >= _FEWEST))


def speak(text: str, voice: str, file: Path) -> Segments:
    """Write what `voice` says to `file`."""
    command = ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(file)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [(name, float(end)) for name, end in (part.split(":") for part in said.split())]


def word_times(segments: Segments, words: Sequence[Sequence[Form]], vocabulary: Sequence[str]) -> Times | None:
    """Start and end of each word; None where some phone belongs to none of them or to two.

    Each segment stands for a frame of the alignment, with a blank behind it.
    """
    symbols = {symbol: index for index, symbol in enumerate(vocabulary)}
    blank = len(vocabulary) - 1
    log_probs = np.full((2 * len(segments), len(vocabulary)), _WRONG)
    log_probs[1::2, blank] = 0.0
    for row, (name, _) in zip(log_probs[::2], segments, strict=True):
        arpabet = {"ax": "AH"}.get(name, name.upper())
        row[blank if name == "pau" else symbols[IPA[arpabet][0]]] = 0.0
    paths = align(log_probs, words, blank, None)
    if paths is None:
        return None
    own = [(path[0].frames.start // 2, (path[-1].frames.stop - 1) // 2 + 1) for path in paths]
    sounds = [at for at, (name, _) in enumerate(segments) if name != "pau"]
    if [at for span in own for at in range(*span)] != sounds:
        return None
    ends = [0.0, *(end for _, end in segments)]
    return tuple((ends[start], ends[stop]) for start, stop in own)


def spoken(data: Path, reader: Reader, folder: Path) -> Iterator[Labelled]:
    """Every text that has none but known words by every voice; the files are put into `folder`."""
    for number, text in enumerate(texts(data)):
        words = normalised(text)
        forms = [reader.forms(word) for word in words]
        if not all(forms):
            continue
        for voice in VOICES:
            file = folder / f"{number}-{voice}.wav"
            times = word_times(speak(text, voice, file), forms, reader.vocabulary)
            if times is not None:
                yield reader.labelled(file, voice, words, times)
