"""The table of recognition models: what each is, where it lies, and why one cannot be used."""

from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QWidget

from audiolab.core.units import size_text
from audiolab.session.models import InstalledModel, Place
from audiolab.ui.rowtable import RowTable
from audiolab.ui.theme import Theme

COLUMNS = ("", "Model", "Family", "Language", "Size", "Vocabulary", "Frame rate", "Licence", "Where it lies")
NAME, FAMILY, LICENCE, WHERE = 1, 2, 7, 8
_RIGHT = frozenset({4, 5, 6})
_GAP = "\N{EM SPACE}"
_WIDEST = {
    0: "✓",
    NAME: "owner/wav2vec2-large-english",
    FAMILY: "Wav2Vec2-Conformer",
    3: "Language ",
    4: "1,200.0 MB ",
    5: "Vocabulary ",
    6: "Frame rate ",
    LICENCE: "CC-BY-NC-4.0",
}
"""What a column has room for; longer texts are elided in the middle and stand in the tool tip."""


def where_text(model: InstalledModel) -> str:
    """Where a model lies, with the home directory as ``~``."""
    if model.place is Place.BUILT_IN:
        return "Comes with Audiolab"
    path, home = model.info.path, Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def reason_text(model: InstalledModel) -> str:
    """Why a model cannot be used; its name stands beside it."""
    return model.info.problem.removeprefix(f"{model.info.path.name}: ")


def row_texts(model: InstalledModel, *, chosen: bool) -> tuple[str, ...]:
    """What stands in the row of a model, column by column."""
    info, where = model.info, where_text(model)
    if info.problem:
        return ("✗", model.name, reason_text(model), "", "", "", "", "", where)
    return (
        "✓" if chosen else "",
        model.name,
        info.family,
        info.language or "–",
        size_text(info.size),
        f"{info.vocabulary_size:,}" if info.vocabulary_size else "–",
        f"{info.frame_rate:g} Hz" if info.sample_rate > 1 else "–",
        info.licence or "–",
        where,
    )


class ModelRows(QAbstractTableModel):
    """The models as rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._models: tuple[InstalledModel, ...] = ()
        self._texts: list[tuple[str, ...]] = []
        self._chosen = ""

    def take(self, models: tuple[InstalledModel, ...], chosen: str) -> None:
        """Show other models, or another choice."""
        self.beginResetModel()
        self._models, self._chosen = models, chosen
        self._texts = [row_texts(model, chosen=model.name == chosen) for model in models]
        self.endResetModel()

    def model(self, row: int) -> InstalledModel:
        """The one in a row."""
        return self._models[row]

    def row_of(self, name: str) -> int:
        """Where the model called `name` stands; -1 where it does not."""
        return next((row for row, model in enumerate(self._models) if model.name == name), -1)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._models)

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section] + (_GAP if section in _RIGHT else "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        model, text = self._models[index.row()], self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(model.info.path) if index.column() == WHERE else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(model, index.column(), text)
        if role == Qt.ItemDataRole.ForegroundRole and not model.usable:
            return self._theme.colours.muted
        if role == Qt.ItemDataRole.FontRole and index.column() == NAME and model.name == self._chosen:
            font = QFont(self._theme.figures(0.9))
            font.setBold(True)
            return font
        return None

    def _spoken(self, model: InstalledModel, column: int, text: str) -> str:
        if column == 0:
            state = "cannot be used" if not model.usable else "in use" if model.name == self._chosen else "ready"
            return f"{model.name}: {state}"
        return f"{COLUMNS[column]}: {text}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class _Figures(QStyledItemDelegate):
    """Keeps figures, which end at the right, away from the text of the next column."""

    def initStyleOption(self, option, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        option.text += _GAP


class ModelTable(RowTable):
    """Rows to choose from; Enter or a double click uses a model, Delete asks to remove it.

    Signals:
        used, removed: the person asks for that of the current row.
        current_changed: another row is current, or none.
    """

    used = Signal()
    removed = Signal()
    current_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._rows = ModelRows(theme)
        super().__init__(self._rows, parent)
        self._theme = theme
        self._rows.setParent(self)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("Recognition models")
        for column in _RIGHT:
            self.setItemDelegateForColumn(column, _Figures(self))
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self.used)
        self.selectionModel().selectionChanged.connect(self.current_changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def current(self) -> InstalledModel | None:
        """The model in the selected row."""
        rows = self.selectionModel().selectedRows()
        return self._rows.model(rows[0].row()) if rows else None

    def take(self, models: tuple[InstalledModel, ...], chosen: str) -> None:
        """Show other models, or another choice; the selected one stays selected while it is there."""
        current = self.current.name if self.current is not None else chosen
        self._rows.take(models, chosen)
        self.clearSpans()
        for row, model in enumerate(models):
            if not model.usable:  # its reason takes the place of all that is not known of it
                self.setSpan(row, FAMILY, 1, LICENCE - FAMILY + 1)
        self.select(current if self._rows.row_of(current) >= 0 else chosen)
        self.current_changed.emit()

    def select(self, name: str) -> None:
        """Make the model called `name` the current one, if it is there."""
        row = self._rows.row_of(name)
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(self._rows.index(row, NAME))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.used.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.restyle(self._theme, _WIDEST)
