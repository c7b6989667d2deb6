"""Tables to jump by: a click, or moving with the keys, selects a row's place on the timeline; Enter plays it."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.rowtable import RowTable

SEEN_AROUND = 0.5
"""Seconds on either side of a place that are brought into sight with it, at least."""


class JumpTable(RowTable):
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
        super().__init__(model, parent)
        self._session = session
        self._span_of = span_of
        self._around = around
        self.selectionModel().selectionChanged.connect(lambda *_: self._jump(self.currentIndex()))
        self.clicked.connect(self._jump)
        self.activated.connect(self._play)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if moves and not self.selectionModel().hasSelection() and self.model().rowCount():
            self.selectRow(0)
        else:
            super().keyPressEvent(event)

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
