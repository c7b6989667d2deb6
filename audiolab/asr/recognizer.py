"""`ConformerRecognizer`: the default model in this process, as the command line uses it."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from audiolab.asr import ctc
from audiolab.asr.emissionsfile import EmissionsFolder
from audiolab.asr.emissionsmap import MODEL_RATE, samples_at_model_rate
from audiolab.asr.listening import mono_blocks
from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.speech import Alignment, Token, Transcription, Word

if TYPE_CHECKING:
    from audiolab.asr.conformer_en import ConformerEnglish


class ConformerRecognizer:
    """The default English model; loaded with the first transcription (see `audiolab.core.speech.Recognizer`).

    Args:
        threads: that torch computes with; None takes one for each core.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads
        self._model: ConformerEnglish | None = None
        self._folder = EmissionsFolder()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What a person calls the model."""
        return DEFAULT_MODEL

    def transcribe(self, recording: Recording, cancel: CancelToken, progress: Progress) -> Transcription:
        """See `audiolab.core.speech.Recognizer`."""
        with self._lock:
            model = self._model = self._model or self._load(cancel)
            file = self._folder.new()
            try:
                return _transcribe(model, recording, file, cancel, progress)
            finally:
                self._folder.release(file)

    def close(self) -> None:
        """Forget the model."""
        with self._lock:
            self._model = None

    def _load(self, cancel: CancelToken) -> "ConformerEnglish":
        import torch

        from audiolab.asr.conformer_en import ConformerEnglish

        if self._threads is not None:
            torch.set_num_threads(self._threads)
        return ConformerEnglish(cancel, no_progress)


def _transcribe(
    model: "ConformerEnglish", recording: Recording, file: Path, cancel: CancelToken, progress: Progress
) -> Transcription:
    from audiolab.asr.conformer_en import ACOUSTIC_SHARE

    blocks = mono_blocks(recording, MODEL_RATE, cancel)
    total = samples_at_model_rate(recording.frames, recording.sample_rate)
    emissions = model.emit(blocks, total, file, cancel, lambda done: progress(ACOUSTIC_SHARE * done))
    path, score = ctc.best_path(emissions)
    words: list[Word] = []
    tokens: list[Token] = []
    for piece in model.read(emissions, path, recording.sample_rate, cancel):
        words += piece.words
        tokens += piece.tokens
        progress(ACOUSTIC_SHARE + (1 - ACOUSTIC_SHARE) * piece.frames.stop / emissions.frames)
    return Transcription(emissions, path, score, Alignment(tuple(words), tuple(tokens)), recording.sample_rate)
