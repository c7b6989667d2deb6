"""What the spectrogram's settings mean."""

import dataclasses

import pytest

from audiolab.analysis.presets import PRESETS
from audiolab.session.settings import Settings
from audiolab.ui.spectrogramlook import (
    Look,
    brighter,
    colour_options,
    preset_options,
    scale_options,
    wider,
)


def changed(settings: Settings, changes: dict[str, object]) -> Settings:
    return dataclasses.replace(settings, **changes)


def test_a_preset_is_taken_as_it_is() -> None:
    for preset in PRESETS:
        look = Look.of(Settings(spectrogram_preset=preset.name))
        assert (look.preset, look.colour_map, look.gain) == (preset, preset.colour_map, preset.gain)
        assert (look.range_db, look.scale) == (preset.range_db, preset.scale)
        axis = look.axis(100, 44100)
        assert axis.f_high <= 22050
        assert (axis.height, axis.scale) == (100, preset.scale)


def test_own_changes_come_first_and_unknown_names_do_nothing() -> None:
    look = Look.of(
        Settings(
            spectrogram_colormap="cividis", spectrogram_gain=3.0, spectrogram_range=60.0, spectrogram_scale="mel"
        )
    )
    assert (look.colour_map, look.gain, look.range_db, look.scale) == ("cividis", 3.0, 60.0, "mel")
    odd = Settings(spectrogram_preset="?", spectrogram_colormap="?", spectrogram_range=1e9, spectrogram_scale="?")
    look = Look.of(odd)
    assert (look.preset, look.colour_map, look.scale) == (PRESETS[0], PRESETS[0].colour_map, PRESETS[0].scale)
    assert look.range_db == 150.0


def test_a_log_axis_does_not_start_at_zero() -> None:
    assert Look.of(Settings(spectrogram_scale="log")).axis(100, 48000).f_low == 20.0
    assert Look.of(Settings(spectrogram_scale="log")).axis(100, 50).f_low == 12.5


@pytest.mark.parametrize("options", [preset_options, colour_options, scale_options])
def test_each_option_becomes_the_ticked_one(options) -> None:
    settings = Settings()
    for option in options(settings):
        after = options(changed(settings, option.changes))
        assert [other.text for other in after if other.ticked] == [option.text]


def test_another_preset_forgets_the_changes_to_the_last() -> None:
    settings = Settings(spectrogram_gain=30.0, spectrogram_colormap="viridis")
    praat = next(option for option in preset_options(settings) if option.text == "Praat")
    look = Look.of(changed(settings, praat.changes))
    assert (look.preset.name, look.gain, look.colour_map) == ("Praat", None, "grey")


def test_steps_of_gain_and_range_end_somewhere() -> None:
    settings = Settings(spectrogram_gain=0.0, spectrogram_range=80.0)
    assert brighter(settings, 5.0) == {"spectrogram_gain": 5.0}
    assert wider(settings, -10.0) == {"spectrogram_range": 70.0}
    for _ in range(100):
        settings = changed(settings, {**brighter(settings, -5.0), **wider(settings, -10.0)})
    assert (settings.spectrogram_gain, settings.spectrogram_range) == (-120.0, 20.0)
    assert brighter(Settings(spectrogram_preset="Praat"), 5.0) == {"spectrogram_gain": 5.0}
