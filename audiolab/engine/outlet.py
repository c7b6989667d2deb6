"""What the audio callback of a player does: copy from the ring, fade, and write down what it did."""

from time import perf_counter
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from audiolab.core.recording import Samples
from audiolab.engine.clock import FrameLog, StreamClock
from audiolab.engine.ring import RingBuffer

GLIDE = 0.010
"""Seconds that a change of volume, a pause or a resume takes."""

CROSSFADE = 0.005
"""Seconds in which one piece of sound becomes another at a seek."""

PIECE = 480
"""Values in one numpy operation: above 500 numpy lets go of the interpreter's lock (see `RingBuffer`)."""


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

    The thread that feeds the ring sets `control`, `volume` and `expects`; all else is the callback's.

    Attributes:
        control: run or rest, and where to go on.
        volume: linear factor.
        expects: whether an empty ring is an underrun; false when all there is has been written.
        underruns: how often the device or the ring ran dry.
        runs: rows of (stream frame, ring frame, number of frames): what was sent out when. No frames is silence.
    """

    def __init__(self, ring: RingBuffer, clock: StreamClock, sample_rate: int) -> None:
        self.control = Control(running=False, splice=None)
        self.volume = 1.0
        self.expects = False
        self.underruns = 0
        self.runs = FrameLog(3)
        self._ring = ring
        self._clock = clock
        self._spliced: Splice | None = None
        self._gain = 0.0
        self._origin = 0.0
        self._target = 0.0
        glide = max(int(GLIDE * sample_rate), 1)
        self._remaining = 0
        self._piece = max(PIECE // ring.channels, 1)
        self._fall = column(np.arange(glide - 1, -1, -1) / glide)
        self._scratch = np.zeros((self._piece, 1), np.float32)
        cross = max(int(CROSSFADE * sample_rate), 1)
        self._rise = column(np.arange(1, cross + 1) / cross)
        self._sink = 1.0 - self._rise
        self._incoming = np.zeros((cross, ring.channels), np.float32)

    def __call__(self, out: Samples, frames: int, times: CallbackTimes, flags: CallbackFlags) -> None:
        """Fill `out`, float32 of shape (frames, channels)."""
        now = perf_counter()
        if flags.output_underflow and self.control.running:
            self.underruns += 1
        done = self._fill(out, frames)
        for start in range(done, frames, self._piece):
            out[start : start + self._piece] = 0.0
        self._clock.note(now, times.currentTime, times.outputBufferDacTime, frames)

    def _fill(self, out: Samples, frames: int) -> int:
        running, splice = self.control
        resting = self._gain == 0.0 and not self._remaining
        fresh = splice if splice is not self._spliced else None
        if fresh is not None and fresh.sharp and running and resting:
            self._gain = self._target = self.volume
        self._aim(self.volume if running else 0.0)
        # A pause holds at the very frame where its fade ends, so that resuming leaves nothing out.
        wanted = frames if running else min(frames, self._remaining)
        if fresh is not None and (resting or fresh.at is None or fresh.at < self._ring.read + wanted):
            return self._cross_over(out[:wanted], fresh, 0 if resting else len(self._rise))
        start = self._ring.read
        done = self._ring.read_into(out[:wanted]) if wanted else 0
        self.runs.append(self._clock.sent, start, done)
        if done < wanted and self.expects:
            self.underruns += 1
        self._amplify(out, done)
        return done

    def _cross_over(self, out: Samples, splice: Splice, fade: int) -> int:
        """Old sound until the splice, a crossfade of `fade` frames at most, then the new."""
        self._spliced = splice
        ring, sent, start = self._ring, self._clock.sent, self._ring.read
        lead = 0 if splice.at is None else min(max(splice.at - start, 0), len(out))
        late = 0 if splice.at is None else max(start - splice.at, 0)
        fade = min(fade, len(out) - lead)
        for silent in range(ring.read_into(out[: lead + fade]), lead + fade):
            out[silent] = 0.0
        # An empty ring may have run into the new sound by itself.
        ring.skip_to(max(min(splice.to + late, ring.written), ring.read))
        arrival = ring.read
        incoming = self._incoming[:fade]
        faded = ring.read_into(incoming) if fade else 0
        for begin in range(0, faded, self._piece):
            end = min(begin + self._piece, faded)
            np.multiply(out[lead + begin : lead + end], self._sink[begin:end], out=out[lead + begin : lead + end])
            np.multiply(incoming[begin:end], self._rise[begin:end], out=incoming[begin:end])
            np.add(out[lead + begin : lead + end], incoming[begin:end], out=out[lead + begin : lead + end])
        done = lead + fade
        if done < len(out):
            done += ring.read_into(out[done:])
        self.runs.append(sent, start, lead)
        self.runs.append(sent + lead, arrival, ring.read - arrival)
        self._amplify(out, done)
        return done

    def _aim(self, target: float) -> None:
        if target != self._target:
            self._target = target
            self._remaining = len(self._fall)
            self._origin = self._gain

    def _amplify(self, out: Samples, count: int) -> None:
        """Bring `count` frames from the gain that is to the gain that is wanted."""
        begin = 0
        while begin < count:
            if not self._remaining and self._gain == 1.0:
                return
            if self._remaining:
                length = min(self._piece, count - begin, self._remaining)
                passed = len(self._fall) - self._remaining
                gains = self._scratch[:length]
                np.multiply(self._fall[passed : passed + length], self._origin - self._target, out=gains)
                np.add(gains, self._target, out=gains)
                np.multiply(out[begin : begin + length], gains, out=out[begin : begin + length])
                self._remaining -= length
                self._gain = float(gains[-1, 0]) if self._remaining else self._target
            else:
                length = min(self._piece, count - begin)
                np.multiply(out[begin : begin + length], self._gain, out=out[begin : begin + length])
            begin += length


def column(values: npt.NDArray[np.float64]) -> Samples:
    """`values` of shape (n,) as float32 of shape (n, 1), to multiply frames by."""
    return values.astype(np.float32)[:, np.newaxis]
