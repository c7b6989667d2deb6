"""Scales of the loudness meter: where a level lies on a bar, and what is written beside it."""

import math
from dataclasses import dataclass

from audiolab.analysis.loudness import DEFAULT_TARGET, ChannelLayout, LoudnessTarget
from audiolab.analysis.loudness.channels import alike
from audiolab.session.loudnesschoice import target_of
from audiolab.session.settings import Settings

SCALES = {"EBU +9": (-18.0, 9.0), "EBU +18": (-36.0, 18.0)}
"""Lowest and highest loudness in LU relative to the target (EBU Tech 3341)."""

PEAK_SCALE = (-42.0, 3.0)
"""Lowest and highest true peak of a bar in dBTP."""


@dataclass(frozen=True, slots=True)
class LoudnessScale:
    """A loudness scale for a target.

    Attributes:
        name: ``"EBU +9"`` or ``"EBU +18"``.
        target: 0 LU stands for its integrated loudness.
        absolute: whether figures are LUFS rather than LU relative to the target.
    """

    name: str
    target: LoudnessTarget
    absolute: bool

    @classmethod
    def of(cls, settings: Settings) -> "LoudnessScale":
        """As the person chose; what is unknown takes the default."""
        name = settings.loudness_scale if settings.loudness_scale in SCALES else "EBU +9"
        return cls(name, target_of(settings), settings.loudness_absolute)

    @property
    def unit(self) -> str:
        """Of loudness levels."""
        return "LUFS" if self.absolute else "LU"

    @property
    def ebu(self) -> bool:
        """Whether EBU mode is on: 0 LU is -23 LUFS (Tech 3341)."""
        return self.target == DEFAULT_TARGET

    @property
    def sign(self) -> str:
        """Which mode is on, in a word or two; Tech 3341 asks for it to be plain to see."""
        return f"{self.name} mode" if self.ebu else self.name.removeprefix("EBU ") + " LU"

    @property
    def limits(self) -> tuple[float, float]:
        """LUFS at the scale's ends."""
        low, high = SCALES[self.name]
        return self.target.integrated_lufs + low, self.target.integrated_lufs + high

    def shown(self, lufs: float | None) -> float | None:
        """A loudness in the scale's unit."""
        return lufs if lufs is None or self.absolute else lufs - self.target.integrated_lufs

    def fraction(self, lufs: float | None) -> float:
        """Where a loudness lies between the scale's ends: 0 to 1; None lies at 0."""
        low, high = self.limits
        return 0.0 if lufs is None else _clamp((lufs - low) / (high - low))

    def ticks(self) -> list[tuple[float, str]]:
        """Fractions and texts of the marks, the target's among them."""
        low, high = SCALES[self.name]
        step = 3 if self.name == "EBU +9" else 6
        base = self.target.integrated_lufs if self.absolute else 0.0
        marks = range(math.ceil(low), math.floor(high) + 1, step)
        return [((mark - low) / (high - low), _mark(mark + base, signed=not self.absolute)) for mark in marks]


def peak_fraction(dbtp: float | None) -> float:
    """Where a peak lies between the ends of `PEAK_SCALE`: 0 to 1; None lies at 0."""
    low, high = PEAK_SCALE
    return 0.0 if dbtp is None else _clamp((dbtp - low) / (high - low))


def peak_ticks() -> list[tuple[float, str]]:
    """Fractions and texts of the marks of a peak bar."""
    return [(peak_fraction(db), _mark(db)) for db in (0.0, -6.0, -12.0, -18.0, -24.0, -36.0)]


def level(value: float | None) -> str:
    """A level with the one decimal that meters show; a dash where there is none."""
    return "–" if value is None else f"{value:.1f}".replace("-", "−")


def layout_text(layout: ChannelLayout) -> str:
    """A channel layout with its loudspeakers in order: ``5.1: L R C LFE Ls Rs``."""
    if layout == alike(layout.channels):
        return f"{layout.name}, all alike"
    names = " ".join(speaker.name for speaker in layout.speakers)
    return layout.name if layout.name in ("mono", names) else f"{layout.name}: {names}"


def layout_tip(layout: ChannelLayout) -> str:
    """The weight of each channel in loudness (BS.1770-5): ``L 1  Ls 1.41  LFE 0``."""
    return "  ".join(f"{speaker.name} {speaker.weight:.3g}" for speaker in layout.speakers)


def _mark(value: float, *, signed: bool = False) -> str:
    return (f"{value:+.0f}" if signed and value else f"{value:.0f}").replace("-", "−")


def _clamp(fraction: float) -> float:
    return min(max(fraction, 0.0), 1.0)
