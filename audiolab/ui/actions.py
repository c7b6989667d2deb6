"""Everything a person can do, as data: name, place in the menus, keys, icon, and when it can be done."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from audiolab.session.session import Session
from audiolab.session.transport import TransportState
from audiolab.ui.icons import icon
from audiolab.ui.theme import Theme


class Condition(Enum):
    """What is true of the session; an action needs some of these, and shows others as its tick."""

    OPEN = auto()
    COMPLETE = auto()
    SELECTED = auto()
    ACTIVE = auto()
    """Something plays, is paused, or records."""
    PAUSED = auto()
    RECORDING = auto()
    LISTENING = auto()
    """Nothing records, so the recording can be moved about in or replaced."""
    READING = auto()
    OFFERED = auto()
    """A new reading differs from the words that are there, and nobody has decided on it yet."""
    LOOPING = auto()
    FOLLOWING = auto()
    MUTED = auto()
    SYSTEM_THEME = auto()
    DARK_THEME = auto()
    LIGHT_THEME = auto()
    ABSOLUTE_LOUDNESS = auto()
    DUAL_MONO = auto()
    METER_PAUSED = auto()
    ANNOTATED = auto()
    """There is a tier."""
    UNDOABLE = auto()
    REDOABLE = auto()
    SNAPPING = auto()
    REVIEW_LOOPING = auto()
    FILTERED = auto()
    """Only some speakers' words are shown."""


def conditions(session: Session) -> frozenset[Condition]:
    """What is true now."""
    state = session.transport.state
    settings = session.settings.current
    recording = session.recording
    true = {
        Condition.OPEN: recording is not None,
        Condition.COMPLETE: recording is not None and recording.complete,
        Condition.SELECTED: bool(session.timeline.selection),
        Condition.ACTIVE: state is not TransportState.STOPPED,
        Condition.PAUSED: state is TransportState.PAUSED,
        Condition.RECORDING: state is TransportState.RECORDING,
        Condition.LISTENING: state is not TransportState.RECORDING,
        Condition.READING: session.reading.running or session.reading.running_part,
        Condition.OFFERED: session.proposal.rereading is not None,
        Condition.LOOPING: session.transport.loop,
        Condition.FOLLOWING: settings.follow,
        Condition.MUTED: settings.volume == 0.0,
        Condition.SYSTEM_THEME: settings.theme == "system",
        Condition.DARK_THEME: settings.theme == "dark",
        Condition.LIGHT_THEME: settings.theme == "light",
        Condition.ABSOLUTE_LOUDNESS: settings.loudness_absolute,
        Condition.DUAL_MONO: settings.loudness_dual_mono,
        Condition.METER_PAUSED: session.metering.meter is not None and not session.metering.running,
        Condition.ANNOTATED: bool(session.annotations.annotation.tiers),
        Condition.UNDOABLE: session.annotations.undo_label is not None,
        Condition.REDOABLE: session.annotations.redo_label is not None,
        Condition.SNAPPING: settings.snap_to_zero,
        Condition.REVIEW_LOOPING: session.review.looping,
        Condition.FILTERED: bool(session.speakers.chosen),
    }
    return frozenset(condition for condition, holds in true.items() if holds)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes:
        id: stable name, ``"view.zoom_in"``.
        text: in menus, with the mnemonic.
        menu: path of menus, ``"View/Text size"``.
        handler: the method of `Commands` that does it.
        shortcuts: keys in Qt's portable notation; the first is shown.
        tip: one sentence for tool tip, status bar and screen reader.
        icon: file in resources/icons, if it has one.
        needs: all of these must hold.
        ticked: shown with a tick while this holds.
        group: starts a new group in its menu.
        everywhere: its keys work in dialogs, too.
    """

    id: str
    text: str
    menu: str
    handler: str
    shortcuts: tuple[str, ...]
    tip: str
    icon: str = ""
    needs: frozenset[Condition] = frozenset()
    ticked: Condition | None = None
    group: bool = False
    everywhere: bool = False

    @property
    def name(self) -> str:
        """The text without mnemonic and ellipsis."""
        return self.text.replace("&", "").rstrip("…")


@dataclass(frozen=True, slots=True)
class Choices:
    """A menu whose entries are found when it opens: devices, files, presets.

    Attributes:
        id: stable name.
        text: in its parent menu, with the mnemonic.
        menu: path of its parent.
        source: the method of `ChoiceLists` that finds the entries.
        group: starts a new group in its menu.
        more: the action that stands below the entries, for what the list does not have.
    """

    id: str
    text: str
    menu: str
    source: str
    group: bool = False
    more: str = ""


class ActionSet(QObject):
    """The actions of one window as Qt's, enabled and ticked as the session's state asks for.

    Args:
        declared: the actions.
        commands: has a method for each handler.

    Signals:
        conditions_changed: what is true of the session differs.
    """

    conditions_changed = Signal()

    def __init__(
        self,
        declared: tuple[Action, ...],
        session: Session,
        theme: Theme,
        commands: QObject,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._declared = declared
        self._true = conditions(session)
        self._actions = {action.id: self._make(action, commands) for action in declared}
        for signal in (
            session.recording_changed,
            session.recording_completed,
            session.timeline.selection_changed,
            session.transport.state_changed,
            session.transport.options_changed,
            session.reading.running_changed,
            session.proposal.changed,
            session.speakers.changed,
            session.metering.running_changed,
            session.settings.changed,
            session.annotations.changed,
            session.review.looping_changed,
        ):
            signal.connect(self._follow)
        session.annotations.changed.connect(self._name_history)
        theme.changed.connect(self._tint)
        self._tint()

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def all(self) -> list[QAction]:
        """All of them, in the order in which they were declared."""
        return list(self._actions.values())

    def holds(self, condition: Condition) -> bool:
        """Whether `condition` is true now."""
        return condition in self._true

    def _make(self, action: Action, commands: QObject) -> QAction:
        made = QAction(action.text, self)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(keys) for keys in action.shortcuts])
        if action.everywhere:
            made.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        keys = made.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(f"{action.tip} ({keys})" if keys else action.tip)
        made.setStatusTip(action.tip)
        made.setCheckable(action.ticked is not None)
        handler = getattr(commands, action.handler)
        made.triggered.connect(lambda _checked=False: self._run(handler))
        self._apply(action, made)
        return made

    def _run(self, handler) -> None:
        handler()
        for action in self._declared:  # Qt has toggled the tick of its own accord
            self._apply(action, self._actions[action.id])

    def _apply(self, action: Action, made: QAction) -> None:
        made.setEnabled(action.needs <= self._true)
        if action.ticked is not None:
            made.setChecked(action.ticked in self._true)

    def _follow(self) -> None:
        now = conditions(self._session)
        if now != self._true:
            self._true = now
            for action in self._declared:
                self._apply(action, self._actions[action.id])
            self.conditions_changed.emit()

    def _name_history(self) -> None:
        """Undo and redo say what of."""
        annotations = self._session.annotations
        labels = {"undo": annotations.undo_label, "redo": annotations.redo_label}
        for action in self._declared:
            if action.handler in labels:
                label = labels[action.handler]
                text = f"{action.text}: {label.replace('&', '&&')}" if label else action.text
                self._actions[action.id].setText(text)

    def _tint(self) -> None:
        """Icons are for buttons; menus of words need none."""
        for action in self._declared:
            if action.icon:
                colours = self._theme.colours
                on = colours.bad if action.ticked is Condition.RECORDING else None
                self._actions[action.id].setIcon(icon(action.icon, colours, on=on))
                self._actions[action.id].setIconVisibleInMenu(False)
