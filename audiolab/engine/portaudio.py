"""The one gate to PortAudio: loaded late, one call at a time, never waited for without end.

Every call that may block runs in a short-lived thread; who called waits for it a few seconds at most. A sound
server that hangs thus leaves that one thread waiting for it, not the program.

PortAudio and ALSA print to the standard error stream from C when something fails that the caller handles and words
better. On Linux that stream is muted while a device is listed or opened. What ALSA prints from its own audio thread
at the moment a device goes away still gets through.
"""

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar

from audiolab.core.errors import DeviceError

Direction = Literal["input", "output"]
T = TypeVar("T")

DEADLINE = 3.0
"""Seconds that a call to PortAudio may take."""

LATENCY = 0.03
"""Seconds of sound in a device's own buffer, where it can do with so little: a seek is heard after as long."""

COMMON_RATES = (48_000, 44_100)
"""Rates in Hz to try where a device takes neither the wanted rate nor the one it says it prefers."""

MISSING = (
    "Sound needs the PortAudio library, which is missing: install libportaudio2 (Debian, Ubuntu) or portaudio "
    "with the system's package manager, then start Audiolab again."
)
SILENT = (
    "The sound system does not answer: restart the sound server or unplug the device that hangs, then try again."
)


class RefusedError(DeviceError):
    """PortAudio said no; `reason` is its own word for it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The sound system refuses ({reason}): restart the sound server, then try again.")


_gate = threading.Lock()
_open_streams: "set[Stream]" = set()


def call(work: Callable[[ModuleType], T], discard: Callable[[T], object] | None = None) -> T:
    """Run `work` with sounddevice as its argument, alone, and for `DEADLINE` seconds at most.

    Args:
        work: calls PortAudio.
        discard: undoes a result that came too late.

    Raises:
        RefusedError: PortAudio returned an error.
        DeviceError: PortAudio is missing, or hangs.
    """
    if not _gate.acquire(timeout=DEADLINE):
        raise DeviceError(SILENT)
    return _Call(work, discard).result()


def refresh() -> None:
    """Start PortAudio anew, so that it sees what was plugged in or out; not while a stream is open.

    Raises:
        DeviceError: as `call`.
    """
    call(_restart)


def usable_rate(direction: Direction, index: int, wanted: int, preferred: int, channels: int) -> int:
    """The sample rate in Hz to open a device with: `wanted` if it takes that, else the nearest to its taste.

    Raises:
        DeviceError: as `call`.
    """

    def choose(sounddevice: ModuleType) -> int:
        check = getattr(sounddevice, f"check_{direction}_settings")
        for rate in (wanted, preferred, *COMMON_RATES):
            with contextlib.suppress(sounddevice.PortAudioError):
                check(device=index, channels=channels, dtype="float32", samplerate=rate)
                return rate
        return preferred  # opening it will say what is wrong

    return call(choose)


class Stream:
    """A running PortAudio stream.

    Args:
        direction: input or output.
        index: PortAudio's number of the device.
        sample_rate: in Hz.
        channels: as many as the device has, or fewer.
        callback: called in PortAudio's thread with (float32 array (frames, channels), frames, times, flags).

    Raises:
        RefusedError: the device cannot be opened.
        DeviceError: PortAudio is missing, or hangs.
    """

    def __init__(
        self, direction: Direction, index: int, sample_rate: int, channels: int, callback: Callable[..., None]
    ) -> None:
        self._closing = False
        self._ended = False
        self._stream: Any = call(
            lambda sounddevice: self._start(sounddevice, direction, index, sample_rate, channels, callback),
            discard=lambda stream: stream.close(),
        )
        _open_streams.add(self)

    @property
    def latency(self) -> float:
        """Seconds between the callback and the loudspeaker or microphone, as PortAudio states it on opening."""
        return float(self._stream.latency)

    @property
    def lost(self) -> bool:
        """Whether the device ended the stream by itself: it was unplugged, or its server went away."""
        return self._ended and not self._closing

    def close(self) -> None:
        """Stop at once and release the device. Can be called twice."""
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(DeviceError):  # a dead device cannot be closed any better
            call(self._release)

    def _start(
        self,
        sounddevice: ModuleType,
        direction: Direction,
        index: int,
        sample_rate: int,
        channels: int,
        callback: Callable[..., None],
    ) -> Any:
        kind = sounddevice.OutputStream if direction == "output" else sounddevice.InputStream
        least = sounddevice.query_devices(index)[f"default_low_{direction}_latency"]
        stream = kind(
            device=index,
            samplerate=sample_rate,
            channels=channels,
            dtype="float32",
            latency=max(LATENCY, least),
            callback=callback,
            finished_callback=self._finished,
        )
        try:
            stream.start()
        except sounddevice.PortAudioError:
            stream.close()
            raise
        return stream

    def _release(self, _sounddevice: ModuleType) -> None:
        self._stream.abort()
        self._stream.close()
        _open_streams.discard(self)

    def _finished(self) -> None:
        self._ended = True


def _restart(sounddevice: ModuleType) -> None:
    if _open_streams:
        return
    # The only way there is; sounddevice keeps the count so that its own clean-up at exit stays right.
    if sounddevice._initialized:
        sounddevice._terminate()
    sounddevice._initialize()


class _Call(Generic[T]):
    """One call in a thread of its own, which opens the gate when it is done, however late."""

    def __init__(self, work: Callable[[ModuleType], T], discard: Callable[[T], object] | None) -> None:
        self._work = work
        self._discard = discard
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._abandoned = False
        self._mute = _Mute()
        self._values: list[T] = []
        self._error: DeviceError | None = None

    def result(self) -> T:
        threading.Thread(target=self._run, name="audiolab-portaudio", daemon=True).start()
        self._done.wait(DEADLINE)
        with self._lock:
            self._abandoned = not self._done.is_set()
        if self._abandoned:
            self._mute.end()
            _leave_at_exit()
            raise DeviceError(SILENT)
        if self._error is not None:
            raise self._error
        return self._values[0]

    def _run(self) -> None:
        try:
            self._values.append(_run_with_library(self._work))
        except DeviceError as error:
            self._error = error
        finally:
            self._mute.end()
            with self._lock:
                self._done.set()
                too_late = self._abandoned
            if too_late and self._values and self._discard is not None:
                self._discard(self._values[0])
            _gate.release()


def _run_with_library(work: Callable[[ModuleType], T]) -> T:
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(MISSING) from error
    except Exception as error:  # PortAudioError, which cannot be named before the import: it found no host API
        raise RefusedError(_reason(error)) from error
    try:
        return work(sounddevice)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise RefusedError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """PortAudio's own words without sounddevice's "Error opening Stream: " before and the number after."""
    words = str(error.args[0]) if error.args else type(error).__name__
    host = error.args[2][2] if len(error.args) > 2 else ""
    reason = host or words.rsplit(": ", 1)[-1]
    return reason[:1].lower() + reason[1:]


def _leave_at_exit() -> None:
    """Keep sounddevice from closing PortAudio at exit: with a device that hangs, the exit would hang too."""
    handler = getattr(sys.modules.get("sounddevice"), "_exit_handler", None)
    if handler is not None:
        atexit.unregister(handler)


class _Mute:
    """The standard error stream of the process leads nowhere until `end`. On Linux: elsewhere it is quiet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: int | None = None
        if sys.platform.startswith("linux"):
            with contextlib.suppress(OSError):
                self._kept = os.dup(2)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def end(self) -> None:
        """Give the stream back. Can be called twice, from two threads."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)
