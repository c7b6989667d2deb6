"""The program of the sound host: a process with PortAudio and the audio callback in it, and nothing else.

Why a process: an audio callback in Python needs the interpreter's lock every few milliseconds. Beside two threads
that are busy with Python, and 30 ms in the device's buffer, it came too late 30 times in 10 s; with the lock to
itself, none to 3 times (tests/benchmarks/test_bench_engine.py). A driver that hangs or crashes, and what ALSA and
PortAudio print from C, stay in here too.

Requests and answers are lines of JSON on standard input and output; samples and positions go through a `Board`. The
process ends when its standard input does.
"""

import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import ModuleType
from typing import Any

from audiolab.engine.board import Board
from audiolab.engine.inlet import Inlet
from audiolab.engine.outlet import Control, Outlet, Splice

LATENCY = {"output": 0.03, "input": 0.1}
"""Seconds of sound in a device's own buffer, where it can do with so little: a seek is heard after as long; what is
recorded has time."""

COMMON_RATES = (48_000, 44_100)
"""Rates in Hz to try where a device takes neither the wanted rate nor the one it says it prefers."""

FRESH = 10.0
"""Seconds for which PortAudio's list of devices is believed."""

NICENESS = -11
REALTIME = 5
"""Priorities as sound servers have, where the system grants them."""

MISSING = (
    "Sound needs the PortAudio library, which is missing: install libportaudio2 (Debian, Ubuntu) or portaudio "
    "with the system's package manager, then try again."
)
NO_DEVICE = {
    "output": "There is no sound device to play on: plug one in or start the sound server, then try again.",
    "input": "There is no device to record from: plug in a microphone or start the sound server, then try again.",
}

Answer = dict[str, Any]


class Host:
    """Carries out requests.

    Args:
        board: shared with the program.
        say: sends a line to the program; called in any thread but never in the audio callback.
    """

    def __init__(self, board: Board, say: Callable[[Answer], None]) -> None:
        self._board = board
        self._say = say
        self._stream: Any = None
        self._outlet: Outlet | None = None
        self._closing = False
        self._looked = monotonic()

    def obey(self, request: dict[str, Any]) -> None:
        """One request: ``control`` is answered by nothing, all others by one line."""
        if "control" in request:
            self._control(*request["control"])
        elif "open" in request:
            self._say(self._answer(lambda sounddevice: self._open(sounddevice, **request["open"])))
        elif "list" in request:
            self._say(self._answer(lambda sounddevice: {"devices": describe(sounddevice)}))
        elif "close" in request:
            self._close()
            self._say({"closed": True})

    def _answer(self, work: Callable[[ModuleType], Answer]) -> Answer:
        try:
            import sounddevice
        except OSError:
            return {"refused": MISSING}
        except Exception as error:  # PortAudioError, which has no name before the import: no sound system at all
            return {"refused": f"The sound system does not start ({reason(error)}): restart it, then try again."}
        try:
            return work(sounddevice)
        except (sounddevice.PortAudioError, ValueError) as error:
            return {"refused": f"The sound system refuses ({reason(error)}): restart it, then try again."}

    def _open(
        self, sounddevice: ModuleType, direction: str, label: str | None, sample_rate: int | None, channels: int
    ) -> Answer:
        self._close()
        self._look_again(sounddevice)
        device = choose(sounddevice, direction, label)
        if device is None:
            return {"refused": NO_DEVICE[direction]}
        channels = min(channels, device[f"{direction}s"])
        rate = usable_rate(sounddevice, direction, device, sample_rate, channels)
        try:
            self._start(sounddevice, direction, device, rate, channels)
        except sounddevice.PortAudioError as error:
            name = label_of(device)
            remedy = "choose another device, or close the program that uses it"
            return {"refused": f"{name} cannot be opened ({reason(error)}): {remedy}."}
        return {"device": device, "sample_rate": rate, "channels": channels}

    def _look_again(self, sounddevice: ModuleType) -> None:
        """PortAudio sees what was plugged in or out, or became the default, only when it starts anew."""
        if monotonic() - self._looked > FRESH:
            # The only way there is; sounddevice counts along, so that its own clean-up stays right.
            sounddevice._terminate()
            sounddevice._initialize()
            self._looked = monotonic()

    def _start(
        self, sounddevice: ModuleType, direction: str, device: dict[str, Any], rate: int, channels: int
    ) -> None:
        self._board.clear()
        ring = self._board.ring(rate, channels)
        latency = max(
            LATENCY[direction], sounddevice.query_devices(device["index"])[f"default_low_{direction}_latency"]
        )
        self._outlet = Outlet(self._board, ring, rate, latency) if direction == "output" else None
        kind = sounddevice.OutputStream if direction == "output" else sounddevice.InputStream
        self._closing = False
        self._stream = kind(
            device=device["index"],
            samplerate=rate,
            channels=channels,
            dtype="float32",
            latency=latency,
            callback=self._outlet or Inlet(self._board, ring),
            finished_callback=self._finished,
        )
        self._stream.start()

    def _finished(self) -> None:
        if not self._closing:
            self._say({"lost": True})

    def _close(self) -> None:
        self._closing = True
        if self._stream is not None:
            self._stream.abort()
            self._stream.close()
        self._stream = self._outlet = None

    def _control(self, running: bool, splice: list[Any] | None) -> None:
        if self._outlet is not None:
            # The same splice comes with every message until the next; the outlet tells them apart by identity.
            last = self._outlet.control.splice
            new = Splice(*splice) if splice else None
            self._outlet.control = Control(running, last if new == last else new)


