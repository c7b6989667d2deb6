import numpy as np
import pytest

from audiolab.analysis.windows import WINDOW_NAMES, WindowName, window


@pytest.mark.parametrize("name", WINDOW_NAMES)
@pytest.mark.parametrize("length", [1, 2, 64, 441, 1024])
def test_a_window_is_symmetric_about_its_centre(name: WindowName, length: int) -> None:
    shape = window(name, length)
    centre = length // 2
    assert shape.dtype == np.float32
    assert shape[centre] == shape.max() == pytest.approx(1.0)
    reach = (length - 1) // 2
    np.testing.assert_allclose(
        shape[centre - reach : centre], shape[centre + 1 : centre + reach + 1][::-1], atol=1e-6
    )


@pytest.mark.parametrize(("name", "gain"), [("hann", 0.5), ("hamming", 0.54), ("blackman-harris", 0.35875)])
def test_coherent_gain(name: WindowName, gain: float) -> None:
    assert window(name, 512).mean() == pytest.approx(gain, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "main_lobe", "side_lobes"),
    [
        ("hann", 2, -31.4),
        ("hamming", 2, -40),
        ("blackman-harris", 4, -91.5),
        ("kaiser", 3, -62),
        ("rectangular", 1, -13),
    ],
)
def test_side_lobes_are_as_low_as_the_window_promises(
    name: WindowName, main_lobe: float, side_lobes: float
) -> None:
    padding = 32
    shape = window(name, 256).astype(np.float64)
    spectrum = np.abs(np.fft.rfft(shape, 256 * padding))
    level = 20 * np.log10(np.maximum(spectrum / spectrum[0], 1e-12))
    assert level[main_lobe * padding :].max() < side_lobes


def test_the_gaussian_is_praats() -> None:
    shape = window("gaussian", 1000)
    assert shape[0] == pytest.approx(0.0, abs=1e-7)
    # At half of the effective width from the centre, a quarter of the physical one: exp(-12 / 4), less the edge.
    assert shape[250] == pytest.approx((np.exp(-3) - np.exp(-12)) / (1 - np.exp(-12)), rel=1e-5)


def test_windows_cannot_be_changed_by_who_uses_them() -> None:
    with pytest.raises(ValueError, match="read-only"):
        window("hann", 64)[0] = 1.0


def test_unknown_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="welch"):
        window("welch", 64)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="0 samples"):
        window("hann", 0)
