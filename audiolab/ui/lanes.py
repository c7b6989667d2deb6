"""The alignment lane: words, phones and CTC frames under the waveform."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QStaticText
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas, blend, packed
from audiolab.ui.laneimage import Spans, frame_starts, paint_bars
from audiolab.ui.readout import Probe
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.timeview import TimeView

WORDS, PHONES, FRAMES = range(3)
"""The rows, from the top."""

_NAMES = ("words", "phones", "frames")

FRAME_BARS_FROM = 3.0
"""Pixels per emission frame from which its probability is drawn."""

FRAME_TEXT_FROM = 10.0
"""Pixels per emission frame from which its symbol is written, where it fits."""

LEAST_TEXT = 6.0
"""Pixels below which no text fits."""

BLANK_SIGN = "·"
"""What stands for the blank: its name in the vocabulary is long and says nothing."""

FRAME_SHADE = 110
"""Of 255, how much accent the bar of a symbol has."""

MAX_LABELS = 4096
"""Different texts that are kept laid out."""

LEAST_ELIDED = 2.5
"""Times the width of an m below which a word that is cut short says nothing."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One item of a row.

    Attributes:
        row: WORDS, PHONES or FRAMES.
        index: which word, token or emission frame.
        span: sample frames.
        text: what is written on it.
    """

    row: int
    index: int
    span: TimeSpan
    text: str


class LaneView(TimeView):
    """Three rows: words and phones with their spans, and what the network said in each of its frames.

    What lies under the playhead (or the cursor, while nothing plays) is highlighted. A click goes to the start of
    an item, a double click selects it.
    """

    title = "Words, phones and CTC frames"
    description = "Click an item to go to its start, double-click to select it."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._spans = (Spans.of(()), Spans.of(()))
        self._lit: tuple[_Place, ...] = ()
        self._labels: dict[str, tuple[QStaticText, int]] = {}
        session.reading.changed.connect(self._read)
        session.reading.running_changed.connect(self.refresh)
        session.timeline.cursor_changed.connect(self._light)
        session.timeline.playhead_changed.connect(self._light)
        theme.changed.connect(self._labels.clear)
        self._read()

    def sizeHint(self) -> QSize:
        return QSize(600, self._row_top(FRAMES) + self._row_height(FRAMES) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, self.sizeHint().height())

    def empty_text(self) -> str:
        if self.session.recording is None:
            return super().empty_text()
        if self.session.reading.transcription is None:
            running = self.session.reading.running
            return "Transcribing…" if running else "Transcribe to see words, phones and CTC frames here"
        return ""

    # painting

    def paint_gutter(self, painter: QPainter) -> None:
        for row, name in enumerate(_NAMES):
            area = QRectF(SPACING, self._row_top(row), self.gutter - 3 * SPACING, self._row_height(row))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def paint_strip(self, canvas: Canvas) -> None:
        colours = self.theme.colours
        for row, fill in ((WORDS, colours.word), (PHONES, colours.phone)):
            top, bottom = self._row_top(row), self._row_top(row) + self._row_height(row)
            rows = slice(round(top * canvas.ratio), round(bottom * canvas.ratio))
            self._spans[row].paint(canvas.pixels[rows], canvas.axis, blend(colours.surface, fill))
            canvas.painter.setPen(colours.text)
            for index, left, right in self._spans[row].roomy(self.axis(), LEAST_TEXT):
                self._write(canvas.painter, row, self._text(row, index), left, right)
        self._paint_frames(canvas)

    def _paint_frames(self, canvas: Canvas) -> None:
        """The most probable symbol of each frame, and a bar as high as it is probable."""
        colours, transcription = self.theme.colours, self.session.reading.transcription
        top, height = self._row_top(FRAMES), self._row_height(FRAMES)
        width = self._frame_pixels()
        if width < FRAME_BARS_FROM:
            canvas.painter.setPen(colours.muted)
            area = QRectF(self.gutter, top, self.strip().width(), height)
            canvas.painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "Zoom in to see CTC frames")
            return
        frames = self._visible_frames()
        if not frames:
            return
        silent = transcription.best_path[frames.start : frames.stop] == transcription.emissions.blank
        score = transcription.best_score[frames.start : frames.stop].astype(np.float32)
        starts = frame_starts(transcription.emissions.grid, frames.start, frames.stop, transcription.sample_rate)
        # Half the accent: the symbol is written over the bar's upper edge and must be legible on both sides of it.
        spoken = blend(colours.blank, colours.accent)[FRAME_SHADE]
        fills = np.where(silent, np.uint32(packed(colours.phone)), spoken)
        rows = slice(round(top * canvas.ratio), round((top + height) * canvas.ratio))
        paint_bars(canvas.pixels[rows], canvas.axis, starts, score, fills, packed(colours.blank))
        if width < FRAME_TEXT_FROM:
            return
        edges = Spans.columns(starts, self.axis()).clip(self.gutter, self.width()).tolist()
        for index, frame in enumerate(frames):
            canvas.painter.setPen(colours.muted if silent[index] else colours.text)
            self._write(canvas.painter, FRAMES, self._text(FRAMES, frame), edges[index], edges[index + 1])

    def paint_marks(self, painter: QPainter) -> None:
        """Light what is said now."""
        self._lit = self._lit_now()
        colours, axis = self.theme.colours, self.axis()
        for place in self._lit:
            left, right = axis.pixels(place.span)
            left, right = max(left, self.gutter), min(right, self.width())
            if right <= left or (place.row == FRAMES and self._frame_pixels() < FRAME_BARS_FROM):
                continue
            top, height = self._row_top(place.row), self._row_height(place.row)
            painter.fillRect(QRectF(left, top, max(right - left - 1, 1), height), colours.current)
            painter.setPen(colours.on_current)
            self._write(painter, place.row, place.text, left, right)

    def _write(self, painter: QPainter, row: int, text: str, left: float, right: float) -> None:
        """Write `text` in the middle between `left` and `right`; a word is cut short where it does not fit."""
        room = right - left - (SPACING if row == WORDS else 1)
        label, width = self._label(text)
        if width > room:
            if row != WORDS or room < LEAST_ELIDED * self._label("m")[1]:
                return
            text = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
            label, width = QStaticText(text), self.metrics.horizontalAdvance(text)
        top = self._row_top(row) + (self._row_height(row) + self.metrics.capHeight()) / 2 - self.metrics.ascent()
        painter.drawStaticText(QPointF(left + (right - left - width) / 2, round(top)), label)

    def _label(self, text: str) -> tuple[QStaticText, int]:
        """`text`, laid out once, and its width: there are few different ones, and laying out costs most."""
        known = self._labels.get(text)
        if known is None:
            if len(self._labels) >= MAX_LABELS:
                self._labels.clear()
            label = QStaticText(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.prepare(font=self.label_font)
            known = self._labels[text] = (label, self.metrics.horizontalAdvance(text))
        return known

    def _light(self) -> None:
        """Another item may be said now: draw the old and the new one anew."""
        if self.session.reading.transcription is None:
            return
        now = self._lit_now()
        for place in {*now} ^ {*self._lit}:
            self.update_span(place.span)

    # what lies where

    def probe_at(self, position: QPointF) -> Probe:
        place = self._place_at(position)
        text = "" if place is None else place.text
        if place is not None and place.row == FRAMES:
            text = f"{text} {float(self.session.reading.transcription.best_score[place.index]):.2f}"
        return Probe(self.frame_at(position.x()), text=text)

    def target_at(self, position: QPointF) -> int:
        place = self._place_at(position)
        return super().target_at(position) if place is None else place.span.start

    def span_at(self, position: QPointF) -> TimeSpan:
        place = self._place_at(position)
        return super().span_at(position) if place is None else place.span

    def _place_at(self, position: QPointF) -> _Place | None:
        row = next((row for row in (FRAMES, PHONES, WORDS) if position.y() >= self._row_top(row)), None)
        if row is None or self.session.reading.transcription is None:
            return None
        return self._place(row, self.frame_at(position.x()))

    def _lit_now(self) -> tuple[_Place, ...]:
        if self.session.reading.transcription is None:
            return ()
        places = (self._place(row, self.session.timeline.position) for row in (WORDS, PHONES, FRAMES))
        return tuple(place for place in places if place is not None)

    def _place(self, row: int, frame: int) -> _Place | None:
        """What `row` has at sample `frame`."""
        reading = self.session.reading
        find = (reading.word_at, reading.token_at, reading.emission_frame_at)[row]
        index = find(frame)
        if index is None:
            return None
        if row == FRAMES:
            transcription = reading.transcription
            span = transcription.emissions.grid.span(index, index + 1, transcription.sample_rate)
        else:
            span = (reading.words, reading.tokens)[row][index].span
        return _Place(row, index, span, self._text(row, index))

    def _text(self, row: int, index: int) -> str:
        reading = self.session.reading
        if row != FRAMES:
            return (reading.words, reading.tokens)[row][index].text
        emissions = reading.transcription.emissions
        symbol = int(reading.transcription.best_path[index])
        return BLANK_SIGN if symbol == emissions.blank else emissions.vocabulary[symbol]

    def _visible_frames(self) -> range:
        transcription, visible = self.session.reading.transcription, self.session.timeline.visible
        grid, rate = transcription.emissions.grid, transcription.sample_rate
        first = max(grid.frame_at(visible.start, rate), 0)
        return range(first, min(grid.frame_at(visible.stop - 1, rate) + 1, transcription.emissions.frames))

    def _frame_pixels(self) -> float:
        """Width of an emission frame."""
        transcription = self.session.reading.transcription
        grid = transcription.emissions.grid
        return grid.hop * transcription.sample_rate / grid.sample_rate / self.axis().samples_per_pixel

    # rows

    def _row_top(self, row: int) -> int:
        return 1 + sum(self._row_height(above) + 1 for above in range(row))

    def _row_height(self, row: int) -> int:
        return self.line_height + (SPACING if row == FRAMES else 0)

    def _read(self) -> None:
        reading = self.session.reading
        self._spans = (Spans.of(reading.words), Spans.of(reading.tokens))
        self.refresh()