def label_of(device: dict[str, Any]) -> str:
    """What a person calls a device."""
    return f"{device['name']} ({device['host_api']})"


def describe(sounddevice: ModuleType) -> list[dict[str, Any]]:
    """All devices, with the fields of `devices.Device`."""
    host_apis = sounddevice.query_hostapis()
    defaults = {direction: default_index(sounddevice, direction) for direction in ("input", "output")}
    return [
        {
            "index": found["index"],
            "name": found["name"],
            "host_api": host_apis[found["hostapi"]]["name"],
            "inputs": found["max_input_channels"],
            "outputs": found["max_output_channels"],
            "default_sample_rate": round(found["default_samplerate"]),
            "is_default_input": found["index"] == defaults["input"],
            "is_default_output": found["index"] == defaults["output"],
        }
        for found in sounddevice.query_devices()
    ]


def default_index(sounddevice: ModuleType, direction: str) -> int:
    """PortAudio's number of the default device; -1 where there is none."""
    try:
        return int(sounddevice.query_devices(kind=direction)["index"])
    except sounddevice.PortAudioError:
        return -1


def choose(sounddevice: ModuleType, direction: str, label: str | None) -> dict[str, Any] | None:
    """The device with this label or name, else the default, else any that can do it."""
    able = [device for device in describe(sounddevice) if device[f"{direction}s"]]
    able.sort(key=lambda device: not device[f"is_default_{direction}"])
    able.sort(key=lambda device: label not in (label_of(device), device["name"]))
    return able[0] if able else None


def usable_rate(
    sounddevice: ModuleType, direction: str, device: dict[str, Any], wanted: int | None, channels: int
) -> int:
    """The sample rate in Hz to open a device with: `wanted` if it takes that, else what it prefers."""
    check = getattr(sounddevice, f"check_{direction}_settings")
    preferred = int(device["default_sample_rate"])
    for rate in (wanted or preferred, preferred, *COMMON_RATES):
        with suppress(sounddevice.PortAudioError):
            check(device=device["index"], channels=channels, dtype="float32", samplerate=rate)
            return rate
    return preferred  # opening it will say what is wrong


def reason(error: Exception) -> str:
    """PortAudio's own words, without sounddevice's "Error opening OutputStream: " before and the number after."""
    words = str(error.args[0]) if error.args else type(error).__name__
    host = error.args[2][2] if len(error.args) > 2 else ""
    found = str(host or words.rsplit(": ", 1)[-1])
    return found[:1].lower() + found[1:]


def hurry() -> None:
    """Be scheduled before programs that only compute, as far as the system allows; later threads inherit it."""
    if sys.platform == "linux":
        try:
            # Niceness alone counts for little: Linux shares the processor between sessions first.
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(REALTIME))
        except OSError:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, 0, NICENESS)


def main() -> None:
    """Serve the program that started this process; the last argument names its `Board`."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the program
    hurry()
    # Nothing that a C library prints may get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    gc.disable()  # a collection would stop the callback; nothing here makes cycles in numbers
    lock = threading.Lock()

    def say(answer: Answer) -> None:
        with lock, suppress(OSError):
            answers.write(json.dumps(answer) + "\n")
            answers.flush()

    host = Host(Board.attach(sys.argv[-1]), say)
    for line in sys.stdin:
        host.obey(json.loads(line))
    os._exit(0)  # the system takes the device back faster than PortAudio gives it, and never hangs
