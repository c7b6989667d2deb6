"""The acoustic model over sound of any length: windows with context, written to a file as they come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import torch

from audiolab.asr.conformer import ConformerCtc
from audiolab.asr.emissionsmap import FILE_DTYPE, FRAME_SAMPLES, MODEL_RATE
from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken, Progress

WINDOW = 20 * MODEL_RATE
CONTEXT = MODEL_RATE
"""Samples at each side of a window whose frames are dropped: near an edge the network sees half of the speech."""

STEP = WINDOW - 2 * CONTEXT
BATCH = 4
PADDING = MODEL_RATE // 2
"""Zeros before and after the sound: the network was trained on clips with silence at both ends."""

DITHER_DB = -50.0
"""Level of the white noise that is added, relative to the RMS of its window. An empty band (telephone speech,
MP3) is far outside what the network was trained on; noise this faint changes nothing else."""


def frames_of(samples: int) -> int:
    """How many frames are emitted for `samples` at 16 kHz."""
    return 1 + samples // FRAME_SAMPLES


def emit(
    model: ConformerCtc, blocks: Iterable[Mono], total: int, path: Path, cancel: CancelToken, progress: Progress
) -> int:
    """Run `model` over `blocks` of 16 kHz samples and write the log-probabilities to `path`.

    The file holds rows of float16, one for each frame of `GRID`; memory is bounded by one batch of windows.

    Args:
        model: the network.
        blocks: the sound, in order.
        total: how many samples there will be, for `progress`.
        path: is replaced.
        cancel: checked between the layers of the network.
        progress: by audio time.

    Returns:
        The number of frames.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    noise = np.random.default_rng(0)
    rows = _Rows()
    heard = _Counted(blocks)
    with path.open("wb") as file:
        for batch in _batches(_windows(heard)):
            cancel.check()
            stacked = torch.from_numpy(np.stack([_dithered(window.samples, noise) for window in batch]))
            with torch.inference_mode():
                log_probs = model(stacked, cancel.check).numpy()
            for window, values in zip(batch, log_probs, strict=True):
                rows.write(file, values[window.own], frames_of(heard.samples))
            progress(min(rows.written * FRAME_SAMPLES / max(total, 1), 1.0))
    return rows.written


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """What the network sees at once, and which of its frames are kept."""

    samples: Mono
    own: slice


class _Counted:
    """Passes blocks on and counts their samples."""

    def __init__(self, blocks: Iterable[Mono]) -> None:
        self._blocks = blocks
        self.samples = 0

    def __iter__(self) -> Iterator[Mono]:
        for block in self._blocks:
            self.samples += len(block)
            yield block


class _Rows:
    """Writes frames; drops those of the padding before and behind the sound."""

    def __init__(self) -> None:
        self._skip = PADDING // FRAME_SAMPLES
        self.written = 0

    def write(self, file: BinaryIO, frames: npt.NDArray[np.float32], limit: int) -> None:
        """Append `frames`, but no more than `limit` altogether."""
        kept = frames[self._skip :][: limit - self.written]
        self._skip = max(self._skip - len(frames), 0)
        file.write(kept.astype(FILE_DTYPE).tobytes())
        self.written += len(kept)


def _windows(blocks: Iterable[Mono]) -> Iterator[_Window]:
    """Windows over padding, sound, padding that overlap by twice the context; the last one may be shorter."""
    held = np.zeros(PADDING, dtype=np.float32)
    first = 0
    stop = (WINDOW - CONTEXT) // FRAME_SAMPLES
    for block in chain(blocks, [np.zeros(PADDING, dtype=np.float32)]):
        held = np.concatenate([held, block])
        while len(held) > WINDOW:
            yield _Window(held[:WINDOW], slice(first, stop))
            held = held[STEP:]
            first = CONTEXT // FRAME_SAMPLES
    yield _Window(held, slice(first, None))


def _batches(windows: Iterator[_Window]) -> Iterator[list[_Window]]:
    """Up to `BATCH` windows of one length."""
    batch: list[_Window] = []
    for window in windows:
        if batch and (len(batch) == BATCH or len(window.samples) != len(batch[0].samples)):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _dithered(window: Mono, noise: np.random.Generator) -> Mono:
    level = float(np.sqrt(np.mean(np.square(window)))) * 10.0 ** (DITHER_DB / 20.0)
    return window + np.float32(level) * noise.standard_normal(len(window), dtype=np.float32)
