from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.session.session import Session
from audiolab.ui.docks import DockArea
from audiolab.ui.empty import EmptyState
from audiolab.ui.notices import NoticeStrip
from audiolab.ui.panels import CONTEXT_MENU
from audiolab.ui.statusbar import StatusBar
from audiolab.ui.theme import Theme
from audiolab.ui.transportbar import BarButton
from audiolab.ui.window import Window

SILENT_PLATFORM = "This plugin does not support (raise|propagateSizeHints|grabbing the keyboard)"
pytestmark = pytest.mark.qt_log_ignore(SILENT_PLATFORM)


@pytest.fixture
def make_window(session: Session, theme: Theme, qtbot: QtBot) -> Callable[..., Window]:
    def make(**options: bool) -> Window:
        made = Window(session, theme, **options)
        qtbot.addWidget(made)
        made.resize(1200, 760)
        made.show()
        QApplication.processEvents()
        return made

    return make


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    return make_window()


def wav(path: Path) -> Path:
    soundfile.write(path, [0.0, 0.5, -0.5] * 4000, 8000)
    return path


def part(window: Window, kind):
    return window.findChild(kind)


def test_begins_with_how_to_begin(window: Window) -> None:
    assert part(window, EmptyState).isVisible()
    assert not part(window, DockArea).isVisible()
    assert [button.text() for button in part(window, EmptyState).findChildren(QPushButton)] == [
        "Open…",
        "Open sample",
        "Record",
    ]
    assert window.windowTitle() == "Audiolab"


def test_a_file_opens_all_panels(window: Window, session: Session, tmp_path: Path) -> None:
    session.open(wav(tmp_path / "tone.wav"))
    assert window.windowTitle() == "tone.wav – Audiolab"
    assert not part(window, EmptyState).isVisible()
    for name, dock in window.docks.docks.items():
        if not dock.panel.shown:
            continue
        assert dock.isVisible(), name
        assert dock.widget() is not None, name


def test_panels_are_there_at_once_where_a_file_is_expected(make_window: Callable[..., Window]) -> None:
    window = make_window(expecting=True)
    assert part(window, DockArea).isVisible()


def test_a_file_that_does_not_open_leads_to_the_beginning(
    make_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = make_window(expecting=True)
    (tmp_path / "empty.wav").touch()
    window.open_files([tmp_path / "empty.wav"])
    assert part(window, EmptyState).isVisible()
    assert "empty.wav" in window.notices.pending[-1].text
    assert part(window, NoticeStrip).isVisible()


def test_what_is_open_stays_when_another_file_fails(
    window: Window, session: Session, recording: ArrayRecording, tmp_path: Path
) -> None:
    session.show(recording)
    window.open_files([tmp_path / "absent.wav"])
    assert session.recording is recording
    assert part(window, DockArea).isVisible()
    assert "absent.wav" in window.notices.pending[-1].text


def test_views_line_up_to_the_pixel(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    QApplication.processEvents()
    from audiolab.ui.timeview import TimeView

    views = [view for view in window.findChildren(TimeView) if view.isVisible()]
    assert len(views) >= 5
    edges = {(view.mapToGlobal(QPoint(view.gutter, 0)).x(), view.width()) for view in views}
    assert len(edges) == 1


def test_nothing_moves_when_words_and_loudness_arrive(window: Window, session: Session, tmp_path: Path) -> None:
    session.open(wav(tmp_path / "tone.wav"))
    QApplication.processEvents()
    before = {name: dock.geometry() for name, dock in window.docks.docks.items()}
    bar = part(window, StatusBar).geometry()
    session.transcribe()
    QApplication.processEvents()
    assert {name: dock.geometry() for name, dock in window.docks.docks.items()} == before
    assert part(window, StatusBar).geometry() == bar


def drop(window: Window, files: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    common = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(100, 100), *common)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(100, 100), *common))


def test_a_dropped_file_opens(window: Window, session: Session, tmp_path: Path) -> None:
    drop(window, [wav(tmp_path / "Grüße 音声.wav")])
    assert session.path == tmp_path / "Grüße 音声.wav"


def test_several_files_open_the_first_and_remember_the_others(
    window: Window, session: Session, tmp_path: Path
) -> None:
    files = [wav(tmp_path / name) for name in ("a.wav", "b.wav", "c.wav")]
    drop(window, files)
    assert session.path == files[0]
    assert session.settings.current.recent_files == tuple(map(str, files))
    assert "3 files" in window.notices.pending[-1].text


