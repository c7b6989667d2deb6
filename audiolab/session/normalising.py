"""Bringing the open recording to a loudness target: how far, how it will sound, and written as a new file."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab.analysis.loudness import LoudnessTarget, NormalisingGain, Verdict, gain_for, verdict
from audiolab.core.recording import Recording
from audiolab.core.recordingviews import ScaledRecording
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import db_to_amplitude
from audiolab.media import write_audio
from audiolab.session.analyses import Analyses
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.loudnesschoice import target_of
from audiolab.session.settings import SettingsStore
from audiolab.session.transport import Transport


class Normalising(QObject):
    """The original is never touched.

    Signals:
        changed: another target, another measurement, or the preview was turned on or off.
        written: the path of the new file.
    """

    changed = Signal()
    written = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        settings: SettingsStore,
        analyses: Analyses,
        transport: Transport,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = settings
        self._analyses = analyses
        self._transport = transport
        self._previewed = False
        settings.changed.connect(self._follow)
        analyses.loudness_changed.connect(self._follow)

    @property
    def target(self) -> LoudnessTarget:
        """What the person chose among `TARGETS`."""
        return target_of(self._settings.current)

    @property
    def gain(self) -> NormalisingGain | None:
        """What would bring the recording to the target; None before it is measured, and for silence."""
        result = self._analyses.loudness
        return gain_for(result, self.target) if result is not None else None

    @property
    def verdict(self) -> Verdict | None:
        """Whether the recording meets the target as it is; None before it is measured."""
        result = self._analyses.loudness
        return verdict(result, self.target) if result is not None else None

    @property
    def previewed(self) -> bool:
        """Whether playback has the gain now."""
        return self._previewed

    def choose(self, name: str) -> None:
        """Take another target; remembered."""
        self._settings.update(loudness_target=name)

    def preview(self, on: bool) -> None:
        """Play with the gain, or as it is."""
        self._previewed = on
        self._follow()

    def write(self, recording: Recording, path: Path, format_name: str, subtype: str | None = None) -> None:
        """Write `recording` with the gain to `path`, in the background.

        Raises:
            ValueError: there is no gain (see `gain`), or `path` is the recording itself.
        """
        gain = self.gain
        if gain is None:
            raise ValueError("there is no loudness to change")
        if path.resolve() == recording.info.file.resolve():
            raise ValueError("a recording is never replaced by its normalised copy")
        scaled = ScaledRecording(recording, db_to_amplitude(gain.gain_db))

        def work(context: JobContext) -> Path:
            whole = TimeSpan(0, scaled.frames)
            write_audio(scaled, whole, path, format_name, subtype, context.cancel, context.progress)
            return path

        self._jobs.submit("normalise", work, self.written.emit, label=f"Writing {path.name}", supersede=False)

    def _follow(self) -> None:
        gain = self.gain if self._previewed else None
        self._transport.set_gain(gain.gain_db if gain is not None else 0.0)
        self.changed.emit()
