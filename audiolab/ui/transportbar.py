"""The transport bar: open, record, play, stop, loop; the time; volume and device; model and transcription."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from audiolab.core.units import clock, frames_to_seconds
from audiolab.session.jobs import Job
from audiolab.session.reading import JOB_KEY
from audiolab.session.session import Session
from audiolab.session.transport import TransportState
from audiolab.ui.actions import ActionSet
from audiolab.ui.icons import SIZE, icon
from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.volume import VolumeSlider

BUTTON = 32
"""Pixels of a button: large enough for a finger on a touch screen's stylus and for a hurried mouse."""


class BarButton(QToolButton):
    """A flat button of the bar; Enter presses it, since Space belongs to the transport wherever the focus is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setIconSize(QSize(SIZE, SIZE))
        self.setMinimumSize(BUTTON, BUTTON)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click() if self.menu() is None else self.showMenu()
        else:
            super().keyPressEvent(event)


class ChoiceButton(BarButton):
    """A button that names a choice and opens the menu of all; the style's own arrow would hang in the corner."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.features &= ~QStyleOptionToolButton.ToolButtonFeature.HasMenu
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


class TimeDisplay(QWidget):
    """Where one is, and how long the recording is; figures stand still while they change."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self.setToolTip("Playhead, or cursor; length of the recording")
        timeline = session.timeline
        timeline.playhead_changed.connect(self._tick)
        timeline.cursor_changed.connect(self._tick)
        timeline.length_changed.connect(self._resize)
        theme.changed.connect(self._resize)
        self._shown = ""
        self._resize()

    @property
    def text(self) -> str:
        """Both times as shown."""
        position, length = self._texts()
        return f"{position} / {length}"

    def sizeHint(self) -> QSize:
        big, small = self._fonts()
        figures = "8:88:88.888" if self._hours() else "88:88.888"
        width = QFontMetrics(big).horizontalAdvance(figures)
        width += QFontMetrics(small).horizontalAdvance(f" / {figures}") + 2 * SPACING
        return QSize(width, BUTTON)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event) -> None:
        big, small = self._fonts()
        position, length = self._texts()
        colours = self._theme.colours
        painter = QPainter(self)
        baseline = (self.height() + QFontMetrics(big).capHeight()) // 2
        painter.setFont(big)
        painter.setPen(colours.text if self._session.recording is not None else colours.muted)
        painter.drawText(SPACING, baseline, position)
        x = SPACING + QFontMetrics(big).horizontalAdvance(position)
        painter.setFont(small)
        painter.setPen(colours.muted)
        painter.drawText(x, baseline, f" / {length}")

    def _fonts(self):
        return self._theme.figures(1.5), self._theme.figures()

    def _hours(self) -> bool:
        timeline = self._session.timeline
        return timeline.length >= 3600 * timeline.sample_rate

    def _texts(self) -> tuple[str, str]:
        timeline = self._session.timeline
        hours = self._hours()
        return (
            clock(frames_to_seconds(timeline.position, timeline.sample_rate), hours=hours),
            clock(frames_to_seconds(timeline.length, timeline.sample_rate), hours=hours),
        )

    def _tick(self) -> None:
        position, _ = self._texts()
        if position != self._shown:
            self._shown = position
            self.setAccessibleName(f"Position {position}")
            self.update()

    def _resize(self) -> None:
        self.updateGeometry()
        self._tick()
        self.update()


class TransportBar(QWidget):
    """One row above everything.

    Args:
        actions: the window's.
        menus: the device menu and the model menu, shared with the menu bar.
    """

    def __init__(
        self,
        session: Session,
        theme: Theme,
        actions: ActionSet,
        menus: tuple[QMenu, QMenu],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._actions = actions
        self._play = BarButton()
        self._play.clicked.connect(self._play_or_pause)
        self._device = self._choice(menus[0], "Output device")
        self._model = self._choice(menus[1], "Recognition model")
        self._mute = self._button("play.mute")
        self._transcribe = TranscribeButton(session, theme, actions)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(0)
        row.addWidget(self._button("file.open"))
        row.addSpacing(2 * SPACING)
        for widget in (
            self._button("play.record"),
            self._play,
            self._button("play.stop"),
            self._button("play.loop"),
        ):
            row.addWidget(widget)
        row.addSpacing(3 * SPACING)
        row.addWidget(TimeDisplay(session, theme))
        row.addStretch(1)
        row.addWidget(self._mute)
        row.addWidget(VolumeSlider(session))
        row.addSpacing(2 * SPACING)
        row.addWidget(self._device)
        row.addSpacing(2 * SPACING)
        row.addWidget(Rule(theme))
        row.addSpacing(2 * SPACING)
        row.addWidget(self._model)
        row.addSpacing(SPACING)
        row.addWidget(self._transcribe)
        for signal in (session.transport.state_changed, session.recording_changed, theme.changed):
            signal.connect(self._follow)
        session.devices.changed.connect(self._name_choices)
        session.settings.changed.connect(self._name_choices)
        session.reading.changed.connect(self._name_reader)
        actions.conditions_changed.connect(self._follow)
        self._follow()
        self._name_choices()

    def _button(self, action_id: str) -> BarButton:
        button = BarButton()
        button.setDefaultAction(self._actions[action_id])
        button.setAccessibleName(self._actions[action_id].text().replace("&", "").rstrip("…"))
        return button

    def _choice(self, menu: QMenu, name: str) -> BarButton:
        button = ChoiceButton()
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return button

    def _play_or_pause(self) -> None:
        if self._session.transport.state is TransportState.PLAYING:
            self._session.transport.pause()
        else:
            self._session.transport.play()

    def _follow(self) -> None:
        playing = self._session.transport.state is TransportState.PLAYING
        self._play.setIcon(icon("pause" if playing else "play", self._theme.colours))
        name = "Pause" if playing else "Play"
        action = self._actions["play.pause" if playing else "play.toggle"]
        self._play.setToolTip(f"{name} ({action.shortcut().toString()})")
        self._play.setAccessibleName(name)
        recording = self._session.transport.state is TransportState.RECORDING
        self._play.setEnabled(self._session.recording is not None and not recording)
        volume = "volume-muted" if self._session.settings.current.volume == 0.0 else "volume"
        self._actions["play.mute"].setIcon(icon(volume, self._theme.colours))

    def _name_choices(self) -> None:
        settings = self._session.settings.current
        self._name(self._device, settings.output_device or "Default output", 160)
        self._name(self._model, self._session.models.chosen, 160)
        self._name_reader()

    def _name_reader(self) -> None:
        """The tip tells the model's name in full, and which one read what is shown if that is another."""
        chosen = self._session.models.chosen
        transcription = self._session.reading.transcription
        tip = f"Recognition model: {chosen}"
        if transcription is not None and transcription.reader != chosen:
            tip += f"\nThe text was read by {transcription.reader}"
        self._model.setToolTip(tip)

    def _name(self, button: BarButton, text: str, width: int) -> None:
        shown = QFontMetrics(button.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, width)
        button.setText(f"{shown} ▾")
        button.setAccessibleDescription(text)


