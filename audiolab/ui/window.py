"""The main window: puts the parts together and remembers where they stood."""

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from audiolab.media.exchange.plaintext import SUFFIXES as TEXT_SUFFIXES
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.choices import ChoiceLists
from audiolab.ui.commands import Commands
from audiolab.ui.differencestrip import DifferenceStrip
from audiolab.ui.docks import DockArea
from audiolab.ui.empty import EmptyState
from audiolab.ui.filterstrip import FilterStrip
from audiolab.ui.findbar import FindBar
from audiolab.ui.menus import Menus
from audiolab.ui.notices import Notices, NoticeStrip
from audiolab.ui.panels import panels
from audiolab.ui.statusbar import StatusBar
from audiolab.ui.theme import Theme
from audiolab.ui.transportbar import TransportBar

FIRST_SIZE = (1280, 800)
"""Pixels of the very first window, where the screen has room for it."""


class Window(QMainWindow):
    """One session on the screen.

    Args:
        expecting: a file is about to be opened, so the panels are shown at once.
    """

    def __init__(self, session: Session, theme: Theme, *, expecting: bool = False) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._expecting = expecting
        self._dialogs: dict[str, QDialog] = {}
        self.notices = Notices(self)
        self.actions_of = ActionSet(ACTIONS, session, theme, Commands(session, self), self)
        self._panels = panels(session, theme, self.actions_of)
        self.docks = DockArea(self._panels, theme)
        self._menus = Menus(self.menuBar(), self.actions_of, ChoiceLists(session), self.docks.toggles())
        self._transport = TransportBar(
            session,
            theme,
            self.actions_of,
            (self._menus.choices["play.output"], self._menus.choices["speech.model"]),
        )
        self._empty = EmptyState(session, theme, self.actions_of)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.docks)
        self.find_bar = FindBar(session)
        self.setCentralWidget(self._content())
        self.setStatusBar(StatusBar(session, theme))
        self.addActions(self.actions_of.all())
        self.setAcceptDrops(True)
        self._connect()
        self._restore()
        self._show_recording()

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._transport)
        column.addWidget(NoticeStrip(self.notices, self._theme))
        column.addWidget(self._pages, 1)
        column.addWidget(FilterStrip(self._session, self.actions_of["tiers.everybody"]))
        column.addWidget(DifferenceStrip(self._session, self._theme, self.actions_of))
        column.addWidget(self.find_bar)
        return content

    def _connect(self) -> None:
        session = self._session
        session.notice.connect(self._notice)
        session.remark.connect(lambda text: self.notices.add(text, passing=True))
        session.recording_changed.connect(self._show_recording)
        session.dictionary.asked.connect(self._add_word)
        session.settings.changed.connect(self._follow_settings)
        session.devices.changed.connect(self._menus.refill)
        session.models.changed.connect(self._menus.refill)

    def _notice(self, text: str) -> None:
        self.notices.add(text)
        if self._expecting:  # the file that the panels were shown for did not open
            self._expecting = False
            self._show_recording()

    def _show_recording(self) -> None:
        path = self._session.path
        if path is not None:
            self._expecting = False
        self._pages.setCurrentWidget(self.docks if path is not None or self._expecting else self._empty)
        self.setWindowTitle(f"{path.name} – Audiolab" if path is not None else "Audiolab")
        self.setWindowFilePath(str(path) if path is not None else "")

    def _follow_settings(self) -> None:
        settings = self._session.settings.current
        self._theme.choose(settings.theme, settings.text_scale)

    # what commands ask for

    def show_dialog(self, name: str) -> None:
        """Show a dialog that does not block the window: settings, normalise, models, messages, or one to read."""
        if name not in self._dialogs:
            self._dialogs[name] = self._make_dialog(name)
        dialog = self._dialogs[name]
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _add_word(self, text: str) -> None:
        self.show_dialog("dictionary")
        self._dialogs["dictionary"].add_word(text)

    def _make_dialog(self, name: str) -> QDialog:
        from audiolab.ui import helpdialogs
        from audiolab.ui.settingsdialog import SettingsDialog

        if name == "settings":
            return SettingsDialog(self._session, self)
        if name == "normalise":
            from audiolab.ui.normalisedialog import NormaliseDialog

            return NormaliseDialog(self._session, self)
        if name == "models":
            from audiolab.ui.modelsdialog import ModelsDialog

            return ModelsDialog(self._session, self._theme, self)
        if name == "dictionary":
            from audiolab.ui.dictionarydialog import DictionaryDialog

            return DictionaryDialog(self._session, self._theme, self)
        if name == "messages":
            return helpdialogs.MessagesDialog(self.notices, self)
        if name == "shortcuts":
            return helpdialogs.TextDialog("Shortcuts", helpdialogs.shortcuts_page(self._panels), self)
        return helpdialogs.TextDialog("About Audiolab", helpdialogs.about_page(), self)

    def focus_panel(self, step: int) -> None:
        """Go to the next panel (or the one before, where `step` is -1)."""
        places = [self._transport, *(self.docks.panels() if self.docks.isVisible() else [self._empty])]
        focused = QApplication.focusWidget()
        here = next((i for i, place in enumerate(places) if focused is not None and _holds(place, focused)), 0)
        target = places[(here + step) % len(places)]
        _first_focusable(target).setFocus(Qt.FocusReason.TabFocusReason)

    def toggle_full_screen(self) -> None:
        """Use the whole screen, or a window."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # files dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        texts = [file for file in files if file.suffix.lower() in TEXT_SUFFIXES]
        if texts and self._session.recording is not None:
            self._session.aligning.open_text(texts[0])
            self.docks.show_panel("text")
        self.open_files([file for file in files if file not in texts] if texts else files)

    def open_files(self, files: list[Path]) -> None:
        """Open the first; the others are put on the list of recent files, since one is shown at a time."""
        if not files:
            return
        settings = self._session.settings
        for file in reversed(files[1:]):
            settings.replace(settings.current.with_recent(str(file.absolute())))
        if len(files) > 1:
            self.notices.add(
                f"{len(files)} files: {files[0].name} is shown, the others are under File, Open recent."
            )
        self._session.open(files[0])

    # geometry

    def _restore(self) -> None:
        settings = self._session.settings.current
        self.docks.restore(settings.window_state)
        if not settings.window_geometry or not self.restoreGeometry(_bytes(settings.window_geometry)):
            room = self.screen().availableSize()
            self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._session.settings.update(
            window_geometry=base64.b64encode(self.saveGeometry().data()).decode("ascii"),
            window_state=self.docks.save(),
        )
        event.accept()


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))


def _holds(place: QWidget, widget: QWidget) -> bool:
    return place is widget or place.isAncestorOf(widget)


def _first_focusable(place: QWidget) -> QWidget:
    """The place itself, if it takes the focus, else the first widget in it that does."""
    if place.focusPolicy() != Qt.FocusPolicy.NoFocus or place.focusProxy() is not None:
        return place
    for child in place.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            return child
    return place
