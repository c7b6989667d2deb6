"""Tables of which one row at a time is chosen, as all of ours are."""

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from audiolab.ui.theme import SPACING, Theme


class RowTable(QTableView):
    """Whole rows without a grid; Tab leaves the table instead of walking through its cells."""

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)

    def restyle(self, theme: Theme, widest: dict[int, str]) -> None:
        """Take the theme's figures; columns are as wide as the widest texts that they are to hold."""
        self.setFont(theme.figures(0.9))
        self.horizontalHeader().setFont(theme.figures(0.9))
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 2 * SPACING)
        for column, text in widest.items():
            self.setColumnWidth(column, metrics.horizontalAdvance(text) + 4 * SPACING)
