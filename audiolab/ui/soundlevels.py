"""The panel of sound levels: dB SPL once calibrated, dBFS before, live and of the selection."""

import math

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from audiolab.analysis.soundlevel import NIOSH, OSHA, TIME_CONSTANTS
from audiolab.analysis.weighting import WEIGHTINGS
from audiolab.core.units import clock
from audiolab.session.session import Session
from audiolab.session.soundlevels import Levels
from audiolab.ui.readout import decibels
from audiolab.ui.theme import SPACING, Theme

DRAW_MS = 160
"""From one writing of the figures to the next."""

MEASURE_MS = 300
"""So long a selection must stand still before it is measured."""

CALIBRATOR_SPL = 94.0
"""What most calibrators give, dB SPL (IEC 60942)."""

ROWS = ("Now", "Maximum", "Minimum", "Leq")


def time_left(seconds: float) -> str:
    """How long one may stay: hours and minutes; more than a day is no limit."""
    if math.isinf(seconds) or seconds >= 24 * 3600:
        return "no limit"
    return f"{clock(seconds, 0, hours=True)} left"


def figures(levels: Levels | None) -> tuple[str, ...]:
    """Levels by `ROWS` with one decimal, then doses by standard; a dash for what is not there."""
    if levels is None or not levels.reading.seconds:
        return ("–",) * (len(ROWS) + 2)
    reading = levels.reading
    texts = [
        decibels(value).removesuffix(" dB")
        for value in (reading.level, reading.maximum, reading.minimum, reading.leq)
    ]
    doses = [f"{dose.per_cent:.1f} %, {time_left(dose.seconds_left)}" for dose in levels.doses]
    return (*texts, *doses, *("–",) * (2 - len(doses)))


class SoundLevelPanel(QWidget):
    """Draws `session.soundlevels`."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._weighting = self._choice("sound_weighting", WEIGHTINGS, "Frequency weighting")
        self._time = self._choice("sound_time_weighting", tuple(TIME_CONSTANTS), "Time weighting")
        self._unit = QLabel()
        self._cells: dict[tuple[int, int], QLabel] = {}
        self._names: list[QLabel] = []
        self._known = QDoubleSpinBox(suffix=" dB SPL", decimals=1, minimum=20.0, maximum=180.0)
        self._known.setValue(CALIBRATOR_SPL)
        self._known.setAccessibleName("Known sound pressure level of the selection")
        self._calibrate = QPushButton("Calibrate")
        self._calibrate.setToolTip("The selection has this sound pressure level, as a calibrator's tone has")
        self._calibrate.clicked.connect(self._calibrate_now)
        self._forget = QPushButton("Forget")
        self._forget.setToolTip("Forget the calibration and show dBFS again")
        self._forget.clicked.connect(session.soundlevels.forget_calibration)
        self._state = QLabel(wordWrap=True)
        self._arrange()
        self._drawing = self._timer(DRAW_MS, self.refresh)
        self._measuring = self._timer(MEASURE_MS, self._measure)
        self.setAccessibleName("Sound levels")
        session.soundlevels.changed.connect(self._ask)
        session.timeline.selection_changed.connect(self._measuring.start)
        session.settings.changed.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _timer(self, interval: int, action) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(action)
        return timer

    def _arrange(self) -> None:
        reset = QToolButton(text="Reset", autoRaise=True)
        reset.setToolTip("Forget maximum, Leq and dose of what was heard")
        reset.clicked.connect(self._session.soundlevels.reset)
        head = QHBoxLayout()
        for part in (self._weighting, self._time, self._unit):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(reset)
        table = QGridLayout()
        table.setHorizontalSpacing(3 * SPACING)
        table.setVerticalSpacing(SPACING)
        table.setColumnStretch(1, 1)
        table.setColumnStretch(2, 1)
        for column, title in enumerate(("live", "selection"), 1):
            table.addWidget(self._label(title), 0, column, Qt.AlignmentFlag.AlignRight)
        for row, name in enumerate((*ROWS, NIOSH.name, OSHA.name), 1):
            table.addWidget(self._label(name), row, 0)
            for column, title in enumerate(("live", "selection"), 1):
                cell = self._cells[row - 1, column] = QLabel("–")
                cell.setAccessibleName(f"{name}, {title}")
                table.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
        calibration = QHBoxLayout()
        calibration.addWidget(self._known)
        calibration.addWidget(self._calibrate)
        calibration.addWidget(self._forget)
        calibration.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 2 * SPACING)
        column.setSpacing(2 * SPACING)
        column.addLayout(head)
        column.addLayout(table)
        column.addWidget(self._state)
        column.addLayout(calibration)
        column.addStretch(1)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text)
        self._names.append(label)
        return label

    def _choice(self, field: str, values: tuple[str, ...], name: str) -> QComboBox:
        box = QComboBox()
        box.addItems(values)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box.activated.connect(lambda index: self._session.settings.update(**{field: values[index]}))
        return box

    def refresh(self) -> None:
        """Write everything now."""
        if not self.isVisible():
            return
        levels = self._session.soundlevels
        spec = levels.spec
        calibrated = spec.calibration is not None
        self._weighting.setCurrentText(spec.weighting)
        self._time.setCurrentText(spec.time_weighting)
        self._unit.setText(spec.unit)
        for column, measured in enumerate((levels.live, levels.selected), 1):
            for row, text in enumerate(figures(measured)):
                self._cells[row, column].setText(text)
        for label in self._names[-2:]:
            label.setVisible(calibrated)
        for row in (len(ROWS), len(ROWS) + 1):
            for column in (1, 2):
                self._cells[row, column].setVisible(calibrated)
        self._forget.setEnabled(calibrated)
        self._calibrate.setEnabled(bool(self._session.timeline.selection))
        self._state.setText(
            f"Calibrated: 0 dBFS is {decibels(spec.calibration)} SPL. Doses are of the Slow A-weighted level."
            if calibrated
            else "Uncalibrated: levels are dBFS. Select a sound of known level, enter it, and calibrate."
        )

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._session.soundlevels.watch()
        self._measure()
        self.refresh()

    def _ask(self) -> None:
        if not self._drawing.isActive():
            self._drawing.start()

    def _measure(self) -> None:
        if self.isVisible():
            self._session.soundlevels.measure(self._session.timeline.selection)
            self.refresh()

    def _calibrate_now(self) -> None:
        self._session.soundlevels.calibrate(self._session.timeline.selection, self._known.value())

    def _restyle(self) -> None:
        colours = self._theme.colours
        for label in (*self._names, self._state):
            label.setStyleSheet(f"color: {colours.muted.name()}")
        for (row, _column), cell in self._cells.items():
            cell.setFont(self._theme.figures(1.3 if row == 0 else 1.0, bold=row == 0))
        self._unit.setFont(self._theme.figures(1.0, bold=True))
