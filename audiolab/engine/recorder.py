"""`Recorder`: from an input device to a SampleSink, which has everything on disk as it comes."""

import threading

from audiolab.engine.devices import Device
from audiolab.engine.take import MakeSink, RecorderState, Take

__all__ = ["MakeSink", "Recorder", "RecorderState"]

CLOSING = 0.1
"""Seconds that `Recorder.close` waits at most; a sink that takes longer to finish still does."""


class Recorder:
    """Records one take at a time; a thread of its own opens the device and feeds the sink.

    All calls return at once and may come from any one thread (the GUI's). Poll `state`, `frames` and `peak` from a
    timer.
    """

    def __init__(self) -> None:
        self._take: Take | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def state(self) -> RecorderState:
        """What it is doing; RECORDING as soon as `start` was called, STOPPED once the sink is finished."""
        return self._take.state if self._take else RecorderState.STOPPED

    @property
    def error(self) -> str | None:
        """One sentence for a person while `state` is LOST, UNAVAILABLE or FAILED, else None."""
        return self._take.error if self._take else None

    @property
    def sample_rate(self) -> int | None:
        """Rate of this take in Hz; None until the device is open."""
        return self._take.sample_rate if self._take else None

    @property
    def channels(self) -> int | None:
        """Channels of this take; None until the device is open."""
        return self._take.channels if self._take else None

    @property
    def frames(self) -> int:
        """Sample frames that the sink has of this take."""
        return self._take.frames if self._take else 0

    @property
    def overruns(self) -> int:
        """How often samples of this take were lost because the machine was too busy."""
        return self._take.overruns if self._take else 0

    def peak(self) -> tuple[float, ...]:
        """Largest absolute sample of each channel since the last call, full scale 1.0; also while paused.

        Empty until the device is open.
        """
        return self._take.peak() if self._take else ()

    def start(self, device: Device | None, sample_rate: int | None, channels: int, make_sink: MakeSink) -> None:
        """Begin a take. Does nothing while one runs.

        Args:
            device: where to record from; None is the system's default. Found by its label.
            sample_rate: in Hz; None is what the device prefers, which is also taken where it cannot do this rate.
            channels: wanted; at most as many as the device has are recorded.
            make_sink: called once the device is open with the rate and channels that it really records. What it
                raises ends the take as FAILED.
        """
        if self._closed or self.state in (RecorderState.RECORDING, RecorderState.PAUSED):
            return
        self._take = Take(device, sample_rate, channels, make_sink)
        # Not a daemon: what was recorded is finished even if the program ends meanwhile.
        self._thread = threading.Thread(target=self._take.run, name="audiolab-recorder")
        self._thread.start()

    def pause(self) -> None:
        """Let the input pass unrecorded."""
        if self._take:
            self._take.hold(True)

    def resume(self) -> None:
        """Go on recording; the take has no gap where it was paused."""
        if self._take:
            self._take.hold(False)

    def stop(self) -> None:
        """End the take: what has come in is appended, the sink is finished, then `state` is STOPPED."""
        if self._take:
            self._take.end()

    def close(self) -> None:
        """End the take, keeping it, and release the device within 100 ms, leaving no thread behind.

        Can be called twice, any time.
        """
        self._closed = True
        self.stop()
        if self._thread is not None:
            self._thread.join(CLOSING)
