import numpy as np
import pytest

from audiolab.analysis.presets import PRESETS, preset
from audiolab.analysis.stft import stft_db
from audiolab.core.recording import ArrayRecording


def test_the_names_that_people_know() -> None:
    assert [known.name for known in PRESETS] == [
        "Audiolab",
        "Praat",
        "Audacity",
        "Sonic Visualiser",
        "Melodic Range",
        "Peaks",
        "Spek",
    ]
    assert preset("Spek").range_db == 120.0
    assert preset("of a later version") is PRESETS[0]


@pytest.mark.parametrize("sample_rate", [1, 8000, 11_025, 44_100, 48_000, 768_000])
@pytest.mark.parametrize("known", PRESETS, ids=lambda known: known.name)
def test_every_preset_works_at_every_rate(known: object, sample_rate: int) -> None:
    assert known in PRESETS
    chosen = preset(known.name)  # type: ignore[attr-defined]
    spec = chosen.spec_for(sample_rate)
    axis = chosen.axis(300, sample_rate)
    assert axis.f_high <= sample_rate / 2
    tone = np.sin(2 * np.pi * 0.11 * np.arange(20 * spec.n_fft))
    level = stft_db(ArrayRecording(tone, sample_rate), spec, 0, 2 * spec.n_fft // spec.hop + 1, 1)
    assert level.argmax() == pytest.approx(0.11 * spec.transform_length, abs=2 * spec.zero_padding)


def test_praats_window_is_5_ms_wide_at_every_rate() -> None:
    for sample_rate in (16_000, 44_100, 48_000):
        spec = preset("Praat").spec_for(sample_rate)
        assert spec.window == "gaussian"
        assert spec.length == pytest.approx(0.010 * sample_rate, abs=1)
        assert sample_rate / spec.transform_length <= 44.3
        assert spec.pre_emphasis == 6.0
