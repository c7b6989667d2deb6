from collections import Counter

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.docks import DockArea, Panel, Place
from audiolab.ui.panels import panels
from audiolab.ui.theme import Theme
from tests.ui.test_actions import Journal

GROWING = {"wave", "text"}


def area(theme: Theme, qtbot: QtBot, built: Counter[str] | None = None) -> DockArea:
    built = Counter() if built is None else built

    def build(name: str) -> QWidget:
        built[name] += 1
        widget = QPlainTextEdit(name)
        widget.setMinimumSize(40, 20)
        return widget

    panels = tuple(
        Panel(name, name.title(), f"Ctrl+{number}", place, share, lambda name=name: build(name), name in GROWING)
        for number, (name, place, share) in enumerate(
            [
                ("overview", Place.TIME, 80),
                ("wave", Place.TIME, 400),
                ("text", Place.SIDE, 300),
                ("meter", Place.SIDE, 200),
            ]
        )
    )
    made = DockArea(panels, theme)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    return made


def sizes(docks: DockArea) -> dict[str, QSize]:
    QApplication.processEvents()
    return {name: dock.size() for name, dock in docks.docks.items()}


def test_nothing_is_built_before_it_is_shown(theme: Theme, qtbot: QtBot) -> None:
    built: Counter[str] = Counter()
    docks = area(theme, qtbot, built)
    docks.docks["meter"].hide()
    assert not built
    docks.show()
    assert built == {"overview": 1, "wave": 1, "text": 1}
    docks.docks["meter"].show()
    docks.docks["meter"].hide()
    docks.docks["meter"].show()
    assert built["meter"] == 1


def test_views_of_time_line_up(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.show()
    QApplication.processEvents()
    overview, wave = (docks.docks[name].widget() for name in ("overview", "wave"))
    edges = {(widget.mapToGlobal(widget.rect().topLeft()).x(), widget.width()) for widget in (overview, wave)}
    assert len(edges) == 1


def test_first_layout_has_a_narrow_side(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.show()
    found = sizes(docks)
    assert found["text"].width() == pytest.approx(250, abs=8)
    assert found["overview"].height() < found["wave"].height() / 3


def test_room_goes_to_what_grows(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.show()
    small = sizes(docks)
    docks.resize(1600, 900)
    large = sizes(docks)
    assert large["text"].width() == small["text"].width()
    assert large["wave"].width() == small["wave"].width() + 600
    assert large["overview"].height() == small["overview"].height()
    assert large["wave"].height() == small["wave"].height() + 300
    assert large["meter"].height() == small["meter"].height()
    for step in range(30):
        docks.resize(1600 - 20 * step, 900 - 10 * step)
        QApplication.processEvents()
    docks.resize(1000, 600)
    assert sizes(docks) == small


def test_layout_comes_back(theme: Theme, qtbot: QtBot) -> None:
    first = area(theme, qtbot)
    first.show()
    first.docks["meter"].hide()
    first.tabifyDockWidget(first.docks["overview"], first.docks["wave"])
    first.resizeDocks([first.docks["overview"], first.docks["text"]], [500, 496], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    saved = first.save()
    second = area(theme, qtbot)
    second.restore(saved)
    second.show()
    QApplication.processEvents()
    assert second.docks["meter"].isHidden()
    assert second.tabifiedDockWidgets(second.docks["overview"]) == [second.docks["wave"]]
    assert second.docks["text"].width() == first.docks["text"].width()


def test_layout_comes_back_in_a_window_of_another_size(theme: Theme, qtbot: QtBot) -> None:
    first = area(theme, qtbot)
    first.show()
    wanted = sizes(first)
    second = area(theme, qtbot)
    second.restore(first.save())
    second.resize(700, 420)  # a maximised window is shown at its normal size first
    second.show()
    assert sizes(second)["text"].width() == wanted["text"].width()
    second.resize(1000, 600)
    assert sizes(second) == wanted


def test_layout_of_a_window_that_was_never_shown_stays_as_saved(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.restore("kept")
    assert docks.save() == "kept"


@pytest.mark.parametrize("saved", ["", "no layout", "1000x600 AAAA", "1000x600 no base64!"])
def test_a_layout_that_cannot_be_used_leaves_the_first(theme: Theme, qtbot: QtBot, saved: str) -> None:
    docks = area(theme, qtbot)
    docks.restore(saved)
    docks.show()
    assert sizes(docks)["text"].width() == pytest.approx(250, abs=8)


@pytest.mark.qt_log_ignore("This plugin does not support (raise|propagateSizeHints)")
def test_reset_undoes_everything(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.show()
    before = sizes(docks)
    docks.docks["meter"].hide()
    docks.docks["wave"].setFloating(True)
    docks.tabifyDockWidget(docks.docks["overview"], docks.docks["text"])
    docks.reset()
    assert not docks.docks["wave"].isFloating()
    assert sizes(docks) == before


def test_toggles_show_and_hide(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.show()
    toggle = docks.toggles()[1]
    assert (toggle.text(), toggle.shortcut().toString(), toggle.isChecked()) == ("Wave", "Ctrl+1", True)
    toggle.trigger()
    assert docks.docks["wave"].isHidden()
    toggle.trigger()
    assert docks.docks["wave"].isVisible()


def test_panels_in_reading_order(theme: Theme, qtbot: QtBot) -> None:
    docks = area(theme, qtbot)
    docks.show()
    QApplication.processEvents()
    assert [panel.toPlainText() for panel in docks.panels()] == ["overview", "wave", "text", "meter"]
    docks.docks["wave"].hide()
    QApplication.processEvents()
    assert [panel.toPlainText() for panel in docks.panels()] == ["overview", "text", "meter"]


def test_a_panel_behind_another_comes_forward_when_it_is_asked_for(theme: Theme, qtbot: QtBot) -> None:
    def panel(name: str, **more: object) -> Panel:
        place = Place.TIME if name == "wave" else Place.SIDE
        return Panel(name, name, f"Ctrl+{len(name)}", place, 200, lambda: QPlainTextEdit(name), **more)

    docks = DockArea((panel("wave"), panel("text"), panel("overs", shown=False, behind="text")), theme)
    qtbot.addWidget(docks)
    docks.resize(600, 400)
    docks.show()
    assert docks.docks["overs"].isHidden()
    assert docks.docks["overs"].widget() is None
    docks.toggles()[2].trigger()
    QApplication.processEvents()
    assert [widget.toPlainText() for widget in docks.panels()] == ["wave", "overs"]
    docks.reset()
    assert docks.docks["overs"].isHidden()


def test_tabs_of_panels_that_are_hidden_lie_nowhere_about(session: Session, theme: Theme, qtbot: QtBot) -> None:
    docks = DockArea(panels(session, theme, ActionSet(ACTIONS, session, theme, Journal(), session)), theme)
    qtbot.addWidget(docks)
    docks.resize(1200, 800)
    docks.show()
    QApplication.processEvents()
    for reset in (False, True):
        if reset:
            docks.reset()
            QApplication.processEvents()
        shown = {dock.windowTitle() for dock in docks.docks.values() if dock.isVisible()}
        for bar in docks.findChildren(QTabBar):
            if bar.isVisible():
                assert {bar.tabText(index) for index in range(bar.count())} <= shown
