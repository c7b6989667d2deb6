"""`SecondOpinion`: Whisper's words at the times that the default model's emissions give them."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from audiolab.asr import segments
from audiolab.asr.aligning import align_transcribed
from audiolab.asr.checkpoints.contract import Loaded
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.conformer_en import Piece, model_network
from audiolab.asr.emissionsmap import FRAME_SAMPLES, MODEL_RATE, in_recording, open_emissions
from audiolab.asr.emitter import emit
from audiolab.asr.listening import Mono
from audiolab.asr.phones import model_vocabulary
from audiolab.asr.whisper.writer import WhisperWriter
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Alignment, Emissions, Transcription
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords

_ACOUSTIC_SHARE = 0.1
"""Of the time: a tiny Whisper takes ten times as long as the default model's network, a large one longer."""

_SHORTEST, _LONGEST = 1000, 1500
"""Frames (20 to 30 s) of a stretch: Whisper listens to 30 s at once, whether or not they are full."""


class SecondOpinion:
    """Whisper for the text and the default model for the times (a `checkpoints.contract.LoadedModel`).

    The emissions are the default model's. The words are Whisper's, each with the phones that our alignment finds
    for it and with what speaks against its place; one that is not found in the sound keeps its place in the text.

    Raises:
        Cancelled: while it was loaded.
        ModelError: one of the two cannot be loaded.
    """

    def __init__(self, folder: Path, cancel: CancelToken) -> None:
        self._vocabulary = model_vocabulary()
        self._silent = (len(self._vocabulary) - 1, len(self._vocabulary) - 2)
        self._network = model_network()
        self._writer = WhisperWriter(folder, cancel)
        self._sound: BinaryIO | None = None

    def emit(
        self, blocks: Iterable[Mono], total: int, file: Path, cancel: CancelToken, progress: Progress
    ) -> Emissions:
        """Run the default model's network over 16 kHz samples, which are kept on disk beside `file` for Whisper."""
        self._forget()
        self._sound = tempfile.TemporaryFile(dir=file.parent)  # noqa: SIM115, it is read in `read`
        frames = emit(self._network, _keeping(blocks, self._sound), total, file, cancel, progress)
        return open_emissions(file, frames, self._vocabulary)

    def read(
        self,
        emissions: Emissions,
        path: npt.NDArray[np.int16],
        sample_rate: int,
        cancel: CancelToken,
        words: UserWords = (),
    ) -> Iterator[Piece]:
        """The words of what the latest `emit` heard, stretch by stretch, in sample frames at `sample_rate`.

        `words` are hints for Whisper, and their pronunciations serve the alignment.
        """
        tokens = 0
        try:
            for frames in segments.segments(path, self._silent, _SHORTEST, _LONGEST):
                alignment = self._aligned(emissions, path, frames, words, cancel)
                piece = _placed(alignment, frames, sample_rate, tokens)
                tokens += len(piece.tokens)
                yield piece
        finally:
            self._forget()

    def _aligned(
        self,
        emissions: Emissions,
        path: npt.NDArray[np.int16],
        frames: TimeSpan,
        words: UserWords,
        cancel: CancelToken,
    ) -> Alignment:
        """The words of one stretch, with frames and samples at `MODEL_RATE` from its start."""
        inside = slice(frames.start, frames.stop)
        if not segments.stretches(path[inside], self._silent):
            return Alignment((), ())  # Whisper makes up words where there are none
        samples = self._samples(frames)
        text = self._writer.write(samples, cancel, _hints(words)).strip()
        said = replace(emissions, log_probs=emissions.log_probs[inside])
        score = np.zeros(frames.length, np.float16)
        heard = Transcription(said, path[inside], score, Alignment((), ()), MODEL_RATE)
        recording = ArrayRecording(samples, MODEL_RATE)
        return align_transcribed(recording, text, heard, cancel, words=words).alignment(unplaced=True)

    def _samples(self, frames: TimeSpan) -> Mono:
        assert self._sound is not None, "emit comes before read"
        self._sound.seek(4 * frames.start * FRAME_SAMPLES)
        return np.frombuffer(self._sound.read(4 * frames.length * FRAME_SAMPLES), np.float32)

    def _forget(self) -> None:
        self._writer.forget()
        if self._sound is not None:
            self._sound.close()
            self._sound = None


def load(info: ModelInfo, cancel: CancelToken) -> Loaded:
    """Load the Whisper model that `info` describes.

    Raises:
        Cancelled: while it was loaded.
        ModelError: it cannot be loaded.
    """
    return Loaded(SecondOpinion(info.path, cancel), _ACOUSTIC_SHARE, aligned=True)


def _hints(words: UserWords) -> str:
    """The words that are expected, the likeliest last, where Whisper heeds them most and cuts nothing off."""
    expected = sorted((word for word in words if word.boost), key=lambda word: word.boost)
    return ", ".join(word.text for word in expected)


def _keeping(blocks: Iterable[Mono], file: BinaryIO) -> Iterator[Mono]:
    """Pass blocks on and write them to `file`."""
    for block in blocks:
        file.write(np.ascontiguousarray(block, np.float32).tobytes())
        yield block


def _placed(alignment: Alignment, frames: TimeSpan, sample_rate: int, first_token: int) -> Piece:
    """Words of one stretch with their tokens, placed in the recording."""
    origin = frames.start * FRAME_SAMPLES

    def placed(span: TimeSpan) -> TimeSpan:
        return in_recording(span.moved(origin), sample_rate)

    words = tuple(
        replace(
            word,
            span=placed(word.span),
            frames=word.frames.moved(frames.start),
            tokens=word.tokens.moved(first_token),
        )
        for word in alignment.words
    )
    tokens = tuple(
        replace(token, span=placed(token.span), frames=token.frames.moved(frames.start))
        for token in alignment.tokens
    )
    return Piece(frames, words, tokens)