class TranscribeButton(QWidget):
    """Starts the transcription; while it runs, its progress and a way out stand in the same place."""

    def __init__(self, session: Session, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._button = BarButton()
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setAccessibleName("Transcribe")
        self._button.setDefaultAction(actions["speech.transcribe"])
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setFormat("%p %")
        self._progress.setAccessibleName("Transcription")
        self._cancel = BarButton()
        self._cancel.setDefaultAction(actions["speech.cancel"])
        self._cancel.setAccessibleName("Cancel transcription")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        for widget in (self._button, self._progress, self._cancel):
            row.addWidget(widget)
        session.reading.running_changed.connect(self._follow)
        session.jobs.progressed.connect(self._advance)
        theme.changed.connect(self._fix_width)
        self._fix_width()
        self._follow()

    def _fix_width(self) -> None:
        """The bar takes the button's place to the pixel: nothing beside it moves."""
        self._button.ensurePolished()
        self.setFixedWidth(max(self._button.sizeHint().width(), 128))

    def _follow(self) -> None:
        running = self._session.reading.running
        self._button.setVisible(not running)
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        self._progress.setValue(0)

    def _advance(self, job: Job[object]) -> None:
        if job.key == JOB_KEY:
            self._progress.setValue(round(1000 * job.progress))


class Rule(QWidget):
    """A hairline between groups."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(1, BUTTON - 3 * SPACING)

    def paintEvent(self, _event) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.colours.border)
