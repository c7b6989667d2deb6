"""`scan`: the loudness of a whole recording, far faster than it plays."""

from dataclasses import dataclass

from audiolab.analysis.loudness.channels import ChannelLayout
from audiolab.analysis.loudness.result import LoudnessResult
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.recording import Recording
from audiolab.core.timebase import TimeSpan


@dataclass(frozen=True, slots=True)
class LoudnessSpec:
    """How to measure a recording: with the recording's identity the key of a cache.

    Attributes:
        layout: where its channels stand; None: what their number suggests.
        dual_mono: count a single channel as two loudspeakers.
        span: measure only these sample frames; None: all.
        ceiling_dbtp: true peaks above it are listed in `LoudnessResult.overs`.
    """

    layout: ChannelLayout | None = None
    dual_mono: bool = False
    span: TimeSpan | None = None
    ceiling_dbtp: float = -1.0


def scan(
    recording: Recording,
    spec: LoudnessSpec | None = None,
    *,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> LoudnessResult:
    """Measure what `recording` holds now.

    Args:
        recording: of any length; read in pieces, never whole in memory.
        spec: how; by default EBU mode with the likely layout.
        cancel: checked several times a second.
        progress: told the finished fraction, from the calling thread.

    Raises:
        Cancelled: `cancel` was cancelled.
        ValueError: the layout of `spec` has another number of channels than the recording.
    """
    raise NotImplementedError
