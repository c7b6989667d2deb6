"""A private PulseAudio with a null sink, for tests that need sound: nothing of the system's is touched.

The server lives in a directory of its own (runtime, state, socket, ALSA configuration). PortAudio reaches it
through ALSA's pulse plugin (Debian: libasound2-plugins), told by `environment`. What is played on the null sink
comes out of its monitor, which `capture` and any recorder can read.

The sink is loaded with norewinds=1: without it PulseAudio 16's null sink works in blocks of two seconds, and a
stream that joins an idle sink waits up to two seconds for its first callback.
"""

import functools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from tests.patience import PATIENCE, wait_for

SINK = "lab"
"""The default device; PortAudio calls it "default"."""

OTHER = "other"
"""A second device to play on, under this name for PortAudio too."""

RATE = 48_000
CHANNELS = 2
FRAME_BYTES = CHANNELS * 4

LATE = 0.025
"""Seconds between two blocks of the monitor (10 ms each) that only a busy machine lets pass."""

ATTEMPTS = 5

ASOUND = """pcm.!default { type pulse hint { show on description "PulseAudio" } }
ctl.!default { type pulse }
pcm.other { type pulse device "other" hint { show on description "Another device" } }
"""


def missing() -> str | None:
    """Why no server can be started here, for `pytest.skip`; None where it can."""
    absent = [tool for tool in ("pulseaudio", "pactl", "parec") if shutil.which(tool) is None]
    return f"sound tests need {', '.join(absent)} (Debian: pulseaudio, pulseaudio-utils)" if absent else None


def undisturbed(test: Callable[..., None]) -> Callable[..., None]:
    """Let a test that compares sound sample by sample try again where the machine was too busy to keep sound going.

    Only if the monitor's blocks came late meanwhile, which on a machine that has time they never do: a failure
    without such a disturbance counts at once. The test takes the fixture `sound_server`.
    """

    @functools.wraps(test)
    def run(*arguments: object, sound_server: "SoundServer", **others: object) -> None:
        for attempts_left in reversed(range(ATTEMPTS)):
            before = sound_server.disturbances
            try:
                test(*arguments, sound_server=sound_server, **others)
                break
            except AssertionError:
                if not attempts_left or sound_server.disturbances == before:
                    raise

    return run


class SoundServer:
    """Start, stop, freeze and listen to a private PulseAudio with two null sinks, `SINK` and `OTHER`.

    Use as a context manager, or call `start` and `close`. After `stop` it can be started again at the same address.

    Attributes:
        environment: what a program needs in its environment to find the server.
        disturbances: how often a block of a `Capture` came late: see `undisturbed`.
    """

    def __init__(self) -> None:
        self.disturbances = 0
        self._directory = Path(tempfile.mkdtemp(prefix="audiolab-sound-"))
        for name in ("runtime", "state", "config"):
            (self._directory / name).mkdir(mode=0o700)
        self._socket = self._directory / "native"
        configuration = self._directory / "asound.conf"
        configuration.write_text(ASOUND)
        self.environment = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_RUNTIME_PATH": str(self._directory / "runtime"),
            "PULSE_STATE_PATH": str(self._directory / "state"),
            "PULSE_CONFIG_PATH": str(self._directory / "config"),
            "XDG_RUNTIME_DIR": str(self._directory),
            "ALSA_CONFIG_PATH": str(configuration),
            "JACK_NO_START_SERVER": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the server and wait until its sink answers."""
        self._socket.unlink(missing_ok=True)
        protocol = f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}"
        shape = f"norewinds=1 rate={RATE} channels={CHANNELS} format=float32le"
        sinks = [f"module-null-sink sink_name={name} {shape}" for name in (SINK, OTHER)]
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
        command += [
            "--disable-shm=yes",
            "--log-level=error",
            "--log-target=stderr",
            "-L",
            protocol,
            "-L",
            sinks[0],
            "-L",
            sinks[1],
        ]
        with (self._directory / "log").open("wb") as log:
            self._process = subprocess.Popen(command, env=self._full_environment(), stdout=log, stderr=log)
        with suppress(OSError):  # not everybody may; other work on the machine is heard as gaps then
            os.sched_setscheduler(self._process.pid, os.SCHED_RR, os.sched_param(5))
        deadline = time.monotonic() + PATIENCE
        while OTHER not in self.control("list", "short", "sinks"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"pulseaudio did not start: {(self._directory / 'log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill the server, as a device that is pulled out."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let the server live but not answer, as a driver that hangs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo `freeze`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Kill the server and remove its files."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def control(self, *arguments: str) -> str:
        """What ``pactl`` prints; empty where the server does not answer yet."""
        done = subprocess.run(
            ["pactl", *arguments],
            env=self._full_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return done.stdout

    @contextmanager
    def capture(self, sink: str = SINK) -> Iterator["Capture"]:
        """Record the monitor of a sink while the block runs, from about now on."""
        command = ["parec", "--device", f"{sink}.monitor", "--rate", str(RATE), "--channels", str(CHANNELS)]
        command += ["--format", "float32le", "--raw", "--latency-msec", "10"]
        with subprocess.Popen(command, env=self._full_environment(), stdout=subprocess.PIPE) as process:
            capture = Capture(process, self)
            try:
                capture.wait(0)
                yield capture
            finally:
                capture.end()

    def _full_environment(self) -> dict[str, str]:
        return os.environ | self.environment


class Capture:
    """What came out of the monitor so far, and when.

    The null sink renders a block at the moment at which that block's first sample would leave a loudspeaker, and
    the monitor passes the block on at once. So the *first* sample that arrives at some moment is heard at that
    moment, and the others of its block one after the other behind it; `heard_at` reckons from that.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", server: SoundServer) -> None:
        self._process = process
        self._server = server
        self._blocks: list[bytes] = []
        self._arrivals: list[tuple[float, int]] = []
        self._bytes = 0
        self._thread = threading.Thread(target=self._read, name="capture", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while block := os.read(descriptor, 1 << 20):
            now = time.perf_counter()
            if self._arrivals and now - self._arrivals[-1][0] > LATE:
                self._server.disturbances += 1
            self._arrivals.append((now, self._bytes // FRAME_BYTES))
            self._blocks.append(block)
            self._bytes += len(block)

    @property
    def frames(self) -> int:
        """Sample frames so far."""
        return self._bytes // FRAME_BYTES

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """All so far, shape (frames, CHANNELS), at RATE."""
        data = b"".join(self._blocks[:])
        return np.frombuffer(data[: len(data) // FRAME_BYTES * FRAME_BYTES], np.float32).reshape(-1, CHANNELS)

    def wait(self, frames: int) -> None:
        """Until more than `frames` have come."""
        wait_for(lambda: self.frames > frames, "sound from the monitor")

    def heard_at(self, frame: int) -> float:
        """When `frame` was heard, by `time.perf_counter`.

        The earliest arrivals, within half a second around, tell best: a late one is this process's fault.
        """
        near = [(when, first) for when, first in self._arrivals if abs(first - frame) < RATE // 2]
        return float(np.percentile([when - (first - frame) / RATE for when, first in near], 10))

    def end(self) -> None:
        """Stop recording; what came stays."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()
