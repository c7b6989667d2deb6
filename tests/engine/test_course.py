import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.recording import ArrayRecording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.engine.course import Course, CourseReader


def straight(span: TimeSpan, first: int | None = None, loop: bool = False, device_rate: int = 48_000) -> Course:
    return Course(1000, 1000, span.start if first is None else first, span, loop, 48_000, device_rate)


def walk(course: Course, frames: int) -> list[int]:
    """Where a slow walk, one frame at a time, would be."""
    positions, at = [], course.first
    for _ in range(frames):
        if course.loop and at >= course.span.stop:
            at = course.span.start
        positions.append(at)
        at += 1
    return positions


@given(st.integers(0, 50), st.integers(1, 30), st.integers(0, 60), st.integers(0, 200))
def test_a_loop_is_where_a_walk_would_be(start: int, length: int, first: int, frames: int) -> None:
    span = TimeSpan(start, start + length)
    course = straight(span, min(first, span.stop - 1), loop=True)
    expected = walk(course, frames)
    assert [course.position(unrolled) for unrolled in range(frames)] == expected
    heard = [frame for part in course.spans(0, frames) for frame in range(part.start, part.stop)]
    assert heard == expected


def test_without_a_loop_it_ends_at_the_stop() -> None:
    course = straight(TimeSpan(10, 20))
    assert [course.position(unrolled) for unrolled in (0, 5, 10, 99)] == [10, 15, 20, 20]
    assert course.spans(0, 99) == [TimeSpan(10, 20)]
    assert course.spans(99, 120) == []


@pytest.mark.parametrize("device_rate", [44_100, 96_000, 8_000])
def test_ring_frames_map_back_through_the_rates_for_hours(device_rate: int) -> None:
    course = straight(TimeSpan(0, 10**12), device_rate=device_rate)
    ten_hours = 36_000
    assert course.unrolled(1000 + ten_hours * device_rate) == ten_hours * 48_000
    assert course.unrolled(1000 + device_rate // 4) == 12_000


def read_all(reader: CourseReader, count: int, limit: int = 10**6) -> Samples:
    parts = []
    while not reader.ended and sum(map(len, parts)) < limit:
        parts.append(reader.read(count))
    return np.concatenate(parts)[:limit]


def noise(frames: int, channels: int = 2) -> Samples:
    return np.random.default_rng(7).standard_normal((frames, channels)).astype(np.float32) * 0.1


@pytest.mark.parametrize("count", [1, 7, 64, 5000])
def test_a_span_is_read_sample_by_sample(count: int) -> None:
    sound = noise(1000)
    reader = CourseReader(ArrayRecording(sound, 48_000), straight(TimeSpan(100, 600)), 2)
    np.testing.assert_array_equal(read_all(reader, count), sound[100:600])
    assert reader.unrolled == 500


@pytest.mark.parametrize("span", [TimeSpan(100, 103), TimeSpan(100, 600), TimeSpan(999, 1000)])
@pytest.mark.parametrize("first", [50, 102])
def test_a_loop_is_read_without_a_seam(span: TimeSpan, first: int) -> None:
    sound = noise(1000)
    course = straight(span, first, loop=True)
    reader = CourseReader(ArrayRecording(sound, 48_000), course, 2)
    heard = read_all(reader, 40, limit=2000)
    np.testing.assert_array_equal(heard, sound[walk(course, 2000)])


def test_a_recording_that_ends_early_ends_the_way() -> None:
    sound = noise(500)
    reader = CourseReader(ArrayRecording(sound, 48_000), straight(TimeSpan(400, 900)), 2)
    np.testing.assert_array_equal(read_all(reader, 64), sound[400:])


def test_an_empty_way_ends_at_once() -> None:
    for device_rate in (48_000, 44_100):
        reader = CourseReader(
            ArrayRecording(noise(500), 48_000), straight(TimeSpan(400, 400), device_rate=device_rate), 2
        )
        assert len(reader.read(64)) == 0
        assert reader.ended


class Growing(ArrayRecording):
    """A recording of which only the first frames have come so far."""

    so_far = 0
    done = False

    @property
    def frames(self) -> int:
        return self.so_far

    @property
    def complete(self) -> bool:
        return self.done


def test_a_growing_recording_is_waited_for() -> None:
    sound = noise(1000)
    recording = Growing(sound, 48_000)
    reader = CourseReader(recording, straight(TimeSpan(0, 2000)), 2)
    assert len(reader.read(100)) == 0
    recording.so_far = 150
    assert [len(reader.read(100)) for _ in range(3)] == [100, 50, 0]
    assert not reader.ended
    recording.so_far, recording.done = 1000, True
    np.testing.assert_array_equal(read_all(reader, 100), sound[150:])


@pytest.mark.parametrize("device_rate", [44_100, 96_000, 22_050])
def test_resampling_keeps_every_frame_in_its_place(device_rate: int) -> None:
    # A tone's phase tells where its frames are to a fraction of a sample.
    seconds = 0.5
    frequency = 1000.0
    time = np.arange(int(seconds * 48_000)) / 48_000
    recording = ArrayRecording(np.sin(2 * np.pi * frequency * time).astype(np.float32) * 0.5, 48_000)
    course = straight(TimeSpan(0, recording.frames), device_rate=device_rate)
    heard = read_all(CourseReader(recording, course, 1), 1440)[:, 0]
    assert len(heard) == pytest.approx(seconds * device_rate, abs=1)
    there = np.arange(len(heard)) / device_rate
    middle = slice(len(heard) // 10, -len(heard) // 10)
    np.testing.assert_allclose(heard[middle], 0.5 * np.sin(2 * np.pi * frequency * there)[middle], atol=2e-5)


def test_resampling_goes_round_a_loop_without_a_click() -> None:
    # The loop holds whole periods of a tone, so that a seam would be the only thing beside it.
    period = 48
    time = np.arange(48_000)
    recording = ArrayRecording(np.sin(2 * np.pi * time / period).astype(np.float32) * 0.5, 48_000)
    course = straight(TimeSpan(0, 100 * period), loop=True, device_rate=44_100)
    heard = read_all(CourseReader(recording, course, 1), 1440, limit=44_100)[:, 0]
    there = np.arange(44_100) / 44_100
    np.testing.assert_allclose(heard[4410:], 0.5 * np.sin(2 * np.pi * 1000 * there)[4410:], atol=2e-5)
