"""The thread behind a player: opens the device, keeps the feed going, and watches what is heard."""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import Protocol

from audiolab.core.errors import AudiolabError, DeviceError
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan
from audiolab.engine.devices import Device
from audiolab.engine.feed import Feed
from audiolab.engine.outlet import Splice
from audiolab.engine.scene import Listener, Scene
from audiolab.engine.soundhost import SoundHost
from audiolab.engine.voice import Voice

TICK = 0.01
"""Seconds between two looks while it plays."""

IDLE = 5.0
"""Seconds after which a device that rests is given back to others."""

STALLED = 3.0
"""Seconds without a callback after which a device counts as lost; some take two to wake up."""


class Report(Protocol):
    """What a deck tells its player, in the deck's thread; `order` is that of the last command it has obeyed."""

    def settled(self, order: int, active: bool, running: bool) -> None:
        """All commands up to `order` are carried out, and it now plays or holds (`active`), or is stopped."""
        ...

    def ended(self, order: int, position: int) -> None:
        """The span was heard to its end."""
        ...

    def broke(self, error: Exception, position: int) -> None:
        """It cannot go on: the device went away or cannot be opened, or the recording cannot be read."""
        ...


class Deck:
    """Carries out commands one after the other in a thread of its own; `scene` shows where it is.

    The public methods from `load` on are commands: pass them to `send`.

    Args:
        report: told what happens.
        device: where to play; None is the system's default.
        downmix: see `Voice`.
    """

    def __init__(self, report: Report, device: Device | None, downmix: bool) -> None:
        self.scene = Scene(voice=None, courses=(), rest=0, held=False)
        self._report = report
        self._device = device
        self._downmix = downmix
        self._volume = 1.0
        self._past_underruns = 0
        self._inbox: queue.SimpleQueue[tuple[int, Callable[[], None]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._order = 0
        self._closing = False
        self._host: SoundHost | None = None
        self._opened_for: tuple[object, ...] = ()
        self._recording: Recording | None = None
        self._feed: Feed | None = None
        self._splice: Splice | None = None
        self._span = TimeSpan(0, 0)
        self._loop = False
        self._active = False
        self._running = False
        self._wish: int | None = None
        self._sharp = False
        self._respan = False
        self._listener = Listener()
        self._sent = 0
        self._moved_at = 0.0

    @property
    def underruns(self) -> int:
        """How often the device or the ring ran dry, over all voices."""
        voice = self.scene.voice
        return self._past_underruns + (voice.board.xruns if voice else 0)

    def set_volume(self, volume: float) -> None:
        """Any thread: the linear factor from now on."""
        self._volume = volume
        voice = self.scene.voice
        if voice is not None:
            voice.board.volume = volume

    def send(self, order: int, command: Callable[[], None]) -> None:
        """Have `command` carried out; `order` counts up."""
        self._inbox.put((order, command))
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="audiolab-player", daemon=True)
            self._thread.start()

    def close(self, seconds: float) -> None:
        """End the thread; waits for it so long at most."""
        self._closing = True
        host = self._host
        if host is not None:
            host.close()  # whatever the thread is waiting for
        if self._thread is not None:
            self._inbox.put((self._order, self.stop))
            self._thread.join(seconds)

    def load(self, recording: Recording | None) -> None:
        """Stop and forget; play this from now on."""
        self.stop()
        self._recording = recording
        self._feed = None
        if recording is not None:
            with suppress(DeviceError):  # said when it is needed; it takes a moment to get ready
                self._ready_host()
        self.scene = self.scene._replace(courses=(), rest=0, held=False)

    def play(self, span: TimeSpan, loop: bool) -> None:
        """From the span's start."""
        self._span, self._loop = span, loop
        self._active = self._running = self._sharp = True
        self._wish = span.start

    def set_span(self, span: TimeSpan, loop: bool) -> None:
        """Go on where it is, moved into this span, and end or turn back by it."""
        self._span, self._loop = span, loop
        self._respan = True

    def seek(self, frame: int) -> None:
        """Go on elsewhere."""
        self._wish = frame

    def pause(self) -> None:
        """Hold."""
        self._running = False

    def resume(self) -> None:
        """Go on."""
        self._active = self._running = True

    def stop(self) -> None:
        """Hold, and forget where."""
        self._active = self._running = self._sharp = self._respan = False
        self._wish = None

    def use(self, device: Device | None) -> None:
        """Play on this device."""
        self._device = device

    def _run(self) -> None:
        while not self._closing:
            try:
                if self._obey():
                    self._settle()
                if self.scene.voice is not None:
                    self._watch(self.scene.voice)
            except (AudiolabError, OSError, ValueError) as error:  # the recording was closed, ...
                if not self._closing:
                    self._break(error)
        self._end_host()

    def _obey(self) -> bool:
        """Wait for commands as long as there is nothing else to do; carry out all there are. Whether there were."""
        patience = (TICK if self._running else IDLE / 10) if self.scene.voice else None
        try:
            self._order, command = self._inbox.get(timeout=patience)
        except queue.Empty:
            return False
        command()
        while not self._inbox.empty():
            self._order, command = self._inbox.get_nowait()
            command()
        return True

    def _settle(self) -> None:
        """Bring the device into the state that the commands asked for, however many there were."""
        recording = self._recording
        wanted_for = (self._device, recording and (recording.sample_rate, recording.channels))
        voice = self.scene.voice
        if voice is not None and (voice.lost or wanted_for != self._opened_for):
            self._release()
        if self._running and self.scene.voice is None and recording is not None:
            self._open(recording)
            self._opened_for = wanted_for
        voice = self.scene.voice
        if not self._active or voice is None:
            self.scene = self.scene._replace(rest=self.scene.rest if self._wish is None else self._wish)
        elif recording is not None:
            self._steer(recording, voice)
        if voice is not None:
            voice.control(self._running, self._splice)
            self._sent, self._moved_at = voice.sent, perf_counter()
        if not self._active or voice is not None:
            self._wish = None
        self._sharp = self._respan = False
        self._report.settled(self._order, self._active, self._running)

    def _open(self, recording: Recording) -> None:
        voice = Voice(self._ready_host(), self._device, recording.sample_rate, recording.channels, self._downmix)
        self._feed = self._splice = None
        self.scene = Scene(voice, (), self.scene.rest, held=False)
        voice.board.volume = self._volume

    def _ready_host(self) -> SoundHost:
        if self._host is None or self._host.lost:
            self._end_host()
            self._host = SoundHost()
        return self._host

    def _end_host(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

    def _steer(self, recording: Recording, voice: Voice) -> None:
        """Send the feed where the commands asked for."""
        if self._feed is None:
            self._feed = Feed(recording, voice)
            self._wish = self.scene.rest if self._wish is None else self._wish
        span = self._feed.bounded(self._span, self._loop)
        loop = self._loop and bool(span)
        if self._wish is not None:
            course, self._splice = self._feed.jump(self._wish, span, loop, self._sharp)
            self.scene = self.scene.with_course(course, held=True)
        elif self._respan:
            course, splice = self._feed.respan(span, loop)
            self._splice = splice or self._splice
            held = self.scene.held and course.first == self.scene.courses[-1].first
            self.scene = self.scene.with_course(course, held)

    def _watch(self, voice: Voice) -> None:
        """What has to be looked after from time to time while a device is open."""
        now = perf_counter()
        if voice.sent != self._sent or not self._running:
            self._sent = voice.sent
            self._moved_at = now if self._running else self._moved_at
        if self._running and (voice.lost or now - self._moved_at > STALLED):
            raise LostError(voice.device)
        if voice.lost or (not self._running and now - self._moved_at > IDLE):
            self._release()
        elif self._running and self._feed is not None:
            self._feed.fill()
            end = self._feed.finished(voice.ring_frame(self._listener.advance(voice)[1]))
            if end is not None:
                self._active = self._running = False
                voice.control(running=False, splice=self._splice)
                self._report.ended(self._order, end)

    def _break(self, error: Exception) -> None:
        if isinstance(error, DeviceError):
            self._end_host()  # it may hang, and a fresh one sees the devices that are there then
        self._release()
        position = self.scene.rest if self._wish is None else self._wish
        self.scene = self.scene._replace(rest=position)
        self.stop()
        self._report.broke(error, position)

    def _release(self) -> None:
        """Give the device back; the position rests where it was heard last."""
        voice = self.scene.voice
        self._feed = self._splice = None
        if voice is not None:
            rest = self.scene.position(self._listener.advance(voice)[1])
            self._past_underruns += voice.board.xruns
            self.scene = Scene(None, (), rest, held=False)
            voice.close()


class LostError(DeviceError):
    """The device went away while it played."""

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"{device.label} went away while it was playing: plug it in again or choose another device, then press "
            "play."
        )
