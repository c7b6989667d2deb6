"""Panels that can be moved, floated, tabbed and hidden, and whose layout comes back next time."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from audiolab.ui.theme import SPACING, Theme
from audiolab.ui.titlebar import TitleBar

LAYOUT_VERSION = 4
"""To be raised when panels come or go, so that a layout saved before is not forced on them."""


SIDE_SHARE = 0.25
"""Part of the width that the side column takes at first."""


class Place(Enum):
    """Where a panel stands at first."""

    TIME = Qt.DockWidgetArea.LeftDockWidgetArea
    """In the column of views that share the time axis."""

    SIDE = Qt.DockWidgetArea.RightDockWidgetArea


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel as data.

    Attributes:
        id: stable name; saved in layouts.
        title: for people.
        shortcut: shows or hides it.
        place: where it stands at first.
        share: its part of the height of its column, in pixels of a large window.
        grows: whether it takes of the height that the window gains.
        build: makes its widget when it is shown for the first time.
        shown: whether it is seen at first.
        behind: the panel that it shares its place with, as a tab; empty for a place of its own.
    """

    id: str
    title: str
    shortcut: str
    place: Place
    share: int
    build: Callable[[], QWidget]
    grows: bool = True
    shown: bool = True
    behind: str = ""


class Dock(QDockWidget):
    """One panel in the window; its widget is built when it is shown first."""

    def __init__(self, panel: Panel, theme: Theme, parent: QWidget) -> None:
        super().__init__(panel.title, parent)
        self.panel = panel
        self.setObjectName(panel.id)
        features = (
            QDockWidget.DockWidgetFeature.DockWidgetClosable
            | QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        upright = panel.place is Place.TIME
        if upright:
            features |= QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar
        self.setFeatures(features)
        self.setTitleBarWidget(TitleBar(self, theme, upright=upright))

    def showEvent(self, event: QShowEvent) -> None:
        self.build()
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        area = self.parentWidget()
        if isinstance(area, DockArea):
            area.note_size(self)

    def come_forward(self) -> None:
        """Stand in front of the panels that it shares its place with, or take the height meant for it."""
        area = self.parentWidget()
        if self.isHidden() or self.isFloating() or not isinstance(area, DockArea):
            return
        self.raise_()
        if self.height() < self.panel.share and not self.panel.behind:
            area.resizeDocks([self], [self.panel.share], Qt.Orientation.Vertical)

    def build(self) -> None:
        """Make the widget, unless it is there."""
        if self.widget() is None:
            self.setWidget(self.panel.build())


class DockArea(QMainWindow):
    """Holds all panels; there is nothing between them.

    Args:
        panels: in the order from top to bottom of each column.
    """

    def __init__(self, panels: tuple[Panel, ...], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.docks = {panel.id: Dock(panel, theme, self) for panel in panels}
        self._theme = theme
        self._saved = ""
        self._placed = False
        self._settled = QSize()
        self._sizes: dict[Dock, QSize] = {}
        theme.changed.connect(self._restyle)
        self._restyle()
        self._put_first()
        self._enable_toggles()

    def toggles(self) -> list[QAction]:
        """For each panel the action that shows and hides it."""
        result = []
        for dock in self.docks.values():
            toggle = dock.toggleViewAction()
            toggle.setShortcut(QKeySequence(dock.panel.shortcut))
            toggle.setStatusTip(f"Show or hide {dock.panel.title}")
            toggle.setObjectName(f"panel.{dock.panel.id}")
            toggle.triggered.connect(dock.come_forward)
            result.append(toggle)
        return result

    def panels(self) -> list[QWidget]:
        """The widgets of the panels that can be seen, from left to right and top to bottom."""
        seen = [dock for dock in self.docks.values() if dock.isVisible() and not dock.visibleRegion().isEmpty()]
        seen.sort(key=lambda dock: (dock.mapToGlobal(dock.rect().topLeft()).x(), dock.y()))
        return [dock.widget() for dock in seen if dock.widget() is not None]

    def show_panel(self, panel_id: str) -> None:
        """Show a panel, in front of others, and go to it."""
        dock = self.docks[panel_id]
        dock.show()
        dock.come_forward()
        dock.widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> str:
        """The layout as text."""
        if not self._placed:  # never shown: what was saved before still holds
            return self._saved
        state = base64.b64encode(self.saveState(LAYOUT_VERSION).data()).decode("ascii")
        return f"{self.width()}x{self.height()} {state}"

    def restore(self, text: str) -> None:
        """Take a layout that was saved; one that cannot be used is left alone."""
        self._saved = text

    def reset(self) -> None:
        """Put all panels back to their first places."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self._put_first()
        self._share_out()

    def _put_first(self) -> None:
        """Put all panels to their first places."""
        for dock in self.docks.values():
            dock.setVisible(dock.panel.shown)  # first: hidden afterwards, Qt leaves its tab lying about
            self.addDockWidget(dock.panel.place.value, dock)
            if dock.panel.behind:
                self.tabifyDockWidget(self.docks[dock.panel.behind], dock)

    def showEvent(self, event: QShowEvent) -> None:
        if not self._placed:
            self._placed = True
            for dock in self.docks.values():
                if not dock.isHidden():
                    dock.build()
            if not self._restored():
                self._share_out()
        super().showEvent(event)
        self._enable_toggles()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._enable_toggles()

    def _enable_toggles(self) -> None:
        """Panels are shown and hidden while there is something to see in them."""
        for dock in self.docks.values():
            dock.toggleViewAction().setEnabled(self.isVisible())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Room that is won or lost goes to the views; Qt would spread it evenly over all panels."""
        super().resizeEvent(event)
        won = event.size() - self._settled
        known = {dock: self._sizes[dock] for dock in self._docked() if dock in self._sizes}
        self._settled = event.size()
        side = [dock for dock in known if self.dockWidgetArea(dock) is Place.SIDE.value]
        time = [dock for dock in known if self.dockWidgetArea(dock) is Place.TIME.value]
        if side and time:
            widths = [known[time[0]].width() + won.width(), known[side[0]].width()]
            self.resizeDocks([time[0], side[0]], [max(width, 1) for width in widths], Qt.Orientation.Horizontal)
        for column in (time, side):
            self._give_height(column, [known[dock].height() for dock in column], won.height())
        self.layout().activate()

    def note_size(self, dock: Dock) -> None:
        """A panel was resized; remembered unless that is because the window is being resized."""
        if self._settled == self.size():
            self._sizes[dock] = dock.size()

    def _give_height(self, column: list[Dock], heights: list[int], won: int) -> None:
        growing = sum(height for dock, height in zip(column, heights, strict=True) if dock.panel.grows)
        if growing <= 0:
            return
        wanted = [
            height + round(won * height / growing) if dock.panel.grows else height
            for dock, height in zip(column, heights, strict=True)
        ]
        self.resizeDocks(column, [max(height, 1) for height in wanted], Qt.Orientation.Vertical)

    def _docked(self) -> list[Dock]:
        """Docks that stand in the window, each in front of those it is tabbed with."""
        return [
            dock
            for dock in self.docks.values()
            if dock.isVisible() and not dock.isFloating() and not dock.visibleRegion().isEmpty()
        ]

    def _restored(self) -> bool:
        """Whether the saved layout could be taken. It is taken at the size that it was saved at, then fitted."""
        found = re.fullmatch(r"(\d{1,5})x(\d{1,5}) ([A-Za-z0-9+/=]+)", self._saved)
        if found is None:
            return False
        place = self.geometry()
        self.resize(int(found[1]), int(found[2]))
        taken = self.restoreState(QByteArray.fromBase64(QByteArray(found[3].encode())), LAYOUT_VERSION)
        self.layout().activate()
        self.setGeometry(place)
        return taken

    def _share_out(self) -> None:
        own = [dock for dock in self.docks.values() if not dock.isHidden() and not dock.panel.behind]
        columns = [[dock for dock in own if dock.panel.place is place] for place in Place]
        side = round(self.width() * SIDE_SHARE)
        # Both columns are named: without anything between them Qt would halve the width.
        if all(columns):
            tops = [column[0] for column in columns]
            self.resizeDocks(tops, [self.width() - side, side], Qt.Orientation.Horizontal)
        for column in columns:
            self.resizeDocks(column, [dock.panel.share for dock in column], Qt.Orientation.Vertical)
        self.layout().activate()

    def _restyle(self) -> None:
        ground, accent = self._theme.colours.window.name(), self._theme.colours.accent.name()
        self.setStyleSheet(
            f"QMainWindow::separator {{ background: {ground}; width: {SPACING}px; height: {SPACING}px }}"
            f"QMainWindow::separator:hover {{ background: {accent} }}"
        )
