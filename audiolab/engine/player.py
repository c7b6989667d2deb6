"""`Player`: plays a Recording and says which of its sample frames is being heard."""

from enum import Enum

from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.engine.devices import Device


class PlayerState(Enum):
    """What a player is doing."""

    STOPPED = "stopped"
    PLAYING = "playing"
    PAUSED = "paused"
    LOST = "lost"
    """The device went away while it played; `Player.error` says so. `play` and `resume` try again."""
    UNAVAILABLE = "unavailable"
    """No device, or it cannot be opened; `Player.error` says why. `play` and `resume` try again."""


class MeterTap:
    """Which stretches of the recording were heard: what a live meter measures."""

    def read(self) -> tuple[TimeSpan, ...]:
        """The spans, in sample frames of the recording, that became audible since the last call, in order.

        They are exact: together they are what came out, before the volume; a loop or a seek starts a new span; a
        span that does not begin where the last one ended tells a meter to start anew. Read the samples with
        ``recording.read(span.start, span.stop)``, in the recording's own channels and rate (they were read moments
        ago to be played, so they come from memory). At most the last second is kept.
        """
        raise NotImplementedError


class Player:
    """Plays spans of one Recording at a time on one device.

    All calls return at once and may come from any one thread (the GUI's): the player's own thread opens the device
    and reads ahead. `state` shows what was asked for as soon as it was asked for; if the device then cannot do
    it, it becomes UNAVAILABLE or LOST and `error` says why. Poll `state` and `position` from a timer.

    Args:
        device: where to play; None follows the system's default.
        downmix: mix more than two channels down to stereo even if the device has enough channels.
    """

    def __init__(self, device: Device | None = None, *, downmix: bool = True) -> None:
        raise NotImplementedError

    @property
    def state(self) -> PlayerState:
        """What it is doing."""
        raise NotImplementedError

    @property
    def error(self) -> str | None:
        """One sentence for a person while `state` is LOST or UNAVAILABLE, else None."""
        raise NotImplementedError

    @property
    def position(self) -> int:
        """The sample frame of the recording that is being heard now, from the stream's clock; within 20 ms.

        Never goes back but for a seek or a loop. After `play` and `seek` it is where that will begin until it is
        heard; after the end it is the span's stop; when stopped it is where it stopped.
        """
        raise NotImplementedError

    @property
    def span(self) -> TimeSpan | None:
        """What `play` or `set_span` asked for last; None before and after `load`."""
        raise NotImplementedError

    @property
    def loop(self) -> bool:
        """Whether the span repeats; can be set while playing, and is heard within 50 ms."""
        raise NotImplementedError

    @loop.setter
    def loop(self, loop: bool) -> None:
        raise NotImplementedError

    @property
    def volume(self) -> float:
        """Linear factor, 0 (silent) to 1 (as recorded); above 1 amplifies. Changes glide, without clicks."""
        raise NotImplementedError

    @volume.setter
    def volume(self, volume: float) -> None:
        raise NotImplementedError

    @property
    def device(self) -> Device | None:
        """Where it plays; None is the system's default. Setting it while playing moves the sound over."""
        raise NotImplementedError

    @device.setter
    def device(self, device: Device | None) -> None:
        raise NotImplementedError

    @property
    def meter_tap(self) -> MeterTap:
        """What a live meter polls."""
        raise NotImplementedError

    @property
    def underruns(self) -> int:
        """How often the device had to wait for samples since the player was made."""
        raise NotImplementedError

    def load(self, recording: Recording | None) -> None:
        """Stop, and play this recording from now on; position 0. The caller closes the old one after `load`."""
        raise NotImplementedError

    def play(self, span: TimeSpan, loop: bool = False) -> None:
        """Play `span` from its start, once or again and again.

        A span that reaches past what a growing recording has so far waits there until more comes; past the end
        of a complete one it is cut. Does nothing without a recording; an empty span stops.
        """
        raise NotImplementedError

    def set_span(self, span: TimeSpan, loop: bool) -> None:
        """While playing or paused: go on where it is, but end (or loop) by this span; heard within 50 ms."""
        raise NotImplementedError

    def pause(self) -> None:
        """Hold; `resume` goes on at the frame that was heard last."""
        raise NotImplementedError

    def resume(self) -> None:
        """Go on after `pause`, or after the device was lost; else does nothing."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop; `position` stays."""
        raise NotImplementedError

    def seek(self, frame: int) -> None:
        """Go on at `frame`, moved into the span; heard within 50 ms. When stopped only `position` changes."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop and release the device within 100 ms, leaving no thread behind. Can be called twice, any time."""
        raise NotImplementedError
