"""The spectrum at the playhead or cursor, or the average of the selection: level over frequency, with axes."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from audiolab.analysis.spectrum import average_spectrum, spectrum_at
from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.session import Session
from audiolab.ui.readout import decibels, note_name
from audiolab.ui.spectrogramlook import LOWEST_LOG, Look
from audiolab.ui.theme import SPACING, Theme

REDRAW_MS = 50
"""A curve that changes more often than twenty times a second cannot be read."""

FLOOR_DB, CEILING_DB = -120.0, 3.0

TICKS = tuple(
    (digit * 10.0**power, f"{digit * 10**power // 1000}k" if power >= 3 else str(digit * 10**power))
    for power in range(1, 6)
    for digit in (1, 2, 5)
)
"""Hz that are written at the axis."""


class SpectrumPanel(QWidget):
    """Draws the spectrum with the recipe of the spectrogram; one curve a channel."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._curves: list[pg.PlotDataItem] = []
        self._levels: np.ndarray | None = None
        self._title = QLabel()
        self._plot = pg.PlotWidget()
        self._plot.setAccessibleName("Spectrum")
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setLogMode(x=True)
        self._plot.setLabel("bottom", "Hz")
        self._plot.setLabel("left", "dBFS")
        self._plot.getAxis("bottom").setTicks([[(np.log10(hz), text) for hz, text in TICKS], []])
        self._line = pg.InfiniteLine(angle=90)
        self._line.hide()
        self._plot.addItem(self._line)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 2 * SPACING)
        column.setSpacing(SPACING)
        column.addWidget(self._title)
        column.addWidget(self._plot, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self._draw)
        timeline = session.timeline
        for signal in (timeline.cursor_changed, timeline.playhead_changed, timeline.selection_changed):
            signal.connect(self._ask)
        session.recording_changed.connect(self._ask)
        session.settings.changed.connect(self._ask)
        theme.changed.connect(self._paint_theme)
        self._plot.scene().sigMouseMoved.connect(self._point)
        self._paint_theme()

    @property
    def levels(self) -> np.ndarray | None:
        """What is drawn: dBFS, (channels, bins); None while nothing is open."""
        return self._levels

    def refresh(self) -> None:
        """Draw now."""
        self._timer.stop()
        self._draw()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        recording, timeline = self._session.recording, self._session.timeline
        if recording is None or not recording.frames:
            self._take(None, "Open a recording to see its spectrum here")
            return
        spec = Look.of(self._session.settings.current).preset.spec_for(recording.sample_rate)
        selection = timeline.selection
        if selection and timeline.playhead is None:
            title = f"Average of the selection, {frames_to_seconds(selection.length, recording.sample_rate):.3f} s"
            self._session.jobs.submit(
                "spectrum",
                lambda context: average_spectrum(recording, spec, selection, context.cancel),
                lambda levels: self._take(levels, title),
            )
            return
        self._session.jobs.cancel("spectrum")
        at = clock(frames_to_seconds(timeline.position, recording.sample_rate))
        window = spec.length / recording.sample_rate * 1000
        self._take(spectrum_at(recording, spec, timeline.position), f"At {at}, window {window:.1f} ms")

    def _take(self, levels: np.ndarray | None, title: str) -> None:
        self._levels = levels
        self._title.setText(title)
        channels = 0 if levels is None else len(levels)
        while len(self._curves) > channels:
            self._plot.removeItem(self._curves.pop())
        while len(self._curves) < channels:
            self._curves.append(self._plot.plot())
            self._paint_theme()
        if levels is None or self._session.recording is None:
            return
        nyquist = self._session.recording.sample_rate / 2
        frequencies = np.linspace(0.0, nyquist, levels.shape[1])
        for curve, level in zip(self._curves, levels, strict=True):
            curve.setData(frequencies[1:], level[1:])  # a logarithmic axis has no place for 0 Hz
        low = min(LOWEST_LOG, nyquist / 2)
        self._plot.setRange(xRange=(np.log10(low), np.log10(nyquist)), yRange=(FLOOR_DB, CEILING_DB), padding=0)

    def _point(self, position) -> None:
        """Tell frequency, note and level under the pointer."""
        levels, recording = self._levels, self._session.recording
        inside = self._plot.plotItem.vb.sceneBoundingRect().contains(position)
        self._line.setVisible(inside and levels is not None)
        if not inside or levels is None or recording is None:
            return
        exponent = self._plot.plotItem.vb.mapSceneToView(position).x()
        frequency = 10.0**exponent
        self._line.setPos(exponent)
        bin_index = min(round(frequency / (recording.sample_rate / 2) * (levels.shape[1] - 1)), levels.shape[1] - 1)
        read = "  ".join(decibels(float(level)) for level in levels[:, max(bin_index, 0)])
        self._plot.setToolTip(f"{frequency:.1f} Hz  {note_name(frequency)}  {read}")

    def _paint_theme(self) -> None:
        colours = self._theme.colours
        self._plot.setBackground(colours.surface)
        for name in ("bottom", "left"):
            axis = self._plot.getAxis(name)
            axis.setPen(colours.border)
            axis.setTextPen(colours.muted)
        self._plot.showGrid(x=True, y=True, alpha=0.2)
        self._line.setPen(pg.mkPen(colours.cursor, style=Qt.PenStyle.DotLine))
        for curve, colour in zip(self._curves, (colours.rms, colours.warn, colours.good) * 11, strict=False):
            curve.setPen(colour)
