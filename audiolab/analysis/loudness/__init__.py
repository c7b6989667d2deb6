"""Loudness and true peak by ITU-R BS.1770-5, EBU R 128, Tech 3341 and Tech 3342, live and of files."""

from audiolab.analysis.loudness.channels import (
    LAYOUTS,
    ChannelLayout,
    Speaker,
    default_layout,
    find_layout,
    layout_of_speakers,
    layouts_for,
)
from audiolab.analysis.loudness.meter import LoudnessMeter
from audiolab.analysis.loudness.parts import PartLoudness, measure_parts
from audiolab.analysis.loudness.result import (
    CURVE_GRID,
    HOP_GRID,
    MEASURABLE_RATES,
    ClippedRun,
    LoudnessCurves,
    LoudnessReading,
    LoudnessResult,
    TruePeakOver,
)
from audiolab.analysis.loudness.scan import LoudnessSpec, scan
from audiolab.analysis.loudness.targets import (
    DEFAULT_TARGET,
    TARGETS,
    LoudnessTarget,
    NormalisingGain,
    Verdict,
    find_target,
    gain_for,
    verdict,
)

__all__ = [
    "CURVE_GRID",
    "DEFAULT_TARGET",
    "HOP_GRID",
    "LAYOUTS",
    "MEASURABLE_RATES",
    "TARGETS",
    "ChannelLayout",
    "ClippedRun",
    "LoudnessCurves",
    "LoudnessMeter",
    "LoudnessReading",
    "LoudnessResult",
    "LoudnessSpec",
    "LoudnessTarget",
    "NormalisingGain",
    "PartLoudness",
    "Speaker",
    "TruePeakOver",
    "Verdict",
    "default_layout",
    "find_layout",
    "find_target",
    "gain_for",
    "layout_of_speakers",
    "layouts_for",
    "measure_parts",
    "scan",
    "verdict",
]
