"""The alignment lane: all tiers and the CTC frames under the waveform; tiers are edited where they stand."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from audiolab.analysis.zerocrossing import nearest_zero_crossing
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.canvas import Canvas
from audiolab.ui.dictionaryword import offer_word
from audiolab.ui.framesrow import FramesRow
from audiolab.ui.lanelabels import LaneLabels
from audiolab.ui.lanepainter import LanePainter
from audiolab.ui.lanerows import Grip, TierRow, grip_of, rows_of
from audiolab.ui.lanetyping import LaneTyping
from audiolab.ui.readout import Probe
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.tieractions import SPEAKERS
from audiolab.ui.tiereditor import TierEditor
from audiolab.ui.tiergestures import LaneGestures
from audiolab.ui.tieritems import items_of
from audiolab.ui.timeview import TimeView

MOST_ROWS = 8
"""Tiers that are seen at once; more are scrolled to."""

BOUNDARY_REACH = 4
"""Pixels from a boundary within which a drag moves it."""

SNAP_REACH = 5
"""Pixels within which a boundary that is dragged clings to those of other tiers."""


@dataclass(frozen=True, slots=True)
class Place:
    """One item of a row.

    Attributes:
        row: place of its tier, or after the last tier the CTC frames.
        index: which item or emission frame.
        span: sample frames.
        text: what is written on it.
    """

    row: int
    index: int
    span: TimeSpan
    text: str


class LaneView(TimeView):
    """A row for each tier, and what the network said in each of its frames.

    What lies under the playhead (or the cursor, while nothing plays) is highlighted. A click chooses an item and
    goes to its start, a double click selects its time, a drag of a boundary moves it.
    """

    title = "Tiers and CTC frames"
    description = "Click an item to choose it, Enter types its text, double-click selects its time, drag its edges."
    gestures_class = LaneGestures

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self.editor = TierEditor.of(session)
        self.rows: tuple[TierRow, ...] = ()
        self.grip: Grip | None = None
        self.dragging = False
        self._scrolled = 0
        self._lit: tuple[Place, ...] = ()
        self.frames = FramesRow(session)
        super().__init__(session, theme, parent)
        self._labels = LaneLabels(self.label_font, self.metrics)
        self._painter = LanePainter(self, self._labels)
        self._typing = LaneTyping(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        session.annotations.changed.connect(self._read)
        session.speakers.changed.connect(self._read)
        session.reading.changed.connect(self.refresh)
        session.reading.running_changed.connect(self.refresh)
        session.timeline.cursor_changed.connect(self._light)
        session.timeline.playhead_changed.connect(self._light)
        self.editor.changed.connect(self._choice_moved)
        theme.changed.connect(self._painter.restyle)
        self._read()

    def sizeHint(self) -> QSize:
        tiers = min(max(len(self.rows), 2), MOST_ROWS)
        return QSize(600, 1 + tiers * (self.row_height(0) + 1) + self._frames_height() + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.gutter + 64, self.sizeHint().height())

    def empty_text(self) -> str:
        if self.session.recording is None:
            return super().empty_text()
        if not self.rows and self.session.reading.transcription is None:
            if self.session.reading.running:
                return "Transcribing…"
            return "Transcribe to see words, phones and CTC frames here, or label what you select with Ctrl+B"
        return ""

    def paint_gutter(self, painter: QPainter) -> None:
        self._painter.names(painter)

    def paint_strip(self, canvas: Canvas) -> None:
        self._painter.strip(canvas)

    def paint_marks(self, painter: QPainter) -> None:
        self._lit = self._lit_now()
        self._painter.lit(painter, self._lit)
        self._painter.chosen(painter)
        if self.grip is not None and self.dragging:
            self._painter.drag(painter, self.grip)

    def visible_moved(self) -> None:
        self._typing.finish()
        super().visible_moved()

    # rows

    def row_top(self, row: int) -> int:
        """Where a row begins; the CTC frames follow the last tier."""
        return 1 + row * (self.line_height + 1) - self._scrolled

    def row_height(self, row: int) -> int:
        """Its height in pixels."""
        return self._frames_height() if self.rows and row == len(self.rows) else self.line_height

    def row_at(self, y: float) -> int | None:
        """The row at `y`: a tier's place, or after the last one the CTC frames."""
        row = int(y - 1 + self._scrolled) // (self.line_height + 1)
        return min(row, len(self.rows)) if y >= 1 else None

    def scroll_vertically(self, pixels: float) -> bool:
        hidden = self.row_top(len(self.rows)) + self._scrolled + self._frames_height() + 1 - self.height()
        scrolled = min(max(self._scrolled + round(pixels), 0), max(hidden, 0))
        if scrolled != self._scrolled:
            self._typing.finish()
            self._scrolled = scrolled
            self.refresh()
        return hidden > 0

    def _frames_height(self) -> int:
        return self.line_height + SPACING

    # what lies where

    def probe_at(self, position: QPointF) -> Probe:
        place = self.place_at(position)
        text = "" if place is None else place.text
        if place is not None and place.row == len(self.rows):
            text = f"{text} {self.frames.score(place.index):.2f}"
        elif place is not None and (speaker := getattr(self._item(place), "speaker", "")):
            text = f"{text} ({speaker})"
        return Probe(self.frame_at(position.x()), text=text)

    def target_at(self, position: QPointF) -> int:
        place = self.place_at(position)
        return super().target_at(position) if place is None else place.span.start

    def span_at(self, position: QPointF) -> TimeSpan:
        place = self.place_at(position)
        return super().span_at(position) if place is None else place.span

    def boundary_at(self, position: QPointF) -> int | None:
        """The boundary or point that a drag from there moves."""
        row = self.row_at(position.y())
        if row is None or row >= len(self.rows) or position.x() < self.gutter:
            return None
        axis = self.axis()
        frame = axis.span.start + (position.x() - axis.left) * axis.samples_per_pixel
        return self.rows[row].seen.nearest_edge(frame, BOUNDARY_REACH * axis.samples_per_pixel)

    def _item(self, place: Place):
        return items_of(self.rows[place.row].tier)[place.index]

    def place_at(self, position: QPointF) -> Place | None:
        """What lies there."""
        row = self.row_at(position.y())
        return None if row is None else self._place(row, self.frame_at(position.x()), BOUNDARY_REACH)

    def _lit_now(self) -> tuple[Place, ...]:
        places = (self._place(row, self.session.timeline.position) for row in range(len(self.rows) + 1))
        return tuple(place for place in places if place is not None)

    def _place(self, row: int, frame: int, reach: int = 0) -> Place | None:
        """What `row` has at sample `frame`; a point within `reach` pixels of it."""
        if row == len(self.rows):
            index = self.frames.at(frame)
            return None if index is None else Place(row, index, self.frames.span(index), self.frames.text(index))
        tier = self.rows[row]
        index = tier.hit(frame, round(reach * self.axis().samples_per_pixel))
        return None if index is None else Place(row, index, tier.span(index), tier.text(index))

    def menu(self) -> QMenu:
        from audiolab.ui.choices import ChoiceLists
        from audiolab.ui.menus import ChoiceMenu

        menu = super().menu()
        speakers = ChoiceMenu(SPEAKERS, ChoiceLists(self.session))
        speakers.setParent(menu, speakers.windowFlags())
        menu.addMenu(speakers)
        if self.editor.tier is not None:
            items = items_of(self.editor.tier)
            offer_word(menu, self.session, " ".join(items[index].text for index in self.editor.selected()))
        return menu

    # choosing and dragging

    def choose_at(self, position: QPointF, *, keep_selected: bool = False) -> None:
        """Make the tier there the current one, and its item; one of several that are selected may stay so."""
        row = self.row_at(position.y())
        if row is None or row >= len(self.rows):
            return
        place = self.place_at(position) if position.x() >= self.gutter else None
        name = self.rows[row].tier.name
        chosen = self.editor.selected()
        current = self.editor.tier
        if keep_selected and place and current is not None and current.name == name and place.index in chosen:
            return
        self.editor.choose(name, None if place is None else place.index)

    def take_hold(self, position: QPointF, *, everywhere: bool) -> bool:
        """Take hold of the boundary there, on all tiers that have it if `everywhere`; whether there is one."""
        boundary = self.boundary_at(position)
        if boundary is None:
            return False
        row, length = self.row_at(position.y()), self.session.timeline.length
        self.grip = grip_of(self.rows, row, boundary, length, everywhere=everywhere)
        self.dragging = False
        return self.grip is not None

    def drag(self, frame: int) -> None:
        """Show the boundary that is held at `frame`, or at what it clings to near it."""
        self.dragging = True
        target = min(max(self._snapped(frame), self.grip.low), self.grip.high)
        self.grip = replace(self.grip, target=target)
        self.update()

    def drop(self) -> None:
        """Move the boundary to where it was dragged."""
        grip, dragging = self.grip, self.dragging
        self.let_go()
        if grip is not None and dragging and grip.target != grip.boundary:
            name = self.rows[grip.row].tier.name
            self.editor.move(name, grip.boundary, grip.target, everywhere=len(grip.moved) > 1)

    def let_go(self) -> None:
        """Leave the boundary where it was."""
        if self.grip is not None:
            self.grip, self.dragging = None, False
            self.update()

    def _snapped(self, frame: int) -> int:
        reach = SNAP_REACH * self.axis().samples_per_pixel
        others = (row for place, row in enumerate(self.rows) if place not in self.grip.moved)
        edges = (row.seen.nearest_edge(frame, reach) for row in others)
        best = min((edge for edge in edges if edge is not None), key=lambda edge: abs(edge - frame), default=None)
        if best is not None:
            return best
        recording = self.session.recording
        if self.session.settings.current.snap_to_zero and recording is not None:
            return nearest_zero_crossing(recording, frame)
        return frame

    def current_row(self) -> int | None:
        """The row of the current tier."""
        tier = self.editor.tier
        return next((place for place, row in enumerate(self.rows) if row.tier is tier), None)

    def show_row(self, row: int) -> None:
        """Scroll to a row."""
        above = 1 - self.row_top(row)
        below = self.row_top(row) + self.row_height(row) + 1 - self.height()
        if above > 0 or below > 0:
            self.scroll_vertically(-above if above > 0 else below)

    # following

    def _light(self) -> None:
        """Another item may be said now: draw the old and the new one anew."""
        now = self._lit_now()
        for place in {*now} ^ {*self._lit}:
            self.update_span(place.span)

    def _choice_moved(self) -> None:
        self._stale_gutter = True
        self.update()

    def _read(self) -> None:
        count = len(self.rows)
        self._typing.finish(taken=False)
        self.let_go()
        self.rows = rows_of(self.session.annotations.annotation, self.rows, self.session.speakers.mask)
        if len(self.rows) != count:
            self.updateGeometry()
            self.scroll_vertically(0)
        self.refresh()
