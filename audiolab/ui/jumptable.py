"""Tables to jump by: a click, or moving with the keys, selects a row's place on the timeline; Enter plays it."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.theme import SPACING, Theme

SEEN_AROUND = 0.5
"""Seconds on either side of a place that are brought into sight with it, at least."""


class JumpTable(QTableView):
    """Where nothing is chosen yet, the keys begin at the first row: taking the focus chooses none.

    Args:
        model: of the rows.
        span_of: from a row to its sample frames.
        around: seconds on either side that are played with a row.
    """

    def __init__(
        self,
        session: Session,
        model: QAbstractTableModel,
        span_of: Callable[[int], TimeSpan],
        around: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._span_of = span_of
        self._around = around
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.selectionModel().selectionChanged.connect(lambda *_: self._jump(self.currentIndex()))
        self.clicked.connect(self._jump)
        self.activated.connect(self._play)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if moves and not self.selectionModel().hasSelection() and self.model().rowCount():
            self.selectRow(0)
        else:
            super().keyPressEvent(event)

    def restyle(self, theme: Theme, widest: dict[int, str]) -> None:
        """Take the theme's figures; columns are as wide as the widest texts that they are to hold."""
        self.setFont(theme.figures(0.9))
        self.horizontalHeader().setFont(theme.figures(0.9))
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 2 * SPACING)
        for column, text in widest.items():
            self.setColumnWidth(column, metrics.horizontalAdvance(text) + 4 * SPACING)

    def _jump(self, index: QModelIndex) -> None:
        """Go to the place and select it; zoom out only as far as is needed to see it."""
        if not index.isValid() or not self.selectionModel().hasSelection():
            return
        span = self._span_of(index.row())
        timeline = self._session.timeline
        self._session.transport.seek(span.start)
        timeline.select(span)
        if not timeline.visible.start <= span.start < timeline.visible.stop:
            margin = max(round(SEEN_AROUND * timeline.sample_rate), timeline.visible.length // 2)
            timeline.show(TimeSpan(max(span.start - margin, 0), span.start + margin))

    def _play(self, index: QModelIndex) -> None:
        self._jump(index)
        around = round(self._around * self._session.timeline.sample_rate)
        span = self._span_of(index.row())
        self._session.transport.play_span(TimeSpan(max(span.start - around, 0), span.stop + around))
