"""What recognition yields: `Emissions`, `Alignment`, `Transcription`, and the `Recognizer` that makes them.

Terms as in Graves et al., "Connectionist temporal classification", ICML 2006: a network *emits* for each frame a
distribution over the vocabulary and a *blank*; a *path* is one symbol per frame; collapsing repeats and then
dropping blanks turns a path into text; an *alignment* is the path that the most probable reading took.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.doubts import NO_DOUBTS, Doubts
from audiolab.core.recording import Recording
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.core.userwords import UserWords


@dataclass(frozen=True, slots=True, eq=False)
class Emissions:
    """Frame-wise log-probabilities of a CTC model.

    Attributes:
        log_probs: natural logarithms, (frames, classes), float32 or float16; may be a memory-mapped file.
        vocabulary: the symbol of each class, as long as `log_probs` is wide.
        blank: class of the blank.
        grid: where the frames lie in time.
        model: name of the model.
    """

    log_probs: npt.NDArray[np.floating]
    vocabulary: tuple[str, ...]
    blank: int
    grid: FrameGrid
    model: str

    def __post_init__(self) -> None:
        if self.log_probs.ndim != 2 or self.log_probs.shape[1] != len(self.vocabulary):
            raise ValueError(f"{self.log_probs.shape} log-probabilities for {len(self.vocabulary)} classes")
        if not 0 <= self.blank < len(self.vocabulary):
            raise ValueError(f"blank {self.blank} is not one of {len(self.vocabulary)} classes")

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.log_probs.shape[0])


@dataclass(frozen=True, slots=True)
class Token:
    """One symbol of an alignment (a phone, a character, a word piece).

    Attributes:
        text: the symbol.
        span: sample frames of the recording.
        frames: emission frames, half open.
        score: mean posterior probability over its frames, 0 to 1.
    """

    text: str
    span: TimeSpan
    frames: TimeSpan
    score: float


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an alignment.

    Attributes:
        text: as it is to be shown.
        span: sample frames of the recording.
        frames: emission frames, half open.
        tokens: which of the alignment's tokens are its own, half open.
        score: mean posterior probability over its tokens' frames, 0 to 1.
        doubts: what speaks against its time or its text.
    """

    text: str
    span: TimeSpan
    frames: TimeSpan
    tokens: TimeSpan
    score: float
    doubts: Doubts = NO_DOUBTS


@dataclass(frozen=True, slots=True)
class Alignment:
    """Words and tokens with their times; both in order, not overlapping."""

    words: tuple[Word, ...]
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Transcription:
    """All that one run of a model tells of one recording.

    Attributes:
        emissions: what the network said.
        best_path: most probable class of each frame, int16 of shape (frames,).
        best_score: its probability, float16 of shape (frames,), 0 to 1.
        alignment: the words of the best reading.
        sample_rate: rate of the alignment's sample spans: the recording's.
        reader: name of the model whose words these are; by default that of the emissions.
    """

    emissions: Emissions
    best_path: npt.NDArray[np.int16]
    best_score: npt.NDArray[np.float16]
    alignment: Alignment
    sample_rate: int
    reader: str = ""

    def __post_init__(self) -> None:
        if not self.reader:
            object.__setattr__(self, "reader", self.emissions.model)


class Recognizer(Protocol):
    """A model together with its decoder. All models, whatever their family, are used through this."""

    @property
    def name(self) -> str:
        """What a person calls the model."""
        ...

    def transcribe(
        self, recording: Recording, cancel: CancelToken, progress: Progress, words: UserWords = ()
    ) -> Transcription:
        """Read a complete recording of any length, rate and number of channels (mixed to mono).

        `words` are those that a person expects or has made known; models without a lexicon pass over them.
        Memory is bounded. Stops within half a second of `cancel`.

        Raises:
            Cancelled: `cancel` was cancelled.
            ModelError: the model or its data cannot be loaded or run.
        """
        ...

    def close(self) -> None:
        """Free the model's memory or process; a later transcribe starts it again. Can be called twice."""
        ...
