"""Peak columns for a view that scrolls: only what comes into view is asked for, and what is slow comes later."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from audiolab.analysis.peaks import BLOCK, PeakColumns
from audiolab.session.jobs import JobContext
from audiolab.session.session import Session
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.peakimage import columns_for

DIRECT_LIMIT = 400_000
"""Samples (frames times channels) that may be read while a frame is drawn: about 3 ms."""

REFINE_MS = 30
"""How long a view stands still before its columns are made exact in the background."""


@dataclass(frozen=True, slots=True)
class _Held:
    """Columns that were answered, and where they lie.

    Attributes:
        origin: sample frame where column 0 starts; may be fractional.
        per_column: sample frames of a column.
    """

    origin: float
    per_column: float
    columns: PeakColumns


class PeakSource(QObject):
    """Answers `columns` at once, from memory where the samples are too many to be read in a frame's time.

    Args:
        session: whose recording it is.
        job: key of its background work.

    Signals:
        changed: better columns are there now for what was asked last.
    """

    changed = Signal()

    def __init__(self, session: Session, job: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job = job
        self._held: _Held | None = None
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.setInterval(REFINE_MS)
        self._refine.timeout.connect(self._make_exact)
        session.recording_changed.connect(self._drop)
        session.timeline.length_changed.connect(self.forget)
        session.analyses.peaks_changed.connect(self.forget)

    def forget(self) -> None:
        """There is more to be known of the recording."""
        self._held = None

    def _drop(self) -> None:
        """Another recording is open, and the previous one is about to be closed."""
        self._refine.stop()
        self._session.jobs.cancel(self._job)
        self.forget()

    def columns(self, axis: TimeAxis) -> PeakColumns | None:
        """One entry for each pixel column of `axis`; None while nothing is open.

        After scrolling, columns keep their samples and move by whole pixels, so that nothing shimmers; they are
        then up to half a pixel from where `axis` has them.
        """
        if self._session.recording is None or self._session.analyses.peaks is None:
            return None
        held = self._held
        if held is None or held.per_column != axis.samples_per_pixel or held.columns.rms.shape[1] != axis.width:
            origin = float(axis.span.start)
            held = _Held(origin, axis.samples_per_pixel, self._ask(origin, axis.samples_per_pixel, axis.width))
        else:
            held = self._moved(held, round((axis.span.start - held.origin) / held.per_column), axis.width)
        self._held = held
        if held.columns.approximate:
            self._refine.start()
        return held.columns

    def _moved(self, held: _Held, shift: int, width: int) -> _Held:
        """What is held, `shift` columns later."""
        if not shift:
            return held
        origin = held.origin + shift * held.per_column
        if abs(shift) >= width:
            return _Held(origin, held.per_column, self._ask(origin, held.per_column, width))
        if shift > 0:
            fresh = self._ask(origin + (width - shift) * held.per_column, held.per_column, shift)
            columns = _joined(_part(held.columns, shift, width), fresh)
        else:
            fresh = self._ask(origin, held.per_column, -shift)
            columns = _joined(fresh, _part(held.columns, 0, width + shift))
        return _Held(origin, held.per_column, columns)

    def _ask(self, origin: float, per_column: float, count: int) -> PeakColumns:
        recording, analyses = self._session.recording, self._session.analyses
        stop = origin + count * per_column
        if per_column < 2 * BLOCK and (stop - origin) * recording.channels <= DIRECT_LIMIT:
            return analyses.peaks.query(recording, origin, stop, count)
        return columns_for(analyses.peaks, analyses.sketch, recording.frames, origin, stop, count)

    def _make_exact(self) -> None:
        held, recording, peaks = self._held, self._session.recording, self._session.analyses.peaks
        if held is None or recording is None or peaks is None or not held.columns.approximate:
            return
        count = held.columns.rms.shape[1]
        stop = held.origin + count * held.per_column
        if held.per_column >= 2 * BLOCK and peaks.frames < min(recording.frames, stop):
            return  # the peaks are still being made, and each step of that asks anew

        def work(_context: JobContext) -> PeakColumns:
            return peaks.query(recording, held.origin, stop, count)

        def take(columns: PeakColumns) -> None:
            if self._held is held:
                self._held = _Held(held.origin, held.per_column, columns)
                self.changed.emit()

        self._session.jobs.submit(self._job, work, take)


def _part(columns: PeakColumns, first: int, stop: int) -> PeakColumns:
    valid = range(max(columns.valid.start, first) - first, max(min(columns.valid.stop, stop) - first, 0))
    return PeakColumns(
        columns.minimum[:, first:stop],
        columns.maximum[:, first:stop],
        columns.rms[:, first:stop],
        valid,
        columns.approximate,
    )


def _joined(left: PeakColumns, right: PeakColumns) -> PeakColumns:
    """Two neighbours as one."""
    width = left.rms.shape[1]
    later = range(right.valid.start + width, right.valid.stop + width)
    present = [valid for valid in (left.valid, later) if valid]
    valid = range(present[0].start, present[-1].stop) if present else range(0)
    return PeakColumns(
        np.concatenate((left.minimum, right.minimum), axis=1),
        np.concatenate((left.maximum, right.maximum), axis=1),
        np.concatenate((left.rms, right.rms), axis=1),
        valid,
        left.approximate or right.approximate,
    )
