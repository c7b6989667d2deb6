"""How loudness is measured and judged by what the person chose in the settings."""

from audiolab.analysis.loudness import DEFAULT_TARGET, TARGETS, LoudnessSpec, LoudnessTarget
from audiolab.session.settings import Settings


def target_of(settings: Settings) -> LoudnessTarget:
    """The chosen target; the default one where the settings name one that there is no more."""
    return TARGETS.get(settings.loudness_target, DEFAULT_TARGET)


def spec_of(settings: Settings) -> LoudnessSpec:
    """How to measure a file: overs are true peaks above the target's ceiling."""
    return LoudnessSpec(dual_mono=settings.loudness_dual_mono, ceiling_dbtp=target_of(settings).max_true_peak_dbtp)
