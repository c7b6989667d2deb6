"""`LocalRecognizer`: a model in this process, as the command line uses it."""

import functools
import threading
from pathlib import Path

from audiolab.asr import ctc
from audiolab.asr.checkpoints.catalogue import is_built_in
from audiolab.asr.checkpoints.contract import Loaded
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.emissionsfile import EmissionsFolder
from audiolab.asr.emissionsmap import let_go, samples_at
from audiolab.asr.health import judged
from audiolab.asr.listening import mono_blocks
from audiolab.asr.whisper.folder import is_whisper
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.recording import Recording
from audiolab.core.speech import Alignment, Token, Transcription, Word
from audiolab.core.userwords import UserWords

DEFAULT_MODEL_THREADS = 1
"""Threads of torch for the default model. Its layers are small: on two cores a second thread saves 15 % of the
network's time, 5 % of a transcription's, and takes 20 % more processor time from everything else that runs."""


class LocalRecognizer:
    """A model that is loaded with the first transcription (see `audiolab.core.speech.Recognizer`).

    Args:
        info: which one.
        threads: that torch computes with; None takes what suits the model.
    """

    def __init__(self, info: ModelInfo, threads: int | None = None) -> None:
        self._info = info
        self._threads = threads
        self._loaded: Loaded | None = None
        self._folder = EmissionsFolder()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What a person calls the model."""
        return self._info.name

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        """See `audiolab.core.speech.Recognizer`."""
        with self._lock:
            loaded = self._loaded = self._loaded or self._load(cancel)
            file = self._folder.new()
            try:
                return _transcribe(loaded, self._info, recording, file, cancel, progress, words)
            finally:
                self._folder.release(file)

    def close(self) -> None:
        """Forget the model."""
        with self._lock:
            self._loaded = None

    def _load(self, cancel: CancelToken) -> Loaded:
        return load(self._info, cancel, self._threads)


def load(info: ModelInfo, cancel: CancelToken, threads: int | None = None) -> Loaded:
    """Load a model, the default one, a Whisper or a checkpoint, into this process.

    Args:
        info: which one.
        cancel: checked while it is loaded.
        threads: that torch computes with in this process from now on; None takes what suits the model.

    Raises:
        Cancelled: while it was loaded.
        ModelError: it cannot be loaded.
    """
    import torch

    cores = _cores()
    if is_built_in(info):
        torch.set_num_threads(threads or DEFAULT_MODEL_THREADS)
        from audiolab.asr.conformer_en import ACOUSTIC_SHARE, ConformerEnglish

        return Loaded(ConformerEnglish(cancel), ACOUSTIC_SHARE)
    torch.set_num_threads(threads or cores)
    if is_whisper(info.path):
        from audiolab.asr.whisper.model import load as load_whisper

        return load_whisper(info, cancel)
    from audiolab.asr.checkpoints.model import load as load_checkpoint

    return load_checkpoint(info, cancel)


@functools.cache
def _cores() -> int:
    """How many threads torch takes by itself: one for each core. Asked before anybody changes it."""
    import torch

    return torch.get_num_threads()


def _transcribe(
    loaded: Loaded,
    info: ModelInfo,
    recording: Recording,
    file: Path,
    cancel: CancelToken,
    progress: Progress,
    user_words: UserWords,
) -> Transcription:
    model, share = loaded.model, loaded.acoustic_share
    blocks = mono_blocks(recording, info.sample_rate, cancel)
    total = samples_at(info.sample_rate, recording.frames, recording.sample_rate)
    emissions = model.emit(blocks, total, file, cancel, lambda done: progress(share * done))
    path, score = ctc.best_path(emissions)
    words: list[Word] = []
    tokens: list[Token] = []
    pieces = model.read(emissions, path, recording.sample_rate, cancel, user_words)
    for piece in judged(pieces, emissions, path, recording.sample_rate, aligned=loaded.aligned):
        words += piece.words
        tokens += piece.tokens
        let_go(emissions)
        progress(share + (1 - share) * (piece.frames.stop / max(emissions.frames, 1)))
    alignment = Alignment(tuple(words), tuple(tokens))
    return Transcription(emissions, path, score, alignment, recording.sample_rate, info.name)
