import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.engine.ring import RingBuffer


def ramp(start: int, count: int, channels: int = 2) -> np.ndarray:
    frames = np.arange(start, start + count, dtype=np.float32)[:, np.newaxis]
    return np.ascontiguousarray(frames + np.arange(channels, dtype=np.float32) / 4)


@given(
    capacity=st.integers(1, 50),
    channels=st.integers(1, 3),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=40),
)
def test_what_goes_in_comes_out_in_order(capacity: int, channels: int, steps: list[tuple[bool, int]]) -> None:
    ring = RingBuffer(capacity, channels)
    for writes, count in steps:
        if writes:
            fits = min(count, capacity - (ring.written - ring.read))
            assert ring.write(ramp(ring.written, count, channels)) == fits
        else:
            out = np.full((count, channels), -1, np.float32)
            start, there = ring.read, ring.readable
            assert ring.read_into(out) == min(count, there)
            np.testing.assert_array_equal(out[: min(count, there)], ramp(start, min(count, there), channels))
            assert (out[there:] == -1).all()
        assert ring.readable + ring.writable == capacity


def test_skipping_goes_on_at_the_named_frame() -> None:
    ring = RingBuffer(100, 1)
    ring.write(ramp(0, 80, 1))
    ring.skip_to(30)
    out = np.zeros((5, 1), np.float32)
    ring.read_into(out)
    assert out[:, 0].tolist() == [30, 31, 32, 33, 34]
    with pytest.raises(ValueError, match="not among"):
        ring.skip_to(34)
    with pytest.raises(ValueError, match="not among"):
        ring.skip_to(81)


@pytest.mark.parametrize(("capacity", "channels"), [(0, 1), (1, 0)])
def test_a_ring_needs_room_and_channels(capacity: int, channels: int) -> None:
    with pytest.raises(ValueError, match="needs room"):
        RingBuffer(capacity, channels)


def test_two_threads_lose_nothing() -> None:
    ring = RingBuffer(997, 2)
    total = 300_000
    received: list[np.ndarray] = []

    def consume() -> None:
        out = np.empty((256, 2), np.float32)
        while sum(map(len, received)) < total:
            received.append(out[: ring.read_into(out)].copy())

    consumer = threading.Thread(target=consume)
    consumer.start()
    source = ramp(0, total)
    sent = 0
    while sent < total:
        sent += ring.write(source[sent : sent + 331])
    consumer.join()
    np.testing.assert_array_equal(np.concatenate(received), source)


def test_reading_and_writing_allocate_no_samples() -> None:
    ring = RingBuffer(4096, 8)
    block = np.zeros((1024, 8), np.float32)
    ring.write(block)
    ring.read_into(block)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(100):
            ring.write(block)
            ring.read_into(block)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Views and counts come and go; not one block of samples (32 KiB) was ever allocated, and nothing stays.
    assert peak - before < 2048
    assert after - before < 512
