"""One take: the thread that moves samples from the sound host to a SampleSink."""

import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from time import monotonic

import numpy as np

from audiolab.core.errors import AudiolabError, DeviceError
from audiolab.core.recording import Samples, SampleSink
from audiolab.engine.devices import Device
from audiolab.engine.ring import RingBuffer
from audiolab.engine.soundhost import SoundHost

MakeSink = Callable[[int, int], SampleSink]
"""Makes the sink for a sample rate (Hz) and a number of channels; called in the recorder's thread."""

TICK = 0.02
"""Seconds between two looks into the ring."""

STALLED = 3.0
"""Seconds without samples after which the device counts as lost."""


class RecorderState(Enum):
    """What a recorder is doing."""

    STOPPED = "stopped"
    RECORDING = "recording"
    PAUSED = "paused"
    LOST = "lost"
    """The device went away; what came before is in the finished sink. `Recorder.error` says so."""
    UNAVAILABLE = "unavailable"
    """No device, or it cannot be opened as asked; no sink was made. `Recorder.error` says why."""
    FAILED = "failed"
    """The sink could not take the samples (a full disk); `Recorder.error` says why."""


class Take:
    """Opens the device, records until told to end, and finishes the sink. See `Recorder` for the rest.

    Args:
        device: where to record from; None is the system's default.
        sample_rate: wanted, in Hz; None is what the device prefers.
        channels: wanted.
        make_sink: called once the device is open.
    """

    def __init__(self, device: Device | None, sample_rate: int | None, channels: int, make_sink: MakeSink) -> None:
        self.error: str | None = None
        self.sample_rate: int | None = None
        self.channels: int | None = None
        self.frames = 0
        self.overruns = 0
        self._request = {
            "direction": "input",
            "label": device.label if device else None,
            "sample_rate": sample_rate,
            "channels": channels,
        }
        self._make_sink = make_sink
        self._host: SoundHost | None = None
        self._held = False
        self._outcome: RecorderState | None = None
        self._ended = threading.Event()
        self._peak_lock = threading.Lock()
        self._peak: Samples = np.zeros(0, np.float32)

    @property
    def state(self) -> RecorderState:
        """What the take is doing, or how it ended."""
        return self._outcome or (RecorderState.PAUSED if self._held else RecorderState.RECORDING)

    def run(self) -> None:
        """The whole take; the thread's target."""
        try:
            self._host = host = SoundHost()
        except DeviceError as error:
            self._settle(RecorderState.UNAVAILABLE, error)
            return
        try:
            if not self._ended.is_set():
                self._run(host)
        finally:
            host.close()
            self._outcome = self._outcome or RecorderState.STOPPED

    def hold(self, held: bool) -> None:
        """Let samples pass unrecorded, or record them again."""
        self._held = held

    def end(self) -> None:
        """Record what has come in, finish the sink, and end."""
        self._ended.set()
        if self._host is not None and self.sample_rate is None:
            self._host.close()  # a device that is slow to open is not waited for

    def peak(self) -> tuple[float, ...]:
        """See `Recorder.peak`."""
        with self._peak_lock:
            peak, self._peak = self._peak, np.zeros_like(self._peak)
        return tuple(peak.tolist())

    def _run(self, host: SoundHost) -> None:
        try:
            opened = host.ask({"open": self._request})
        except DeviceError as error:
            if not self._ended.is_set():
                self._settle(RecorderState.UNAVAILABLE, error)
            return
        self.sample_rate, self.channels = opened["sample_rate"], opened["channels"]
        ring = host.board.ring(opened["sample_rate"], opened["channels"])
        self._peak = np.zeros(ring.channels, np.float32)
        try:
            sink = self._make_sink(opened["sample_rate"], opened["channels"])
        except Exception as error:
            self._settle(RecorderState.FAILED, error)
            return
        label = Device(**opened["device"]).label
        try:
            lost = self._record(host, ring, sink)
            sink.finish()
        except Exception as error:
            with suppress(Exception):  # it said already what is wrong; what it has may still be kept
                sink.finish()
            self._settle(RecorderState.FAILED, error)
            return
        if lost:
            sentence = f"{label} went away while it was recording: what came before is kept."
            self._settle(RecorderState.LOST, DeviceError(sentence))

    def _record(self, host: SoundHost, ring: RingBuffer, sink: SampleSink) -> bool:
        """Until the end of the take; whether the device was lost."""
        heard_at = monotonic()
        while True:
            ended, lost = self._ended.wait(TICK), host.lost
            count = ring.readable
            self._pass_on(ring, count, sink)
            self.overruns = host.board.xruns
            now = monotonic()
            heard_at = now if count else heard_at
            if ended or lost or now - heard_at > STALLED:
                return not ended

    def _pass_on(self, ring: RingBuffer, count: int, sink: SampleSink) -> None:
        if not count:
            return
        samples: Samples = np.empty((count, ring.channels), np.float32)
        ring.read_into(samples)
        with self._peak_lock:
            np.maximum(self._peak, np.abs(samples).max(axis=0), out=self._peak)
        if not self._held:
            sink.append(samples)
            self.frames += count

    def _settle(self, state: RecorderState, error: Exception) -> None:
        if isinstance(error, AudiolabError):
            self.error = str(error)
        else:
            self.error = f"The recording cannot be written ({error}): free some space or choose another folder."
        self._outcome = state
