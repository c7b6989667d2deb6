"""`Recorder`: from an input device to a SampleSink, which has everything on disk as it comes."""

from collections.abc import Callable
from enum import Enum

from audiolab.core.recording import SampleSink
from audiolab.engine.devices import Device

MakeSink = Callable[[int, int], SampleSink]
"""Makes the sink for a sample rate (Hz) and a number of channels; called in the recorder's thread."""


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


class Recorder:
    """Records one take at a time; a thread of its own opens the device and feeds the sink.

    All calls return at once and may come from any one thread (the GUI's). Poll `state`, `frames` and `peak` from a
    timer.
    """

    def __init__(self) -> None:
        raise NotImplementedError

    @property
    def state(self) -> RecorderState:
        """What it is doing; RECORDING as soon as `start` was called, STOPPED once the sink is finished."""
        raise NotImplementedError

    @property
    def error(self) -> str | None:
        """One sentence for a person while `state` is LOST, UNAVAILABLE or FAILED, else None."""
        raise NotImplementedError

    @property
    def sample_rate(self) -> int | None:
        """Rate of this take in Hz; None until the device is open."""
        raise NotImplementedError

    @property
    def channels(self) -> int | None:
        """Channels of this take; None until the device is open."""
        raise NotImplementedError

    @property
    def frames(self) -> int:
        """Sample frames that the sink has of this take."""
        raise NotImplementedError

    @property
    def overruns(self) -> int:
        """How often samples of this take were lost because the machine was too busy."""
        raise NotImplementedError

    def peak(self) -> tuple[float, ...]:
        """Largest absolute sample of each channel since the last call, full scale 1.0; also while paused."""
        raise NotImplementedError

    def start(self, device: Device | None, sample_rate: int | None, channels: int, make_sink: MakeSink) -> None:
        """Begin a take. Does nothing while one runs.

        Args:
            device: where to record from; None is the system's default.
            sample_rate: in Hz; None is what the device prefers, which is also taken where it cannot do this rate.
            channels: wanted; at most as many as the device has are recorded.
            make_sink: called once the device is open with the rate and channels that it really records. What it
                raises ends the take as FAILED.
        """
        raise NotImplementedError

    def pause(self) -> None:
        """Let the input pass unrecorded."""
        raise NotImplementedError

    def resume(self) -> None:
        """Go on recording; the take has no gap where it was paused."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the take: what has come in is appended, the sink is finished, then `state` is STOPPED."""
        raise NotImplementedError

    def close(self) -> None:
        """End the take, keeping it, and release the device within 100 ms, leaving no thread behind.

        Can be called twice, any time.
        """
        raise NotImplementedError
