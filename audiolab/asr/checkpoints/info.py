"""`ModelInfo`: what can be told of a model without loading it; `Place`: where it lies."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from audiolab.core.timebase import FrameGrid


class Place(Enum):
    """Where a model lies."""

    BUILT_IN = auto()
    OWN = auto()
    """In the user's folder of models."""
    LINKED = auto()
    """Where it was before it was added."""
    CACHE = auto()
    """In the hub's cache, which other programs use, too."""
    ELSEWHERE = auto()
    """With a package that brought it, or at a path that somebody named."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as a person looks at it before choosing it.

    Attributes:
        name: what `audiolab.asr.create` takes.
        family: of networks, ``"Wav2Vec2"``.
        language: code or name as the model's card or configuration says it; empty where neither does.
        size: of the weights in bytes.
        vocabulary_size: number of classes, the blank included.
        grid: where its frames lie, at the rate that it listens at.
        licence: as the model's card says it; empty where it does not.
        path: the folder or the file that it lies in.
        problem: why it cannot be used, one sentence; empty where it can.
        language_model: file of the one that its words are searched with; None where the network alone decides.
    """

    name: str
    family: str
    language: str
    size: int
    vocabulary_size: int
    grid: FrameGrid
    licence: str
    path: Path
    problem: str = ""
    language_model: Path | None = None

    @property
    def sample_rate(self) -> int:
        """Rate that the model listens at, in Hz."""
        return self.grid.sample_rate

    @property
    def frame_rate(self) -> float:
        """Emission frames per second."""
        return self.grid.sample_rate / self.grid.hop
