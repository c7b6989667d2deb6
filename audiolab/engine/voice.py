"""An open output stream together with the ring that feeds it and the clock that tells what of it is heard."""

from contextlib import suppress
from time import perf_counter

from audiolab.core.errors import DeviceError
from audiolab.core.timebase import TimeSpan
from audiolab.engine.clock import StreamClock
from audiolab.engine.devices import Device
from audiolab.engine.outlet import Splice
from audiolab.engine.soundhost import SoundHost

HISTORY = 512
"""Runs that are looked through for what was heard: a second of blocks of 2 ms."""


class Voice:
    """Opens a device in the sound host, and plays silence on it until it is told to run.

    Args:
        host: which has no other stream.
        device: what was chosen; None is the system's default. Found by its label, since numbers change.
        source_rate: of the recording in Hz; the device takes this rate if it can.
        source_channels: of the recording.
        downmix: never open more than two channels.

    Raises:
        DeviceError: there is no device, or it cannot be opened; the sentence is for a person.
    """

    def __init__(
        self, host: SoundHost, device: Device | None, source_rate: int, source_channels: int, downmix: bool
    ) -> None:
        opened = host.ask(
            {
                "open": {
                    "direction": "output",
                    "label": device.label if device else None,
                    "sample_rate": source_rate,
                    "channels": 2 if downmix else max(source_channels, 2),
                }
            }
        )
        self._host = host
        self.device = Device(**opened["device"])
        self.sample_rate: int = opened["sample_rate"]
        self.channels: int = opened["channels"]
        self.board = host.board
        self.ring = self.board.ring(self.sample_rate, self.channels)
        self._clock = StreamClock(self.board.clock, self.sample_rate)
        self._controlled: tuple[bool, Splice | None] = (False, None)

    @property
    def lost(self) -> bool:
        """Whether the device went away."""
        return self._host.lost

    @property
    def sent(self) -> int:
        """Frames given to the device so far."""
        return self._clock.sent

    def control(self, running: bool, splice: Splice | None) -> None:
        """Run or rest from now on, and go on where `splice` says."""
        if (running, splice) != self._controlled:
            self._host.tell({"control": [running, splice]})
            self._controlled = (running, splice)

    def heard(self) -> int:
        """The stream frame that is being heard now."""
        return self._clock.heard(perf_counter())

    def ring_frame(self, stream_frame: int) -> int:
        """The ring frame that was sent out as `stream_frame`, or as the last before silence."""
        rows = self.board.runs.last(HISTORY)
        if not len(rows):
            return 0
        row = max(int(rows[:, 0].searchsorted(stream_frame, side="right")) - 1, 0)
        begin, ring_frame, count = (int(value) for value in rows[row])
        return ring_frame + min(max(stream_frame - begin, 0), count)

    def ring_spans(self, start: int, stop: int) -> list[TimeSpan]:
        """The ring frames that were sent out as stream frames `start` to `stop`, as far back as is remembered."""
        found: list[TimeSpan] = []
        for row in self.board.runs.last(HISTORY):
            begin, ring_frame, count = (int(value) for value in row)
            first, last = max(start, begin), min(stop, begin + count)
            if first >= last:
                continue
            span = TimeSpan(first, last).moved(ring_frame - begin)
            if found and found[-1].stop == span.start:
                span = TimeSpan(found.pop().start, span.stop)
            found.append(span)
        return found

    def close(self) -> None:
        """Release the device."""
        with suppress(DeviceError):  # one that hangs cannot be released any better
            self._host.ask({"close": True})
