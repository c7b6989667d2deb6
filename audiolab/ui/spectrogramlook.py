"""How the spectrogram is to look: preset and the person's changes to it, and what there is to choose from.

Choices are settings: whoever applies one calls ``session.settings.update(**option.changes)``, and the view follows.
"""

from dataclasses import dataclass

from audiolab.analysis.frequency import SCALE_NAMES, FrequencyAxis, ScaleName
from audiolab.analysis.presets import PRESETS, ColourMapName, SpectrogramPreset, preset
from audiolab.session.settings import Settings
from audiolab.ui.colormaps import TITLES

GAIN_STEP = 5.0
"""dB that one step brightens."""

RANGE_STEP = 10.0
"""dB that one step widens the range."""

MIN_RANGE, MAX_RANGE = 20.0, 150.0
"""dB from the weakest to the strongest colour."""

MAX_GAIN = 120.0
"""dB either way."""

LOWEST_LOG = 20.0
"""Hz where a log axis starts: it has no zero."""

_SCALE_TITLES: dict[ScaleName, str] = {
    "linear": "Linear",
    "log": "Logarithmic",
    "mel": "Mel",
    "bark": "Bark",
    "erb": "ERB",
}

_OWN_CHANGES: dict[str, object] = {
    "spectrogram_colormap": None,
    "spectrogram_gain": None,
    "spectrogram_range": None,
    "spectrogram_scale": None,
}


@dataclass(frozen=True, slots=True)
class Look:
    """A preset with the changes applied.

    Attributes:
        preset: recipe and frequency range.
        colour_map: name of the map.
        gain: the strongest colour stands for ``-gain`` dBFS; None for the loudest point in view.
        range_db: from the weakest to the strongest colour.
        scale: of the frequency axis.
    """

    preset: SpectrogramPreset
    colour_map: ColourMapName
    gain: float | None
    range_db: float
    scale: ScaleName

    @classmethod
    def of(cls, settings: Settings) -> "Look":
        """What the settings ask for; names that are not known fall back to the preset's own."""
        base = preset(settings.spectrogram_preset)
        own_map, own_scale = settings.spectrogram_colormap, settings.spectrogram_scale
        own_range = settings.spectrogram_range
        return cls(
            base,
            next((name for name in TITLES if name == own_map), base.colour_map),
            base.gain if settings.spectrogram_gain is None else settings.spectrogram_gain,
            base.range_db if own_range is None else min(max(own_range, MIN_RANGE), MAX_RANGE),
            next((name for name in SCALE_NAMES if name == own_scale), base.scale),
        )

    def axis(self, height: int, sample_rate: int) -> FrequencyAxis:
        """The frequency axis over `height` pixel rows that shows what the preset shows."""
        own = self.preset.axis(height, sample_rate)
        lowest = min(max(own.f_low, LOWEST_LOG), own.f_high / 2.0) if self.scale == "log" else own.f_low
        return FrequencyAxis(height, lowest, own.f_high, self.scale)


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose.

    Attributes:
        text: as shown.
        changes: fields of `Settings` and their new values.
        ticked: whether it is the present choice.
    """

    text: str
    changes: dict[str, object]
    ticked: bool


def preset_options(settings: Settings) -> list[Option]:
    """Presets by name. Choosing one forgets the changes that were made to another."""
    chosen = Look.of(settings).preset
    return [
        Option(known.name, {"spectrogram_preset": known.name, **_OWN_CHANGES}, known is chosen) for known in PRESETS
    ]


def colour_options(settings: Settings) -> list[Option]:
    """Colour maps."""
    chosen = Look.of(settings).colour_map
    return [Option(title, {"spectrogram_colormap": name}, name == chosen) for name, title in TITLES.items()]


def scale_options(settings: Settings) -> list[Option]:
    """Frequency scales."""
    chosen = Look.of(settings).scale
    return [Option(title, {"spectrogram_scale": name}, name == chosen) for name, title in _SCALE_TITLES.items()]


def brighter(settings: Settings, decibels: float) -> dict[str, object]:
    """The change that brightens by `decibels`, or darkens; from 0 dBFS on where the gain was automatic."""
    gain = Look.of(settings).gain or 0.0
    return {"spectrogram_gain": min(max(gain + decibels, -MAX_GAIN), MAX_GAIN)}


def wider(settings: Settings, decibels: float) -> dict[str, object]:
    """The change that widens the range by `decibels`, narrows it where negative."""
    return {"spectrogram_range": min(max(Look.of(settings).range_db + decibels, MIN_RANGE), MAX_RANGE)}
