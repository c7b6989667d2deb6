from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenuBar
from pytestqt.qtbot import QtBot

from audiolab.asr import DEFAULT_MODEL
from audiolab.asr.checkpoints import store
from audiolab.core.recording import ArrayRecording
from audiolab.engine.devices import Device
from audiolab.session.session import Session
from audiolab.ui.actions import ActionSet
from audiolab.ui.catalogue import ACTIONS, CATALOGUE
from audiolab.ui.choices import ChoiceLists
from audiolab.ui.menus import ChoiceMenu, Menus
from audiolab.ui.theme import Theme
from tests.ui.test_actions import Journal


@pytest.fixture
def bar(qtbot: QtBot) -> QMenuBar:
    made = QMenuBar()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def menus(bar: QMenuBar, session: Session, theme: Theme) -> Menus:
    actions = ActionSet(ACTIONS, session, theme, Journal(), bar)
    return Menus(bar, actions, ChoiceLists(session), [QAction("Waveform", bar)])


def texts(menu: ChoiceMenu) -> list[str]:
    menu.fill()
    return [entry.text() for entry in menu.actions()]


def ticked(menu: ChoiceMenu) -> list[str]:
    menu.fill()
    return [entry.text() for entry in menu.actions() if entry.isChecked()]


def choose(menu: ChoiceMenu, text: str) -> None:
    menu.fill()
    next(entry for entry in menu.actions() if entry.text().startswith(text)).trigger()


def reachable(menu) -> set[str]:
    found = set()
    for entry in menu.actions():
        found.add(entry.objectName())
        if entry.menu() is not None:
            found |= {entry.menu().objectName()} | reachable(entry.menu())
    return found


def test_everything_in_the_catalogue_is_in_a_menu(bar: QMenuBar, menus: Menus) -> None:
    assert {entry.id for entry in CATALOGUE} <= reachable(bar)


def test_panels_are_listed_first(bar: QMenuBar, menus: Menus) -> None:
    view = next(entry.menu() for entry in bar.actions() if entry.text() == "&View")
    panels = next(entry.menu() for entry in view.actions() if entry.menu() and entry.text() == "&Panels")
    assert panels.actions()[0].text() == "Waveform"


def test_no_menu_starts_or_ends_with_a_separator(bar: QMenuBar, menus: Menus) -> None:
    waiting = [entry.menu() for entry in bar.actions()]
    while waiting:
        entries = waiting.pop().actions()
        if entries:
            assert not entries[0].isSeparator()
            assert not entries[-1].isSeparator()
        waiting += [entry.menu() for entry in entries if entry.menu() is not None]


