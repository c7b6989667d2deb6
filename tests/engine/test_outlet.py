"""What a callback does with a block, block by block; the same outlet that runs in the sound host."""

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from audiolab.core.recording import Samples
from audiolab.engine.board import Board
from audiolab.engine.outlet import CROSSFADE, GLIDE, Control, Outlet, Splice

RATE = 48_000
BLOCK = 360
GLIDE_FRAMES = int(GLIDE * RATE)
FADE_FRAMES = int(CROSSFADE * RATE)


class Bench:
    """An outlet, its ring, and a device that calls it."""

    def __init__(self, channels: int = 1) -> None:
        self.board = Board.create()
        self.board.shared()
        self.board.volume = 1.0
        self.ring = self.board.ring(RATE, channels)
        self.outlet = Outlet(self.board, self.ring, RATE, 0.03)
        self.channels = channels
        self.blocks = 0

    def fill(self, values: Samples) -> int:
        self.board.begin = start = self.ring.written
        self.ring.write(np.repeat(values.astype(np.float32)[:, np.newaxis], self.channels, axis=1))
        return start

    def control(self, running: bool, splice: Splice | None = None) -> None:
        self.outlet.control = Control(running, splice)

    def block(self, frames: int = BLOCK, underflow: bool = False) -> Samples:
        out = np.full((frames, self.channels), np.nan, np.float32)
        times = SimpleNamespace(currentTime=1.0 + self.blocks, outputBufferDacTime=1.03 + self.blocks)
        self.outlet(out, frames, times, SimpleNamespace(output_underflow=underflow))
        self.blocks += 1
        return out[:, 0]


def ramp(frames: int, start: int = 1) -> Samples:
    return np.arange(start, start + frames, dtype=np.float32)


def test_it_rests_in_silence_until_told_to_run() -> None:
    bench = Bench()
    bench.fill(ramp(1000))
    assert (bench.block() == 0).all()
    assert bench.ring.read == 0


def test_a_sharp_start_leaves_the_first_sample_alone() -> None:
    bench = Bench(channels=2)
    bench.fill(ramp(1000))
    bench.control(True, Splice(None, 0, sharp=True))
    np.testing.assert_array_equal(bench.block(), ramp(BLOCK))
    np.testing.assert_array_equal(bench.block(), ramp(BLOCK, 1 + BLOCK))


def test_a_pause_fades_holds_and_goes_on_with_the_next_sample() -> None:
    bench = Bench()
    bench.fill(np.ones(5000))
    bench.control(True, Splice(None, 0, sharp=True))
    bench.block()
    bench.control(False)
    faded = np.concatenate([bench.block(200) for _ in range(5)])
    assert (np.diff(faded[:GLIDE_FRAMES]) < 0).all()
    assert np.abs(np.diff(faded)).max() < 1.5 / GLIDE_FRAMES
    assert (faded[GLIDE_FRAMES:] == 0).all()
    assert bench.ring.read == BLOCK + GLIDE_FRAMES
    bench.control(True)
    risen = np.concatenate([bench.block(200) for _ in range(5)])
    assert np.abs(np.diff(risen)).max() < 1.5 / GLIDE_FRAMES
    assert (risen[GLIDE_FRAMES:] == 1).all()
    assert bench.ring.read == BLOCK + GLIDE_FRAMES + 1000


def test_volume_glides() -> None:
    bench = Bench()
    bench.fill(np.ones(5000))
    bench.control(True, Splice(None, 0, sharp=True))
    bench.block()
    bench.board.volume = 0.25
    first = np.concatenate([bench.block() for _ in range(3)])
    assert np.abs(np.diff(np.concatenate(([1.0], first)))).max() < 1.0 / GLIDE_FRAMES
    np.testing.assert_allclose(first[GLIDE_FRAMES:], 0.25)
    bench.board.volume = 0.0
    bench.block()
    bench.block()
    before = bench.ring.read
    assert (bench.block() == 0).all()
    assert bench.ring.read == before + BLOCK  # silent, but it plays on


def test_a_seek_crosses_over_at_once_without_a_step() -> None:
    bench = Bench()
    bench.fill(np.ones(2000))
    bench.control(True, Splice(None, 0, sharp=True))
    bench.block()
    to = bench.fill(-np.ones(2000))
    bench.control(True, Splice(None, to, sharp=False))
    heard = bench.block()
    assert np.abs(np.diff(np.concatenate(([1.0], heard)))).max() < 2.5 / FADE_FRAMES
    assert (heard[FADE_FRAMES:] == -1).all()
    assert bench.ring.read == to + BLOCK
    runs = bench.board.runs.last(3).astype(int).tolist()
    assert runs == [[0, 0, BLOCK], [BLOCK, BLOCK, 0], [BLOCK, to, BLOCK]]


