"""A network over sound of any length: windows with context on both sides, stitched frame by frame.

Windows begin on the network's own frame grid, so frames of neighbouring windows coincide and are neither repeated
nor lost. Sound that fits into one window is passed as it is: its frames are those of the whole-file pass.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.timebase import FrameGrid

Network = Callable[[Mono, CancelToken], npt.NDArray[np.float32]]
"""Samples at the network's rate -> log-probabilities, (frames, classes)."""

WINDOW_SECONDS = 20
"""As with the default model (10 to 60 s barely change its word error rate); attention over it stays cheap."""

CONTEXT_SECONDS = 2
"""At each side of a window, whose frames are dropped: covers the positional convolution of Wav2Vec2 (1.3 s)."""

_SHORTEST_SECONDS = 0.25
"""Shorter sound is filled up with zeros: below this some networks' convolutions have nothing to stand on."""


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """What the network sees at once; `first` is the frame of its first sample."""

    first: int
    samples: Mono
    last: bool


def emit(
    network: Network,
    grid: FrameGrid,
    blocks: Iterable[Mono],
    total: int,
    path: Path,
    cancel: CancelToken,
    progress: Progress,
) -> int:
    """Run `network` over `blocks` and write its log-probabilities to `path`.

    The file holds rows of float32; memory is bounded by two windows of sound and one of emissions.

    Args:
        network: the model.
        grid: its frames and its sample rate.
        blocks: the sound at that rate, in order.
        total: how many samples there will be, for `progress`.
        path: is replaced.
        cancel: checked by the network between its layers.
        progress: by audio time.

    Returns:
        The number of frames.

    Raises:
        Cancelled: `cancel` was cancelled.
    """
    length = WINDOW_SECONDS * grid.sample_rate // grid.hop
    context = -(-CONTEXT_SECONDS * grid.sample_rate // grid.hop)
    written = 0
    with path.open("wb") as file:
        for window in _windows(blocks, grid.hop, length, length - 2 * context):
            cancel.check()
            rows = _padded(network, grid, window.samples, cancel)
            stop = len(rows) if window.last else length - context
            kept = rows[written - window.first : stop]
            file.write(np.ascontiguousarray(kept, dtype=np.float32).tobytes())
            written += len(kept)
            progress(1.0 if window.last else min(written * grid.hop / max(total, 1), 1.0))
    return written


def _windows(blocks: Iterable[Mono], hop: int, length: int, step: int) -> Iterator[_Window]:
    """Windows of `length` frames, `step` apart; the last one ends with the sound and is as long where it can be."""
    size, advance = length * hop, step * hop
    held = np.zeros(0, dtype=np.float32)
    first = 0
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= size + advance:
            yield _Window(first, held[:size], last=False)
            held = held[advance:]
            first += step
    if len(held) > size:
        yield _Window(first, held[:size], last=False)
        rest = -(-(len(held) - size) // hop)
        held = held[rest * hop :]
        first += rest
    yield _Window(first, held, last=True)


def _padded(network: Network, grid: FrameGrid, samples: Mono, cancel: CancelToken) -> npt.NDArray[np.float32]:
    shortest = int(_SHORTEST_SECONDS * grid.sample_rate)
    if len(samples) >= shortest:
        return network(samples, cancel)
    rows = network(np.pad(samples, (0, shortest - len(samples))), cancel)
    return rows[: -(-len(samples) // grid.hop)]
