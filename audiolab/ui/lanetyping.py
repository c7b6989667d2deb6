"""Texts, names and speakers that are typed in the alignment lane, where they stand."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect

from audiolab.ui.inlineeditor import InlineEditor

if TYPE_CHECKING:
    from audiolab.ui.lanes import LaneView


class LaneTyping(QObject):
    """Opens a line over what is to be typed when the tier editor asks for it.

    Args:
        lane: over which it lies; hidden, it lets nothing be typed.
    """

    def __init__(self, lane: "LaneView") -> None:
        super().__init__(lane)
        self._lane = lane
        self._line = InlineEditor(lane, lane.theme)
        lane.editor.rename_asked.connect(self._type_text)
        lane.editor.naming_asked.connect(self._type_name)
        lane.editor.speaker_asked.connect(self._type_speaker)

    def finish(self, *, taken: bool = True) -> None:
        """End what is typed; with `taken` it is kept."""
        self._line.finish(taken=taken)

    def _type_text(self) -> None:
        editor, row = self._lane.editor, self._lane.current_row()
        if editor.index is not None and row is not None:
            tier = self._lane.rows[row]
            name = f"Text of the item in {tier.tier.name}"
            self._type_over(row, editor.index, tier.text(editor.index), editor.rename, name, self._type_next)

    def _type_next(self, steps: int) -> None:
        editor = self._lane.editor
        before = editor.index
        editor.step(steps)
        if editor.index != before:
            self._type_text()

    def _type_speaker(self) -> None:
        """Over the first selected item."""
        editor, row = self._lane.editor, self._lane.current_row()
        if chosen := editor.selected():
            self._type_over(row, chosen[0], editor.speaker() or "", editor.assign_speaker, "Speaker")

    def _type_name(self) -> None:
        """Over the gutter."""
        lane, row = self._lane, self._lane.current_row()
        if row is not None:
            lane.show_row(row)
            area = QRect(0, lane.row_top(row), 2 * lane.gutter, lane.row_height(row))
            self._open(area, lane.rows[row].tier.name, lane.editor.rename_tier, "Name of the tier")

    def _type_over(
        self,
        row: int,
        index: int,
        text: str,
        take: Callable[[str], None],
        name: str,
        advance: Callable[[int], None] | None = None,
    ) -> None:
        lane = self._lane
        span = lane.rows[row].span(index)
        lane.session.timeline.reveal(span.start)
        lane.show_row(row)
        left, right = lane.axis().pixels(span)
        left, right = max(round(left), lane.gutter), min(round(right), lane.width())
        area = QRect(left, lane.row_top(row), max(right - left, 1), lane.row_height(row))
        self._open(area, text, take, name, advance)

    def _open(
        self,
        area: QRect,
        text: str,
        take: Callable[[str], None],
        name: str,
        advance: Callable[[int], None] | None = None,
    ) -> None:
        if self._lane.isVisible():
            self._line.setFont(self._lane.label_font)
            self._line.open(area, text, take, name, advance)
