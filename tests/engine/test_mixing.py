import numpy as np
import pytest

from audiolab.engine.mixing import mixed, mixing_matrix

HALF_POWER = np.sqrt(0.5)


def play(channels: int, outputs: int, sounding: int) -> list[float]:
    samples = np.zeros((1, channels), np.float32)
    samples[0, sounding] = 1.0
    return mixed(samples, mixing_matrix(channels, outputs))[0].tolist()


def test_equal_channels_pass_untouched() -> None:
    samples = np.random.default_rng(1).standard_normal((10, 2)).astype(np.float32)
    assert mixing_matrix(2, 2) is None
    np.testing.assert_array_equal(mixed(samples, None), samples)
    assert mixing_matrix(1, 1) is None
    assert mixing_matrix(6, 6) is None


def test_mono_goes_to_every_output() -> None:
    assert play(1, 2, 0) == [1.0, 1.0]


def test_stereo_on_more_outputs_stays_left_and_right() -> None:
    assert play(2, 4, 0) == [1.0, 0.0, 0.0, 0.0]
    assert play(2, 4, 1) == [0.0, 1.0, 0.0, 0.0]


def test_stereo_on_one_output_is_averaged() -> None:
    assert play(2, 1, 0) == [0.5]
    assert play(2, 1, 1) == [0.5]


@pytest.mark.parametrize(("channels", "pairs"), [(6, 1), (8, 2)])
def test_surround_is_mixed_by_bs775(channels: int, pairs: int) -> None:
    total = 1.0 + (1 + pairs) * HALF_POWER
    left, right, centre, lfe, back_left = (play(channels, 2, sounding) for sounding in range(5))
    assert left == pytest.approx([1 / total, 0.0])
    assert right == pytest.approx([0.0, 1 / total])
    assert centre == pytest.approx([HALF_POWER / total, HALF_POWER / total])
    assert lfe == [0.0, 0.0]
    assert back_left == pytest.approx([HALF_POWER / total, 0.0])


@pytest.mark.parametrize("channels", [3, 4, 5, 7, 32])
def test_other_layouts_are_averaged(channels: int) -> None:
    assert play(channels, 2, channels - 1) == pytest.approx([1 / channels, 1 / channels])


@pytest.mark.parametrize("channels", range(1, 33))
@pytest.mark.parametrize("outputs", [1, 2, 4])
def test_full_scale_everywhere_does_not_clip(channels: int, outputs: int) -> None:
    loud = mixed(np.ones((1, channels), np.float32), mixing_matrix(channels, outputs))
    assert loud.shape == (1, outputs)
    assert np.abs(loud).max() <= 1.0 + 1e-6


@pytest.mark.parametrize(("channels", "outputs"), [(0, 2), (2, 0)])
def test_no_channels_is_an_error(channels: int, outputs: int) -> None:
    with pytest.raises(ValueError, match="cannot mix"):
        mixing_matrix(channels, outputs)
