"""What the hub offers and what is fetched of it, from a hub on this machine."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.asr.checkpoints import store
from audiolab.session.hub import Hub, hub_name
from audiolab.session.jobs import JobRunner
from tests.asr.checkpoints import hub as fake


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.Hub]:
    """It has a model that looks like one."""
    with fake.serving(tmp_path, monkeypatch) as made:
        weights = np.random.default_rng(0).bytes(200_000)
        made.repositories["owner/tiny"] = {"config.json": b"{}", "model.safetensors": weights}
        yield made


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.shutdown()


@pytest.fixture
def hub(jobs: JobRunner) -> Hub:
    return Hub(jobs)


@pytest.fixture
def told(hub: Hub) -> list[str]:
    sentences: list[str] = []
    hub.told.connect(sentences.append)
    return sentences


def look_up(hub: Hub, qtbot: QtBot, name: str = "owner/tiny") -> None:
    hub.look_up(name)
    qtbot.waitUntil(lambda: not hub.looking)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("owner/model", ("owner/model", "main")),
        ("  owner/model@v2 ", ("owner/model", "v2")),
        ("https://huggingface.co/owner/model", ("owner/model", "main")),
        ("https://huggingface.co/owner/model/tree/refs/pr/1", ("owner/model", "refs/pr/1")),
        ("hf.co/owner/model/", ("owner/model", "main")),
        ("", ("", "main")),
    ],
)
def test_what_people_type_or_paste(text: str, name: tuple[str, str]) -> None:
    assert hub_name(text) == name


def test_what_the_hub_has_not_is_told(hub: Hub, server: fake.Hub, qtbot: QtBot, told: list[str]) -> None:
    look_up(hub, qtbot, "owner/nothing")
    assert hub.offer is None
    assert told == [
        f"There is no model called owner/nothing on 127.0.0.1:{server.port}, or you may not see it; check the name."
    ]


def test_the_newest_question_counts(hub: Hub, server: fake.Hub, qtbot: QtBot, told: list[str]) -> None:
    hub.look_up("owner/nothing")
    look_up(hub, qtbot)
    assert hub.offer is not None
    assert hub.offer.name == "owner/tiny"
    assert told == []
    hub.drop()
    assert hub.offer is None


def test_a_question_can_be_taken_back(hub: Hub, server: fake.Hub, qtbot: QtBot, told: list[str]) -> None:
    server.silent = True
    hub.look_up("owner/tiny")
    assert hub.looking
    qtbot.waitUntil(lambda: bool(server.asked))
    hub.cancel()
    qtbot.waitUntil(lambda: not hub.looking)
    assert (hub.offer, told) == (None, [])


def test_a_download_is_cancelled_measured_and_taken_up_again(
    hub: Hub, server: fake.Hub, jobs: JobRunner, qtbot: QtBot, told: list[str]
) -> None:
    look_up(hub, qtbot)
    server.pause = 0.02
    with qtbot.waitSignal(jobs.progressed, check_params_cb=lambda job: job.progress > 0.1):
        hub.download()
    assert hub.downloading
    assert [job.label for job in jobs.active] == ["Downloading owner/tiny"]
    hub.download()
    assert len(jobs.active) == 1, "one at a time"
    with qtbot.waitSignal(hub.ended):
        hub.cancel()
    assert not (store.models_dir() / "owner--tiny").exists()
    qtbot.waitUntil(lambda: hub.offer.present > 20_000)
    here = hub.offer.present - len(b"{}")
    server.pause = 0.0
    with qtbot.waitSignal(hub.fetched) as arrived:
        hub.download()
    assert arrived.args == ["owner/tiny"]
    assert server.large_ranges == [None, f"bytes={here}-"]
    assert (hub.offer, hub.downloading, told) == (None, False, [])
    assert (store.models_dir() / "owner--tiny" / "model.safetensors").stat().st_size == 200_000


def test_what_has_come_is_discarded(hub: Hub, server: fake.Hub, qtbot: QtBot) -> None:
    look_up(hub, qtbot)
    part = store.staging(hub.offer) / "model.safetensors.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    look_up(hub, qtbot)
    assert hub.offer.present == 1000
    hub.discard()
    qtbot.waitUntil(lambda: hub.offer.present == 0)
    assert not part.exists()


def test_a_download_that_fails_is_told_and_can_be_tried_again(
    hub: Hub, server: fake.Hub, qtbot: QtBot, told: list[str]
) -> None:
    look_up(hub, qtbot)
    server.spoilt = 1
    with qtbot.waitSignal(hub.ended):
        hub.download()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["model.safetensors: what arrived is not what the hub announced; download the model again."]
    assert hub.offer is not None
    with qtbot.waitSignal(hub.fetched):
        hub.download()