def test_text_that_is_dragged_is_not_taken(window: Window) -> None:
    data = QMimeData()
    data.setText("words")
    entering = QDragEnterEvent(
        QPoint(100, 100),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entering.ignore()
    QApplication.sendEvent(window, entering)
    assert not entering.isAccepted()


def test_recent_files_are_offered_at_the_beginning(window: Window, session: Session, tmp_path: Path) -> None:
    file = wav(tmp_path / "tone.wav")
    session.open(file)
    session.show(None)
    button = part(window, EmptyState).findChildren(QPushButton)[-1]
    assert button.text() == "tone.wav"
    button.click()
    assert session.path == file


def test_theme_switches_live(window: Window, session: Session, theme: Theme, recording: ArrayRecording) -> None:
    session.show(recording)
    QApplication.processEvents()
    for choice in ("light", "dark"):
        session.settings.update(theme=choice)
        QApplication.processEvents()
        image = window.grab().toImage()
        assert image.pixelColor(4, image.height() - 4).name() == theme.colours.window.name()
        for button in window.findChildren(BarButton):
            if button.isEnabled() and button.isVisible():
                drawn = button.grab().toImage()
                ground, ink = drawn.pixelColor(0, 0).lightness(), theme.colours.text.lightness()
                tones = [
                    drawn.pixelColor(x, y).lightness() for x in range(drawn.width()) for y in range(drawn.height())
                ]
                strongest = max(tones, key=lambda tone, ground=ground: abs(tone - ground))
                assert abs(strongest - ink) < 60, button.accessibleName()


def test_text_size_switches_live(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    before = QApplication.font().pointSizeF()
    session.settings.update(text_scale=1.5)
    QApplication.processEvents()
    assert QApplication.font().pointSizeF() == pytest.approx(1.5 * before)
    session.settings.update(text_scale=1.0)


def test_geometry_and_layout_come_back(
    make_window: Callable[..., Window], session: Session, recording: ArrayRecording
) -> None:
    first = make_window()
    session.show(recording)
    first.resize(700, 640)
    first.docks.docks["alignment"].hide()
    QApplication.processEvents()
    first.close()
    second = make_window(expecting=True)
    second._restore()
    assert second.docks.docks["alignment"].isHidden()
    assert not second.docks.docks["waveform"].isHidden()
    assert second.size().height() == 640


def test_layout_survives_a_run_that_ends_with_nothing_open(
    make_window: Callable[..., Window], session: Session, recording: ArrayRecording
) -> None:
    first = make_window()
    toggles = first.docks.toggles()
    assert not any(toggle.isEnabled() for toggle in toggles)
    session.show(recording)
    at_first = [dock.panel.shown for dock in first.docks.docks.values()]
    assert all(toggle.isEnabled() for toggle in toggles)
    assert [toggle.isChecked() for toggle in toggles] == at_first
    first.docks.docks["alignment"].hide()
    session.show(None)
    first.close()
    second = make_window(expecting=True)
    hidden = {name for name, dock in second.docks.docks.items() if dock.panel.shown and dock.isHidden()}
    assert hidden == {"alignment"}


@pytest.mark.parametrize("name", ["settings", "shortcuts", "messages", "about"])
def test_dialogs_do_not_block_and_are_made_once(window: Window, name: str) -> None:
    window.show_dialog(name)
    window.show_dialog(name)
    dialogs = window.findChildren(QDialog)
    assert len(dialogs) == 1
    assert dialogs[0].isVisible()
    assert not dialogs[0].isModal()


def test_panels_are_reached_by_key(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    QApplication.processEvents()
    window.activateWindow()
    reached = []
    for _ in range(7):
        window.focus_panel(1)
        reached.append(QApplication.focusWidget())
    assert None not in reached
    assert len({id(widget) for widget in reached}) == 7
    window.focus_panel(1)
    assert QApplication.focusWidget() is reached[0]
    window.focus_panel(-1)
    assert QApplication.focusWidget() is reached[-1]


def test_every_widget_that_takes_the_focus_has_a_name(
    window: Window, session: Session, recording: ArrayRecording
) -> None:
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QWidget

    session.show(recording)
    session.transcribe()
    QApplication.processEvents()
    nameless = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.focusProxy() is None:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name):
                nameless.append(widget)
    assert not nameless


def test_views_offer_what_can_be_done_there(window: Window, session: Session, recording: ArrayRecording) -> None:
    session.show(recording)
    QApplication.processEvents()
    for name in ("waveform", "spectrogram", "alignment"):
        view = window.docks.docks[name].widget()
        view.customContextMenuRequested.emit(QPoint(100, 20))
        menu = QApplication.activePopupWidget()
        ids = [action.objectName() for action in menu.actions()]
        assert {"play.selection", "view.zoom_selection"} <= set(ids)
        assert name != "spectrogram" or len(ids) > len(CONTEXT_MENU)  # and what the view itself offers
        menu.close()
