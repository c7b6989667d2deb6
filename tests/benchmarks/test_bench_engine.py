"""Figures of the sound engine. Run ``pytest -o addopts= --benchmark-only -s`` on this file to see them.

Those marked `sound` print what cannot be timed in a loop: how soon a seek is heard, how far the shown position is
from what is heard, and how often sound breaks off beside busy Python threads: with the callback in a process of
its own, as shipped, and in the program's.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from audiolab.core.errors import DeviceError
from audiolab.core.recording import ArrayRecording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.engine import deck
from audiolab.engine.board import Board
from audiolab.engine.course import Course, CourseReader
from audiolab.engine.host import Host
from audiolab.engine.outlet import Control, Outlet, Splice
from audiolab.engine.player import Player, PlayerState
from audiolab.engine.ring import RingBuffer
from tests.sound_server import RATE, SoundServer, missing


def noise(seconds: float, rate: int = RATE) -> Samples:
    return (np.random.default_rng(1).standard_normal((int(seconds * rate), 2)) * 0.1).astype(np.float32)


def test_bench_ring(benchmark: BenchmarkFixture) -> None:
    """A block of 360 stereo frames in and out."""
    ring = RingBuffer(RATE, 2)
    block = noise(0.0075)

    def pass_on() -> int:
        ring.write(block)
        return ring.read_into(block)

    assert benchmark(pass_on) == len(block)


class Times:
    currentTime = 1.0
    outputBufferDacTime = 1.03


class Flags:
    output_underflow = False


def test_bench_callback(benchmark: BenchmarkFixture) -> None:
    """One block of 360 stereo frames at half volume; the device asks for one every 7.5 ms."""
    board = Board.create()
    board.shared()
    board.volume = 0.5
    ring = board.ring(RATE, 2)
    outlet = Outlet(board, ring, RATE, 0.03)
    outlet.control = Control(True, Splice(None, 0, sharp=True))
    block = noise(0.0075)
    out = np.zeros_like(block)

    def play() -> None:
        ring.write(block)
        outlet(out, len(out), Times(), Flags())

    benchmark(play)
    assert board.xruns == 0


@pytest.mark.parametrize("device_rate", [44_100, 48_000])
def test_bench_reading_ahead(benchmark: BenchmarkFixture, device_rate: int) -> None:
    """Ten seconds of 44.1 kHz stereo, as they are and resampled."""
    recording = ArrayRecording(noise(10.0, 44_100), 44_100)
    course = Course(0, 0, 0, TimeSpan(0, recording.frames), False, 44_100, device_rate)

    def read() -> int:
        reader, frames = CourseReader(recording, course, 2), 0
        while not reader.ended:
            frames += len(reader.read(1323))
        return frames

    assert benchmark(read) == pytest.approx(10 * device_rate, abs=2)


@pytest.fixture(scope="module")
def sound_server() -> Iterator[SoundServer]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with SoundServer() as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture
def playing(sound_server: SoundServer) -> Iterator[Callable[[Samples], Player]]:
    players: list[Player] = []

    def play(sound: Samples) -> Player:
        player = Player()
        players.append(player)
        player.load(ArrayRecording(sound, RATE))
        player.play(TimeSpan(0, len(sound)))
        while player.state is PlayerState.PLAYING and player.position < RATE // 4:
            time.sleep(0.01)
        return player

    yield play
    for player in players:
        player.close()


@pytest.mark.sound
def test_bench_position(benchmark: BenchmarkFixture, playing: Callable[[Samples], Player]) -> None:
    """Asked for once a frame of the display."""
    player = playing(noise(60.0))
    benchmark(lambda: player.position)
    assert player.state is PlayerState.PLAYING


@pytest.mark.sound
def test_bench_close(benchmark: BenchmarkFixture, playing: Callable[[Samples], Player]) -> None:
    """From the call, while it plays, until device, process and thread are gone."""
    benchmark.pedantic(lambda player: player.close(), setup=lambda: ((playing(noise(5.0)),), {}), rounds=5)


@pytest.mark.sound
def test_bench_seek_until_heard(
    benchmark: BenchmarkFixture, sound_server: SoundServer, playing: Callable[[Samples], Player]
) -> None:
    """From the call until the middle of the crossfade leaves the loudspeaker."""
    half = 15 * RATE
    player = playing(np.repeat([0.2, -0.2], half).astype(np.float32)[:, np.newaxis])
    asked: list[float] = []

    def seek() -> None:
        asked.append(time.perf_counter())
        player.seek(half * (len(asked) % 2) + 1000)
        time.sleep(0.137)

    with sound_server.capture() as capture:
        benchmark.pedantic(seek, rounds=30)
        capture.wait(capture.frames + RATE // 4)
        turns = np.flatnonzero(np.diff(np.sign(capture.samples[:, 0])))
        heard = np.array([capture.heard_at(int(turn)) for turn in turns])
    delays = np.array([heard[heard > when].min() - when for when in asked]) * 1000
    print(f"\nseek heard after {np.median(delays):.0f} ms (median), {delays.max():.0f} ms (longest)")


@pytest.mark.sound
def test_bench_position_error(
    benchmark: BenchmarkFixture, sound_server: SoundServer, playing: Callable[[Samples], Player]
) -> None:
    """How much later the position passes a click than the click is heard."""
    clicks = np.arange(RATE, 7 * RATE, RATE // 10)
    sound = noise(8.0) * 0.01
    sound[clicks] = 0.5
    seen: list[tuple[float, int]] = []
    with sound_server.capture() as capture:
        player = playing(sound)

        def look() -> None:
            while player.state is PlayerState.PLAYING:
                seen.append((time.perf_counter(), player.position))
                time.sleep(0.003)

        benchmark.pedantic(look, rounds=1)
        capture.wait(capture.frames + RATE // 4)
        caught = np.flatnonzero(capture.samples[:, 0] > 0.4)
        heard = np.array([capture.heard_at(int(frame)) for frame in caught])
    when, where = np.array(seen).T
    if len(heard) == len(clicks):
        errors = (np.interp(clicks, where + np.arange(len(where)) * 1e-6, when) - heard) * 1000
        print(f"\nposition is late by {np.median(errors):+.1f} ms (median), {np.abs(errors).max():.1f} ms (worst)")


class OwnHost:
    """A sound host in this process, to compare with one in a process of its own."""

    lost = False

    def __init__(self) -> None:
        self.board = Board.create()
        self.board.shared()
        self._answers: list[dict[str, Any]] = []
        self._host = Host(self.board, self._answers.append)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self._host.obey(request)
        if "refused" in self._answers[-1]:
            raise DeviceError(self._answers[-1]["refused"])
        return self._answers[-1]

    def tell(self, message: dict[str, Any]) -> None:
        self._host.obey(message)

    def close(self) -> None:
        self._host.obey({"close": True})


@pytest.mark.sound
@pytest.mark.parametrize("busy", [0, 1, 2])
@pytest.mark.parametrize("where", ["process of its own", "this process"])
def test_bench_busy_threads(
    benchmark: BenchmarkFixture,
    playing: Callable[[Samples], Player],
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    busy: int,
) -> None:
    """Ten seconds of sound beside threads that do nothing but Python."""
    if where == "this process":
        monkeypatch.setattr(deck, "SoundHost", OwnHost)
    player = playing(noise(10.5))
    before = player.underruns
    stop = threading.Event()

    def compute() -> None:
        while not stop.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=compute) for _ in range(busy)]
    for thread in threads:
        thread.start()

    def wait() -> None:
        while player.state is PlayerState.PLAYING:
            time.sleep(0.05)

    benchmark.pedantic(wait, rounds=1)
    stop.set()
    for thread in threads:
        thread.join()
    cores = os.cpu_count()
    print(
        f"\ncallback in {where}, {busy} busy threads, {cores} cores: {player.underruns - before} underruns in 10 s"
    )
