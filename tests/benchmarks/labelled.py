"""Recordings whose word boundaries are known, with the default model's emissions and the path through them."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.align import AlignedToken, Form, align
from audiolab.asr.aligning.outline import Change, Outline
from audiolab.asr.conformer import build
from audiolab.asr.container import read_container
from audiolab.asr.emissionsmap import GRID, MODEL_RATE, open_emissions
from audiolab.asr.emitter import emit
from audiolab.asr.lexicon import load_lexicon
from audiolab.asr.listening import mono_blocks
from audiolab.asr.packages import package_file
from audiolab.asr.phones import model_vocabulary
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.timebase import TimeSpan
from audiolab.media.opening import open_recording

Times = tuple[tuple[float, float], ...]
"""Start and end of each word in seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A recording with its emissions and the path through them; `words` are labelled edges in seconds."""

    file: Path
    speaker: str
    texts: tuple[str, ...]
    words: Times
    log_probs: npt.NDArray[np.floating]
    forms: list[list[Form]]
    paths: list[list[AlignedToken]]
    change: Change

    def errors(self, spans: Sequence[Sequence[TimeSpan]]) -> Iterator[float]:
        """Milliseconds between found and labelled edges of words; `spans` as from `sound_spans`."""
        for (start, stop), word in zip(self.words, spans, strict=True):
            yield abs((word[0].start + GRID.offset) / MODEL_RATE - start) * 1000
            yield abs((word[-1].stop + GRID.offset) / MODEL_RATE - stop) * 1000


class Reader:
    """Hears recordings of known words with the default model."""

    def __init__(self) -> None:
        self.vocabulary = model_vocabulary()
        self._blank = len(self.vocabulary) - 1
        self._symbols = {symbol: index for index, symbol in enumerate(self.vocabulary)}
        self._network = build(read_container(package_file("hama", "assets/asr_waveform.hama")))
        self._lexicon = load_lexicon(self.vocabulary, known_only=False)
        self._folder = tempfile.TemporaryDirectory()

    def forms(self, word: str) -> list[Form]:
        """Pronunciations of a word; none of one that no source knows."""
        return [tuple(self._symbols[symbol] for symbol in form) for form in self._lexicon.get(word, ())]

    def labelled(self, file: Path, speaker: str, texts: Sequence[str], words: Times) -> Labelled:
        """A recording in which `texts` are said at the times `words`."""
        outline = Outline()
        recording = open_recording(file)
        blocks = outline.listening(mono_blocks(recording, MODEL_RATE, CancelToken()))
        mapped = Path(self._folder.name) / "emissions"
        frames = emit(self._network, blocks, recording.frames, mapped, CancelToken(), no_progress)
        recording.close()
        log_probs = np.array(open_emissions(mapped, frames, self.vocabulary).log_probs)
        forms = [self.forms(text) for text in texts]
        paths = align(log_probs, forms, self._blank, self._blank - 1)
        assert paths is not None, file
        change = outline.change(GRID.offset, GRID.sample_at(frames, MODEL_RATE))
        return Labelled(file, speaker, tuple(texts), words, log_probs, forms, paths, change)


def timit(data: Path, reader: Reader) -> Iterator[Labelled]:
    """The rows of TIMIT, labelled by hand (Garofolo et al., LDC93S1)."""
    with (data / "manifest.jsonl").open(encoding="utf-8") as lines:
        entries = [entry for entry in map(json.loads, lines) if entry["path"].startswith("nltk_timit/")]
    for entry in entries:
        if entry["words"]:
            words = tuple((start, stop) for start, stop, _ in entry["words"])
            texts = [text for *_, text in entry["words"]]
            yield reader.labelled(data / entry["path"], entry["speaker"], texts, words)
