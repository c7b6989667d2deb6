from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet, Condition
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.theme import Theme


class Journal(QObject):
    """Stands in for the commands: notes what is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def __getattr__(self, name: str):
        return lambda: self.asked.append(name)


@pytest.fixture
def journal(qtbot: QtBot) -> Journal:
    return Journal()


@pytest.fixture
def actions(session: Session, theme: Theme, journal: Journal) -> ActionSet:
    return ActionSet(ACTIONS, session, theme, journal, session)


def enabled(actions: ActionSet) -> set[str]:
    return {action.objectName() for action in actions.all() if action.isEnabled()}


ALWAYS = {action.id for action in ACTIONS if not action.needs}
WITH_SELECTION = {action.id for action in ACTIONS if Condition.SELECTED in action.needs}
WHILE_OFFERED = {action.id for action in ACTIONS if {Condition.OFFERED, Condition.FILTERED} & action.needs}
WHILE_READING = {"speech.cancel"}
WITH_TIERS = {action.id for action in ACTIONS if Condition.ANNOTATED in action.needs}
WITH_HISTORY = {"edit.undo", "edit.redo"}
WHILE_ACTIVE = {"play.pause", "play.stop"}


def test_without_a_recording_only_the_general_ones_can_be_used(actions: ActionSet) -> None:
    assert enabled(actions) == ALWAYS
    assert {"file.open", "play.record", "help.keys"} <= ALWAYS


def test_a_recording_enables_what_works_on_it(
    actions: ActionSet, session: Session, recording: ArrayRecording
) -> None:
    session.show(recording)
    everything = {action.id for action in ACTIONS}
    cannot = WITH_SELECTION | WHILE_READING | WHILE_OFFERED | WHILE_ACTIVE | WITH_TIERS | WITH_HISTORY
    assert enabled(actions) == everything - cannot
    session.show(None)
    assert enabled(actions) == ALWAYS


def test_a_selection_enables_what_works_on_it(
    actions: ActionSet, session: Session, recording: ArrayRecording
) -> None:
    session.show(recording)
    session.timeline.select(TimeSpan(100, 200))
    assert enabled(actions) >= WITH_SELECTION
    session.timeline.clear_selection()
    assert not enabled(actions) & WITH_SELECTION


def test_ticks_follow_the_state_and_not_the_click(actions: ActionSet, session: Session, journal: Journal) -> None:
    loop = actions["play.loop"]
    loop.trigger()  # the journal does nothing, so nothing has changed
    assert journal.asked == ["loop"]
    assert not loop.isChecked()
    session.transport.set_loop(True)
    assert loop.isChecked()
    assert actions.holds(Condition.LOOPING)


@pytest.mark.parametrize(
    ("changes", "action_id"),
    [
        ({"theme": "light"}, "view.light"),
        ({"theme": "dark"}, "view.dark"),
        ({"theme": "system"}, "view.system"),
        ({"follow": True}, "view.follow"),
        ({"volume": 0.0}, "play.mute"),
        ({"loudness_absolute": True}, "view.lufs"),
    ],
)
def test_ticks_show_settings(
    actions: ActionSet, session: Session, changes: dict[str, object], action_id: str
) -> None:
    session.settings.update(theme="dark", follow=False, loudness_absolute=False, volume=0.5)
    if action_id != "view.dark":
        assert not actions[action_id].isChecked()
    session.settings.update(**changes)
    assert actions[action_id].isChecked()


def test_conditions_are_announced_once_for_each_change(
    actions: ActionSet, session: Session, recording: ArrayRecording, qtbot: QtBot
) -> None:
    session.show(recording)
    announced = []
    actions.conditions_changed.connect(lambda: announced.append(True))
    session.timeline.select(TimeSpan(100, 200))
    session.timeline.select(TimeSpan(100, 300))
    assert len(announced) == 1


def test_tool_tips_name_the_keys(actions: ActionSet) -> None:
    assert actions["play.toggle"].toolTip() == "Play, or stop (Space)"


def test_icons_are_drawn_for_the_theme(actions: ActionSet, theme: Theme) -> None:
    def ink() -> str:
        image = actions["play.toggle"].icon().pixmap(16, 16).toImage()
        return image.pixelColor(6, 8).name()

    assert ink() == theme.colours.text.name()
    theme.choose("light", 1.0)
    assert ink() == theme.colours.text.name()


def test_every_icon_file_is_there() -> None:
    from audiolab import paths

    for action in ACTIONS:
        if action.icon:
            assert Path(paths.resource_root() / "icons" / f"{action.icon}.svg").is_file()


def test_undo_and_redo_say_what_of(actions: ActionSet, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    session.transcribe()
    assert enabled(actions) >= WITH_TIERS
    assert (actions["edit.undo"].text(), actions["edit.redo"].text()) == ("&Undo: Transcribe", "&Redo")
    assert WITH_HISTORY & enabled(actions) == {"edit.undo"}
    session.annotations.undo()
    assert (actions["edit.undo"].text(), actions["edit.redo"].text()) == ("&Undo", "&Redo: Transcribe")
    assert WITH_HISTORY & enabled(actions) == {"edit.redo"}
    assert not WITH_TIERS & enabled(actions)
