"""The row of CTC frames: what the network said in each of its frames."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas, blend, packed
from audiolab.ui.geometry import TimeAxis
from audiolab.ui.laneimage import Spans, frame_starts, paint_bars
from audiolab.ui.lanelabels import LaneLabels
from audiolab.ui.theme import Colours

BARS_FROM = 3.0
"""Pixels per emission frame from which its probability is drawn."""

TEXT_FROM = 10.0
"""Pixels per emission frame from which its symbol is written, where it fits."""

BLANK_SIGN = "·"
"""What stands for the blank: its name in the vocabulary is long and says nothing."""

SHADE = 110
"""Of 255, how much accent the bar of a symbol has."""


class FramesRow:
    """Draws the emission frames and knows what they say."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def at(self, frame: int) -> int | None:
        """The emission frame at sample `frame`, if the model saw it."""
        return self._session.reading.emission_frame_at(frame)

    def span(self, index: int) -> TimeSpan:
        """Sample frames of an emission frame."""
        transcription = self._session.reading.transcription
        return transcription.emissions.grid.span(index, index + 1, transcription.sample_rate)

    def text(self, index: int) -> str:
        """Its most probable symbol."""
        transcription = self._session.reading.transcription
        symbol = int(transcription.best_path[index])
        return BLANK_SIGN if symbol == transcription.emissions.blank else transcription.emissions.vocabulary[symbol]

    def score(self, index: int) -> float:
        """How probable that is, 0 to 1."""
        return float(self._session.reading.transcription.best_score[index])

    def readable(self, axis: TimeAxis) -> bool:
        """Whether a frame is wide enough to be drawn."""
        return self._pixels(axis) >= BARS_FROM

    def hint(self, axis: TimeAxis) -> str:
        """What to do to see the frames; empty where they are seen."""
        if self._session.reading.transcription is None:
            return "Transcribe to see CTC frames"
        return "" if self.readable(axis) else "Zoom in to see CTC frames"

    def paint(
        self, canvas: Canvas, axis: TimeAxis, top: int, height: int, colours: Colours, labels: LaneLabels
    ) -> None:
        """The most probable symbol of each frame, and a bar as high as it is probable.

        Args:
            canvas: of the whole lane.
            axis: in the widget's pixels.
            top, height: of the row in the widget's pixels; it may reach beyond the canvas.
            labels: writes the symbols.
        """
        painter = canvas.painter
        if hint := self.hint(axis):
            painter.setPen(colours.muted)
            painter.drawText(QRectF(axis.left, top, axis.width, height), Qt.AlignmentFlag.AlignCenter, hint)
            return
        frames = self._visible(axis.span)
        if not frames:
            return
        transcription = self._session.reading.transcription
        silent = transcription.best_path[frames.start : frames.stop] == transcription.emissions.blank
        score = transcription.best_score[frames.start : frames.stop].astype(np.float32)
        starts = frame_starts(transcription.emissions.grid, frames.start, frames.stop, transcription.sample_rate)
        # Half the accent: the symbol is written over the bar's upper edge and must be legible on both sides of it.
        spoken = blend(colours.blank, colours.accent)[SHADE]
        fills = np.where(silent, np.uint32(packed(colours.phone)), spoken)
        rows = slice(max(round(top * canvas.ratio), 0), max(round((top + height) * canvas.ratio), 0))
        paint_bars(canvas.pixels[rows], canvas.axis, starts, score, fills, packed(colours.blank))
        if self._pixels(axis) < TEXT_FROM:
            return
        edges = Spans.columns(starts, axis).clip(axis.left, axis.left + axis.width).tolist()
        for index, frame in enumerate(frames):
            painter.setPen(colours.muted if silent[index] else colours.text)
            self._write(painter, frame, edges[index], edges[index + 1], top, height, labels)

    def _write(
        self, painter: QPainter, frame: int, left: float, right: float, top: int, height: int, labels
    ) -> None:
        labels.write(painter, self.text(frame), left, right, top, height, cut=False)

    def _visible(self, visible: TimeSpan) -> range:
        transcription = self._session.reading.transcription
        grid, rate = transcription.emissions.grid, transcription.sample_rate
        first = max(grid.frame_at(visible.start, rate), 0)
        return range(first, min(grid.frame_at(visible.stop - 1, rate) + 1, transcription.emissions.frames))

    def _pixels(self, axis: TimeAxis) -> float:
        """Width of an emission frame."""
        transcription = self._session.reading.transcription
        if transcription is None:
            return 0.0
        grid = transcription.emissions.grid
        return grid.hop * transcription.sample_rate / grid.sample_rate / axis.samples_per_pixel
