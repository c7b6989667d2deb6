import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QTextBrowser
from pytestqt.qtbot import QtBot

from audiolab.session.session import Session
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.helpdialogs import COMPONENTS, TextDialog, about_page, shortcuts_page
from audiolab.ui.panels import panels
from audiolab.ui.settingsdialog import SettingsDialog
from audiolab.ui.theme import Theme

CHECKOUT = Path(__file__).resolve().parents[2]


def test_shortcuts_list_everything(session: Session, theme: Theme, qtbot: QtBot) -> None:
    dialog = TextDialog("Shortcuts", shortcuts_page(panels(session, theme, {})))
    qtbot.addWidget(dialog)
    page = dialog.findChild(QTextBrowser).toPlainText().replace("\N{NO-BREAK SPACE}", " ")
    for action in ACTIONS:
        assert action.tip in page, action.id
    for text in ("Ctrl+Shift+E", "Show or hide Waveform", "Shift+click", "Extend the selection"):
        assert text in page


def test_about_names_every_dependency_with_its_licence() -> None:
    page = about_page()
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {Requirement(line).name for line in project["dependencies"]} == set(COMPONENTS)
    assert page.count("<tr>") == len(COMPONENTS)
    assert "Apache License, Version 2.0" in page


def boxes(dialog: SettingsDialog, kind):
    return dialog.findChildren(kind)


def test_settings_take_effect_at_once(session: Session, qtbot: QtBot) -> None:
    session.settings.update(theme="dark", follow=True)
    dialog = SettingsDialog(session)
    qtbot.addWidget(dialog)
    theme = boxes(dialog, QComboBox)[0]
    assert theme.currentText() == "Dark"
    theme.setCurrentIndex(theme.findText("Light"))
    theme.activated.emit(theme.currentIndex())
    assert session.settings.current.theme == "light"
    follow = next(box for box in boxes(dialog, QCheckBox) if "playhead" in box.text())
    follow.click()
    assert not session.settings.current.follow
    size = dialog.findChild(QDoubleSpinBox)
    size.setValue(150)
    assert session.settings.current.text_scale == 1.5


def test_settings_dialog_follows_changes_made_elsewhere(session: Session, qtbot: QtBot) -> None:
    dialog = SettingsDialog(session)
    qtbot.addWidget(dialog)
    session.settings.update(theme="light", text_scale=1.2, loudness_scale="EBU +18", output_device="Dock (ALSA)")
    shown = [box.currentText() for box in boxes(dialog, QComboBox)]
    assert {"Light", "EBU +18", "Dock (ALSA) (not there)"} <= set(shown)
    assert dialog.findChild(QDoubleSpinBox).value() == 120
