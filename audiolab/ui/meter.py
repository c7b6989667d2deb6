"""The loudness meter: bars, figures and history of what is heard, and the figures of the whole file."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from audiolab.analysis.loudness import LoudnessReading
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.meterbars import LoudnessBars
from audiolab.ui.meterfield import FieldBars
from audiolab.ui.meterfigures import Figures
from audiolab.ui.meterheader import MeterHeader
from audiolab.ui.meterhistory import HistoryStrip
from audiolab.ui.meterscale import LoudnessScale
from audiolab.ui.scope import Scope
from audiolab.ui.theme import SPACING, Theme

BAR_MS = 33
"""From one drawing of the bars to the next."""

FIGURES_EVERY = 5
"""Drawings of the bars for one of the figures: what changes more often than six times a second cannot be read."""

SPOKEN_SECONDS = 1.0
"""From one description for screen readers to the next: each may be read out, and that takes its time."""


class MeterPanel(QWidget):
    """The panel of the loudness meter. It draws `session.metering`, at most 30 times a second."""

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pending = FIGURES_EVERY
        self._described = 0.0
        self._header = MeterHeader(session, theme, actions)
        self._bars = LoudnessBars(theme)
        self._figures = Figures(theme)
        self._field = FieldBars(theme)
        self._history = HistoryStrip(theme)
        self._scope = Scope(theme)
        self._arrange()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BAR_MS)
        self._timer.timeout.connect(self._draw)
        self._bars.lamps_clicked.connect(session.metering.reset_peaks)
        session.metering.changed.connect(self._ask)
        session.metering.sounded.connect(self._scope.take)
        session.analyses.loudness_changed.connect(self.refresh)
        session.settings.changed.connect(self._rescale)
        session.recording_changed.connect(self._load)
        self.setAccessibleName("Loudness")
        self._load()
        self._rescale()

    def _arrange(self) -> None:
        table = QVBoxLayout()
        table.setSpacing(0)
        table.addWidget(self._figures, 1)
        table.addWidget(self._field)
        levels = QHBoxLayout()
        levels.setSpacing(3 * SPACING)
        levels.addWidget(self._bars)
        levels.addLayout(table, 1)
        pictures = QHBoxLayout()
        pictures.setSpacing(SPACING)
        pictures.addWidget(self._history, 1)
        pictures.addWidget(self._scope)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 2 * SPACING)
        column.setSpacing(SPACING)
        column.addWidget(self._header)
        column.addLayout(levels, 1)
        column.addLayout(pictures)

    def refresh(self) -> None:
        """Draw everything now."""
        self._pending = FIGURES_EVERY
        self._described = 0.0
        self._draw()

    def _load(self) -> None:
        self._place()
        self._scope.clear()
        self.refresh()

    def _place(self) -> None:
        """The channels stand where the meter takes them to stand."""
        meter = self._session.metering.meter
        layout = meter.layout if meter is not None else None
        self._scope.set_layout(layout)
        self._bars.set_layout(layout)

    def _ask(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        if not self.isVisible():
            return
        reading = self._session.metering.reading
        self._bars.show_reading(reading)
        self._scope.advance()
        self._pending += 1
        if self._pending >= FIGURES_EVERY:
            self._pending = 0
            self._write(reading)
        if self._pending or self._scope.lit:
            self._timer.start()  # the figures follow, and light fades, even if nothing more is heard

    def _write(self, reading: LoudnessReading | None) -> None:
        self._figures.show_values(reading, self._session.analyses.loudness)
        self._field.show_reading(reading)
        meter = self._session.metering.meter
        self._history.show_curves(
            meter.history() if meter is not None else None, reading.threshold_lufs if reading is not None else None
        )
        if time.monotonic() - self._described >= SPOKEN_SECONDS:
            self._described = time.monotonic()
            self._describe()

    def _describe(self) -> None:
        """Say in words what is drawn; Qt tells the screen reader that it differs."""
        self._figures.say()
        figures, field = self._figures.describe(), self._field.describe()
        whole = "\n".join(text for text in (figures, field, self._bars.describe()) if text)
        for widget, text in (
            (self, whole),
            (self._figures, figures),
            (self._field, field),
            (self._bars, self._bars.describe()),
        ):
            if widget.accessibleDescription() != text:
                widget.setAccessibleDescription(text)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def _rescale(self) -> None:
        scale = LoudnessScale.of(self._session.settings.current)
        for part in (self._header, self._bars, self._figures, self._history):
            part.set_scale(scale)
        self._place()
        self.refresh()
