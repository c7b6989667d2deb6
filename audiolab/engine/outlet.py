"""What the audio callback of a player does: copy from the ring, fade, and write down what it did."""

from time import perf_counter
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from audiolab.core.recording import Samples
from audiolab.engine.board import Board
from audiolab.engine.clock import ClockLog
from audiolab.engine.ring import RingBuffer

GLIDE = 0.010
"""Seconds that a change of volume, a pause or a resume takes."""

CROSSFADE = 0.005
"""Seconds in which one piece of sound becomes another at a seek."""


class CallbackTimes(Protocol):
    """``PaStreamCallbackTimeInfo``; seconds by the stream's clock."""

    @property
    def currentTime(self) -> float:
        """When the callback was called."""
        ...

    @property
    def outputBufferDacTime(self) -> float:
        """When the block's first frame reaches the converter."""
        ...


class CallbackFlags(Protocol):
    """``PaStreamCallbackFlags``."""

    @property
    def output_underflow(self) -> bool:
        """Whether the device had nothing to play before this block."""
        ...


class Splice(NamedTuple):
    """Go on elsewhere in the ring.

    Attributes:
        at: ring frame from which the sound of `to` belongs; None is at once, wherever that is.
        to: ring frame where it goes on.
        sharp: begin at full volume if it was silent, rather than fade in.
    """

    at: int | None
    to: int
    sharp: bool


class Control(NamedTuple):
    """What the outlet is to do; one object, so that a callback sees all of it or nothing."""

    running: bool
    splice: Splice | None


class Outlet:
    """Called by PortAudio for each block. Copies only: no allocation of samples, no lock, no signal, no log.

    Attributes:
        control: run or rest, and where to go on.

    Args:
        board: `volume`, `expects` and `begin` are read from it; what was sent when, and underruns, go there.
        ring: what to play.
        sample_rate: of the stream, in Hz.
        latency: see `ClockLog`.
    """

    def __init__(self, board: Board, ring: RingBuffer, sample_rate: int, latency: float) -> None:
        self.control = Control(running=False, splice=None)
        self._board = board
        self._ring = ring
        self._clock = ClockLog(board.clock, latency)
        self._spliced: Splice | None = None
        self._begin = -1
        self._gain = 0.0
        self._origin = 0.0
        self._target = 0.0
        self._remaining = 0
        glide = max(int(GLIDE * sample_rate), 1)
        self._fall = columns(np.arange(glide - 1, -1, -1) / glide, ring.channels)
        self._gains = np.zeros_like(self._fall)
        cross = max(int(CROSSFADE * sample_rate), 1)
        self._rise = columns(np.arange(1, cross + 1) / cross, ring.channels)
        self._sink = 1.0 - self._rise
        self._incoming = np.zeros_like(self._rise)

    def __call__(self, out: Samples, frames: int, times: CallbackTimes, flags: CallbackFlags) -> None:
        """Fill `out`, float32 of shape (frames, channels)."""
        now = perf_counter()
        if flags.output_underflow and self.control.running:
            self._board.count_xrun()
        out[self._fill(out, frames) :] = 0.0
        self._clock.note(now, times.currentTime, times.outputBufferDacTime, frames)

    def _fill(self, out: Samples, frames: int) -> int:
        running, splice = self.control
        resting = self._gain == 0.0 and not self._remaining
        fresh = splice if splice is not self._spliced else None
        if fresh is not None and fresh.sharp and running and resting:
            self._gain = self._target = self._board.volume
        self._aim(self._board.volume if running else 0.0)
        # A pause holds at the very frame where its fade ends, so that resuming leaves nothing out.
        wanted = frames if running else min(frames, self._remaining)
        if fresh is not None and (resting or fresh.at is None or fresh.at < self._ring.read + wanted):
            silent = resting or fresh.to <= self._ring.read
            return self._cross_over(out[:wanted], fresh, 0 if silent else len(self._rise))
        start = self._ring.read
        done = self._ring.read_into(out[: min(wanted, self._left())])
        self._board.runs.append(self._clock.sent, start, done)
        if done < wanted and self._board.expects:
            self._board.count_xrun()
        self._amplify(out[:done])
        if not running and done < wanted:
            self._gain, self._remaining = 0.0, 0  # there is nothing left to fade
        return done

    def _cross_over(self, out: Samples, splice: Splice, fade: int) -> int:
        """Old sound until the splice, a crossfade of `fade` frames at most, then the new."""
        self._spliced = splice
        ring, sent, start = self._ring, self._clock.sent, self._ring.read
        lead = 0 if splice.at is None else min(max(splice.at - start, 0), len(out))
        late = 0 if splice.at is None else max(start - splice.at, 0)
        fade = min(fade, len(out) - lead)
        outgoing = out[: lead + fade]
        outgoing[ring.read_into(outgoing[: max(splice.to - start, 0)]) :] = 0.0
        self._begin = splice.to
        ring.skip_to(max(min(splice.to + late, ring.written), ring.read))
        arrival = ring.read
        incoming = self._incoming[:fade]
        incoming[ring.read_into(incoming) :] = 0.0
        outgoing[lead:] *= self._sink[:fade]
        incoming *= self._rise[:fade]
        outgoing[lead:] += incoming
        done = lead + fade
        done += ring.read_into(out[done:])
        self._board.runs.append(sent, start, lead)
        self._board.runs.append(sent + lead, arrival, ring.read - arrival)
        self._amplify(out[:done])
        return done

    def _left(self) -> int:
        """Frames in the ring up to where sound begins that only a splice leads to."""
        begin = self._board.begin
        return self._ring.readable if begin == self._begin else max(begin - self._ring.read, 0)

    def _aim(self, target: float) -> None:
        if target != self._target:
            self._target = target
            self._remaining = len(self._fall)
            self._origin = self._gain

    def _amplify(self, out: Samples) -> None:
        """Bring `out` from the gain that is to the gain that is wanted."""
        length = min(len(out), self._remaining)
        if length:
            passed = len(self._fall) - self._remaining
            gains = self._gains[:length]
            np.multiply(self._fall[passed : passed + length], self._origin - self._target, out=gains)
            gains += self._target
            out[:length] *= gains
            self._remaining -= length
            self._gain = float(gains[-1, 0]) if self._remaining else self._target
        if self._gain != 1.0:
            out[length:] *= self._gain


def columns(values: npt.NDArray[np.float64], channels: int) -> Samples:
    """`values` of shape (n,) as float32 of shape (n, channels); numpy would allocate to multiply by one column."""
    return np.repeat(values.astype(np.float32)[:, np.newaxis], channels, axis=1)
