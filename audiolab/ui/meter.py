"""The loudness meter: bars, figures and history of what is heard, and the figures of the whole file."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from audiolab.analysis.loudness import LoudnessReading
from audiolab.session.session import Session
from audiolab.ui.meterbars import LoudnessBars
from audiolab.ui.meterfigures import Figures
from audiolab.ui.meterhistory import HistoryStrip
from audiolab.ui.meterscale import LoudnessScale
from audiolab.ui.theme import SPACING, Theme

BAR_MS = 33
"""From one drawing of the bars to the next."""

FIGURES_EVERY = 5
"""Drawings of the bars for one of the figures: what changes more often than six times a second cannot be read."""


class MeterPanel(QWidget):
    """The panel of the loudness meter. It draws `session.metering`, at most 30 times a second."""

    def __init__(self, session: Session, theme: Theme, reset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._pending = FIGURES_EVERY
        self._title = QLabel()
        self._reset = QToolButton()
        self._reset.setAutoRaise(True)
        self._reset.setText("Reset")
        self._reset.setToolTip(reset.toolTip())
        self._reset.setAccessibleName("Reset the meter")
        self._reset.clicked.connect(reset.trigger)
        self._bars = LoudnessBars(theme)
        self._figures = Figures(theme)
        self._history = HistoryStrip(theme)
        header = QHBoxLayout()
        header.addWidget(self._title, 1)
        header.addWidget(self._reset)
        levels = QHBoxLayout()
        levels.setSpacing(3 * SPACING)
        levels.addWidget(self._bars)
        levels.addWidget(self._figures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 2 * SPACING)
        column.setSpacing(SPACING)
        column.addLayout(header)
        column.addLayout(levels, 1)
        column.addWidget(self._history)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BAR_MS)
        self._timer.timeout.connect(self._draw)
        self._bars.lamps_clicked.connect(session.metering.reset)
        session.metering.changed.connect(self._ask)
        session.analyses.loudness_changed.connect(self.refresh)
        session.settings.changed.connect(self._rescale)
        session.recording_changed.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self.setAccessibleName("Loudness")
        self._restyle()
        self._rescale()

    def refresh(self) -> None:
        """Draw everything now."""
        self._pending = FIGURES_EVERY
        self._draw()

    def _ask(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        if not self.isVisible():
            return
        reading = self._session.metering.reading
        self._bars.show_reading(reading)
        self._pending += 1
        if self._pending >= FIGURES_EVERY:
            self._pending = 0
            self._write(reading)
        else:
            self._timer.start()  # the figures follow even if nothing more is heard

    def _write(self, reading: LoudnessReading | None) -> None:
        self._figures.show_values(reading, self._session.analyses.loudness)
        meter = self._session.metering.meter
        self._history.show_curves(meter.history() if meter is not None else None)
        if QAccessible.isActive():
            self.setAccessibleDescription(self._figures.describe())

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def _rescale(self) -> None:
        scale = LoudnessScale.of(self._session.settings.current)
        self._title.setText(scale.title)
        for part in (self._bars, self._figures, self._history):
            part.set_scale(scale)
        self.refresh()

    def _restyle(self) -> None:
        font = self._theme.figures(0.9)
        self._title.setFont(font)
        self._reset.setFont(font)