def test_a_splice_of_the_same_sound_cannot_be_heard() -> None:
    bench = Bench()
    sound = np.sin(np.arange(3000) / 20)
    bench.fill(sound[:2000])
    bench.control(True, Splice(None, 0, sharp=True))
    at = 700
    to = bench.fill(sound[at:])
    bench.control(True, Splice(None, 0, sharp=True))
    first = bench.block()
    bench.control(True, Splice(at, to, sharp=False))
    rest = np.concatenate([bench.block() for _ in range(6)])
    np.testing.assert_allclose(np.concatenate((first, rest)), sound[: 7 * BLOCK], atol=1e-6)


def test_a_splice_that_comes_too_late_skips_as_much() -> None:
    bench = Bench()
    sound = np.sin(np.arange(3000) / 20)
    bench.fill(sound[:2000])
    bench.control(True, Splice(None, 0, sharp=True))
    heard = [bench.block(), bench.block(), bench.block()]
    to = bench.fill(sound[700:])
    bench.control(True, Splice(700, to, sharp=False))
    heard += [bench.block()]
    np.testing.assert_allclose(np.concatenate(heard), sound[: 4 * BLOCK], atol=1e-6)


def test_a_seek_while_it_rests_is_silent_and_then_fades_in() -> None:
    bench = Bench()
    bench.fill(np.ones(1000))
    bench.control(True, Splice(None, 0, sharp=True))
    bench.block()
    bench.control(False)
    bench.block()
    bench.block()
    to = bench.fill(np.full(3000, 0.5))
    bench.control(False, Splice(None, to, sharp=False))
    assert (bench.block() == 0).all()
    assert bench.ring.read == to
    bench.control(True, Splice(None, to, sharp=False))
    heard = np.concatenate([bench.block(), bench.block()])
    assert (np.diff(heard[:GLIDE_FRAMES]) > 0).all()
    assert (heard[GLIDE_FRAMES:] == 0.5).all()


def test_new_sound_behind_the_old_waits_for_its_splice() -> None:
    bench = Bench()
    bench.fill(np.ones(400))
    bench.control(True, Splice(None, 0, sharp=True))
    bench.block()
    bench.control(False)
    to = bench.fill(np.full(1000, 0.5))
    assert (bench.block()[40:] == 0).all()  # the old sound ends in its fade
    bench.control(True, Splice(None, to, sharp=True))
    assert (bench.block() == 0.5).all()
    assert bench.ring.read == to + BLOCK


def test_underruns_count_only_while_more_is_expected() -> None:
    bench = Bench()
    bench.fill(np.ones(500))
    bench.board.expects = True
    bench.control(True, Splice(None, 0, sharp=True))
    bench.block()
    assert bench.board.xruns == 0
    assert (bench.block()[140:] == 0).all()
    assert bench.board.xruns == 1
    bench.board.expects = False
    bench.block()
    assert bench.board.xruns == 1
    bench.block(underflow=True)
    assert bench.board.xruns == 2
    assert bench.board.runs.last(1).astype(int).tolist() == [[3 * BLOCK, 500, 0]]


@pytest.mark.parametrize("block", [1, 64, 1000, 5000])
def test_any_block_size_will_do(block: int) -> None:
    bench = Bench(channels=2)
    bench.fill(ramp(20_000))
    bench.control(True, Splice(None, 0, sharp=True))
    before = bench.block(block)
    to = bench.fill(ramp(20_000, start=30_000))
    bench.control(True, Splice(None, to, sharp=False))
    after = bench.block(block)
    np.testing.assert_array_equal(before, ramp(block))
    assert after[-1] == pytest.approx(30_000 + block - 1, rel=0.01 if block >= FADE_FRAMES else 1.0)


def test_the_callback_allocates_no_samples() -> None:
    bench = Bench(channels=8)
    out = np.zeros((1024, 8), np.float32)
    times = SimpleNamespace(currentTime=1.0, outputBufferDacTime=1.03)
    flags = SimpleNamespace(output_underflow=False)
    sound = np.zeros((1024, 8), np.float32)
    bench.ring.write(sound)
    bench.control(True, Splice(None, 0, sharp=True))
    bench.outlet(out, 1024, times, flags)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for step in range(100):
            bench.board.begin = to = bench.ring.written
            bench.ring.write(sound)
            bench.ring.write(sound)
            bench.board.volume = 1.0 - step / 200  # a glide in every block, and a seek
            bench.control(True, Splice(None, to, sharp=False))
            bench.outlet(out, 1024, times, flags)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Views and numbers come and go; a block is 32 KiB, the gains of a glide are 15 KiB.
    assert peak - before < 3072
    assert after - before < 1024
