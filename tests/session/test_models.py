"""The models' list, choice, coming and going, over real folders, recognisers and a hub on this machine."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab import asr
from audiolab.asr.checkpoints import store
from audiolab.asr.checkpoints.info import Place
from audiolab.core.recording import ArrayRecording
from audiolab.session.jobs import JobRunner
from audiolab.session.models import InstalledModel
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.asr.checkpoints import tiny
from tests.asr.checkpoints.hub import Hub, serving
from tests.fakes import ScriptedRecognizer


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save("Wav2Vec2", tmp_path_factory.mktemp("checkpoints") / "tiny")


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkpoint: Path) -> Iterator[Hub]:
    """A hub that has the tiny checkpoint."""
    with serving(tmp_path, monkeypatch) as made:
        made.repositories["owner/tiny"] = {path.name: path.read_bytes() for path in checkpoint.iterdir()}
        yield made


def session_with(make: Callable[[str], object], tmp_path: Path, jobs: JobRunner | None = None) -> Session:
    return Session(
        make, jobs=jobs or JobRunner(synchronous=True), settings=SettingsStore(tmp_path / "settings.json")
    )


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = session_with(asr.create, tmp_path)
    made.models.refresh()
    yield made
    made.shutdown()


@pytest.fixture
def told(session: Session) -> list[str]:
    sentences: list[str] = []
    session.notice.connect(sentences.append)
    return sentences


def names(session: Session) -> list[str]:
    return [model.name for model in session.models.installed]


def named(session: Session, name: str) -> InstalledModel:
    model = session.models.named(name)
    assert model is not None
    return model


def test_the_list_is_read_in_a_job(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = JobRunner()
    made = session_with(asr.create, tmp_path, jobs)
    assert not made.models.known
    with qtbot.waitSignal(made.models.changed):
        made.models.refresh()
    assert names(made) == ["conformer-en"]
    assert made.models.installed[0].place is Place.BUILT_IN
    assert not made.models.installed[0].removable
    made.shutdown()


def test_a_model_is_added_chosen_used_and_removed(session: Session, told: list[str], checkpoint: Path) -> None:
    session.models.add(checkpoint, copy=True)
    assert told == ["tiny is here; press Use to read with it."]
    assert names(session) == ["conformer-en", "tiny"]
    session.models.choose("tiny")
    assert (session.models.chosen, session.settings.current.model) == ("tiny", "tiny")
    session.show(ArrayRecording(np.zeros((16_000, 1), np.float32), 16_000))
    session.transcribe()
    assert session.reading.transcription is not None
    assert session.reading.transcription.emissions.model == "tiny"
    session.models.remove(named(session, "tiny"))
    assert names(session) == ["conformer-en"]
    assert session.models.chosen == "conformer-en", "what is gone cannot stay chosen"
    assert not (store.models_dir() / "tiny").exists()


def test_choosing_the_default_is_no_choice(session: Session) -> None:
    session.models.choose("x")
    session.models.choose("conformer-en")
    assert session.settings.current.model == ""


def test_a_choice_made_elsewhere_is_announced(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.models.changed):
        session.settings.update(model="x")
    with qtbot.assertNotEmitted(session.models.changed):
        session.settings.update(volume=0.5)


def test_what_cannot_be_added_is_told(session: Session, told: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    session.models.add(tmp_path / "empty", copy=False)
    assert told == ["empty: it has no config.json; give the folder of a transformers checkpoint."]
    assert names(session) == ["conformer-en"]


def test_the_built_in_model_is_not_removed(session: Session, told: list[str]) -> None:
    session.models.remove(session.models.installed[0])
    assert told == ["conformer-en is part of Audiolab and stays; choose another model to use that one."]
    assert names(session) == ["conformer-en"]


class Patient(ScriptedRecognizer):
    """Reads until it is cancelled."""

    started = False

    def transcribe(self, recording, cancel, progress, *more):
        self.started = True
        cancel.wait(60)
        cancel.check()


def test_a_model_that_reads_is_not_removed_and_one_that_rests_is_let_go(
    qtbot: QtBot, tmp_path: Path, checkpoint: Path
) -> None:
    shutil.copytree(checkpoint, store.models_dir() / "tiny")
    recognizer = Patient()
    made = session_with(lambda _name: recognizer, tmp_path, JobRunner())
    told: list[str] = []
    made.notice.connect(told.append)
    with qtbot.waitSignal(made.models.changed):
        made.models.refresh()
    made.models.choose("tiny")
    made.show(ArrayRecording(np.zeros((16_000, 1), np.float32), 16_000))
    made.transcribe()
    qtbot.waitUntil(lambda: recognizer.started)
    made.models.remove(named(made, "tiny"))
    assert told == ["tiny is reading just now; cancel the transcription, then remove it."]
    made.reading.cancel()
    qtbot.waitUntil(lambda: not made.reading.running)
    assert recognizer.closed == 0
    made.models.remove(named(made, "tiny"))
    qtbot.waitUntil(lambda: names(made) == ["conformer-en"])
    assert recognizer.closed == 1
    assert not (store.models_dir() / "tiny").exists()
    made.shutdown()


# ---- the hub


def test_a_model_is_looked_up_downloaded_and_read_with(session: Session, told: list[str], hub: Hub) -> None:
    session.models.hub.look_up("owner/tiny")
    offer = session.models.hub.offer
    assert offer is not None
    assert offer.size == sum(len(data) for data in hub.repositories["owner/tiny"].values())
    assert names(session) == ["conformer-en"]
    session.models.hub.download()
    assert names(session) == ["conformer-en", "owner/tiny"]
    assert told == ["owner/tiny is here; press Use to read with it."]
    assert (session.models.hub.offer, session.models.hub.downloading) == (None, False)
    session.models.choose("owner/tiny")
    session.show(ArrayRecording(np.zeros((16_000, 1), np.float32), 16_000))
    session.transcribe()
    assert session.reading.transcription.emissions.model == "owner/tiny"


def test_nothing_goes_into_the_network_unless_a_person_asks(
    session: Session, told: list[str], hub: Hub, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that can be done with models but looking up and downloading, with every door of this process shut."""

    def shut(*_: object, **__: object) -> None:
        raise AssertionError("somebody went into the network")

    for door in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, door, shut)
    for door in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, door, shut)
    session.models.refresh()
    session.models.add(checkpoint, copy=True)
    shutil.copytree(checkpoint, store.models_dir() / "second")
    session.models.refresh()
    session.models.choose("tiny")
    session.show(ArrayRecording(np.zeros((16_000, 1), np.float32), 16_000))
    session.transcribe()
    assert session.reading.transcription is not None
    session.models.remove(named(session, "tiny"))
    session.transcribe()
    assert names(session) == ["conformer-en", "second"]
    with pytest.raises(AssertionError, match="somebody went into the network"):
        socket.create_connection(("127.0.0.1", hub.port))
    assert hub.asked == []


def test_the_recogniser_process_asks_no_hub(hub: Hub, checkpoint: Path) -> None:
    """It is told of a hub that would answer, and asks nothing."""
    from audiolab.core.cancel import CancelToken, no_progress

    recognizer = asr.create(str(checkpoint), worker=True)
    silence = ArrayRecording(np.zeros((16_000, 1), np.float32), 16_000)
    result = recognizer.transcribe(silence, CancelToken(), no_progress)
    recognizer.close()
    assert result.emissions.frames > 0
    assert hub.asked == []
