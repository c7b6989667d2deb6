"""What the default model's emissions look like as a file; known to both sides of the recogniser process."""

from pathlib import Path

import numpy as np

from audiolab.asr.names import DEFAULT_MODEL
from audiolab.core.speech import Emissions
from audiolab.core.timebase import FrameGrid

MODEL_RATE = 16_000
FRAME_SAMPLES = 320
"""Samples at `MODEL_RATE` from one frame to the next."""

GRID = FrameGrid(FRAME_SAMPLES, -FRAME_SAMPLES // 2, MODEL_RATE)
"""The model's STFT is centred, so frame 0 is around sample 0."""

FILE_DTYPE = np.float16
"""Half precision: an error of 0.004 where the decoder looks (above -9.2), for half the disk."""


def open_emissions(path: Path, frames: int, vocabulary: tuple[str, ...]) -> Emissions:
    """The emissions in a file of rows of `FILE_DTYPE`, memory-mapped; the blank is the last class."""
    shape = (frames, len(vocabulary))
    log_probs = np.memmap(path, FILE_DTYPE, "r", shape=shape) if frames else np.empty(shape, FILE_DTYPE)
    return Emissions(log_probs, vocabulary, len(vocabulary) - 1, GRID, DEFAULT_MODEL)


def samples_at_model_rate(frames: int, sample_rate: int) -> int:
    """How many samples `frames` at `sample_rate` are for the model."""
    return frames * MODEL_RATE // sample_rate
