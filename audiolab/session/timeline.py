"""The one owner of what part of the recording is seen, selected, and where one is in it."""

from PySide6.QtCore import QObject, Signal

from audiolab.core.timebase import TimeSpan

MIN_VISIBLE = 16
"""Sample frames that are visible at the closest zoom: single samples are then wide enough to be read."""


class Timeline(QObject):
    """Visible span, cursor, playhead and selection, all in sample frames of the open recording.

    The *cursor* is where a person last clicked and where playback starts; the *playhead* is what is heard now.
    Every setter clamps to the recording and emits only on a change.

    Signals:
        length_changed: a recording was opened, closed, or grew.
        visible_changed, cursor_changed, playhead_changed, selection_changed: redraw from the property.
    """

    length_changed = Signal()
    visible_changed = Signal()
    cursor_changed = Signal()
    playhead_changed = Signal()
    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sample_rate = 1
        self._length = 0
        self._visible = TimeSpan(0, 1)
        self._cursor = 0
        self._playhead: int | None = None
        self._selection = TimeSpan(0, 0)

    @property
    def sample_rate(self) -> int:
        """Of the recording, in Hz; 1 while none is open."""
        return self._sample_rate

    @property
    def length(self) -> int:
        """Sample frames of the recording; 0 while none is open."""
        return self._length

    @property
    def visible(self) -> TimeSpan:
        """What the views show. Never empty; may reach past the end of a short or growing recording."""
        return self._visible

    @property
    def cursor(self) -> int:
        """Where playback starts and labels are made."""
        return self._cursor

    @property
    def playhead(self) -> int | None:
        """What is heard now; None while stopped."""
        return self._playhead

    @property
    def position(self) -> int:
        """Where one is: the playhead while there is one, else the cursor."""
        return self._cursor if self._playhead is None else self._playhead

    @property
    def selection(self) -> TimeSpan:
        """The selected span; empty where nothing is selected."""
        return self._selection

    def reset(self, length: int, sample_rate: int) -> None:
        """Show another recording, whole, with nothing selected."""
        self._length = max(length, 0)
        self._sample_rate = max(sample_rate, 1)
        self._visible = TimeSpan(0, max(self._length, MIN_VISIBLE))
        self._cursor = 0
        self._playhead = None
        self._selection = TimeSpan(0, 0)
        for signal in (
            self.length_changed,
            self.visible_changed,
            self.cursor_changed,
            self.playhead_changed,
            self.selection_changed,
        ):
            signal.emit()

    def grow(self, length: int) -> None:
        """The recording became longer. Where all of it was visible, all of it stays visible."""
        if length <= self._length:
            return
        whole = self._visible.start == 0 and self._visible.stop >= self._length
        self._length = length
        self.length_changed.emit()
        if whole and length > self._visible.stop:
            # In steps of a quarter: a view that rescales at every block of a running recording cannot be read.
            self._set_visible(TimeSpan(0, length + length // 4))

    def settle(self, length: int) -> None:
        """The length is final, and may be less than was promised; the room that was left for growth goes."""
        whole = self._visible.start == 0 and self._visible.stop >= self._length
        if length != self._length:
            self._length = length
            self.length_changed.emit()
        if whole:
            self.show_all()
        elif self._visible.stop > length:
            self.show(self._visible)
        self.set_cursor(self._cursor)
        self.select(self._selection)

    def show(self, span: TimeSpan) -> None:
        """Make `span` visible, moved into the recording and shortened to it where it does not fit."""
        width = min(max(span.length, MIN_VISIBLE), max(self._length, MIN_VISIBLE))
        start = min(max(span.start, 0), max(self._length - width, 0))
        self._set_visible(TimeSpan(start, start + width))

    def show_all(self) -> None:
        """Zoom out to the whole recording."""
        self.show(TimeSpan(0, self._length))

    def zoom(self, factor: float, anchor: int | None = None) -> None:
        """Show `1 / factor` times the span; `anchor` (by default the middle) keeps its place on the screen."""
        if factor <= 0:
            raise ValueError(f"zoom factor must be positive, got {factor}")
        visible = self._visible
        centre = (visible.start + visible.stop) // 2 if anchor is None else anchor
        width = max(round(visible.length / factor), MIN_VISIBLE)
        width = min(width, max(self._length, MIN_VISIBLE))
        start = centre - round((centre - visible.start) * (width / visible.length))
        self.show(TimeSpan(start, start + width))

    def scroll(self, frames: int) -> None:
        """Move the visible span later (or earlier, where negative) without changing its length."""
        self.show(self._visible.moved(frames))

    def reveal(self, frame: int, *, page: bool = False) -> None:
        """Scroll so that `frame` is visible: to the middle, or as the start of the next page."""
        if frame in self._visible:
            return
        width = self._visible.length
        start = frame - width // 20 if page else frame - width // 2
        self.show(TimeSpan(start, start + width))

    def set_cursor(self, frame: int) -> None:
        """Move the cursor."""
        frame = min(max(frame, 0), self._length)
        if frame != self._cursor:
            self._cursor = frame
            self.cursor_changed.emit()

    def set_playhead(self, frame: int | None) -> None:
        """Say what is heard now; None when playback stops."""
        if frame is not None:
            frame = min(max(frame, 0), self._length)
        if frame != self._playhead:
            self._playhead = frame
            self.playhead_changed.emit()

    def select(self, span: TimeSpan) -> None:
        """Select `span`; an empty one clears the selection."""
        clamped = span.clamped(self._length)
        if not clamped:
            clamped = TimeSpan(0, 0)
        if clamped != self._selection:
            self._selection = clamped
            self.selection_changed.emit()

    def clear_selection(self) -> None:
        """Select nothing."""
        self.select(TimeSpan(0, 0))

    def _set_visible(self, span: TimeSpan) -> None:
        if span != self._visible:
            self._visible = span
            self.visible_changed.emit()
