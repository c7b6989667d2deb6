"""Spectrogram settings under the names of the programs that people know them from.

Values were read from those programs' sources and defaults (Praat 6.3, Audacity 4, Sonic Visualiser 4.5, Spek 0.8).
"""

from collections.abc import Callable
from dataclasses import dataclass

from audiolab.analysis.frequency import ScaleName
from audiolab.analysis.stft import StftSpec


@dataclass(frozen=True, slots=True)
class SpectrogramPreset:
    """A recipe and how to show it.

    Attributes:
        name: shown in menus, kept in settings.
        spec_for: the recipe at a sample rate in Hz; some programs define windows in seconds.
        f_low: lowest frequency shown, Hz.
        f_high: highest, Hz; None for Nyquist.
        scale: of the frequency axis.
        range_db: from the darkest to the brightest colour.
        gain: dB added before colouring: the brightest colour stands for ``-gain`` dBFS; None where the program
            takes the loudest point in view instead.
        colour_map: magma, grey (dark is loud), viridis, cividis or roseus.
    """

    name: str
    spec_for: Callable[[int], StftSpec]
    f_low: float
    f_high: float | None
    scale: ScaleName
    range_db: float
    gain: float | None
    colour_map: str
