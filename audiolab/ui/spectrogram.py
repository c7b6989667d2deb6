"""The spectrogram of one channel."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, QRectF, QSize, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu, QWidget

from audiolab.analysis.frequency import FrequencyAxis
from audiolab.analysis.tiles import db_of
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas, look_up, packed
from audiolab.ui.colormaps import level_table
from audiolab.ui.mappedtiles import Recipe
from audiolab.ui.readout import Probe
from audiolab.ui.spectrogramimage import SpectrogramImage
from audiolab.ui.spectrogramkey import SpectrogramKey
from audiolab.ui.spectrogramlook import LOWEST_LOG, Look
from audiolab.ui.spectrogrammenu import fill_menu
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.ticks import Tick, frequency_ticks, multiples, nice_step, round_frequencies
from audiolab.ui.timeview import TimeView

ASK_MS = 30
"""How often tiles are asked for while the view scrolls: each time what was asked for before is dropped."""

ARRIVED_MS = 16
"""How long tiles that arrive are gathered before they are shown together."""

KEY_SHARE = 0.6
"""Of the strip's width, what the key may take; in a narrower view it would cover too much."""

NARROWEST_BAND = 50.0
"""Hz that are seen at the closest vertical zoom."""


class SpectrogramView(TimeView):
    """Levels over time and frequency, from tiles that are computed when they come into view.

    Preset, colour map, gain, range and frequency scale are settings; channel and vertical zoom are the view's own.
    """

    title = "Spectrogram"
    description = "Click to seek, drag to select, Ctrl and wheel to zoom time, Alt and wheel to zoom frequency."
    covers_strip = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self._look = Look.of(session.settings.current)
        self._band: tuple[float, float] | None = None
        self._channel = 0
        self._image = SpectrogramImage(session.analyses.tiles.get)
        super().__init__(session, theme, parent)
        self._key = SpectrogramKey(theme, self)
        self._key.clicked.connect(self._open_menu)
        self._ask = _single_shot(self, ASK_MS, self._want_tiles)
        self._asked = QElapsedTimer()
        self._show_arrived = _single_shot(self, ARRIVED_MS, self.refresh_strip)
        session.analyses.tiles.changed.connect(self._tiles_changed)
        session.recording_changed.connect(self._begin)
        session.settings.changed.connect(self._follow_settings)
        self._show_key()

    def sizeHint(self) -> QSize:
        return QSize(600, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, 64)

    @property
    def look(self) -> Look:
        """How it looks now: the settings, resolved."""
        return self._look

    @property
    def channel(self) -> int:
        """Which channel is shown, from 0."""
        return self._channel

    def set_channel(self, channel: int) -> None:
        """Show another channel."""
        recording = self.session.recording
        if channel != self._channel and recording is not None and 0 <= channel < recording.channels:
            self._channel = channel
            self.refresh_strip()

    @property
    def zoomed(self) -> bool:
        """Whether other frequencies are shown than the preset asks for."""
        return self._band is not None

    def reset_vertically(self) -> None:
        self._set_band(None)

    def menu(self) -> QMenu:
        menu = super().menu()
        fill_menu(menu, self)
        return menu

    def frequency_axis(self, rows: int) -> FrequencyAxis:
        """From Hz to rows, of which the view has `rows`."""
        whole = self._look.axis(rows, self.session.timeline.sample_rate)
        return whole if self._band is None else FrequencyAxis(rows, *self._band, whole.scale)

    def zoom_vertically(self, factor: float, y: float) -> bool:
        if self.session.recording is None:
            return False
        axis, (lowest, highest) = self.frequency_axis(self.height()), self._limits()
        low = axis.frequency_at(y + (self.height() - y) / factor)
        high = axis.frequency_at(y - y / factor)
        low = low if lowest < low < highest else lowest
        high = high if low < high < highest else highest
        if high - low >= NARROWEST_BAND:
            whole = self._look.axis(self.height(), self.session.timeline.sample_rate)
            out = factor < 1.0 and low <= whole.f_low and high >= whole.f_high and not self.zoomed
            self._set_band(None if out else (low, high))
        return True

    def scroll_vertically(self, pixels: float) -> bool:
        if self._band is None:
            return False
        axis, (lowest, highest) = self.frequency_axis(self.height()), self._limits()
        pixels = min(max(pixels, axis.y_of(highest)), axis.y_of(lowest) - self.height())
        self._set_band((axis.frequency_at(self.height() + pixels), axis.frequency_at(pixels)))
        return True

    def probe_at(self, position: QPointF) -> Probe:
        frame = self.frame_at(position.x())
        frequency = self.frequency_axis(self.height()).frequency_at(position.y())
        return Probe(frame, frequency, self._image.level_at(frame, frequency))

    # painting

    def paint_gutter(self, painter: QPainter) -> None:
        ascent, descent = self.metrics.ascent(), self.metrics.descent()
        axis = self.frequency_axis(self.height())
        painter.drawText(QPointF(SPACING, ascent + SPACING / 2), "Hz")
        for tick in self._ticks(axis):
            y = axis.y_of(tick.position)
            baseline = min(max(y + ascent / 2 - 1, ascent + SPACING / 2), self.height() - descent)
            left = self.gutter - 2 * SPACING - self.metrics.horizontalAdvance(tick.label)
            painter.drawText(QPointF(left, baseline), tick.label)
            row = min(max(round(y), 0), self.height() - 1)
            painter.fillRect(QRectF(self.gutter - SPACING, row, SPACING - 1, 1), self.theme.colours.muted)

    def paint_strip(self, canvas: Canvas) -> None:
        rate, length = self.session.timeline.sample_rate, self.session.recording.frames
        rows = len(canvas.pixels)
        recipe = Recipe(self._look.preset.spec_for(rate), self._channel, rate, self.frequency_axis(rows))
        self._image.show(recipe, canvas.axis, length)
        top = self._top_db()
        self._key.show_scale(self._look, top, self._channel_name())
        table = level_table(self._look.colour_map, top, self._look.range_db)
        look_up(canvas.pixels, self._image.columns.T, table)
        end = canvas.axis.column(length)
        if end < canvas.axis.width:
            canvas.pixels[:, max(end, 0) :] = packed(self.theme.colours.surface)
        self._show_arrived.stop()
        if not self._ask.isActive():
            self._ask.start(0 if self._asked.hasExpired(ASK_MS) else ASK_MS)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._show_key()

    def _top_db(self) -> float:
        """The level of the strongest colour."""
        if self._look.gain is not None:
            return -self._look.gain
        loudest = int(self._image.columns.max(initial=0))
        return db_of(float(loudest)) if loudest else 0.0

    def _ticks(self, axis: FrequencyAxis) -> list[Tick]:
        spacing = 1.5 * self.line_height
        if axis.scale == "linear":
            step = nice_step(spacing * (axis.f_high - axis.f_low) / max(self.height(), 1))
            candidates = multiples(axis.f_low, axis.f_high, step)
        else:
            candidates = round_frequencies(axis.f_low, axis.f_high)
        return frequency_ticks(candidates, axis.y_of, spacing * 0.99)

    def _limits(self) -> tuple[float, float]:
        """Lowest and highest frequency that can be shown."""
        highest = self.session.timeline.sample_rate / 2.0
        return (min(LOWEST_LOG, highest / 2.0) if self._look.scale == "log" else 0.0), highest

    # tiles

    def _want_tiles(self) -> None:
        self._asked.start()
        self.session.analyses.tiles.want(self._image.wanted())

    def _tiles_changed(self) -> None:
        if not self._show_arrived.isActive():
            self._show_arrived.start()

    # state

    def _set_band(self, band: tuple[float, float] | None) -> None:
        if band is not None:  # the way to pixels and back may end a rounding error outside
            lowest, highest = self._limits()
            band = max(band[0], lowest), min(band[1], highest)
        if band != self._band:
            self._band = band
            self.refresh()

    def _begin(self) -> None:
        """Another recording is open."""
        self._image.forget()
        self._band = None
        self._channel = 0
        self._show_key()
        self.refresh()

    def _follow_settings(self) -> None:
        look = Look.of(self.session.settings.current)
        if look != self._look:
            if (look.preset, look.scale) != (self._look.preset, self._look.scale):
                self._band = None
            self._look = look
            self.refresh()

    def _channel_name(self) -> str:
        recording = self.session.recording
        if recording is None or recording.channels == 1:
            return ""
        return ("left", "right")[self._channel] if recording.channels == 2 else f"channel {self._channel + 1}"

    def _show_key(self) -> None:
        self._key.adjustSize()
        self._key.move(self.width() - self._key.width() - SPACING, SPACING)
        roomy = self._key.width() < KEY_SHARE * self.strip().width() and 4 * self._key.height() < self.height()
        self._key.setVisible(self.session.recording is not None and roomy)

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._key.mapToGlobal(QPoint(0, self._key.height())))


def _single_shot(parent: SpectrogramView, milliseconds: int, act: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