def test_recent_files_open(menus: Menus, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    recent = menus.choices["file.recent"]
    assert texts(recent) == ["No files yet"]
    assert not recent.actions()[0].isEnabled()
    for name in ("/sound/a.wav", "/sound/b & c.flac"):
        session.settings.replace(session.settings.current.with_recent(name))
    opened: list[Path] = []
    monkeypatch.setattr(session, "open", opened.append)
    assert texts(recent) == ["b && c.flac", "a.wav"]
    choose(recent, "a.wav")
    assert opened == [Path("/sound/a.wav")]


def device(name: str, inputs: int, outputs: int) -> Device:
    return Device(
        index=0,
        name=name,
        host_api="ALSA",
        inputs=inputs,
        outputs=outputs,
        default_sample_rate=48000,
        is_default_input=False,
        is_default_output=False,
    )


def test_devices_are_chosen_by_name(menus: Menus, session: Session) -> None:
    session.devices._take(((device("Speakers", 0, 2), device("Headset", 1, 2)), None))
    output = menus.choices["play.output"]
    assert texts(output) == ["System default", "Speakers (ALSA)", "Headset (ALSA)", "Look again"]
    assert ticked(output) == ["System default"]
    choose(output, "Headset")
    assert session.settings.current.output_device == "Headset (ALSA)"
    assert ticked(output) == ["Headset (ALSA)"]
    assert texts(menus.choices["play.input"]) == ["System default", "Headset (ALSA)", "Look again"]
    choose(output, "System default")
    assert session.settings.current.output_device == ""


def test_a_device_that_is_gone_stays_chosen(menus: Menus, session: Session) -> None:
    session.settings.update(output_device="Dock (ALSA)")
    session.devices._take(((), "No sound device was found."))
    output = menus.choices["play.output"]
    assert ticked(output) == ["Dock (ALSA) (not there)"]
    assert "No sound device was found." in texts(output)


def test_devices_are_looked_for_when_somebody_asks(
    menus: Menus, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    monkeypatch.setattr(session.devices, "refresh", lambda: looked.append(True))
    assert not looked
    menus.choices["play.output"].fill()
    menus.choices["play.input"].fill()
    assert len(looked) == 1
    choose(menus.choices["play.output"], "Look again")
    assert len(looked) == 2


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)")
def test_an_open_menu_fills_up(menus: Menus, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.devices, "refresh", lambda: None)
    session.devices.changed.connect(menus.refill)
    output = menus.choices["play.output"]
    output.popup(QPoint(0, 0))
    assert [entry.text() for entry in output.actions()] == ["System default", "Look again"]
    session.devices._take(((device("Speakers", 0, 2),), None))
    assert "Speakers (ALSA)" in [entry.text() for entry in output.actions()]
    output.close()


def test_spectrogram_menus_change_settings(menus: Menus, session: Session) -> None:
    choose(menus.choices["view.colours"], "Viridis")
    choose(menus.choices["view.scale"], "Mel")
    settings = session.settings.current
    assert (settings.spectrogram_colormap, settings.spectrogram_scale) == ("viridis", "mel")
    choose(menus.choices["view.preset"], "Praat")
    settings = session.settings.current
    assert settings.spectrogram_preset == "Praat"
    assert settings.spectrogram_colormap is None
    assert ticked(menus.choices["view.preset"]) == ["Praat"]
    assert len(ticked(menus.choices["view.colours"])) == len(ticked(menus.choices["view.scale"])) == 1


def test_loudness_menus_change_settings(menus: Menus, session: Session) -> None:
    choose(menus.choices["view.target"], "Streaming -14")
    choose(menus.choices["view.meter"], "EBU +18")
    settings = session.settings.current
    assert (settings.loudness_target, settings.loudness_scale) == ("Streaming -14", "EBU +18")


def test_channel_layouts_are_those_that_fit(menus: Menus, session: Session) -> None:
    layouts = menus.choices["view.layout"]
    assert texts(layouts) == ["Open a recording first"]
    assert not layouts.actions()[0].isEnabled()
    session.show(ArrayRecording(np.ones((800, 6)), 8000))
    assert texts(layouts) == [
        "As the file says: nothing, so 5.1",
        "5.1: L R C LFE Ls Rs",
        "5.1 film: L C R Ls Rs LFE",
        "6 channels, all alike",
    ]
    assert ticked(layouts) == ["As the file says: nothing, so 5.1"]
    choose(layouts, "5.1 film: L C R Ls Rs LFE")
    assert ticked(layouts) == ["5.1 film: L C R Ls Rs LFE"]
    assert session.metering.meter.layout.name == "5.1 film"
    session.show(ArrayRecording(np.ones((800, 2)), 8000))
    assert ticked(layouts) == ["As the file says: nothing, so stereo"]


def test_models_are_those_that_can_be_used(menus: Menus, session: Session, tmp_path: Path) -> None:
    link = store.models_dir() / "broken.link"
    link.parent.mkdir(parents=True)
    link.write_text(str(tmp_path / "nowhere"))
    models = menus.choices["speech.model"]
    assert texts(models) == [DEFAULT_MODEL, "", "M&odels…"]
    assert ticked(models) == [DEFAULT_MODEL]
    assert [model.name for model in session.models.installed] == [DEFAULT_MODEL, "broken"]
    choose(models, DEFAULT_MODEL)
    assert session.settings.current.model == ""


def test_a_chosen_model_that_has_gone_is_still_told(menus: Menus, session: Session) -> None:
    session.settings.update(model="gone")
    models = menus.choices["speech.model"]
    assert texts(models) == [DEFAULT_MODEL, "gone (not there)", "", "M&odels…"]
    assert ticked(models) == ["gone (not there)"]
