"""What the audio callback of a recorder does: copy into the ring."""

from typing import Protocol

from audiolab.core.recording import Samples
from audiolab.engine.board import Board
from audiolab.engine.ring import RingBuffer


class CallbackFlags(Protocol):
    """``PaStreamCallbackFlags``."""

    @property
    def input_overflow(self) -> bool:
        """Whether samples were lost before this block."""
        ...


class Inlet:
    """Called by PortAudio for each block. Copies only: no allocation of samples, no lock, no signal, no log.

    Args:
        board: overruns are counted on it.
        ring: where the samples go.
    """

    def __init__(self, board: Board, ring: RingBuffer) -> None:
        self._board = board
        self._ring = ring

    def __call__(self, samples: Samples, frames: int, _times: object, flags: CallbackFlags) -> None:
        """Take in `samples`, float32 of shape (frames, channels)."""
        if flags.input_overflow:
            self._board.count_xrun()
        if self._ring.write(samples) < frames:
            self._board.count_xrun()
