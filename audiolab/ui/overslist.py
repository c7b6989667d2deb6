"""The list of faults: true peaks above the target's ceiling, and clipped samples."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QStackedWidget, QTableView, QVBoxLayout, QWidget

from audiolab.analysis.loudness import LoudnessResult
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.session import Session
from audiolab.ui.jumptable import JumpTable
from audiolab.ui.meterscale import LoudnessScale, level
from audiolab.ui.theme import SPACING, Theme

COLUMNS = ("Time", "Channel", "What", "Length")

PLAYED_AROUND = 0.5
"""Seconds on either side of a fault that are played with it: alone it is too short to be heard."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the list.

    Attributes:
        channel: name of the loudspeaker.
        span: sample frames.
        text: what is wrong.
    """

    channel: str
    span: TimeSpan
    text: str


def faults(result: LoudnessResult) -> list[Fault]:
    """Overs and clipped runs of a result, by position."""
    names = [speaker.name for speaker in result.layout.speakers]
    found = [
        Fault(names[over.channel], over.span, f"true peak {level(over.peak_dbtp)} dBTP") for over in result.overs
    ]
    found += [Fault(names[run.channel], run.span, f"clipped, {run.longest} samples") for run in result.clipped]
    return sorted(found, key=lambda fault: (fault.span.start, fault.channel))


class FaultModel(QAbstractTableModel):
    """The faults as rows; texts are made when they are looked at, since there may be a hundred thousand."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._faults: list[Fault] = []
        self._rate = 1

    def take(self, found: list[Fault], sample_rate: int) -> None:
        """Show other faults."""
        self.beginResetModel()
        self._faults, self._rate = found, sample_rate
        self.endResetModel()

    def fault(self, row: int) -> Fault:
        """The one in a row."""
        return self._faults[row]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._faults)

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() in (0, 3) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        fault = self._faults[index.row()]
        return (
            clock(frames_to_seconds(fault.span.start, self._rate)),
            fault.channel,
            fault.text,
            f"{1000.0 * frames_to_seconds(fault.span.length, self._rate):.1f} ms",
        )[index.column()]


class OversList(QWidget):
    """A table to jump by: a click, or moving with the keys, selects the fault on the timeline; Enter plays it."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._model = FaultModel(self)
        self._table = JumpTable(session, self._model, lambda row: self._model.fault(row).span, PLAYED_AROUND)
        self._table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._table.setAccessibleName("True-peak overs and clipped samples")
        self._summary = QLabel()
        self._summary.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._hint = QLabel()
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._summary)
        column.addWidget(self._table, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._hint)
        self._pages.addWidget(listed)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        self.setFocusProxy(self._table)
        self.setAccessibleName("Overs")
        session.analyses.loudness_changed.connect(self.refresh)
        session.recording_changed.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    @property
    def table(self) -> QTableView:
        """The list itself."""
        return self._table

    def refresh(self) -> None:
        """List the faults of the present result."""
        result = self._session.analyses.loudness
        found = faults(result) if result is not None else []
        self._model.take(found, result.sample_rate if result is not None else 1)
        scale = LoudnessScale.of(self._session.settings.current)
        ceiling = f"{level(scale.target.max_true_peak_dbtp)} dBTP"
        if self._session.recording is None:
            self._hint.setText("Open a recording to list its overs here")
        elif result is None:
            self._hint.setText("Overs are listed once the recording has been measured")
        else:
            self._hint.setText(f"No true peak above {ceiling}, and no clipped samples")
            self._summary.setText(
                f"{len(result.overs)} above {ceiling} ({scale.target.name}), {len(result.clipped)} clipped"
            )
        self._pages.setCurrentIndex(1 if found else 0)

    def _restyle(self) -> None:
        self._table.restyle(self._theme, {0: "00:00:00.000", 1: "Channel", 3: "00000.0 ms"})
        self._summary.setFont(self._theme.figures(0.9))
