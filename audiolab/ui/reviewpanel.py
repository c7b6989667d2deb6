"""The review list: words that something speaks against and passages that the text lacks, to go through by doubt."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.review import ReviewItem
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.theme import SPACING, Theme

COLUMNS = ("Time", "Text", "Reason")

BUTTONS = (
    ("review.previous", "Previous"),
    ("review.next", "Next"),
    ("review.loop", "Loop"),
    ("review.add", "Add"),
    ("review.right", "Right"),
)


class ReviewModel(QAbstractTableModel):
    """The items as rows; texts are made when they are looked at."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._items: tuple[ReviewItem, ...] = ()
        self._rate = 1

    def take(self, items: tuple[ReviewItem, ...], sample_rate: int) -> None:
        """Show other items."""
        self.beginResetModel()
        self._items, self._rate = items, sample_rate
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() > 0:
            return f"{item.text}: {item.reason}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return clock(frames_to_seconds(item.interval.span.start, self._rate), 1)
        return item.text if index.column() == 1 else item.reason


class ReviewTable(QTableView):
    """Taking the focus chooses nothing; the keys begin at the first row.

    Signals:
        walked: the index that a key has gone to.
    """

    walked = Signal(object)

    def focusInEvent(self, event: QFocusEvent) -> None:
        chosen = self.selectionModel().hasSelection()
        super().focusInEvent(event)
        if not chosen:
            self.selectionModel().clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self.walked.emit(self.currentIndex())


class ReviewPanel(QWidget):
    """The list and how many are left; a click, Enter, or moving with the keys goes to an item."""

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._stale = False
        self._model = ReviewModel(self)
        self._left = QLabel()
        self._left.setTextFormat(Qt.TextFormat.PlainText)
        self._left.setAccessibleName("Left to review")
        self._left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.table = self._make_table()
        self._hint = QLabel()
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setMargin(4 * SPACING)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._hint)
        self._pages.addWidget(self._listed(actions))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setFocusProxy(self.table)
        self.setAccessibleName("Review")
        session.review.changed.connect(self._list_soon)
        session.review.current_changed.connect(self._follow)
        session.recording_changed.connect(self._list_soon)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._list()

    def _listed(self, actions: ActionSet) -> QWidget:
        row = QHBoxLayout()
        row.setContentsMargins(2 * SPACING, SPACING, SPACING, SPACING)
        row.setSpacing(SPACING)
        row.addWidget(self._left, 1)
        for action_id, text in BUTTONS:
            button = QToolButton()
            button.setDefaultAction(actions[action_id])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(text)
            button.setAccessibleName(actions[action_id].toolTip())
            actions[action_id].changed.connect(lambda button=button, text=text: button.setText(text))
            row.addWidget(button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        return page

    def _make_table(self) -> "ReviewTable":
        table = ReviewTable()
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFrameShape(QTableView.Shape.NoFrame)
        table.setAccessibleName("Words and passages to review")
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.walked.connect(self._go)
        table.clicked.connect(self._go)
        table.activated.connect(self._go)
        return table

    # what a person does

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self._session.review.go(index.row())

    # what the session says

    def showEvent(self, event) -> None:
        self._list_soon()
        super().showEvent(event)

    def _list_soon(self) -> None:
        """What nobody sees is not listed."""
        self._stale = True
        if self.isVisible():
            self._list()

    def _list(self) -> None:
        session = self._session
        items = session.review.items
        self._stale = False
        self._model.take(items, session.timeline.sample_rate)
        if session.recording is None:
            self._hint.setText("Open a recording first.")
        elif not session.annotations.annotation.tiers:
            self._hint.setText("Transcribe, or align a text.\nWhat is doubtful is then listed here.")
        else:
            self._hint.setText("✓ Nothing is left to review.")
        self._left.setText(f"{len(items)} left")
        self._pages.setCurrentIndex(1 if items else 0)
        self._follow()

    def _follow(self) -> None:
        """Show which item is the current one."""
        if self._stale:
            return
        row = self._session.review.row
        if row is None:
            self.table.selectionModel().clear()
        else:
            self.table.selectRow(row)
            self.table.scrollTo(self._model.index(row, 0))

    def _restyle(self) -> None:
        self.table.setFont(self._theme.figures(0.9))
        self._left.setFont(self._theme.figures(0.9))
        metrics = self.table.fontMetrics()
        self.table.verticalHeader().setDefaultSectionSize(metrics.height() + 2 * SPACING)
        self.table.setColumnWidth(0, metrics.horizontalAdvance("0:00:00.0") + 4 * SPACING)
        self.table.setColumnWidth(1, metrics.horizontalAdvance("interpolation of") + 2 * SPACING)
