"""The table of a person's own words, each row typed in place."""

import re
from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from audiolab.core.userwords import LARGEST_BOOST, DictionaryRow
from audiolab.session.dictionary import Dictionary
from audiolab.ui.theme import SPACING, Theme

COLUMNS = ("", "Word or phrase", "Pronunciations", "Boost")
SIGN, WORD, SPOKEN, BOOST = range(4)
_TIPS = (
    "✓ can be used, ✗ is wrong",
    "As it is to be written in the transcript",
    "IPA, or ARPABET as in the CMU dictionary; commas between several",
    "How many powers of ten likelier the word becomes; 0 makes it known, no more",
)
_BOOST_STEP = 0.5


class DictionaryRows(QAbstractTableModel):
    """The rows of the dictionary; what is typed into a cell goes there at once."""

    def __init__(self, dictionary: Dictionary, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dictionary = dictionary
        self._theme = theme
        self._shown = len(dictionary.rows)
        dictionary.changed.connect(self._follow)

    def row(self, index: int) -> DictionaryRow:
        """The one in a row."""
        return self._dictionary.rows[index]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._shown

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags if index.column() == SIGN else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        row, column = self.row(index.row()), index.column()
        fault = self._dictionary.fault(row)
        if role == Qt.ItemDataRole.EditRole:
            return (None, row.word, ", ".join(row.spoken), row.boost)[column]
        if role == Qt.ItemDataRole.DisplayRole:
            return ("✗" if fault else "✓", row.word, ", ".join(row.spoken), f"{row.boost:g}")[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return fault or _TIPS[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and fault and column in (SIGN, WORD):
            return self._theme.colours.bad
        if role == Qt.ItemDataRole.AccessibleTextRole and column == SIGN:
            return fault or "can be used"
        return None

    def setData(self, index: QModelIndex, value, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        row = self.row(index.row())
        if index.column() == WORD:
            row = replace(row, word=" ".join(value.split()))
        elif index.column() == SPOKEN:
            row = replace(row, spoken=spoken_of(value))
        else:
            row = replace(row, boost=float(value))
        self._dictionary.replace(index.row(), row)
        return True

    def _follow(self) -> None:
        count = len(self._dictionary.rows)
        if count == self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(COLUMNS) - 1))
        elif count > self._shown:
            self.beginInsertRows(QModelIndex(), self._shown, count - 1)
            self._shown = count
            self.endInsertRows()
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(COLUMNS) - 1))  # undone in the midst
        else:
            self.beginResetModel()
            self._shown = count
            self.endResetModel()


def spoken_of(typed: str) -> tuple[str, ...]:
    """The pronunciations that were typed into one cell."""
    return tuple(" ".join(part.split()) for part in re.split("[,;]", typed) if part.strip())


class BoostEditor(QStyledItemDelegate):
    """Types a boost with a spin box."""

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex) -> QWidget:
        box = QDoubleSpinBox(parent)
        box.setRange(0.0, LARGEST_BOOST)
        box.setDecimals(2)
        box.setSingleStep(_BOOST_STEP)
        box.setFrame(False)
        box.setAutoFillBackground(True)
        return box


class DictionaryTable(QTableView):
    """Rows to type in: a double click, F2 or Enter opens a cell, Delete takes rows away.

    Signals:
        removed: the person asks for that of the selected rows.
        current_changed: other rows are selected, or none.
    """

    removed = Signal()
    current_changed = Signal()

    def __init__(self, dictionary: Dictionary, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = DictionaryRows(dictionary, theme, self)
        self.setModel(self._rows)
        self.setItemDelegateForColumn(BOOST, BoostEditor(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("Dictionary")
        self.setAccessibleDescription("F2 or Enter types the current cell anew.")
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(SPOKEN, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self.current_changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def selected(self) -> list[int]:
        """The selected rows in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def choose(self, row: int, column: int = WORD) -> None:
        """Make a cell the current one, and its row the selected one."""
        if 0 <= row < self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(row, column))
            self.scrollTo(self.currentIndex())

    def type_in(self, row: int, column: int) -> None:
        """Open a cell for typing."""
        self.choose(row, column)
        self.edit(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not editing:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.setFont(self._theme.figures(0.95))
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 3 * SPACING)
        self.horizontalHeader().setFont(self.font())
        for column, widest in ((SIGN, "✗"), (WORD, "a phrase of several words"), (BOOST, "Boost 10.00")):
            self.setColumnWidth(column, metrics.horizontalAdvance(widest) + 6 * SPACING)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == BOOST else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
