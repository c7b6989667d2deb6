"""How loudness is measured and judged by what the person chose in the settings.

A channel layout is chosen for all recordings whose files say the same of their channels: for all with six channels
that say nothing, say, or for all that claim to be 5.1.
"""

from audiolab.analysis.loudness import (
    DEFAULT_TARGET,
    TARGETS,
    ChannelLayout,
    LoudnessSpec,
    LoudnessTarget,
    find_layout,
    layout_of_speakers,
)
from audiolab.core.errors import AudiolabError
from audiolab.core.recording import Recording
from audiolab.session.settings import Settings


def target_of(settings: Settings) -> LoudnessTarget:
    """The chosen target; the default one where the settings name one that there is no more."""
    return TARGETS.get(settings.loudness_target, DEFAULT_TARGET)


def spec_of(settings: Settings, recording: Recording) -> LoudnessSpec:
    """How to measure a recording: overs are true peaks above the target's ceiling."""
    return LoudnessSpec(
        layout=layout_of(settings, recording),
        dual_mono=settings.loudness_dual_mono,
        ceiling_dbtp=target_of(settings).max_true_peak_dbtp,
    )


def layout_of(settings: Settings, recording: Recording) -> ChannelLayout:
    """Where the channels of a recording stand: as chosen, else as its file says or their number suggests."""
    return chosen_layout(settings, recording) or layout_of_speakers(recording.channels, recording.info.speakers)


def chosen_layout(settings: Settings, recording: Recording) -> ChannelLayout | None:
    """The layout that was chosen for recordings like this one; None where it is taken as the file says."""
    claim = _claim(recording)
    for entry in settings.loudness_layouts:
        claimed, _, name = entry.partition("=")
        if claimed == claim:
            try:
                layout = find_layout(name)
            except AudiolabError:  # of another version
                return None
            return layout if layout.channels == recording.channels else None
    return None


def with_layout(settings: Settings, recording: Recording, name: str | None) -> tuple[str, ...]:
    """`Settings.loudness_layouts` with another choice for recordings like this one; None: as the file says."""
    claim = _claim(recording)
    others = tuple(entry for entry in settings.loudness_layouts if entry.partition("=")[0] != claim)
    return others if name is None else (*others, f"{claim}={name}")


def _claim(recording: Recording) -> str:
    """What a file says of its channels."""
    return " ".join(recording.info.speakers) or str(recording.channels)
