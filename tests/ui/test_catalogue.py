import re
from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from audiolab.session.session import Session
from audiolab.ui.catalogue import ACTIONS, CATALOGUE, MENUS
from audiolab.ui.choices import ChoiceLists
from audiolab.ui.commands import Commands
from audiolab.ui.panels import panels
from audiolab.ui.theme import Theme


def all_shortcuts(session: Session, theme: Theme) -> list[str]:
    declared = [keys for action in ACTIONS for keys in action.shortcuts]
    return declared + [panel.shortcut for panel in panels(session, theme, {})]


def test_every_action_has_a_name_a_menu_keys_and_a_tip() -> None:
    for action in ACTIONS:
        assert action.name, action.id
        assert action.shortcuts, action.id
        assert action.tip[0].isupper(), action.id
        assert not action.tip.endswith("."), action.id
        assert action.menu.split("/")[0] in {menu.replace("&", "") for menu in MENUS}, action.id


def test_ids_are_unique() -> None:
    ids = Counter(entry.id for entry in CATALOGUE)
    assert [name for name, count in ids.items() if count > 1] == []


def test_shortcuts_are_unique(session: Session, theme: Theme) -> None:
    keys = all_shortcuts(session, theme)
    assert len(keys) > 50
    sequences = Counter(QKeySequence(key).toString() for key in keys)
    assert [key for key, count in sequences.items() if count > 1] == []


def test_shortcuts_are_understood(session: Session, theme: Theme) -> None:
    for key in all_shortcuts(session, theme):
        sequence = QKeySequence(key)
        assert sequence.count() == 1, key
        assert sequence.toString(), key


def test_mnemonics_are_unique_in_each_menu() -> None:
    by_menu: dict[str, list[str]] = {"": list(MENUS)}
    for entry in CATALOGUE:
        by_menu.setdefault(entry.menu, []).append(entry.text)
        parent, _, text = entry.menu.rpartition("/")
        if parent and text not in by_menu.setdefault(parent, []):
            by_menu[parent].append(text)
    for menu, texts in by_menu.items():
        letters = Counter(match.group(1).lower() for text in texts if (match := re.search("&(.)", text)))
        assert sum(letters.values()) == len(texts), menu
        assert [letter for letter, count in letters.items() if count > 1] == [], menu


def test_every_handler_and_source_exists() -> None:
    for entry in CATALOGUE:
        owner, name = (ChoiceLists, entry.source) if hasattr(entry, "source") else (Commands, entry.handler)
        assert callable(getattr(owner, name, None)), entry.id


@pytest.mark.parametrize(
    ("keys", "action_id"),
    [
        ("Space", "play.toggle"),
        ("Tab", "play.selection"),
        ("R", "play.record"),
        ("L", "play.loop"),
        ("P", "play.pause"),
        ("Ctrl+=", "view.zoom_in"),
        ("Ctrl+-", "view.zoom_out"),
        ("Ctrl+E", "view.zoom_selection"),
        ("F", "view.fit"),
        ("[", "edit.start"),
        ("]", "edit.end"),
        ("Ctrl+O", "file.open"),
        ("Ctrl+T", "speech.transcribe"),
        ("Esc", "edit.cancel"),
        ("Z", "edit.zero"),
        ("Ctrl+Shift+E", "file.export"),
        ("Home", "play.home"),
        ("End", "play.end"),
        ("Ctrl+Q", "file.quit"),
        ("F11", "view.full"),
        ("Ctrl+Shift+=", "view.larger"),
        ("Ctrl+Shift+-", "view.smaller"),
        ("Ctrl+Z", "edit.undo"),
        ("Ctrl+Shift+Z", "edit.redo"),
        ("Ctrl+F", "edit.find"),
        ("Ctrl+B", "tiers.insert"),
        ("Ctrl+M", "tiers.mark"),
        ("Ctrl+D", "tiers.split"),
        ("Ctrl+J", "tiers.merge"),
        ("Alt+Left", "tiers.previous"),
        ("Alt+Right", "tiers.next"),
        ("Ctrl+Left", "tiers.start_earlier"),
        ("Ctrl+Shift+Right", "tiers.end_later"),
    ],
)
def test_hands_find_the_keys_they_know(keys: str, action_id: str) -> None:
    assert {action.id for action in ACTIONS if keys in action.shortcuts} == {action_id}


def test_keys_that_later_rooms_need_are_free(session: Session, theme: Theme) -> None:
    reserved = {"Ctrl+S"}
    assert not reserved & set(all_shortcuts(session, theme))
