"""Spectrogram settings under the names of the programs that people know them from.

Values are those of the programs' sources (Praat 6.3, Audacity 4, Sonic Visualiser 4.5, Spek 0.8). Ours are those
that they have not: the hops of Praat, Audacity and Spek, whose windows follow the pixels, and viridis and magma in
place of colour maps that are theirs alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from audiolab.analysis.frequency import FrequencyAxis, ScaleName
from audiolab.analysis.stft import StftSpec

ColourMapName = Literal["magma", "grey", "viridis", "cividis", "roseus"]

PRAAT_WINDOW_SECONDS = 0.010
"""Physical width of Praat's Gaussian window of 5 ms effective width."""

PRAAT_STEP_SECONDS = 0.001
"""Praat takes 1000 steps over the visible part but none below 0.35 ms; this is between its usual values."""

PRAAT_BIN_HZ = 44.3
"""Praat's frequency step for that window: sqrt(pi) / 8 of the inverse of its effective width."""


@dataclass(frozen=True, slots=True)
class SpectrogramPreset:
    """A recipe and how to show it.

    Attributes:
        name: shown in menus, kept in settings.
        spec_for: the recipe at a sample rate in Hz; some programs define windows in seconds.
        f_low: lowest frequency shown, Hz.
        f_high: highest, Hz; None for Nyquist.
        scale: of the frequency axis.
        range_db: from the weakest to the strongest colour.
        gain: dB added before colouring: the strongest colour stands for ``-gain`` dBFS; None where the program
            takes the loudest point in view instead.
        colour_map: of grey, dark is loud.
    """

    name: str
    spec_for: Callable[[int], StftSpec]
    f_low: float
    f_high: float | None
    scale: ScaleName
    range_db: float
    gain: float | None
    colour_map: ColourMapName

    def axis(self, height: int, sample_rate: int) -> FrequencyAxis:
        """Its frequency axis over `height` pixel rows, no higher than Nyquist."""
        nyquist = sample_rate / 2.0
        high = nyquist if self.f_high is None else min(self.f_high, nyquist)
        return FrequencyAxis(height, min(self.f_low, high / 2.0), high, self.scale)


def _fixed(spec: StftSpec) -> Callable[[int], StftSpec]:
    return lambda _sample_rate: spec


def _praat(sample_rate: int) -> StftSpec:
    length = max(round(PRAAT_WINDOW_SECONDS * sample_rate), 2)
    points = _power_of_two(length)
    padding = max(_power_of_two(int(sample_rate / PRAAT_BIN_HZ)) // points, 1)
    hop = max(round(PRAAT_STEP_SECONDS * sample_rate), 1)
    return StftSpec(points, "gaussian", length, hop, padding, pre_emphasis=6.0)


def _power_of_two(at_least: int) -> int:
    return 1 << max(at_least - 1, 1).bit_length()


PRESETS: tuple[SpectrogramPreset, ...] = (
    SpectrogramPreset("Audiolab", _fixed(StftSpec()), 0.0, None, "linear", 90.0, 10.0, "magma"),
    SpectrogramPreset("Praat", _praat, 0.0, 5000.0, "linear", 70.0, None, "grey"),
    SpectrogramPreset(
        "Audacity", _fixed(StftSpec(2048, hop=512, zero_padding=2)), 0.0, 20000.0, "mel", 80.0, 20.0, "roseus"
    ),
    SpectrogramPreset("Sonic Visualiser", _fixed(StftSpec(hop=512)), 0.0, None, "linear", 80.0, 0.0, "viridis"),
    SpectrogramPreset("Melodic Range", _fixed(StftSpec(8192, hop=1024)), 40.0, 1500.0, "log", 80.0, 0.0, "magma"),
    SpectrogramPreset("Peaks", _fixed(StftSpec(4096, hop=256)), 40.0, 2000.0, "log", 80.0, 0.0, "magma"),
    SpectrogramPreset("Spek", _fixed(StftSpec(2048, hop=512)), 0.0, None, "linear", 120.0, 0.0, "magma"),
)
"""The first is the default."""


def preset(name: str) -> SpectrogramPreset:
    """The preset called `name`; the default if there is none (settings of another version)."""
    return next((known for known in PRESETS if known.name == name), PRESETS[0])
