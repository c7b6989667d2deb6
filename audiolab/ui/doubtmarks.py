"""What the transcript shows of doubts: guessed times slanted and underlined by dashes, lost words dimmed."""

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from audiolab.core.doubts import Doubt, Doubts
from audiolab.core.sequences import difference
from audiolab.ui.theme import Theme
from audiolab.ui.wordtext import WordText

SHOWN = frozenset({Doubt.INTERPOLATED, Doubt.UNSPOKEN})
"""Doubts that are seen in the text; others are for the review."""


class DoubtMarks(QSyntaxHighlighter):
    """Marks words in a document, paragraph by paragraph as they change.

    Args:
        document: has the text of `words`.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._words = WordText()
        self._changed = range(0)
        self._style(theme)

    def restyle(self, theme: Theme) -> None:
        """Mark in other colours."""
        self._style(theme)
        self.rehighlight()

    def prepare(self, words: WordText) -> None:
        """The document is about to become the text of `words`; what is edited in it is marked at once."""
        where = difference(self._words.words, words.words)
        self._words, self._changed = words, range(where.start, where.after)

    def finish(self) -> None:
        """The document is the text now: mark what has other doubts in the same text."""
        changed = [index for index in self._changed if index < len(self._words.starts)]
        self._changed = range(0)
        if not changed:
            return
        start, stop = self._words.characters(range(changed[0], changed[-1] + 1))
        block, last = self.document().findBlock(start), self.document().findBlock(stop)
        while block.isValid() and block.blockNumber() <= last.blockNumber():
            self.rehighlightBlock(block)
            block = block.next()

    def highlightBlock(self, text: str) -> None:
        """Mark the words of one paragraph."""
        start = self.currentBlock().position()
        for index in self._words.words_between(start, start + len(text)):
            doubts = self._words.words[index].doubts
            if doubts & SHOWN:
                first, stop = self._words.starts[index], self._words.stops[index]
                self.setFormat(first - start, stop - first, self._format(doubts))

    def _format(self, doubts: Doubts) -> QTextCharFormat:
        return self._guess if Doubt.INTERPOLATED in doubts else self._lost

    def _style(self, theme: Theme) -> None:
        colours = theme.colours
        self._guess = QTextCharFormat()
        self._guess.setFontItalic(True)
        self._guess.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
        self._guess.setUnderlineColor(colours.muted)
        self._lost = QTextCharFormat()
        self._lost.setFontItalic(True)
        self._lost.setForeground(colours.muted)
        self._lost.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        self._lost.setUnderlineColor(colours.muted)
