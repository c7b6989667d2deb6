"""An open output stream together with the ring that feeds it and the clock that tells what of it is heard."""

from time import perf_counter

from audiolab.core.errors import DeviceError
from audiolab.core.timebase import TimeSpan
from audiolab.engine import devices
from audiolab.engine.clock import StreamClock
from audiolab.engine.devices import Device
from audiolab.engine.outlet import Outlet
from audiolab.engine.portaudio import LATENCY, RefusedError, Stream, usable_rate
from audiolab.engine.ring import RingBuffer

HISTORY = 512
"""Runs that are looked through for what was heard: a second of blocks of 2 ms."""

CAPACITY = 1.0
"""Seconds in the ring: what is ahead, what a seek leaves behind until the callback drops it, and room."""


class Voice:
    """Opens a device and plays silence on it until its outlet is told to run.

    Args:
        device: what was chosen; None is the system's default. Looked up anew by its label, since numbers change.
        source_rate: of the recording in Hz; the device takes this rate if it can.
        source_channels: of the recording.
        downmix: never open more than two channels.

    Raises:
        DeviceError: there is no device, or it cannot be opened; the sentence is for a person.
    """

    def __init__(self, device: Device | None, source_rate: int, source_channels: int, downmix: bool) -> None:
        found = devices.find(device.label if device else None, "output")
        if found is None:
            raise DeviceError(devices.NO_DEVICE["output"])
        self.device = found
        fits = not downmix and 2 < source_channels <= found.outputs
        self.channels = source_channels if fits else min(2, found.outputs)
        try:
            self.sample_rate = usable_rate(
                "output", found.index, source_rate, found.default_sample_rate, self.channels
            )
            self.ring = RingBuffer(int(CAPACITY * self.sample_rate), self.channels)
            self._clock = StreamClock(self.sample_rate, LATENCY)
            self.outlet = Outlet(self.ring, self._clock, self.sample_rate)
            self._stream = Stream("output", found.index, self.sample_rate, self.channels, self.outlet)
        except RefusedError as error:
            raise DeviceError(
                f"{found.label} cannot be opened ({error.reason}): choose another device, or close the program "
                "that uses it."
            ) from error

    @property
    def lost(self) -> bool:
        """Whether the device went away."""
        return self._stream.lost

    @property
    def sent(self) -> int:
        """Frames given to the device so far."""
        return self._clock.sent

    def heard(self) -> int:
        """The stream frame that is being heard now."""
        return self._clock.heard(perf_counter())

    def ring_frame(self, stream_frame: int) -> int:
        """The ring frame that was sent out as `stream_frame`, or as the last before silence."""
        rows = self.outlet.runs.last(HISTORY)
        if not len(rows):
            return 0
        row = max(int(rows[:, 0].searchsorted(stream_frame, side="right")) - 1, 0)
        begin, ring_frame, count = (int(value) for value in rows[row])
        return ring_frame + min(max(stream_frame - begin, 0), count)

    def ring_spans(self, start: int, stop: int) -> list[TimeSpan]:
        """The ring frames that were sent out as stream frames `start` to `stop`, as far back as is remembered."""
        found: list[TimeSpan] = []
        for row in self.outlet.runs.last(HISTORY):
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
        self._stream.close()
