import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.recording import ArrayRecording, Recording
from audiolab.core.recordingviews import RecordingPart, ScaledRecording
from audiolab.core.timebase import TimeSpan

FRAMES = 40
POSITIONS = st.integers(-20, FRAMES + 20)


def ramp() -> ArrayRecording:
    samples = np.arange(1, FRAMES + 1)[:, np.newaxis] * [1.0, -1.0]
    return ArrayRecording(samples, 8000, identity="ramp")


class Growing(ArrayRecording):
    """A ramp of which only the first `written` frames can be read yet."""

    def __init__(self) -> None:
        self.written = FRAMES
        super().__init__(np.arange(1, FRAMES + 1, dtype=np.float32), 8000)

    @property
    def frames(self) -> int:
        return self.written

    @property
    def complete(self) -> bool:
        return self.written == FRAMES


def test_scaled_is_a_recording_times_a_factor() -> None:
    source = ramp()
    half = ScaledRecording(source, 0.5)
    assert isinstance(half, Recording)
    np.testing.assert_array_equal(half.read(-2, 42), 0.5 * source.read(-2, 42))
    np.testing.assert_array_equal(half.read_native(-2, 3), 0.5 * source.read(0, 3))
    assert half.read_native(50, 60).shape == (0, 2)
    assert half.identity != source.identity
    assert (half.frames, half.channels, half.sample_rate) == (40, 2, 8000)


@given(st.tuples(POSITIONS, POSITIONS), st.tuples(POSITIONS, POSITIONS))
def test_a_part_reads_as_what_was_cut_out(cut: tuple[int, int], wanted: tuple[int, int]) -> None:
    source = ramp()
    span, (start, stop) = TimeSpan.between(*cut), sorted(wanted)
    part = RecordingPart(source, span)
    inside = span.clamped(FRAMES)
    alone = ArrayRecording(source.read(inside.start, inside.stop), 8000)
    assert (part.frames, part.channels, part.sample_rate, part.complete) == (alone.frames, 2, 8000, True)
    assert part.info.frames == part.frames
    np.testing.assert_array_equal(part.read(start, stop), alone.read(start, stop))
    np.testing.assert_array_equal(part.read_native(start, stop), alone.read_native(start, stop))
    if part.frames:
        np.testing.assert_array_equal(part.read(0, 1), source.read(part.start, part.start + 1))


def test_a_part_is_a_recording_with_a_name_of_its_own() -> None:
    source = ramp()
    parts = [RecordingPart(source, TimeSpan(*span)) for span in ((0, 10), (10, 20), (0, 20))]
    assert all(isinstance(part, Recording) for part in parts)
    assert len({source.identity, *(part.identity for part in parts)}) == 4
    assert RecordingPart(ramp(), TimeSpan(0, 10)).identity == parts[0].identity
    assert parts[0].info.file == source.info.file


def test_what_is_read_of_a_part_belongs_to_the_caller() -> None:
    part = RecordingPart(ramp(), TimeSpan(3, 9))
    part.read(0, 6)[:] = 7.0
    assert part.read(0, 1)[0, 0] == 4.0


def test_a_part_of_a_part_is_a_part() -> None:
    inner = RecordingPart(RecordingPart(ramp(), TimeSpan(10, 30)), TimeSpan(5, 8))
    np.testing.assert_array_equal(inner.read(0, 3)[:, 0], [16, 17, 18])


def test_a_part_grows_with_its_source_until_it_is_full() -> None:
    source = Growing()
    part = RecordingPart(source, TimeSpan(10, 20))
    seen = []
    for source.written in (5, 15, 20, 30):
        seen.append((part.frames, part.complete, float(part.read(0, 10).sum())))
    assert seen == [(0, False, 0.0), (5, False, 65.0), (10, True, 155.0), (10, True, 155.0)]


def test_closing_a_part_closes_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ramp()
    closed = []
    monkeypatch.setattr(source, "close", lambda: closed.append(True))
    RecordingPart(source, TimeSpan(0, 1)).close()
    assert closed
