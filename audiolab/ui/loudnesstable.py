"""Loudness of each word, utterance, interval and speaker as a table that can be sorted, copied and exported."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from audiolab.session.loudnessparts import Grouping
from audiolab.session.session import Session
from audiolab.ui.jumptable import JumpTable
from audiolab.ui.loudnessrows import COLUMNS, LENGTH, SPEAKER, START, TEXT, PartModel, rows_text, summary
from audiolab.ui.meterscale import LoudnessScale
from audiolab.ui.theme import SPACING, Theme

SPEAKER_LENGTH = 16
"""Letters of the longest speaker's name that the column is made for."""


class LoudnessTable(QWidget):
    """Draws `session.parts`. A click selects the part on the timeline; of a speaker, the first stretch."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._speaker = ""
        self._model = PartModel(theme, self)
        self._table = JumpTable(session, self._model, lambda row: self._model.part(row).spans[0])
        self._table.setAccessibleName("Loudness of parts")
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._table.setSortingEnabled(True)
        self._table.sortByColumn(START, Qt.SortOrder.AscendingOrder)
        self._table.horizontalHeader().setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setMinimumSectionSize(10 * SPACING)
        self._rows = QComboBox()
        self._rows.setAccessibleName("Rows")
        self._rows.setToolTip("What each row is")
        self._rows.activated.connect(lambda index: session.parts.choose(self._rows.itemData(index)))
        self._copy = _button("Copy", "Copy the selected rows, or all, for a spreadsheet", self.copy)
        self._export = _button("Export…", "Write all rows to a CSV or TSV file", self._ask_and_write)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        self._summary, self._hint = QLabel(), QLabel()
        for label in (self._summary, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._arrange()
        self.setFocusProxy(self._table)
        self.setAccessibleName("Loudness table")
        for signal in (session.parts.changed, session.settings.changed, session.recording_changed):
            signal.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    @property
    def table(self) -> JumpTable:
        """The table itself."""
        return self._table

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        head.addWidget(self._rows, 1)
        head.addWidget(self._copy)
        head.addWidget(self._export)
        self._summary.setContentsMargins(2 * SPACING, 0, 2 * SPACING, SPACING)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._summary)
        column.addWidget(self._table, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._hint)
        self._pages.addWidget(listed)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._session.parts.watch(True)

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._session.parts.watch(False)

    def refresh(self) -> None:
        """Show the parts as they are."""
        parts, result = self._session.parts, self._session.analyses.loudness
        scale = LoudnessScale.of(self._session.settings.current)
        programme = result.integrated_lufs if result is not None else None
        self._model.take(parts.parts, self._session.timeline.sample_rate, programme, scale)
        self._speaker = max((part.speaker for part in parts.parts), key=len, default="")[:SPEAKER_LENGTH]
        by_speaker = parts.rows is not None and parts.rows.grouping is Grouping.SPEAKERS
        self._table.setColumnHidden(SPEAKER, by_speaker or not self._speaker)
        self._fit()
        self._fill_rows()
        self._summary.setText(summary(parts.parts, parts.rows))
        self._hint.setText(self._missing())
        self._pages.setCurrentIndex(1 if parts.parts else 0)

    def _missing(self) -> str:
        """Why there are no rows."""
        if self._session.recording is None:
            return "Open a recording to see the loudness of its words and speakers here"
        if not self._session.parts.choices:
            return "Transcribe the recording, or label intervals, to see how loud each of them is"
        if self._session.analyses.loudness is None:
            return "Words are measured once the recording has been measured"
        return "Measuring…"

    def _fill_rows(self) -> None:
        choices, now = self._session.parts.choices, self._session.parts.rows
        if choices != tuple(self._rows.itemData(index) for index in range(self._rows.count())):
            self._rows.clear()
            for rows in choices:
                self._rows.addItem(rows_text(rows), rows)
        if now in choices:
            self._rows.setCurrentIndex(choices.index(now))

    def copy(self) -> None:
        """Put the selected rows, or all where at most one is selected, on the clipboard."""
        chosen = [index.row() for index in self._table.selectionModel().selectedRows()]
        rows = sorted(chosen) if len(chosen) > 1 else range(self._model.rowCount())
        text = self._session.parts.table([self._model.part(row) for row in rows], "\t")
        QGuiApplication.clipboard().setText(text)

    def _ask_and_write(self) -> None:
        path = self._session.path
        if path is None:
            return
        suggestion = path.with_name(f"{path.stem} loudness.csv")
        kinds = "CSV table (*.csv);;TSV table (*.tsv)"
        name, kind = QFileDialog.getSaveFileName(self, "Export loudness table", str(suggestion), kinds)
        if name:
            chosen = Path(name)
            ending = ".tsv" if "tsv" in kind else ".csv"
            self.write_to(chosen if chosen.suffix else chosen.with_name(f"{chosen.name}{ending}"))

    def write_to(self, path: Path) -> None:
        """Write all rows as they are sorted."""
        self._session.parts.write(path, self._model.parts)

    def _restyle(self) -> None:
        self._fit()
        for part in (self._summary, self._rows, self._copy, self._export):
            part.setFont(self._theme.figures(0.9))

    def _fit(self) -> None:
        """Columns that are just wide enough leave room for the text."""
        hours = "0:" if self._session.timeline.length >= 3600 * self._session.timeline.sample_rate else ""
        widest = {index: column.widest for index, column in enumerate(COLUMNS) if column.widest}
        widest |= {START: hours + COLUMNS[START].widest, LENGTH: hours + COLUMNS[LENGTH].widest}
        widest[SPEAKER] = max(COLUMNS[SPEAKER].widest, self._speaker, key=len)
        self._table.restyle(self._theme, widest)


def _button(text: str, tip: str, act: Callable[[], None]) -> QToolButton:
    button = QToolButton(text=text, autoRaise=True)
    button.setToolTip(tip)
    button.clicked.connect(act)
    return button
