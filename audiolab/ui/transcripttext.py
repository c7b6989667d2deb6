"""The text of the transcript: the word that is heard is lit, and a place in the text is a place in time."""

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from audiolab.core.doubts import NO_DOUBTS, Doubts
from audiolab.core.sequences import difference
from audiolab.core.units import frames_to_seconds
from audiolab.session.session import Session
from audiolab.session.speakerfilter import ShownWords
from audiolab.ui.dictionaryword import chosen_text, offer_word
from audiolab.ui.doubtmarks import DoubtMarks
from audiolab.ui.doubttips import DoubtTips
from audiolab.ui.inlineeditor import InlineEditor
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.tiereditor import TierEditor
from audiolab.ui.timemargin import TimeMargin
from audiolab.ui.wordtext import WordText


class TranscriptText(QPlainTextEdit):
    """The text itself. Painting depends on what is visible, never on the number of words.

    A double click, or F2, types a word or the selected ones anew, in place; Delete takes them away.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._words = WordText()
        self._current: int | None = None
        self._pressed = False
        self._publishing = False
        self._times = TimeMargin(self, theme)
        self._inline = InlineEditor(self.viewport(), theme)
        self._marks = DoubtMarks(self.document(), theme)
        DoubtTips(self.viewport(), self._doubts_at)
        self._editor = TierEditor.of(session)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._choose_word_at)
        self.setAccessibleName("Transcript")
        self.setAccessibleDescription("Enter goes to the word at the text cursor; selecting words selects time.")
        self.document().setDocumentMargin(2 * SPACING)
        session.speakers.changed.connect(self.refill)
        session.timeline.selection_changed.connect(self._selection_moved)
        session.timeline.playhead_changed.connect(self._moved)
        session.timeline.cursor_changed.connect(self._moved)
        self.selectionChanged.connect(self._publish_selection)
        self.updateRequest.connect(self._times.follow)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.refill()

    @property
    def words(self) -> WordText:
        """The words' places in the text."""
        return self._words

    @property
    def _shown(self) -> ShownWords:
        return self._session.speakers.words

    def refill(self) -> None:
        """There are other words, or none. The same ones, edited, stay where they are on the screen."""
        shown = self._shown
        rate = self._session.timeline.sample_rate
        before = self._words.text
        self._inline.finish(taken=False)
        self._publishing = True
        same_rate = rate == self._words.sample_rate
        self._words = self._words.edited(shown.words) if same_rate else WordText.of(shown.words, rate)
        self._marks.prepare(self._words)
        self._replace(before, self._words.text)
        self._marks.finish()
        self._publishing = False
        self._current = shown.at(self._session.timeline.position) if before else None
        self._times.set_times(
            [frames_to_seconds(shown.words[first].span.start, rate) for first in self._words.paragraphs]
        )
        self._moved()
        self._mark()

    def _replace(self, before: str, after: str) -> None:
        """Change what differs, so that the rest keeps its layout and its place on the screen."""
        where = difference(before, after)
        if not where.start:
            self.setPlainText(after)
        elif where:
            cursor = QTextCursor(self.document())
            cursor.setPosition(where.start)
            cursor.setPosition(where.before, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(after[where.start : where.after])

    # what the session says

    def _moved(self) -> None:
        word = self._shown.at(self._session.timeline.position)
        if word != self._current:
            self._current = word
            self._mark()
            if word is not None and self._session.settings.current.follow and not self._pressed:
                self._reveal(self._words.starts[word])

    def _selection_moved(self) -> None:
        if not self._publishing:
            self._drop_selection()
        self._mark()

    def _drop_selection(self) -> None:
        """Select no characters; which time is selected stays as it is."""
        cursor = self.textCursor()
        cursor.clearSelection()
        self._publishing = True
        self.setTextCursor(cursor)
        self._publishing = False

    def _mark(self) -> None:
        """Light the current word and veil the selected ones; no character moves."""
        colours = self._theme.colours
        marks = []
        selection = self._session.timeline.selection
        if selection:
            words = self._shown.within(selection)
            if words:
                marks.append(self._veil(*self._words.characters(words), colours.selection, None))
        if self._current is not None:
            span = self._words.characters(range(self._current, self._current + 1))
            marks.append(self._veil(*span, colours.current, colours.on_current))
        self.setExtraSelections(marks)

    def _veil(self, start: int, stop: int, ground, writing) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.document())
        mark.cursor.setPosition(start)
        mark.cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        mark.format.setBackground(ground)
        if writing is not None:
            mark.format.setForeground(writing)
        return mark

    def _reveal(self, position: int) -> None:
        """Scroll by whole pages, so that the text stands still while it is read."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        if self.viewport().rect().contains(self.cursorRect(cursor).center()):
            return
        block = cursor.block()
        line = block.layout().lineForTextPosition(position - block.position()).lineNumber()
        page = self.verticalScrollBar().pageStep()
        self.verticalScrollBar().setValue(block.firstLineNumber() + max(line, 0) - page // 8)

    # what a person does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.textCursor().hasSelection():
            self._drop_selection()  # the selected time stands for it now, and would hide the word that is lit
            self._pressed = False
        if self._pressed and event.button() == Qt.MouseButton.LeftButton:
            self._session.timeline.clear_selection()
            self._go_to(self.cursorForPosition(event.position().toPoint()).position())
        self._pressed = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.type_word(self._words.word_at(self.cursorForPosition(event.position().toPoint()).position()))
            self._pressed = False

    def type_word(self, word: int | None) -> None:
        """Let the person type a word anew, over it."""
        if word is not None:
            self.type_words(range(word, word + 1))

    def type_words(self, words: range) -> None:
        """Let the person type neighbours anew, over them: other words, more or fewer of them, or none."""
        in_tier = self._shown.in_tier(words)
        if in_tier is None:
            self._editor.refuse_hidden()
            return
        self._drop_selection()
        start, stop = self._words.characters(words)
        self._reveal(start)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        area = self.cursorRect(cursor)
        cursor.setPosition(stop)
        end = self.cursorRect(cursor)
        one_line = end.top() == area.top()
        area.setRight(max(end.right() if one_line else self.viewport().width(), area.right()))
        spoken = self._shown.words
        text = " ".join(word.text for word in spoken[words.start : words.stop])
        self._inline.setFont(self.font())

        def take(typed: str) -> None:
            self._editor.retype_words(in_tier, typed)

        def advance(steps: int) -> None:
            now = len(self._shown.words)
            beside = words.stop + now - len(spoken) if steps > 0 else words.start - 1
            self.type_word(min(max(beside, 0), now - 1) if now else None)

        self._inline.open(area.adjusted(-SPACING - 1, 0, SPACING + 1, 0), text, take, "Words", advance)

    def _doubts_at(self, point: QPoint) -> Doubts:
        word = self._words.word_at(self.cursorForPosition(point).position())
        return NO_DOUBTS if word is None else self._words.words[word].doubts

    def _word_here(self) -> int | None:
        """The word that is lit, if the text cursor was not put elsewhere."""
        return self._current if self._current is not None else self._words.word_at(self.textCursor().position())

    def _words_here(self) -> range:
        """The selected words, else the one here."""
        selection = self._session.timeline.selection
        words = self._shown.within(selection) if selection else range(0)
        here = self._word_here()
        return range(here, here + 1) if not words and here is not None else words

    def _type(self) -> None:
        if words := self._words_here():
            self.type_words(words)

    def _delete(self) -> None:
        in_tier = self._shown.in_tier(self._words_here())
        if in_tier is None:
            self._editor.refuse_hidden()
        else:
            self._editor.remove_words(in_tier)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and not self._is_own_key(event):
            event.ignore()  # a read-only text would take every plain letter from the transport
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_to(self.textCursor().position())
        elif event.key() == Qt.Key.Key_F2:
            self._type()
        elif event.key() == Qt.Key.Key_Delete:
            self._delete()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_words()
        else:
            super().keyPressEvent(event)

    def copy_words(self) -> None:
        """Put the selected words on the clipboard, if there are any."""
        if text := self.selected_text():
            QGuiApplication.clipboard().setText(text)

    def menu(self) -> QMenu:
        """What can be done with the words that were right-clicked."""
        menu = QMenu(self)
        offer_word(menu, self._session, chosen_text(self._session))
        copy = menu.addAction("&Copy words", self.copy_words)
        copy.setEnabled(bool(self.selected_text()))
        return menu

    def _choose_word_at(self, position: QPoint) -> None:
        """Select the word there, unless it is selected with others."""
        shown, timeline = self._shown, self._session.timeline
        word = self._words.word_at(self.cursorForPosition(position).position())
        if word is not None and not (timeline.selection and word in shown.within(timeline.selection)):
            timeline.select(shown.words[word].span)
            timeline.set_cursor(shown.words[word].span.start)

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def selected_text(self) -> str:
        """The words that are selected here, else those of the selected time."""
        cursor = self.textCursor()
        words = self._words.words_between(cursor.selectionStart(), cursor.selectionEnd())
        if not cursor.hasSelection():
            selection = self._session.timeline.selection
            words = self._shown.within(selection) if selection else range(0)
        if not words:
            return ""
        start, stop = self._words.characters(words)
        return self._words.text[start:stop]

    @staticmethod
    def _is_own_key(event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.SelectAll):
            return True
        if event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Delete) and not event.modifiers():
            return True
        moves = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
        return event.key() in moves and not event.modifiers() & Qt.KeyboardModifier.AltModifier

    def _go_to(self, position: int) -> None:
        word = self._words.word_at(position)
        if word is not None:
            frame = self._shown.words[word].span.start
            self._session.transport.seek(frame)
            self._session.timeline.reveal(frame)

    def _publish_selection(self) -> None:
        if self._publishing:
            return
        cursor = self.textCursor()
        words = self._words.words_between(cursor.selectionStart(), cursor.selectionEnd())
        self._publishing = True
        if cursor.hasSelection() and words:
            spoken = self._shown.words
            span = spoken[words[0]].span.hull(spoken[words[-1]].span)
            self._session.timeline.select(span)
            self._session.timeline.set_cursor(span.start)
        self._publishing = False
        self._mark()

    # looks

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._times.place()

    def _restyle(self) -> None:
        self.setFont(self._theme.figures(1.05))
        palette = QPalette(self.palette())  # what is selected are words, not characters: `_mark` shows which
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        palette.setColor(QPalette.ColorRole.HighlightedText, self._theme.colours.text)
        self.setPalette(palette)
        self._marks.restyle(self._theme)
        width = self._times.sizeHint().width()
        self.setViewportMargins(width, 0, 0, 0)
        handle = self._theme.colours.border.name()
        self.verticalScrollBar().setStyleSheet(
            f"QScrollBar {{ width: {2 * SPACING}px; background: transparent }}"
            f"QScrollBar::handle {{ background: {handle}; border-radius: {SPACING}px; min-height: 32px }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0 }"
        )
        self._times.place()
        self._mark()
