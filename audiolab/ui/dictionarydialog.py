"""The dictionary: words and phrases that the recogniser should know or expect, as a table to type in."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from audiolab.asr import heeds_words
from audiolab.core.errors import ModelError
from audiolab.core.userwords import DEFAULT_BOOST, DictionaryRow
from audiolab.session.session import Session
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.dialogparts import push_button, sentence_label
from audiolab.ui.dictionarytable import SPOKEN, WORD, DictionaryTable
from audiolab.ui.helpdialogs import close_box
from audiolab.ui.theme import SPACING, Theme

FILES = "Text (*.txt *.dict *.tsv);;All files (*)"

EMPTY = (
    "Names, terms and phrases that the recogniser should know or expect.\n"
    "Add one here, or select a word in the transcript and press {keys}."
)
SPELLED = "Without a pronunciation, a word has that of the lexicon, or one by its spelling."
NEXT_TIME = "The next transcription and the next alignment use the dictionary."
UNHEEDED = "The chosen model knows letters, no words: it passes over the dictionary. The built-in model uses it."


class DictionaryDialog(QDialog):
    """Shows `session.dictionary`; does not block the window. What is typed is kept at once."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._dictionary = session.dictionary
        self._use = NEXT_TIME
        self.setWindowTitle("Dictionary")
        figure = self.fontMetrics().horizontalAdvance("0")
        self.resize(100 * figure, 60 * figure)
        self.table = DictionaryTable(self._dictionary, theme)
        self._add = push_button("&Add", "Type a new word or phrase", self.add_row)
        self._remove = push_button("&Remove", "Take the selected words away (Del)", self.remove)
        self._suggest = push_button("&Suggest", "Find pronunciations of the selected words", self.suggest)
        self._undo = push_button("&Undo", "Take the last change back (Ctrl+Z)", self._dictionary.undo)
        self._import = push_button("&Import…", "Add the words of a file", self._ask_import)
        self._export = push_button("&Export…", "Write all words to a file", self._ask_export)
        self.about = sentence_label("About the selected word")
        self._pages = QStackedWidget()
        hint = QLabel(EMPTY.format(keys=_keys("speech.add_word")))
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(hint)
        self._pages.addWidget(self.table)
        self._arrange()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self._dictionary.undo)
        self.table.removed.connect(self.remove)
        self.table.current_changed.connect(self._follow)
        self._dictionary.changed.connect(self._follow)
        self._dictionary.told.connect(self.about.setText)
        self._follow()

    def add_row(self) -> None:
        """Begin a new word."""
        rows = self._dictionary.rows
        if not rows or rows[-1].word:
            self._dictionary.add(DictionaryRow("", (), DEFAULT_BOOST))
        self.table.type_in(len(self._dictionary.rows) - 1, WORD)

    def add_word(self, text: str) -> None:
        """Add a word, with the pronunciation that it seems to have, unless it is there; select it."""
        word = " ".join(text.split())
        if not word:
            self.add_row()
            return
        row = self._dictionary.find(word)
        if row is None:
            self._dictionary.add(DictionaryRow(word, (), DEFAULT_BOOST))
            row = self._dictionary.find(word)
            if row is not None and " " not in word:
                self._suggest_for(word)
        if row is not None:
            self.table.setFocus()
            self.table.choose(row, SPOKEN)

    def remove(self) -> None:
        """Take the selected rows away."""
        rows = self.table.selected()
        if rows:
            self._dictionary.remove(rows)
            self.table.choose(min(rows[0], len(self._dictionary.rows) - 1))

    def suggest(self) -> None:
        """Find pronunciations of the selected words; phrases have those of their words."""
        for row in self.table.selected():
            word = self._dictionary.rows[row].word
            if word and " " not in word:
                self._suggest_for(word)

    def import_file(self, path: Path) -> None:
        """Add the words of a file."""
        self._dictionary.import_file(path)

    def showEvent(self, event: QShowEvent) -> None:
        """Another model may read by now."""
        super().showEvent(event)
        try:
            heeded = heeds_words(self._session.settings.current.model)
        except ModelError:  # which is told where it is chosen
            heeded = True
        self._use = NEXT_TIME if heeded else UNHEEDED
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rows that were begun and left empty go."""
        empty = [at for at, row in enumerate(self._dictionary.rows) if not row.word and not row.spoken]
        self._dictionary.remove(empty)
        super().hideEvent(event)

    def _suggest_for(self, word: str) -> None:
        self.about.setText(f"Looking for pronunciations of {word}…")

        def take(found: tuple[str, ...]) -> None:
            at = self._dictionary.find(word)
            if at is None:
                return
            row = self._dictionary.rows[at]
            new = [form for form in found if form not in row.spoken]
            self._dictionary.replace(at, replace(row, spoken=(*row.spoken, *new)))
            if not new:
                known = f"No other pronunciation of {word} is known."
                self.about.setText(
                    known if found else f"{word} cannot be pronounced as English; type how it sounds."
                )

        self._dictionary.suggest(word, take)

    def _follow(self) -> None:
        rows = self._dictionary.rows
        chosen = [row for row in self.table.selected() if row < len(rows)]
        self._pages.setCurrentIndex(1 if rows else 0)
        self._remove.setEnabled(bool(chosen))
        self._suggest.setEnabled(any(rows[row].word and " " not in rows[row].word for row in chosen))
        self._undo.setEnabled(self._dictionary.undoable)
        self._export.setEnabled(bool(rows))
        fault = self._dictionary.fault(rows[chosen[0]]) if chosen else ""
        if fault:
            self.about.setText(f"✗ {fault}")
        elif chosen and not rows[chosen[0]].spoken:
            self.about.setText(SPELLED)
        else:
            self.about.setText(self._use if rows else "")

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import words", "", FILES)
        if name:
            self.import_file(Path(name))

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export words", "dictionary.txt", FILES)
        if name:
            self._dictionary.export_file(Path(name))

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        for button in (self._add, self._suggest, self._remove, self._undo):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self._import, self._export):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACING)
        column.addWidget(self._pages, 1)
        column.addWidget(self.about)
        column.addLayout(row)
        box = close_box(self)
        for button in box.buttons():
            button.setAutoDefault(False)  # Enter types a cell
        column.addWidget(box)


def _keys(action_id: str) -> str:
    """The shortcut of an action as this system writes it."""
    keys = next(action.shortcuts[0] for action in ACTIONS if action.id == action_id)
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
