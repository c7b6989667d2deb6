"""`Player`: plays a Recording and says which of its sample frames is being heard."""

import threading
from collections.abc import Callable
from enum import Enum
from functools import partial

from audiolab.core.errors import AudiolabError, DeviceError
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.engine.deck import Deck, LostError
from audiolab.engine.devices import Device
from audiolab.engine.scene import Listener

CLOSING = 0.1
"""Seconds that `Player.close` waits for the device at most."""


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
    """Which stretches of the recording were heard: what a live meter measures. Read by one thread.

    Args:
        deck: of the player.
    """

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._listener = Listener()

    def read(self) -> tuple[TimeSpan, ...]:
        """The spans, in sample frames of the recording, that became audible since the last call, in order.

        They are exact: together they are what came out, before the volume; a loop or a seek starts a new span; a
        span that does not begin where the last one ended tells a meter to start anew. Read the samples with
        ``recording.read(span.start, span.stop)``, in the recording's own channels and rate (they were read moments
        ago to be played, so they come from memory). At most the last second is kept.
        """
        scene = self._deck.scene
        if scene.voice is None:
            return ()
        return tuple(scene.spans(*self._listener.advance(scene.voice)))


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
        self._face = _Face()
        self._span: TimeSpan | None = None
        self._loop = False
        self._volume = 1.0
        self._device = device
        self._recording: Recording | None = None
        self._deck = Deck(self._face, device, downmix)
        self._meter_tap = MeterTap(self._deck)
        self._listener = Listener()
        self._closed = False

    @property
    def state(self) -> PlayerState:
        """What it is doing."""
        return self._face.state

    @property
    def error(self) -> str | None:
        """One sentence for a person while `state` is LOST or UNAVAILABLE, or where reading failed; else None."""
        return self._face.error

    @property
    def position(self) -> int:
        """The sample frame of the recording that is being heard now, from the stream's clock; within 20 ms.

        Never goes back but for a seek or a loop. After `play` and `seek` it is where that will begin until it is
        heard; after the end it is the span's stop; when stopped it is where it stopped.
        """
        rest, scene = self._face.rest, self._deck.scene
        if rest is not None:
            return rest
        return scene.position(self._listener.advance(scene.voice)[1] if scene.voice else 0)

    @property
    def span(self) -> TimeSpan | None:
        """What `play` or `set_span` asked for last; None before and after `load`."""
        return self._span

    @property
    def loop(self) -> bool:
        """Whether the span repeats; can be set while playing, and is heard within 50 ms."""
        return self._loop

    @loop.setter
    def loop(self, loop: bool) -> None:
        if self._span is not None:
            self.set_span(self._span, loop)

    @property
    def volume(self) -> float:
        """Linear factor, 0 (silent) to 1 (as recorded); above 1 amplifies. Changes glide, without clicks."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = max(volume, 0.0)
        self._deck.set_volume(self._volume)

    @property
    def device(self) -> Device | None:
        """Where it plays; None is the system's default. Setting it while playing moves the sound over."""
        return self._device

    @device.setter
    def device(self, device: Device | None) -> None:
        self._device = device
        self._send(partial(self._deck.use, device))

    @property
    def meter_tap(self) -> MeterTap:
        """What a live meter polls."""
        return self._meter_tap

    @property
    def underruns(self) -> int:
        """How often the device had to wait for samples since the player was made."""
        return self._deck.underruns

    def load(self, recording: Recording | None) -> None:
        """Stop, and play this recording from now on; position 0. The caller closes the old one after `load`."""
        self._recording = recording
        self._span = None
        self._send(partial(self._deck.load, recording), PlayerState.STOPPED, rest=0)

    def play(self, span: TimeSpan, loop: bool = False) -> None:
        """Play `span` from its start, once or again and again.

        A span that reaches past what a growing recording has so far waits there until more comes; past the end
        of a complete one it is cut. Does nothing without a recording; an empty span stops.
        """
        if self._recording is None:
            return
        self._span, self._loop = span, loop
        self._send(partial(self._deck.play, span, loop), PlayerState.PLAYING, rest=span.start)

    def set_span(self, span: TimeSpan, loop: bool) -> None:
        """While playing or paused: go on where it is, moved into `span`, and end or loop by it. Heard in 50 ms."""
        self._span, self._loop = span, loop
        self._send(partial(self._deck.set_span, span, loop))

    def pause(self) -> None:
        """Hold; `resume` goes on at the frame that was heard last."""
        if self.state is PlayerState.PLAYING:
            self._send(self._deck.pause, PlayerState.PAUSED)

    def resume(self) -> None:
        """Go on after `pause`, or after the device was lost; else does nothing."""
        if (
            self._span is not None
            and self.state is not PlayerState.PLAYING
            and self.state is not PlayerState.STOPPED
        ):
            self._send(self._deck.resume, PlayerState.PLAYING)

    def stop(self) -> None:
        """Stop; `position` stays."""
        if self.state is not PlayerState.STOPPED:
            self._send(self._deck.stop, PlayerState.STOPPED, rest=self.position)

    def seek(self, frame: int) -> None:
        """Go on at `frame`, moved into the span; heard within 50 ms. When stopped only `position` changes."""
        if self._recording is None:
            return
        bounds = TimeSpan(0, self._recording.frames)
        if self._span is not None and self.state is not PlayerState.STOPPED:
            bounds = self._span
        frame = min(max(frame, bounds.start), bounds.stop)
        self._send(partial(self._deck.seek, frame), rest=frame)

    def close(self) -> None:
        """Stop and release the device within 100 ms, leaving no thread behind. Can be called twice, any time."""
        if not self._closed:
            self.stop()
            self._closed = True
            self._deck.close(CLOSING)

    def _send(self, command: Callable[[], None], state: PlayerState | None = None, rest: int | None = None) -> None:
        if not self._closed:
            self._deck.send(self._face.ask(state, rest), command)


class _Face:
    """What the player shows: what it was asked for, until the deck's thread knows better.

    Attributes:
        state: see `Player`.
        error: see `Player`.
        rest: the position, unless the deck's scene tells it.
    """

    def __init__(self) -> None:
        self.state = PlayerState.STOPPED
        self.error: str | None = None
        self.rest: int | None = 0
        self._lock = threading.Lock()
        self._order = 0

    def ask(self, state: PlayerState | None, rest: int | None) -> int:
        """Show what is asked for (None: as it is); returns the number of this order."""
        with self._lock:
            self._order += 1
            if state is not None:
                self.state, self.error = state, None
            if rest is not None:
                self.rest = rest
            return self._order

    def settled(self, order: int, active: bool, running: bool) -> None:
        """See `Report`."""
        with self._lock:
            if order != self._order:
                return  # it was asked for something else meanwhile, and will settle again
            if active:
                self.state = PlayerState.PLAYING if running else PlayerState.PAUSED
                self.rest = None
            elif self.state in (PlayerState.PLAYING, PlayerState.PAUSED):
                self.state = PlayerState.STOPPED

    def ended(self, order: int, position: int) -> None:
        """See `Report`."""
        with self._lock:
            if order == self._order:
                self.state, self.rest = PlayerState.STOPPED, position

    def broke(self, error: Exception, position: int) -> None:
        """See `Report`."""
        with self._lock:
            self.rest = position
            if isinstance(error, AudiolabError):
                self.error = str(error)
            else:
                self.error = "The recording can no longer be read: open it again."
            self.state = PlayerState.STOPPED
            if isinstance(error, DeviceError):
                lost = isinstance(error, LostError)
                self.state = PlayerState.LOST if lost else PlayerState.UNAVAILABLE
