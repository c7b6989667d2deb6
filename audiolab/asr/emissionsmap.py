"""What emissions look like as a file; known to both sides of the recogniser process."""

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.speech import Emissions
from audiolab.core.timebase import FrameGrid, TimeSpan

MODEL_RATE = 16_000
FRAME_SAMPLES = 320
"""Samples at `MODEL_RATE` from one frame to the next, of the default model."""

GRID = FrameGrid(FRAME_SAMPLES, -FRAME_SAMPLES // 2, MODEL_RATE)
"""The default model's STFT is centred, so frame 0 is around sample 0."""

FILE_DTYPE = np.float16
"""Half precision: an error of 0.004 where the decoder looks (above -9.2), for half the disk."""


@dataclass(frozen=True, slots=True)
class EmissionsLayout:
    """All that a file of emissions does not say itself.

    Attributes:
        vocabulary: the symbol of each class.
        blank: class of the blank.
        grid: where the frames lie.
        dtype: of the file, as numpy writes it: ``"<f4"``.
        model: name of the model.
    """

    vocabulary: tuple[str, ...]
    blank: int
    grid: FrameGrid
    dtype: str
    model: str

    def open(self, path: Path, frames: int) -> Emissions:
        """The emissions in a file of `frames` rows, memory-mapped."""
        shape, dtype = (frames, len(self.vocabulary)), np.dtype(self.dtype)
        log_probs = np.memmap(path, dtype, "r", shape=shape) if frames else np.empty(shape, dtype)
        return Emissions(log_probs, self.vocabulary, self.blank, self.grid, self.model)


def packed_layout(emissions: Emissions) -> dict[str, Any]:
    """How emissions lie in their file, as an object for JSON."""
    grid = emissions.grid
    return {
        "frames": emissions.frames,
        "vocabulary": emissions.vocabulary,
        "blank": emissions.blank,
        "grid": (grid.hop, grid.offset, grid.sample_rate),
        "dtype": emissions.log_probs.dtype.str,
        "model": emissions.model,
    }


def open_packed(path: Path, packed: dict[str, Any]) -> Emissions:
    """The emissions in a file that `packed_layout` describes."""
    layout = EmissionsLayout(
        tuple(packed["vocabulary"]), packed["blank"], FrameGrid(*packed["grid"]), packed["dtype"], packed["model"]
    )
    return layout.open(path, packed["frames"])


def open_emissions(path: Path, frames: int, vocabulary: tuple[str, ...]) -> Emissions:
    """The default model's emissions in a file of rows of `FILE_DTYPE`; the blank is the last class."""
    dtype = np.dtype(FILE_DTYPE).str
    return EmissionsLayout(vocabulary, len(vocabulary) - 1, GRID, dtype, DEFAULT_MODEL).open(path, frames)


def in_recording(span: TimeSpan, sample_rate: int) -> TimeSpan:
    """Samples at `MODEL_RATE` as those of a recording at `sample_rate`."""
    start, stop = (max(position, 0) * sample_rate // MODEL_RATE for position in (span.start, span.stop))
    return TimeSpan(start, stop)


def samples_at(model_rate: int, frames: int, sample_rate: int) -> int:
    """How many samples at `model_rate` stand for `frames` at `sample_rate`."""
    return frames * model_rate // sample_rate


def let_go(emissions: Emissions) -> None:
    """Let the system have the memory of a file's pages that were looked at; who looks again has them read again.

    It would take that memory when it needs it. Until then, hours of emissions look as if they were all in use.
    """
    mapped: object = emissions.log_probs.base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
