import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from audiolab.session.settings import RECENT_FILES, Settings, SettingsStore, from_json, to_json


@given(
    st.builds(
        Settings,
        theme=st.text(),
        volume=st.floats(0, 1),
        follow=st.booleans(),
        spectrogram_gain=st.none() | st.floats(-100, 100),
        recent_files=st.lists(st.text(), max_size=5).map(tuple),
    )
)
def test_round_trip(settings: Settings) -> None:
    assert from_json(to_json(settings)) == settings


def test_a_wrong_value_falls_back_alone(caplog: pytest.LogCaptureFixture) -> None:
    text = json.dumps({"version": 1, "theme": 3, "volume": 1, "follow": "yes", "unknown": 1, "model": "x"})
    assert from_json(text) == Settings(volume=1.0, model="x")
    assert "theme" in caplog.text
    assert "follow" in caplog.text


def test_saves_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "deep" / "settings.json")
    with qtbot.waitSignal(store.changed):
        store.update(theme="light")
    store.flush()
    assert SettingsStore(tmp_path / "deep" / "settings.json").current.theme == "light"


def test_saves_by_itself(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    store = SettingsStore(file)
    store.update(volume=0.5)
    qtbot.waitUntil(file.is_file)
    assert json.loads(file.read_text())["volume"] == 0.5


def test_nonsense_is_kept_aside(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text("{broken")
    assert SettingsStore(file).current == Settings()
    assert (tmp_path / "settings.unreadable.json").read_text() == "{broken"


def test_recent_files_are_newest_first_and_bounded() -> None:
    settings = Settings()
    for number in [*range(20), 3]:
        settings = settings.with_recent(f"{number}.wav")
    assert settings.recent_files[:2] == ("3.wav", "19.wav")
    assert len(settings.recent_files) == RECENT_FILES
    assert len(set(settings.recent_files)) == RECENT_FILES
