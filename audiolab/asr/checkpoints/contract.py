"""What the recogniser asks of a loaded model, whatever its family."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.speech import Emissions, Token, Word
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWords


class ReadPiece(Protocol):
    """What was read in a stretch of emissions."""

    @property
    def frames(self) -> TimeSpan:
        """The emission frames that were read."""
        ...

    @property
    def words(self) -> tuple[Word, ...]:
        """The words in them."""
        ...

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens in them."""
        ...


class LoadedModel(Protocol):
    """A network with its decoder, in this process."""

    def emit(
        self, blocks: Iterable[Mono], total: int, file: Path, cancel: CancelToken, progress: Progress
    ) -> Emissions:
        """Run the network over sound at the model's rate; the result maps `file` into memory."""
        ...

    def read(
        self,
        emissions: Emissions,
        path: npt.NDArray[np.int16],
        sample_rate: int,
        cancel: CancelToken,
        words: UserWords = (),
    ) -> Iterator[ReadPiece]:
        """The words of emissions, piece by piece, in sample frames at `sample_rate`.

        `words` are those that a person expects or has made known; models without a lexicon pass over them.
        """
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that is ready.

    Attributes:
        model: itself.
        acoustic_share: of its time, and so of the progress, that emitting takes; the rest is reading.
        aligned: whether its words are another's text, aligned with the emissions.
    """

    model: LoadedModel
    acoustic_share: float
    aligned: bool = False
