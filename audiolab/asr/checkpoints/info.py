"""`ModelInfo`: what can be told of a model without loading it."""

from dataclasses import dataclass
from pathlib import Path

from audiolab.core.timebase import FrameGrid


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

    @property
    def sample_rate(self) -> int:
        """Rate that the model listens at, in Hz."""
        return self.grid.sample_rate

    @property
    def frame_rate(self) -> float:
        """Emission frames per second."""
        return self.grid.sample_rate / self.grid.hop
