import numpy as np
import pytest

from audiolab.core.recording import ArrayRecording, Recording


@pytest.fixture
def ramp() -> ArrayRecording:
    return ArrayRecording(np.arange(10, dtype=np.float32)[:, np.newaxis] * [1.0, -1.0], 8000)


def test_is_a_recording(ramp: ArrayRecording) -> None:
    assert isinstance(ramp, Recording)
    assert (ramp.frames, ramp.channels, ramp.complete) == (10, 2, True)
    assert ramp.info.duration == pytest.approx(10 / 8000)


@pytest.mark.parametrize(("start", "stop"), [(-3, 4), (8, 12), (-5, 15), (20, 25), (-9, -4), (3, 3)])
def test_outside_is_silence(ramp: ArrayRecording, start: int, stop: int) -> None:
    expected = np.array([float(i) if 0 <= i < 10 else 0.0 for i in range(start, stop)])
    got = ramp.read(start, stop)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, np.stack([expected, -expected], axis=1).reshape(-1, 2))


def test_native_is_clipped_to_what_there_is(ramp: ArrayRecording) -> None:
    assert ramp.read_native(-5, 3).shape == (3, 2)
    assert ramp.read_native(9, 30).shape == (1, 2)


def test_what_is_read_belongs_to_the_caller(ramp: ArrayRecording) -> None:
    ramp.read(0, 10)[:] = 7.0
    assert ramp.read(1, 2)[0, 0] == 1.0


def test_not_a_number_is_silence() -> None:
    broken = ArrayRecording([0.5, np.nan, np.inf, -np.inf], 8000)
    np.testing.assert_array_equal(broken.read(0, 4)[:, 0], [0.5, 0, 0, 0])


def test_refuses_no_channels() -> None:
    with pytest.raises(ValueError, match="frames, channels"):
        ArrayRecording(np.zeros((4, 0)), 8000)
