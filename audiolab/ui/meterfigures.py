"""The meter's figures as a table: now, highest since the reset, and of the whole file."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.analysis.loudness import LoudnessReading, LoudnessResult
from audiolab.core.units import clock
from audiolab.ui.gauges import Gauge
from audiolab.ui.meterscale import PEAK_SCALE, LoudnessScale, level
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
    def spoken(self) -> str:
        """What is known of it, with the unit: ``now −23.0, file −22.5 LUFS``; empty where nothing is."""
        known = [f"{column} {text}" for column, text in zip(COLUMNS, self.texts, strict=True) if text != "–"]
        remark = f" ({self.remark})" if self.remark else ""
        return f"{', '.join(known)} {self.unit}{remark}" if known else ""

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
        held_true_peaks_dbtp=(),
        clipped=(),
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


GAUGES = (
    ("Momentary", "Momentary loudness", None),
    ("Short-term", "Short-term loudness", None),
    ("Integrated", "Integrated loudness", None),
    ("Range", "Loudness range", (0.0, 30.0)),
    ("True peak", "True peak", PEAK_SCALE),
    ("Sample peak", "Sample peak", PEAK_SCALE),
)
"""For each row what a screen reader calls it, and its limits; None for those of the loudness scale."""


class Figures(QWidget):
    """Paints the table; integrated loudness stands out, for it is what is delivered."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: LoudnessScale | None = None
        self._values: tuple[LoudnessReading | None, LoudnessResult | None] = (None, None)
        self._rows: tuple[Row, ...] = ()
        self._drawn: tuple[tuple[Row, ...], str] = ((), "")
        self._gauges = {name: Gauge(spoken, theme, self) for name, spoken, _ in GAUGES}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusProxy(self._gauges[GAUGES[0][0]])
        self.setAccessibleName("Loudness figures")
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_scale(self, scale: LoudnessScale) -> None:
        """Write in another unit."""
        self._scale = scale
        loudness = tuple(map(scale.shown, scale.limits))
        for name, _, limits in GAUGES:
            self._gauges[name].setRange(*(limits or loudness))
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
        return "\n".join(f"{row.name}: {row.spoken}" for row in self._rows if row.spoken)

    def say(self) -> None:
        """Tell a screen reader each value: that of now, or of the file while nothing is heard."""
        for row in self._rows:
            value = next((figure for figure in (row.figures[0], row.figures[2]) if figure is not None), None)
            self._gauges[row.name].say(value, row.spoken)

    def _measured(self) -> str:
        """For how long was measured, and whether that goes on."""
        reading = self._values[0]
        if reading is None:
            return ""
        return clock(reading.seconds, 0) + ("" if reading.running else " paused")

    def sizeHint(self) -> QSize:
        name, figure, unit, line = self._metrics
        return QSize(name + 3 * figure + unit, 7 * line)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, _event) -> None:
        line = self._row_height()
        for index, (name, _, _) in enumerate(GAUGES):
            self._gauges[name].setGeometry(0, (index + 1) * line, self.width(), line)

    def _row_height(self) -> int:
        """A higher panel spreads the rows a little."""
        line = self._metrics[3]
        return max(line, min(self.height() // 7, line + 2 * SPACING))

    def paintEvent(self, _event) -> None:
        name_width, figure_width, unit_width, _ = self._metrics
        line, colours = self._row_height(), self._theme.colours
        painter = QPainter(self)
        right, middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._small)
        painter.setPen(colours.muted)
        painter.drawText(QRect(0, 0, name_width + figure_width, line), middle, self._measured())
        for column, title in enumerate(COLUMNS):
            painter.drawText(QRect(name_width + column * figure_width, 0, figure_width, line), right, title)
        for index, row in enumerate(self._rows):
            top = (index + 1) * line
            unit_box = QRect(name_width + 3 * figure_width + SPACING, top, unit_width, line)
            painter.setPen(colours.muted)
            painter.drawText(unit_box, middle, row.unit)
            if row.remark:
                start = name_width + figure_width + SPACING
                painter.setPen(colours.text)
                painter.drawText(QRect(start, top, 2 * figure_width, line), middle, row.remark)
        for index, row in enumerate(self._rows):
            top = (index + 1) * line
            important = row.name == "Integrated"
            painter.setFont(self._strong if important else self._plain)
            painter.setPen(colours.text if important else colours.muted)
            painter.drawText(QRect(0, top, name_width, line), middle, row.name)
            for column, text in enumerate(row.texts):
                if column == 1 and row.remark:
                    continue
                uncertain = text == "–" or (column == 0 and row.remark)
                painter.setPen(colours.muted if uncertain else colours.text)
                painter.drawText(QRect(name_width + column * figure_width, top, figure_width, line), right, text)

    def _restyle(self) -> None:
        """Measure the text once, not in every frame."""
        self._plain, self._strong = self._theme.figures(0.9), self._theme.figures(0.9, bold=True)
        self._small = self._theme.figures(0.8)
        strong, small = QFontMetrics(self._strong), QFontMetrics(self._small)
        self._metrics = (
            strong.horizontalAdvance("Sample peak") + SPACING,
            strong.horizontalAdvance("−88.8") + 2 * SPACING,
            max(map(small.horizontalAdvance, ("LUFS", "dBTP", "dBFS"))) + 2 * SPACING,
            strong.height() + SPACING,
        )
        self.updateGeometry()
        self.update()
