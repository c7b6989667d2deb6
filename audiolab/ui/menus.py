"""The menu bar, made from the catalogue."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from audiolab.ui.actions import Action, ActionSet, Choices
from audiolab.ui.catalogue import CATALOGUE, MENUS
from audiolab.ui.choices import Choice, ChoiceLists


class ChoiceMenu(QMenu):
    """A menu that asks for its entries whenever it opens."""

    def __init__(self, declared: Choices, lists: ChoiceLists, more: QAction | None = None) -> None:
        super().__init__(declared.text)
        self._more = more
        self._source = getattr(lists, declared.source)
        self._group = QActionGroup(self)
        self.setObjectName(declared.id)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Find the entries anew."""
        self.clear()
        for entry in self._group.actions():
            self._group.removeAction(entry)
        for choice in self._source():
            self.addAction(self._entry(choice))
        if self._more is not None:
            self.addSeparator()
            self.addAction(self._more)

    def _entry(self, choice: Choice) -> QAction:
        entry = QAction(choice.text.replace("&", "&&"), self)
        entry.setToolTip(choice.tip or choice.text)
        entry.setEnabled(choice.choose is not None)
        if choice.ticked is not None:
            entry.setCheckable(True)
            entry.setChecked(choice.ticked)
            if not choice.several:
                self._group.addAction(entry)  # alternatives get a dot, not a tick
        if choice.choose is not None:
            choose = choice.choose
            entry.triggered.connect(lambda _checked=False: choose())
        return entry


class Menus(QObject):
    """Fills a menu bar and knows its menus.

    Args:
        bar: empty as yet.
        toggles: actions that show and hide panels, put first into the menu of panels.
    """

    def __init__(self, bar: QMenuBar, actions: ActionSet, lists: ChoiceLists, toggles: list[QAction]) -> None:
        super().__init__(bar)
        self._menus: dict[str, QMenu] = {}
        self.choices: dict[str, ChoiceMenu] = {}
        for text in MENUS:
            self._menus[_plain(text)] = bar.addMenu(text)
        for entry in CATALOGUE:
            self._add(entry, actions, lists)
        panels = self._menus["View/Panels"]
        first = panels.actions()[0]
        for toggle in toggles:
            panels.insertAction(first, toggle)
        panels.insertSeparator(first)

    def refill(self) -> None:
        """What there is to choose from has changed while a menu is open."""
        for menu in self.choices.values():
            if menu.isVisible():
                menu.fill()

    def _add(self, entry: Action | Choices, actions: ActionSet, lists: ChoiceLists) -> None:
        menu = self._menu(entry.menu)
        if entry.group and menu.actions():
            menu.addSeparator()
        if isinstance(entry, Action):
            menu.addAction(actions[entry.id])
        else:
            made = ChoiceMenu(entry, lists, actions[entry.more] if entry.more else None)
            made.setParent(menu, made.windowFlags())
            self.choices[entry.id] = made
            menu.addMenu(made)

    def _menu(self, path: str) -> QMenu:
        plain = _plain(path)
        if plain not in self._menus:
            parent, _, text = path.rpartition("/")
            self._menus[plain] = self._menu(parent).addMenu(text)
        return self._menus[plain]


def _plain(text: str) -> str:
    return text.replace("&", "")
