"""The model manager as a person uses it: real files, a real hub on this machine, real keys and clicks."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from audiolab.asr.checkpoints import store
from audiolab.core.recording import ArrayRecording
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.ui.modelsdialog import ALONE, ModelsDialog
from audiolab.ui.modeltable import COLUMNS
from audiolab.ui.statusbar import JobList
from audiolab.ui.theme import Theme
from audiolab.ui.window import Window
from tests.asr.checkpoints.hub import Hub, serving
from tests.fakes import ScriptedRecognizer

CONFIG = {"model_type": "wav2vec2", "architectures": ["Wav2Vec2ForCTC"], "vocab_size": 3, "pad_token_id": 0}


def files(**changes: object) -> dict[str, bytes]:
    """A checkpoint to look at, not to read with."""
    return {
        "config.json": json.dumps({**CONFIG, **changes}).encode(),
        "preprocessor_config.json": b'{"sampling_rate": 16000}',
        "vocab.json": b'{"<pad>": 0, "|": 1, "a": 2}',
        "model.safetensors": np.random.default_rng(1).bytes(200_000),
        "README.md": b"---\nlicense: mit\nlanguage: de\n---\n",
    }


def write(folder: Path, held: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in held.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(tmp_path, monkeypatch) as made:
        made.repositories["owner/tiny"] = files()
        yield made


@pytest.fixture
def dialog(session: Session, theme: Theme, qtbot: QtBot) -> ModelsDialog:
    """As it opens with the built-in model, a German one, and one that cannot work."""
    write(store.models_dir() / "german", files())
    write(store.models_dir() / "headless", files(architectures=["Wav2Vec2Model"]))
    made = ModelsDialog(session, theme)
    qtbot.addWidget(made)
    made.show()
    return made


def rows(dialog: ModelsDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [[model.index(row, column).data() for column in range(len(COLUMNS))] for row in range(model.rowCount())]


def names(dialog: ModelsDialog) -> list[str]:
    return [row[1] for row in rows(dialog)]


def button(dialog: ModelsDialog, text: str) -> QPushButton:
    found = dialog.findChildren(QPushButton)
    return next(item for item in found if item.text().replace("&", "").startswith(text))


def press(qtbot: QtBot, dialog: ModelsDialog, text: str) -> None:
    qtbot.mouseClick(button(dialog, text), Qt.MouseButton.LeftButton)


def answer(dialog: ModelsDialog, text: str) -> str:
    """Press a button of the question that is asked; what was asked."""
    question = next(box for box in dialog.findChildren(QMessageBox) if box.isVisible())
    asked = question.text()
    next(item for item in question.buttons() if item.text() == text).click()
    return asked


def message(dialog: ModelsDialog) -> str:
    return dialog._message.text()


def test_the_table_tells_what_each_model_is(dialog: ModelsDialog) -> None:
    default, german, headless = rows(dialog)
    assert default[:8] == ["✓", "conformer-en", "Conformer-CTC", "en", "4.7 MB", "191", "50 Hz", "Apache-2.0"]
    assert default[8] == "Comes with Audiolab"
    assert german[:8] == ["", "german", "Wav2Vec2", "de", "200 kB", "3", "50 Hz", "mit"]
    assert german[8].endswith("german")
    assert headless[:2] == ["✗", "headless"]
    assert headless[2].startswith("it has no CTC head (it holds Wav2Vec2Model); choose")
    assert dialog.table.columnSpan(2, 2) == 6, "the reason has the place of all that is not known"


def test_a_screen_reader_hears_what_columns_mean(dialog: ModelsDialog) -> None:
    model = dialog.table.model()
    spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert spoken == ["conformer-en: in use", "german: ready", "headless: cannot be used"]
    assert model.index(1, 6).data(Qt.ItemDataRole.AccessibleTextRole) == "Frame rate: 50 Hz"
    for widget in (dialog.table, dialog.hub.name, dialog.hub.bar, dialog.hub.about):
        assert widget.accessibleName()


def test_long_names_stand_in_the_tool_tip(dialog: ModelsDialog, session: Session) -> None:
    name = "university/" + "very-" * 20 + "long"
    write(store.models_dir() / store.file_name(name), files())
    session.models.refresh()
    row = names(dialog).index(name)
    assert dialog.table.model().index(row, 1).data(Qt.ItemDataRole.ToolTipRole) == name
    assert dialog.table.model().index(row, 8).data(Qt.ItemDataRole.ToolTipRole) == str(
        store.models_dir() / store.file_name(name)
    )
    assert dialog.minimumSizeHint().width() < 900


def test_keys_choose_a_model(dialog: ModelsDialog, session: Session, qtbot: QtBot) -> None:
    assert dialog.table.current.name == "conformer-en"
    assert not button(dialog, "Use").isEnabled()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog._about.text() == "german listens at 16,000 Hz and answers every 20 ms."
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert session.settings.current.model == "german"
    assert [row[0] for row in rows(dialog)] == ["", "✓", "✗"]
    assert dialog.table.current.name == "german"
    assert message(dialog) == "german reads from now on."
    assert dialog.isVisible(), "Enter does not close it"


def test_a_language_model_is_named(dialog: ModelsDialog, session: Session) -> None:
    (store.models_dir() / "german" / "5gram.arpa").write_text("words")
    session.models.refresh()
    dialog.table.select("german")
    assert dialog._about.text().endswith("every 20 ms; words are searched with 5gram.arpa.")


def test_a_double_click_chooses_a_model(dialog: ModelsDialog, session: Session, qtbot: QtBot) -> None:
    table = dialog.table
    place = QPoint(60, table.rowViewportPosition(1) + table.rowHeight(1) // 2)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.models.chosen == "german"


def test_what_cannot_work_says_why_and_is_not_chosen(dialog: ModelsDialog, session: Session, qtbot: QtBot) -> None:
    dialog.table.select("headless")
    assert dialog._about.text().startswith("✗ headless: it has no CTC head")
    assert not button(dialog, "Use").isEnabled()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    assert session.models.chosen == "conformer-en"
    assert button(dialog, "Remove").isEnabled()


def test_a_model_is_removed_after_a_question(dialog: ModelsDialog, session: Session, qtbot: QtBot) -> None:
    dialog.table.select("german")
    session.models.choose("german")
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    asked = answer(dialog, "Keep")
    assert asked.startswith("Delete german (200 kB) from this computer? ")
    assert names(dialog) == ["conformer-en", "german", "headless"]
    press(qtbot, dialog, "Remove")
    answer(dialog, "Delete")
    assert names(dialog) == ["conformer-en", "headless"]
    assert session.models.chosen == "conformer-en"
    assert not (store.models_dir() / "german").exists()


def test_the_built_in_model_cannot_be_removed(dialog: ModelsDialog, qtbot: QtBot) -> None:
    assert dialog.table.current.name == "conformer-en"
    assert not button(dialog, "Remove").isEnabled()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert dialog.findChildren(QMessageBox) == []


@pytest.mark.parametrize(("choice", "copied"), [("Copy", True), ("Use where it lies", False)])
def test_a_folder_is_added(
    dialog: ModelsDialog,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    choice: str,
    copied: bool,
) -> None:
    folder = write(tmp_path / "mine" / "added", files())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    press(qtbot, dialog, "Add folder")
    assert answer(dialog, choice).startswith(
        "Copy added into Audiolab's folder of models, or use it where it lies?"
    )
    assert "added" in names(dialog)
    assert dialog.table.current.name == "added"
    assert (dialog.table.current.info.path == folder) is not copied
    assert message(dialog) == "added is here; press Use to read with it."
    press(qtbot, dialog, "Remove")
    assert answer(dialog, "Delete" if copied else "Remove").startswith(
        "Delete added" if copied else "Take added off"
    )
    assert "added" not in names(dialog)
    assert (folder / "model.safetensors").is_file()


def test_a_file_is_added(
    dialog: ModelsDialog, qtbot: QtBot, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = shared_data / "nemo" / "tiny_contextnet_ctc.nemo"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(archive), ""))
    press(qtbot, dialog, "Add file")
    answer(dialog, "Copy")
    row = next(row for row in rows(dialog) if row[1] == "tiny_contextnet_ctc")
    assert row[2] == "ContextNet"


def test_what_cannot_be_added_says_why(dialog: ModelsDialog, session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    dialog.ask_add(tmp_path / "empty")
    answer(dialog, "Copy")
    assert message(dialog) == "empty: it has no config.json; give the folder of a transformers checkpoint."


def test_the_folder_of_a_model_is_opened(
    dialog: ModelsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog.table.select("german")
    press(qtbot, dialog, "Open folder")
    assert [Path(url.toLocalFile()) for url in opened] == [store.models_dir() / "german"]


def test_alone_it_says_how_others_come(session: Session, theme: Theme, qtbot: QtBot) -> None:
    dialog = ModelsDialog(session, theme)
    qtbot.addWidget(dialog)
    assert dialog._pages.currentWidget() is not dialog.table, "nobody has looked yet"
    dialog.show()
    assert dialog._pages.currentWidget() is dialog.table
    assert dialog._about.text() == ALONE


# ---- the hub


def test_a_model_is_looked_up_and_downloaded_with_the_keys(
    dialog: ModelsDialog, session: Session, qtbot: QtBot, hub: Hub
) -> None:
    line = dialog.hub
    assert not line.look_up.isEnabled()
    line.name.setFocus()
    qtbot.keyClicks(line.name, "owner/tiny")
    assert hub.asked == [], "typing asks nobody"
    qtbot.keyClick(line.name, Qt.Key.Key_Return)
    total = "201 kB"
    assert line.about.text() == (
        f"owner/tiny: {total} from 127.0.0.1:{hub.port}, licence mit. 5 files: "
        "config.json, preprocessor_config.json, vocab.json, model.safetensors, README.md."
    )
    assert hub.large_ranges == [], "looking up fetches nothing"
    assert "owner/tiny" not in names(dialog)
    assert dialog.focusWidget() is line.download
    line.name.setFocus()
    qtbot.keyClick(line.name, Qt.Key.Key_Return)
    assert hub.large_ranges == [], "nor does Enter"
    assert dialog.isVisible()
    assert dialog.focusWidget() is line.download
    qtbot.keyClick(line.download, Qt.Key.Key_Space)
    assert dialog.table.current.name == "owner/tiny"
    assert message(dialog) == "owner/tiny is here; press Use to read with it."
    assert line.bar.isHidden()
    qtbot.keyClick(line.name, Qt.Key.Key_Return)
    assert line.about.text().endswith("It is on the list already; Download fetches it again.")


def test_another_name_is_another_model(dialog: ModelsDialog, session: Session, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.hub.name, "owner/tiny")
    press(qtbot, dialog, "Look up")
    assert dialog.hub.download.isEnabled()
    qtbot.keyClicks(dialog.hub.name, "x")
    assert not dialog.hub.download.isEnabled()
    press(qtbot, dialog, "Look up")
    assert message(dialog).startswith("There is no model called owner/tinyx on 127.0.0.1:")


def test_what_was_typed_is_there_the_next_time(
    dialog: ModelsDialog, session: Session, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.keyClicks(dialog.hub.name, "owner/ti")
    session.settings.flush()
    assert SettingsStore(tmp_path / "settings.json").current.hub_name == "owner/ti"
    again = ModelsDialog(session, theme)
    qtbot.addWidget(again)
    assert again.hub.name.text() == "owner/ti"


def test_a_download_shows_how_far_it_is_and_stops_when_told(
    qtbot: QtBot, theme: Theme, tmp_path: Path, hub: Hub
) -> None:
    hub.pause = 0.02
    session = Session(
        lambda _name: ScriptedRecognizer(), jobs=JobRunner(), settings=SettingsStore(tmp_path / "settings.json")
    )
    window = Window(session, theme)
    qtbot.addWidget(window)
    window.show()
    window.actions_of["speech.models"].trigger()
    dialog = window.findChild(ModelsDialog)
    line = dialog.hub
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.table)
    qtbot.keyClicks(line.name, "owner/tiny")
    line.name.setFocus()
    press(qtbot, dialog, "Look up")
    assert line.about.text() == "Asking the hub…"
    assert dialog.focusWidget() is line.cancel
    qtbot.waitUntil(line.download.isEnabled)
    assert dialog.focusWidget() is line.download
    press(qtbot, dialog, "Download")
    qtbot.waitUntil(lambda: line.bar.value() > 100)
    assert line.bar.isVisible()
    assert line.about.text().startswith("Fetching owner/tiny: ")
    assert line.about.text().endswith(" of 201 kB")
    qtbot.waitUntil(lambda: [job.label for job in window.findChild(JobList).running] == ["Downloading owner/tiny"])
    press(qtbot, dialog, "Cancel")
    qtbot.waitUntil(lambda: not session.models.hub.downloading)
    qtbot.waitUntil(lambda: "of it are here from before" in line.about.text())
    assert session.models.named("owner/tiny") is None
    assert line.discard.isEnabled()
    press(qtbot, dialog, "Discard")
    qtbot.waitUntil(lambda: not line.discard.isEnabled())
    assert store.present(session.models.hub.offer) == 0
    hub.pause = 0.0
    press(qtbot, dialog, "Download")
    qtbot.waitUntil(lambda: session.models.named("owner/tiny") is not None)
    session.shutdown()


# ---- the rest of the window


def test_menu_and_bar_follow_what_comes_and_goes(session: Session, theme: Theme, qtbot: QtBot) -> None:
    write(store.models_dir() / "german", files())
    window = Window(session, theme)
    qtbot.addWidget(window)
    window.show()
    menu = window._menus.choices["speech.model"]
    menu.popup(QPoint(0, 0))
    assert [entry.text() for entry in menu.actions()] == ["conformer-en", "german", "", "M&odels…"]
    write(store.models_dir() / "french", files())
    session.models.refresh()
    assert [entry.text() for entry in menu.actions()] == ["conformer-en", "french", "german", "", "M&odels…"]
    session.models.choose("french")
    assert window._transport._model.accessibleDescription() == "french"
    session.models.remove(session.models.named("french"))
    assert [entry.text() for entry in menu.actions()] == ["conformer-en", "german", "", "M&odels…"]
    assert window._transport._model.accessibleDescription() == "conformer-en"
    menu.close()


def test_opening_the_manager_asks_no_hub(session: Session, theme: Theme, qtbot: QtBot, hub: Hub) -> None:
    session.settings.update(hub_name="owner/tiny")
    window = Window(session, theme)
    qtbot.addWidget(window)
    window.show()
    session.show(ArrayRecording(np.zeros((8000, 1), np.float32), 8000))
    window.actions_of["speech.models"].trigger()
    assert window.findChild(ModelsDialog).isVisible()
    session.transcribe()
    assert hub.asked == []
