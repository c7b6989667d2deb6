"""Loudness targets by preset, whether a result meets one, and the gain that would make it."""

from dataclasses import dataclass

from audiolab.analysis.loudness.result import LoudnessResult
from audiolab.core.errors import AudiolabError


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """What a delivery asks for.

    Attributes:
        name: the preset's name, as shown and as typed.
        integrated_lufs: the target of integrated loudness.
        tolerance_lu: how far integrated loudness may lie from it, either way.
        max_true_peak_dbtp: the highest true peak allowed.
    """

    name: str
    integrated_lufs: float
    tolerance_lu: float
    max_true_peak_dbtp: float


TARGETS: dict[str, LoudnessTarget] = {
    target.name: target
    for target in (
        LoudnessTarget("EBU R128", -23.0, 0.5, -1.0),  # EBU R 128 (2023), clauses g and i
        LoudnessTarget("Streaming -14", -14.0, 1.0, -1.0),  # the large music services
        LoudnessTarget("Streaming -16", -16.0, 1.0, -1.0),  # AES TD1008, and services that follow it
        LoudnessTarget("ATSC A/85", -24.0, 2.0, -2.0),  # ATSC A/85:2013, clauses 8.1 and 8.4
        LoudnessTarget("Podcast -16", -16.0, 1.0, -1.0),  # stereo
        LoudnessTarget("Podcast -19", -19.0, 1.0, -1.0),  # mono: sounds as loud as -16 in stereo
    )
}
"""Presets by name."""

DEFAULT_TARGET = TARGETS["EBU R128"]


def find_target(name: str) -> LoudnessTarget:
    """The preset that `name` is, or is the beginning of, in any case: ``"ebu"``.

    Raises:
        AudiolabError: none or several are meant.
    """
    found = [target for target in TARGETS.values() if target.name.casefold() == name.casefold()]
    found = found or [target for target in TARGETS.values() if target.name.casefold().startswith(name.casefold())]
    if len(found) != 1:
        known = ", ".join(repr(target) for target in TARGETS)
        raise AudiolabError(f"{name!r} is not one loudness target; choose one of: {known}.")
    return found[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a result meets a target.

    Attributes:
        target: what was asked for.
        deviation_lu: integrated loudness above the target; None for silence.
        headroom_db: the ceiling above the highest true peak, negative where it is exceeded; None for silence.
        loudness_met: whether integrated loudness lies within the tolerance; never for silence.
        true_peak_met: whether no true peak exceeds the ceiling.
    """

    target: LoudnessTarget
    deviation_lu: float | None
    headroom_db: float | None
    loudness_met: bool
    true_peak_met: bool

    @property
    def met(self) -> bool:
        """Whether all that the target asks for is met."""
        return self.loudness_met and self.true_peak_met


def verdict(result: LoudnessResult, target: LoudnessTarget) -> Verdict:
    """Compare `result` with `target` in the one decimal that meters show (EBU Tech 3341)."""
    deviation = headroom = None
    if result.integrated_lufs is not None:
        deviation = round(result.integrated_lufs, 1) - target.integrated_lufs
    if result.max_true_peak_dbtp is not None:
        headroom = target.max_true_peak_dbtp - round(result.max_true_peak_dbtp, 1)
    # Differences of decimals are not exact in binary: half of the last digit shown cannot change a verdict.
    return Verdict(
        target=target,
        deviation_lu=deviation,
        headroom_db=headroom,
        loudness_met=deviation is not None and abs(deviation) < target.tolerance_lu + 0.05,
        true_peak_met=headroom is None or headroom > -0.05,
    )


@dataclass(frozen=True, slots=True)
class NormalisingGain:
    """The gain that brings a recording to a target.

    Attributes:
        gain_db: to apply to every sample.
        integrated_lufs: integrated loudness after it.
        max_true_peak_dbtp: highest true peak after it.
        limited: whether the true-peak ceiling keeps it below what the loudness asks for.
    """

    gain_db: float
    integrated_lufs: float
    max_true_peak_dbtp: float
    limited: bool


def gain_for(result: LoudnessResult, target: LoudnessTarget) -> NormalisingGain | None:
    """The gain that brings `result` to `target` without a true peak above the target's ceiling.

    Gain alone never compresses: where the ceiling is in the way, the recording stays quieter than the target.

    Returns:
        None where there is no loudness to change (silence).
    """
    if result.integrated_lufs is None or result.max_true_peak_dbtp is None:
        return None
    wanted = target.integrated_lufs - result.integrated_lufs
    allowed = target.max_true_peak_dbtp - result.max_true_peak_dbtp
    gain = min(wanted, allowed)
    return NormalisingGain(
        gain_db=gain,
        integrated_lufs=result.integrated_lufs + gain,
        max_true_peak_dbtp=result.max_true_peak_dbtp + gain,
        limited=allowed < wanted,
    )
