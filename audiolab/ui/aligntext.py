"""The panel of the text: what is said in the recording is typed, pasted or opened here, and aligned."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from audiolab.core.doubts import Doubt
from audiolab.core.tiers import WORDS
from audiolab.media.exchange.plaintext import SUFFIXES
from audiolab.session.aligning import JOB_KEY
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.ui.theme import SPACING, Theme

HINT = "Type or paste what is said, or drop a text file here.\n\nAlign then finds when each word is said."

TEXT_FILES = f"Text ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"


def text_file_in(data: QMimeData) -> Path | None:
    """The first text file that is dragged, if any."""
    files = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next((file for file in files if file.suffix.lower() in SUFFIXES), None)


class TextBox(QPlainTextEdit):
    """Where the text is typed. A text file that is dropped takes its place, a sound file is left to the window.

    Signals:
        file_dropped: the path of a text file.
        sent: Ctrl+Enter was pressed.
    """

    file_dropped = Signal(object)
    sent = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._sends(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._sends(event):
            self.sent.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._judge(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._judge(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return text_file_in(source) is not None or (source.hasText() and not source.hasUrls())

    def insertFromMimeData(self, source: QMimeData) -> None:
        file = text_file_in(source)
        if file is not None:
            self.file_dropped.emit(file)
        else:
            super().insertFromMimeData(source)

    def replace_all(self, text: str) -> None:
        """Take another text; Ctrl+Z brings the one before back."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _judge(self, event: QDragEnterEvent | QDragMoveEvent) -> None:
        if self.canInsertFromMimeData(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    @staticmethod
    def _sends(event: QKeyEvent) -> bool:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class AlignTextPanel(QWidget):
    """The text of the open recording, which the session keeps as it is typed, and what to do with it.

    Args:
        review: the action that goes to the next doubt; its keys are told.
    """

    def __init__(self, session: Session, theme: Theme, review: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._review_keys = review.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        aligning = session.aligning
        self.box = TextBox()
        self.box.setPlaceholderText(HINT)
        self.box.setAccessibleName("Text of the recording")
        self.box.setAccessibleDescription("Ctrl+Enter aligns the text with the sound.")
        self.box.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.box.setTabChangesFocus(True)
        self.box.document().setDocumentMargin(2 * SPACING)
        self.box.textChanged.connect(self._typed)
        self.box.file_dropped.connect(aligning.open_text)
        self.box.sent.connect(self._align)
        self._says = QLabel()
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self._says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Alignment")
        self._bar.setFixedHeight(2 * SPACING)
        self._foot = QStackedWidget()
        self._foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._foot.addWidget(self._ready_row())
        self._foot.addWidget(self._running_row())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.box, 1)
        column.addWidget(self._foot)
        self.setFocusProxy(self.box)
        self.setMinimumWidth(200)
        session.reading.changed.connect(self._offer_transcript)
        session.recording_changed.connect(self._refresh)
        session.recording_completed.connect(self._refresh)
        aligning.text_changed.connect(self._follow)
        aligning.running_changed.connect(self._refresh)
        aligning.aligned.connect(self._tell)
        session.jobs.progressed.connect(self._advance)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._follow()
        self._refresh()

    def _ready_row(self) -> QWidget:
        self._open = QPushButton("&Open…")
        self._open.setToolTip("Take the text in a file")
        self._open.clicked.connect(self._ask)
        self._take = QPushButton("Take &transcript")
        self._take.setToolTip("Begin with what was recognised, and correct it")
        self._take.clicked.connect(self._take_transcript)
        self._go = QPushButton("&Align")
        self._go.setToolTip("Find when each word of the text is said (Ctrl+Enter)")
        self._go.clicked.connect(self._align)
        buttons = QHBoxLayout()
        for button in (self._open, self._take):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._go)
        return _foot(self._says, buttons)

    def _running_row(self) -> QWidget:
        cancel = QPushButton("&Cancel")
        cancel.clicked.connect(self._session.aligning.cancel)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        return _foot(self._bar, row)

    # what a person does

    def _typed(self) -> None:
        self._session.aligning.set_text(self.box.toPlainText())
        self._says.setText(self._count())

    def _align(self) -> None:
        if not self._session.aligning.running:
            self._session.aligning.align()

    def _ask(self) -> None:
        path = self._session.path
        directory = str(path.parent) if path is not None and path.is_file() else ""
        name, _ = QFileDialog.getOpenFileName(self, "Open text", directory, TEXT_FILES)
        if name:
            self._session.aligning.open_text(Path(name))

    def _take_transcript(self) -> None:
        self.box.replace_all(" ".join(word.text for word in self._session.reading.words))

    # what the session says

    def _follow(self) -> None:
        text, shown = self._session.aligning.text, self.box.toPlainText()
        if text == shown:
            return
        if text and shown:
            self.box.replace_all(text)
        else:
            self.box.setPlainText(text)

    def _refresh(self) -> None:
        recording, running = self._session.recording, self._session.aligning.running
        complete = recording is not None and recording.complete
        self.box.setEnabled(recording is not None)
        self._open.setEnabled(recording is not None)
        self._offer_transcript()
        self._go.setEnabled(complete)
        had_focus = self._go.hasFocus()
        self._foot.setCurrentIndex(1 if running else 0)
        if had_focus and running:
            self.box.setFocus()
        if running:
            self._bar.setValue(0)
        self._says.setText(self._count())

    def _offer_transcript(self) -> None:
        self._take.setEnabled(bool(self._session.reading.words))

    def _count(self) -> str:
        count = len(self._session.aligning.text.split())
        return "" if not count else "1 word" if count == 1 else f"{count} words"

    def _tell(self) -> None:
        """What came of it."""
        words = self._session.annotations.annotation.intervals(WORDS)
        lost = sum(Doubt.UNSPOKEN in word.doubts for word in words)
        guessed = sum(Doubt.INTERPOLATED in word.doubts for word in words)
        parts = [f"{len(words) - lost - guessed} of {len(words)} words measured"]
        parts += [f"{guessed} interpolated"] if guessed else []
        parts += [f"{lost} not found"] if lost else []
        doubts = len(self._session.review.items)
        review = f"; {doubts} to review ({self._review_keys})" if doubts else ""
        self._says.setText(", ".join(parts) + review)

    def _advance(self, job: Job[object]) -> None:
        if job.key == JOB_KEY:
            self._bar.setValue(round(1000 * job.progress))

    def showEvent(self, event) -> None:
        self._refresh()
        super().showEvent(event)

    def _restyle(self) -> None:
        self.box.setFont(self._theme.figures(1.05))
        self._says.setFont(self._theme.figures(0.9))


def _foot(upper: QWidget, lower: QHBoxLayout) -> QWidget:
    """Two rows below the text."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 2 * SPACING)
    column.setSpacing(SPACING)
    column.addWidget(upper)
    column.addLayout(lower)
    return page
