"""The line below the transcript that names the model which read it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from audiolab.session.session import Session
from audiolab.ui.theme import SPACING, Theme


def read_by_text(reader: str, chosen: str) -> str:
    """Who read what is shown, and who would read it now, if that is another model."""
    return f"Read by {reader}" if reader == chosen else f"Read by {reader}; {chosen} is chosen now"


class ReadBy(QLabel):
    """Follows the transcription that is shown and the choice of a model; away while nothing was transcribed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        self.setMinimumWidth(1)  # a long name is elided, and does not widen the panel
        session.reading.changed.connect(self._follow)
        session.models.changed.connect(self._follow)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _follow(self) -> None:
        transcription = self._session.reading.transcription
        if transcription is None:
            self.hide()
        else:
            if self.parentWidget() is not None:  # without one it would become a window
                self.show()
            text = read_by_text(transcription.reader, self._session.models.chosen)
            self.setToolTip(text)
            self.setAccessibleName(text)
            self._elide()

    def _elide(self) -> None:
        margins = self.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        self.setText(self.fontMetrics().elidedText(self.toolTip(), Qt.TextElideMode.ElideMiddle, room))

    def _restyle(self) -> None:
        self.setFont(self._theme.figures(0.9))
        palette = self.palette()
        palette.setColor(self.foregroundRole(), self._theme.colours.muted)
        self.setPalette(palette)
        self._elide()
