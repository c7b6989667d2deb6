"""The arithmetic of the stream's clock, with the cases that a real device shows only on a bad day."""

import numpy as np
import pytest

from audiolab.engine.clock import ClockLog, FrameLog, StreamClock

RATE = 48_000
BLOCK = 360
LATENCY = 0.03


class Device:
    """A device whose clock runs true and whose callbacks come late by some jitter."""

    def __init__(self, jitter: float = 0.0, told: bool = True) -> None:
        log = FrameLog(4, 1024)
        self.log = ClockLog(log, LATENCY)
        self.clock = StreamClock(log, RATE)
        self.now = 5.0
        self._jitter = jitter
        self._told = told
        self._random = np.random.default_rng(3)

    def run(self, blocks: int) -> None:
        for _ in range(blocks):
            late = self._random.uniform(0, self._jitter)
            stream = self.now + 1000.0  # its own clock, with its own zero
            current, dac = (stream, stream + LATENCY) if self._told else (0.0, 0.0)
            self.log.note(self.now + late, current, dac, BLOCK)
            self.now += BLOCK / RATE

    def truth(self, now: float) -> float:
        return (now - 5.0 - LATENCY) * RATE


def test_nothing_is_heard_before_the_first_block() -> None:
    device = Device()
    assert device.clock.heard(100.0) == 0
    assert device.clock.sent == 0
    device.run(1)
    assert device.clock.heard(5.0) == 0
    assert device.clock.sent == BLOCK


def test_what_is_heard_lags_by_the_latency() -> None:
    device = Device()
    device.run(200)
    for now in (device.now, device.now - 0.003, device.now + 0.01):
        assert device.clock.heard(now) == pytest.approx(device.truth(now), abs=1.5)


def test_late_callbacks_do_not_move_the_clock() -> None:
    device = Device(jitter=0.02)
    device.run(400)
    # 64 callbacks, each late by up to 20 ms: the least late of them is late by 0.3 ms on average.
    assert device.clock.heard(device.now) == pytest.approx(device.truth(device.now), abs=0.003 * RATE)


def test_a_host_api_without_times_is_taken_at_its_stated_latency() -> None:
    device = Device(told=False)
    device.run(200)
    assert device.clock.heard(device.now) == pytest.approx(device.truth(device.now), abs=1.5)


def test_after_a_gap_the_newest_blocks_count() -> None:
    device = Device()
    device.run(200)
    device.now += 0.25
    device.run(6)
    assert device.clock.heard(device.now) == pytest.approx(device.truth(device.now) - 0.25 * RATE, abs=1.5)


def test_no_more_is_heard_than_was_sent() -> None:
    device = Device()
    device.run(200)
    assert device.clock.heard(device.now + 60.0) == 200 * BLOCK


def test_a_log_keeps_the_newest_rows_in_order() -> None:
    log = FrameLog(2, 8)
    assert len(log.last(4)) == 0
    for number in range(20):
        log.append(number, -number)
    assert log.last(3).tolist() == [[17.0, -17.0], [18.0, -18.0], [19.0, -19.0]]
    assert len(log.last(100)) == 4  # the other half may be written over while it is read


def test_two_logs_over_one_memory_are_one() -> None:
    memory = memoryview(bytearray(4096))
    FrameLog(3, 16, memory).append(1, 2, 3)
    assert FrameLog(3, 16, memory).last(1).tolist() == [[1.0, 2.0, 3.0]]
