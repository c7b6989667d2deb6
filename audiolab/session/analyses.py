"""What is known about the open recording: peaks, spectrogram tiles, loudness; computed in the background."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from audiolab.analysis.loudness import MEASURABLE_RATES, LoudnessResult, LoudnessSpec, scan
from audiolab.analysis.peaks import PeakColumns, PeakPyramid, sketch
from audiolab.core.recording import Recording
from audiolab.media.cache import CacheStore
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.loudnesschoice import spec_of
from audiolab.session.settings import SettingsStore
from audiolab.session.tilestore import TileStore

log = logging.getLogger(__name__)

SKETCH_COLUMNS = 2048
SKETCH_SECONDS = 600.0
"""From this length on the exact peaks take long enough for a first look to be worth it."""

OVERVIEW_FIRST_MS = 700
"""So long the spectrogram of a long recording may wait for its overview; two cores cannot do both at once."""

ANNOUNCE_MS = 50
"""How often a running pass over the file lets the views redraw."""


class Analyses(QObject):
    """Analyses of one recording at a time.

    Signals:
        peaks_changed: `peaks` covers more, or `sketch` is there, or another recording is open.
        loudness_changed: `loudness` differs.
    """

    peaks_changed = Signal()
    loudness_changed = Signal()

    def __init__(
        self, jobs: JobRunner, cache: CacheStore, settings: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.tiles = TileStore(jobs, self)
        self._jobs = jobs
        self._cache = cache
        self._settings = settings
        self._recording: Recording | None = None
        self._spec: LoudnessSpec | None = None
        self._peaks: PeakPyramid | None = None
        self._sketch: PeakColumns | None = None
        self._loudness: LoudnessResult | None = None
        self._extending = False
        self._announce = QTimer(self)
        self._announce.setInterval(ANNOUNCE_MS)
        self._announce.timeout.connect(self.peaks_changed)
        settings.changed.connect(self._follow_settings)

    @property
    def peaks(self) -> PeakPyramid | None:
        """The peak pyramid; it covers ever more of the recording until it covers all."""
        return self._peaks

    @property
    def sketch(self) -> PeakColumns | None:
        """A first look at the whole of a long recording, until `peaks` covers it."""
        return self._sketch

    @property
    def loudness(self) -> LoudnessResult | None:
        """Loudness of the whole recording, once it has been measured."""
        return self._loudness

    def load(self, recording: Recording | None) -> None:
        """Analyse another recording."""
        for key in ("peaks", "sketch", "loudness"):
            self._jobs.cancel(key)
        self._announce.stop()
        self._recording = recording
        self._spec = spec_of(self._settings.current, recording) if recording is not None else None
        self._extending = False
        self._sketch = None
        self._loudness = None
        self._peaks = PeakPyramid.of(recording) if recording is not None else None
        self.tiles.load(recording)
        self.peaks_changed.emit()
        self.loudness_changed.emit()
        if recording is None:
            return
        if recording.complete and recording.frames > SKETCH_SECONDS * recording.sample_rate:
            self.tiles.hold(OVERVIEW_FIRST_MS)
            self._jobs.submit("sketch", lambda _context: sketch(recording, SKETCH_COLUMNS), self._take_sketch)
        self._extend(recording)

    def grow(self) -> None:
        """The recording became longer, or complete."""
        if self._recording is not None and not self._extending:
            self._extend(self._recording)
        self.tiles.changed.emit()

    def close(self) -> None:
        """Nothing will be asked any more."""
        self._announce.stop()

    def _extend(self, recording: Recording) -> None:
        """Bring the peaks up to what there is; read them from the cache where they are known already."""
        peaks = self._peaks
        if peaks is None:
            return
        self._extending = True

        def work(context: JobContext) -> PeakPyramid:
            file = self._peaks_file(recording)
            known = PeakPyramid.load(file, recording.identity) if recording.complete and not peaks.frames else None
            if known is not None:
                self._cache.touch(file)
                return known
            before = peaks.frames
            peaks.extend(recording, context.cancel, context.progress)
            if recording.complete and peaks.frames == recording.frames:  # in this order: complete is for good
                file = self._peaks_file(recording)  # a take has another identity once it is complete
                if peaks.frames > before or not file.is_file():
                    self._save(peaks, file, recording.identity)
            return peaks

        self._announce.start()
        self._jobs.submit("peaks", work, lambda result: self._take_peaks(recording, result))

    def _take_peaks(self, recording: Recording, peaks: PeakPyramid) -> None:
        self._announce.stop()
        self._extending = False
        self._peaks = peaks
        self._sketch = None
        self.peaks_changed.emit()
        self.tiles.release()
        if not recording.complete:
            return  # it will be told that it grew
        if peaks.frames < recording.frames:  # it was completed behind this pass, and nobody will tell again
            self._extend(recording)
        elif self._loudness is None:
            self._measure(recording)

    def _take_sketch(self, result: PeakColumns) -> None:
        if self._extending:
            self._sketch = result
            self.peaks_changed.emit()

    def _follow_settings(self) -> None:
        """Another ceiling or layout, one channel as two: measure again. What is known is shown until then."""
        recording = self._recording
        if recording is None:
            return
        spec = spec_of(self._settings.current, recording)
        if spec == self._spec:
            return
        self._spec = spec
        if recording.complete and not self._extending:
            self._measure(recording)

    def _measure(self, recording: Recording) -> None:
        if recording.sample_rate not in MEASURABLE_RATES:
            return
        spec = self._spec

        def work(context: JobContext) -> LoudnessResult:
            return scan(recording, spec, cancel=context.cancel, progress=context.progress)

        self._jobs.submit("loudness", work, self._take_loudness, label="Measuring loudness")

    def _take_loudness(self, result: LoudnessResult) -> None:
        self._loudness = result
        self.loudness_changed.emit()

    def _peaks_file(self, recording: Recording) -> Path:
        return self._cache.path_for(recording.identity, ".peaks")

    def _save(self, peaks: PeakPyramid, file: Path, identity: str) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            peaks.save(file, identity)
            self._cache.clean()
        except OSError as error:
            log.warning("peaks cannot be kept in %s: %s", file, error)
