"""Rows of the table of loudness: what its columns are, how they are written, and how they are sorted."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.loudnessparts import Grouping, Part, Rows
from audiolab.ui.meterscale import LoudnessScale, level
from audiolab.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: without the unit.
        tip: what it is.
        widest: as wide as the texts that it is to hold; empty for the column that takes what is left.
        figure: from a part and the programme's loudness to the number that is sorted by; None for texts.
        unit: of the figure; "LUFS" follows the meter's scale.
    """

    title: str
    tip: str
    widest: str = ""
    figure: Callable[[Part, float | None], float | None] | None = None
    unit: str = ""


def _above(part: Part, programme: float | None) -> float | None:
    integrated = part.loudness.integrated_lufs
    return None if integrated is None or programme is None else integrated - programme


COLUMNS = (
    Column("Start", "Where it begins", "00:00.000", lambda part, _: part.spans[0].start),
    Column("Text", "What is said; of a speaker the name"),
    Column("Speaker", "Who says it", "Speaker"),
    Column(
        "I",
        "Integrated loudness, gated; what is shorter than 0.4 s counts whole and is written in grey",
        "−88.8",
        lambda part, _: part.loudness.integrated_lufs,
        "LUFS",
    ),
    Column("±", "Integrated loudness above that of the whole recording", "± LU", _above, "LU"),
    Column(
        "max M",
        "Highest momentary loudness (0.4 s); what is shorter counts with silence after it",
        "max M LUFS",
        lambda part, _: part.loudness.max_momentary_lufs,
        "LUFS",
    ),
    Column(
        "max S",
        "Highest short-term loudness (3 s); what is shorter counts with silence after it",
        "max S LUFS",
        lambda part, _: part.loudness.max_short_term_lufs,
        "LUFS",
    ),
    Column("TP", "Highest true peak", "TP dBTP", lambda part, _: part.loudness.max_true_peak_dbtp, "dBTP"),
    Column("Length", "How long it is; of a speaker, all together", "00:00.000", lambda part, _: part.length),
)
START, TEXT, SPEAKER, INTEGRATED, LENGTH = 0, 1, 2, 3, 8


class PartModel(QAbstractTableModel):
    """The parts as rows, in the order that was asked for last."""

    def __init__(self, theme: Theme, parent=None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: list[Part] = []
        self._order = (START, Qt.SortOrder.AscendingOrder)
        self._rate = 1
        self._programme: float | None = None
        self._scale: LoudnessScale | None = None

    def take(
        self, parts: tuple[Part, ...], sample_rate: int, programme: float | None, scale: LoudnessScale
    ) -> None:
        """Show other parts."""
        self.beginResetModel()
        self._rate, self._programme, self._scale = sample_rate, programme, scale
        self._parts = list(parts)
        self._sort()
        self.endResetModel()

    def part(self, row: int) -> Part:
        """The one in a row."""
        return self._parts[row]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All, as they are shown."""
        return tuple(self._parts)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self.beginResetModel()
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        """What has no level comes last, whichever way the others are sorted."""
        column, order = self._order
        descending = order is Qt.SortOrder.DescendingOrder
        figure = COLUMNS[column].figure
        if figure is None:
            self._parts.sort(key=lambda part: self._text(part, column).casefold(), reverse=descending)
            return
        sign = -1.0 if descending else 1.0

        def key(part: Part) -> tuple[bool, float]:
            value = figure(part, self._programme)
            return value is None, 0.0 if value is None else sign * value

        self._parts.sort(key=key)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._parts)

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            unit = self._scale.unit if column.unit == "LUFS" and self._scale is not None else column.unit
            return f"{column.title} {unit}".rstrip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole and section not in (TEXT, SPEAKER):
            return Qt.AlignmentFlag.AlignCenter  # at the right stands the arrow of the order
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ForegroundRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        part, column = self._parts[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(part, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return part.text if column == TEXT else None
        ungated = column == INTEGRATED and not part.loudness.gated
        return self._theme.colours.muted if ungated else None

    def _text(self, part: Part, column: int) -> str:
        if column == TEXT:
            return " ".join(part.text.split())
        if column == SPEAKER:
            return part.speaker
        figure = COLUMNS[column].figure(part, self._programme)
        if column in (START, LENGTH):
            return clock(frames_to_seconds(figure, self._rate))
        if COLUMNS[column].unit == "LUFS" and self._scale is not None:
            figure = self._scale.shown(figure)
        if column == INTEGRATED + 1 and figure is not None:
            return f"{figure:+.1f}".replace("-", "−")
        return level(figure)


def _side(column: int) -> Qt.AlignmentFlag:
    texts = column in (TEXT, SPEAKER)
    return (Qt.AlignmentFlag.AlignLeft if texts else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter


def rows_text(rows: Rows) -> str:
    """What the rows are, for people."""
    return {
        Grouping.INTERVALS: rows.tier[:1].upper() + rows.tier[1:],
        Grouping.UTTERANCES: "Utterances",
        Grouping.SPEAKERS: "Speakers",
    }[rows.grouping]


def summary(parts: tuple[Part, ...], rows: Rows | None) -> str:
    """How far the rows lie apart; of speakers, who is louder and by how much."""
    levels = [(part.loudness.integrated_lufs, part.text) for part in parts]
    known = sorted((lufs, text) for lufs, text in levels if lufs is not None)
    count = f"{len(parts):,} rows" if len(parts) != 1 else "1 row"
    if len(known) < 2:
        return count
    (low, quiet), (high, loud) = known[0], known[-1]
    apart = level(high - low)
    if rows is None or rows.grouping is not Grouping.SPEAKERS:
        return f"{count}, {apart} LU from the quietest to the loudest"
    if len(known) == 2:
        return f"{loud} is {apart} LU louder than {quiet}"
    return f"{loud} is the loudest of {len(known)}, {apart} LU above {quiet}, the quietest"
