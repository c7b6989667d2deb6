"""The meter's figures as a table: now, highest since the reset, and of the whole file."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import LoudnessReading, LoudnessResult
from audiolab.core.units import clock
from audiolab.ui.meterscale import LoudnessScale, level
from audiolab.ui.theme import SPACING, Theme

COLUMNS = ("now", "max", "file")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: its name, unit, the figures of the three columns, and a remark for the tool tip."""

    name: str
    unit: str
    figures: tuple[float | None, float | None, float | None]
    remark: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The figures as they are written."""
        return tuple(level(figure) for figure in self.figures)


def rows(reading: LoudnessReading | None, result: LoudnessResult | None, scale: LoudnessScale) -> tuple[Row, ...]:
    """The table for a live reading and a file's result, either of which may not be there yet."""
    live = reading or LoudnessReading(
        seconds=0.0,
        running=False,
        range_stable=True,
        sample_peaks_dbfs=(),
        true_peaks_dbtp=(),
        max_sample_peaks_dbfs=(),
        max_true_peaks_dbtp=(),
        **dict.fromkeys(_OPTIONAL),
    )
    shown = scale.shown
    file = result.figures() if result is not None else {}
    stable = "" if live.range_stable or live.loudness_range_lu is None else "not stable"
    return (
        Row(
            "Momentary",
            scale.unit,
            (shown(live.momentary_lufs), shown(live.max_momentary_lufs), shown(file.get("max_momentary_lufs"))),
        ),
        Row(
            "Short-term",
            scale.unit,
            (shown(live.short_term_lufs), shown(live.max_short_term_lufs), shown(file.get("max_short_term_lufs"))),
        ),
        Row("Integrated", scale.unit, (shown(live.integrated_lufs), None, shown(file.get("integrated_lufs")))),
        Row("Range", "LU", (live.loudness_range_lu, None, file.get("loudness_range_lu")), stable),
        Row(
            "True peak",
            "dBTP",
            (_highest(live.true_peaks_dbtp), live.max_true_peak_dbtp, file.get("max_true_peak_dbtp")),
        ),
        Row(
            "Sample peak",
            "dBFS",
            (
                _highest(live.sample_peaks_dbfs),
                _highest(live.max_sample_peaks_dbfs),
                file.get("sample_peak_dbfs"),
            ),
        ),
    )


_OPTIONAL = (
    "momentary_lufs",
    "short_term_lufs",
    "integrated_lufs",
    "loudness_range_lu",
    "threshold_lufs",
    "max_momentary_lufs",
    "max_short_term_lufs",
    "max_true_peak_dbtp",
    "correlation",
    "balance",
)


def _highest(levels: tuple[float | None, ...]) -> float | None:
    return max((value for value in levels if value is not None), default=None)


class Figures(QWidget):
    """Paints the table; integrated loudness stands out, for it is what is delivered."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: LoudnessScale | None = None
        self._values: tuple[LoudnessReading | None, LoudnessResult | None] = (None, None)
        self._rows: tuple[Row, ...] = ()
        self._drawn: tuple[tuple[Row, ...], str] = ((), "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Loudness figures")
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def set_scale(self, scale: LoudnessScale) -> None:
        """Write in another unit."""
        self._scale = scale
        self.show_values(*self._values)

    def show_values(self, reading: LoudnessReading | None, result: LoudnessResult | None) -> None:
        """Write other figures."""
        self._values = (reading, result)
        if self._scale is None:
            return
        made = rows(reading, result, self._scale)
        measured = self._measured()
        if (made, measured) != self._drawn:
            self._rows = made
            self._drawn = (made, measured)
            self.setToolTip(self.describe())
            self.update()

    def describe(self) -> str:
        """The table as lines of text, for tool tip and screen reader."""
        return "\n".join(
            f"{row.name}: "
            + ", ".join(f"{column} {text}" for column, text in zip(COLUMNS, row.texts, strict=True) if text != "–")
            + f" {row.unit}"
            + (f" ({row.remark})" if row.remark else "")
            for row in self._rows
            if any(text != "–" for text in row.texts)
        )

    def _measured(self) -> str:
        """For how long was measured, and whether that goes on."""
        reading = self._values[0]
        if reading is None:
            return ""
        return clock(reading.seconds, 0) + ("" if reading.running else " paused")

    def sizeHint(self) -> QSize:
        name, figure, unit, line = self._metrics()
        return QSize(name + 3 * figure + unit, 7 * line)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event) -> None:
        name_width, figure_width, _unit, line = self._metrics()
        colours = self._theme.colours
        painter = QPainter(self)
        plain, strong = self._theme.figures(0.9), self._theme.figures(0.9, bold=True)
        line = max(line, min(self.height() // 7, line + 2 * SPACING))
        right, middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._theme.figures(0.8))
        painter.setPen(colours.muted)
        painter.drawText(QRect(0, 0, name_width + figure_width, line), middle, self._measured())
        for column, title in enumerate(COLUMNS):
            painter.drawText(QRect(name_width + column * figure_width, 0, figure_width, line), right, title)
        for index, row in enumerate(self._rows):
            top = (index + 1) * line
            important = row.name == "Integrated"
            painter.setFont(strong if important else plain)
            painter.setPen(colours.text if important else colours.muted)
            painter.drawText(QRect(0, top, name_width, line), middle, row.name)
            if row.remark:
                painter.setFont(self._theme.figures(0.8))
                painter.setPen(colours.warn)
                start = name_width + figure_width + SPACING
                painter.drawText(QRect(start, top, 2 * figure_width, line), middle, row.remark)
                painter.setFont(plain)
            for column, text in enumerate(row.texts):
                if column == 1 and row.remark:
                    continue
                uncertain = column == 0 and row.remark
                painter.setPen(colours.muted if text == "–" or uncertain else colours.text)
                painter.drawText(QRect(name_width + column * figure_width, top, figure_width, line), right, text)
            painter.setFont(self._theme.figures(0.8))
            painter.setPen(colours.muted)
            unit_box = QRect(name_width + 3 * figure_width + SPACING, top, self.width(), line)
            painter.drawText(unit_box, middle, row.unit)

    def _metrics(self) -> tuple[int, int, int, int]:
        """Widths of the names, of a figure, of the units, and the height of a line."""
        strong = QFontMetrics(self._theme.figures(0.9, bold=True))
        small = QFontMetrics(self._theme.figures(0.8))
        return (
            strong.horizontalAdvance("Sample peak") + SPACING,
            strong.horizontalAdvance("−88.8") + 2 * SPACING,
            max(map(small.horizontalAdvance, ("LUFS", "dBTP", "dBFS"))) + 2 * SPACING,
            strong.height() + SPACING,
        )
