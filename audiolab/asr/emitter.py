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

WINDOW = 40 * MODEL_RATE
CONTEXT = 2 * MODEL_RATE
"""Samples at each side of a window whose frames are dropped: near an edge the network sees half of the speech."""

STEP = WINDOW - 2 * CONTEXT
PADDING = MODEL_RATE // 2
"""Zeros before and after the sound: the network was trained on clips with silence at both ends."""

NOISE_DB = -40.0
"""Level of the white noise that the features are given, relative to the RMS of their window. An empty band
(telephone speech, MP3) is far outside what the network was trained on."""


def frames_of(samples: int) -> int:
    """How many frames are emitted for `samples` at 16 kHz."""
    return 1 + samples // FRAME_SAMPLES


def emit(
    model: ConformerCtc, blocks: Iterable[Mono], total: int, path: Path, cancel: CancelToken, progress: Progress
) -> int:
    """Run `model` over `blocks` of 16 kHz samples and write the log-probabilities to `path`.

    The file holds rows of float16, one for each frame of `GRID`; memory is bounded by one window.

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
    rows = _Rows()
    heard = _Counted(blocks)
    with path.open("wb") as file:
        for window in _windows(heard):
            cancel.check()
            noise = torch.tensor([_noise(window.samples)])
            with torch.inference_mode():
                log_probs = model(torch.from_numpy(window.samples)[None], cancel.check, noise)[0].numpy()
            rows.write(file, log_probs[window.own], frames_of(heard.samples))
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


def _noise(window: Mono) -> float:
    """Power per sample of the noise for a window; the zeros around the sound do not count."""
    sound = np.trim_zeros(window)
    return float(np.mean(np.square(sound))) * 10.0 ** (NOISE_DB / 10.0) if len(sound) else 0.0
