"""Two readings in two lines, one over the other: what the new one adds, drops and changes is seen at a glance."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from audiolab.core.sidebyside import Slot
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.rereadcommands import show_change
from audiolab.ui.theme import SPACING, Theme

CAPTIONS = ("before", "new")
SIGNS = ("− ", "+ ")
GAP = 3 * SPACING

KEYS = {
    Qt.Key.Key_Right: "reread.next",
    Qt.Key.Key_Left: "reread.previous",
    Qt.Key.Key_Return: "reread.take",
    Qt.Key.Key_Enter: "reread.take",
    Qt.Key.Key_Delete: "reread.leave",
    Qt.Key.Key_Escape: "reread.leave_all",
}
"""What keys do while the view has the focus."""


class DifferenceView(QWidget):
    """Shows `session.proposal` around the current change, which has a frame.

    Old words that go are struck out and begin with a minus, new ones are underlined and begin with a plus: colours
    only say it again. Only what can be seen is laid out. A click makes a change the current one.
    """

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._actions = actions
        self._columns: list[tuple[int, QRectF]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("New reading")
        session.proposal.changed.connect(self._follow)
        theme.changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(400, 2 * self._line() + 2 * SPACING)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def describe(self) -> str:
        """The current change in words."""
        rereading, current = self._session.proposal.rereading, self._session.proposal.current
        if rereading is None or current is None:
            return ""
        slots = rereading.slots[current.start : current.stop]
        old = " ".join(slot.old.text for slot in slots if slot.old)
        new = " ".join(slot.new.text for slot in slots if slot.new)
        if not old:
            return f"“{new}” comes in"
        return f"“{old}” goes" if not new else f"“{old}” becomes “{new}”"

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in KEYS and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._actions[KEYS[event.key()]].trigger()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        proposal = self._session.proposal
        for index, area in self._columns:
            place = proposal.change_at(index)
            if place is not None and area.contains(event.position()):
                proposal.choose(place)
                show_change(self._session)
                return

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        colours = self._theme.colours
        painter.fillRect(self.rect(), colours.surface)
        self._columns = self._laid_out()
        self._paint_captions(painter)
        painter.setClipRect(QRectF(self._left(), 0, self.width() - self._left(), self.height()))
        for index, area in self._columns:
            self._paint_slot(painter, index, area)
        self._paint_current(painter)
        if self.hasFocus():
            painter.setClipping(False)
            painter.fillRect(0, 0, 2, self.height(), colours.accent)

    def _laid_out(self) -> list[tuple[int, QRectF]]:
        """The slots that can be seen: all from the left where they fit, else around the current change."""
        rereading, current = self._session.proposal.rereading, self._session.proposal.current
        if rereading is None or current is None:
            return []
        slots, room = rereading.slots, self.width() - self._left()
        middle = sum(self._width(slots[index]) for index in current)
        columns: list[tuple[int, float]] = []
        x = self._left() + max((room - middle) / 2, 0.0)
        start = x
        for index in range(current.start, len(slots)):
            columns.append((index, x))
            x += self._width(slots[index])
            if x > self.width():
                break
        right = x
        x = start
        for index in range(current.start - 1, -1, -1):
            x -= self._width(slots[index])
            columns.insert(0, (index, x))
            if x < self._left():
                break
        first_shown = columns[0][0] == 0 and columns[-1][0] == len(slots) - 1
        shift = self._left() - x if first_shown and right - x <= room else 0.0
        height = self.height() - 2 * SPACING
        return [(index, QRectF(at + shift, SPACING, self._width(slots[index]), height)) for index, at in columns]

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setFont(self._caption_font)
        painter.setPen(self._theme.colours.muted)
        for row, caption in enumerate(CAPTIONS):
            area = QRectF(0, SPACING + row * self._line(), self._left() - 2 * SPACING, self._line())
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, caption)

    def _paint_slot(self, painter: QPainter, index: int, area: QRectF) -> None:
        colours = self._theme.colours
        slot = self._session.proposal.rereading.slots[index]
        differs = self._session.proposal.change_at(index) is not None
        for row, word in enumerate((slot.old, slot.new)):
            line = QRectF(area.left(), area.top() + row * self._line(), area.width(), self._line())
            sign, text = ("", "–") if word is None else (SIGNS[row] if differs else "", word.text)
            painter.setPen(colours.text if row == 0 and not differs else colours.muted)
            if sign:
                painter.setPen(colours.bad if row == 0 else colours.good)
            left = line.center().x() - self.fontMetrics().horizontalAdvance(sign + text) / 2
            painter.setFont(self.font())
            painter.drawText(line.translated(left - line.left(), 0), Qt.AlignmentFlag.AlignVCenter, sign)
            if sign:
                painter.setFont(self._old_font if row == 0 else self._new_font)
            left += self.fontMetrics().horizontalAdvance(sign)
            painter.drawText(line.translated(left - line.left(), 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_current(self, painter: QPainter) -> None:
        current = self._session.proposal.current
        areas = [area for index, area in self._columns if current is not None and index in current]
        if areas:
            frame = areas[0].united(areas[-1]).adjusted(1.5, -1.5, -1.5, 1.5)
            painter.setPen(QPen(self._theme.colours.accent, 1.5))
            painter.drawRoundedRect(frame, SPACING, SPACING)

    def _width(self, slot: Slot) -> float:
        metrics = self.fontMetrics()
        texts = [word.text for word in slot.words]
        sign = 0 if slot.same else max(metrics.horizontalAdvance(sign) for sign in SIGNS)
        return max(metrics.horizontalAdvance(text) for text in texts) + sign + GAP

    def _line(self) -> int:
        return self.fontMetrics().height() + SPACING

    def _left(self) -> int:
        return max(self.fontMetrics().horizontalAdvance(caption) for caption in CAPTIONS) + 5 * SPACING

    def _follow(self) -> None:
        self.setAccessibleDescription(self.describe())
        self.update()

    def _restyle(self) -> None:
        self.setFont(self._theme.figures())
        self._caption_font = self._theme.figures(0.9)
        self._old_font, self._new_font = QFont(self.font()), QFont(self.font())
        self._old_font.setStrikeOut(True)
        self._new_font.setUnderline(True)
        self.updateGeometry()
        self.update()
