"""Models that come from and go to the disk: copied, linked, removed; never half of one in the list."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from audiolab import asr
from audiolab.asr.checkpoints import store
from audiolab.asr.checkpoints.adding import add
from audiolab.asr.checkpoints.info import Place
from audiolab.asr.checkpoints.removing import place_of, remove
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import Cancelled, ModelError

CONFIG = (
    '{"model_type": "wav2vec2", "architectures": ["Wav2Vec2ForCTC"], "vocab_size": 3, "pad_token_id": 0,'
    ' "conv_kernel": [10, 3, 3, 3, 3, 2, 2], "conv_stride": [5, 2, 2, 2, 2, 2, 2]}'
)


@pytest.fixture(autouse=True)
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a checkpoint, with things beside it that no model needs."""
    made = tmp_path / "mine" / "my-model"
    made.mkdir(parents=True)
    for name, text in {
        "config.json": CONFIG,
        "preprocessor_config.json": '{"sampling_rate": 16000}',
        "vocab.json": '{"<pad>": 0, "|": 1, "a": 2}',
        "model.safetensors": "t" * 100_000,
        "pytorch_model.bin": "harm",
        "modeling.py": "harm",
        "README.md": "---\nlicense: mit\n---\n",
    }.items():
        (made / name).write_text(text)
    return made


def listed() -> list[str]:
    return [info.name for info in asr.installed()[1:]]


def put(path: Path, copy: bool) -> str:
    return add(path, copy, CancelToken(), no_progress)


def readying() -> list[Path]:
    return list((store.models_dir() / ".readying").iterdir())


def test_a_copy_has_what_is_needed_and_no_more(folder: Path) -> None:
    done: list[float] = []
    assert add(folder, True, CancelToken(), done.append) == "my-model"
    copied = store.models_dir() / "my-model"
    assert {path.name for path in copied.iterdir()} == {
        "config.json",
        "preprocessor_config.json",
        "vocab.json",
        "model.safetensors",
        "README.md",
    }
    assert (copied / "model.safetensors").read_text() == "t" * 100_000
    assert done[-1] == 1.0
    (info,) = asr.installed()[1:]
    assert (info.name, info.path, info.problem, place_of(info)) == ("my-model", copied, "", Place.OWN)
    assert readying() == []


def test_a_link_leaves_everything_where_it_lies(folder: Path) -> None:
    put(folder, copy=False)
    (info,) = asr.installed()[1:]
    assert (info.name, info.path, info.problem, place_of(info)) == ("my-model", folder, "", Place.LINKED)
    assert asr.create("my-model").name == "my-model"
    remove(info)
    assert listed() == []
    assert (folder / "model.safetensors").is_file(), "what was only linked is not deleted"


def test_a_link_to_what_has_gone_says_so(folder: Path) -> None:
    put(folder, copy=False)
    folder.rename(folder.with_name("elsewhere"))
    (info,) = asr.installed()[1:]
    assert "there is no such folder" in info.problem
    assert place_of(info) is Place.LINKED
    remove(info)
    assert listed() == []


@pytest.mark.parametrize("copy", [True, False])
def test_an_archive(shared_data: Path, copy: bool) -> None:
    archive = shared_data / "nemo" / "tiny_citrinet_ctc.nemo"
    assert put(archive, copy) == "tiny_citrinet_ctc"
    (info,) = asr.installed()[1:]
    assert info.problem == ""
    assert (info.path == archive) is not copy
    remove(info)
    assert listed() == []
    assert archive.is_file()


def test_language_models_come_along(folder: Path, shared_data: Path, tmp_path: Path) -> None:
    (folder / "language_model").mkdir()
    for name in ("language_model/2gram.arpa", "language_model/attrs.json", "own.arpa.gz", "language_model/x.bin"):
        (folder / name).write_text(name)
    put(folder, copy=True)
    copied = {path.relative_to(store.models_dir()).as_posix() for path in store.models_dir().rglob("*arpa*")}
    assert copied == {"my-model/language_model/2gram.arpa", "my-model/own.arpa.gz"}
    assert (store.models_dir() / "my-model" / "language_model" / "attrs.json").is_file()
    archive = tmp_path / "net.nemo"
    archive.write_bytes((shared_data / "nemo" / "tiny_citrinet_ctc.nemo").read_bytes())
    archive.with_suffix(".arpa").write_text("words")
    archive.with_name("attrs.json").write_text('{"alpha": 0.4}')
    assert put(archive, copy=True) == "net"
    info = next(info for info in asr.installed() if info.name == "net")
    assert (info.problem, info.path) == ("", store.models_dir() / "net" / "net.nemo")
    assert info.language_model == info.path.with_suffix(".arpa")
    assert info.language_model.read_text() == "words"
    assert info.path.with_name("attrs.json").read_text() == '{"alpha": 0.4}'
    remove(info)
    assert not info.path.parent.exists()


def test_a_real_checkpoint_is_the_same_after_copying(checkpoint: Callable[[str], Path]) -> None:
    source = checkpoint("HuBERT")
    put(source, copy=True)
    copied = store.models_dir() / source.name
    assert {path.name for path in copied.iterdir()} == {path.name for path in source.iterdir()}


def test_a_cancelled_copy_leaves_nothing(folder: Path) -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        add(folder, True, token, lambda _done: token.cancel())
    assert listed() == []
    assert readying() == []


def test_what_cannot_be_used_is_not_added(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="my-model: its weights are a pickle"):
        put(folder, copy=True)
    with pytest.raises(ModelError, match="there is no such folder"):
        put(tmp_path / "nothing", copy=False)
    assert listed() == []


def test_names_are_not_taken_twice(folder: Path) -> None:
    put(folder, copy=False)
    for copy in (True, False):
        with pytest.raises(
            ModelError, match="There is a model called my-model already; rename my-model, or remove"
        ):
            put(folder, copy)
    with pytest.raises(ModelError, match="There is a model called conformer-en already"):
        put(folder.rename(folder.with_name("conformer-en")), copy=True)
    own = store.models_dir() / "own"
    folder.with_name("conformer-en").rename(own)
    with pytest.raises(ModelError, match="own is among your models already"):
        put(own, copy=True)


def test_the_built_in_model_stays() -> None:
    (info,) = asr.installed()
    assert place_of(info) is Place.BUILT_IN
    with pytest.raises(ModelError, match="conformer-en is part of Audiolab and stays"):
        remove(info)
    assert info.path.is_file()


def test_an_own_model_is_deleted(folder: Path) -> None:
    put(folder, copy=True)
    remove(asr.installed()[1])
    assert listed() == []
    assert readying() == []
    assert [path.name for path in store.models_dir().iterdir()] == [".readying"]


def cached(hub_cache: Path, folder: Path, revision: str) -> Path:
    """A revision as huggingface_hub lays it out: contents once, and links to them. Each has a README of its own."""
    repository = hub_cache / "models--org--net"
    snapshot = repository / "snapshots" / revision
    for directory in (repository / "blobs", repository / "refs", snapshot):
        directory.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        data = file.read_bytes() + (revision.encode() if file.name == "README.md" else b"")
        blob = repository / "blobs" / hashlib.sha1(data).hexdigest()
        blob.write_bytes(data)
        (snapshot / file.name).symlink_to(blob)
    (repository / "refs" / "main").write_text(revision)
    return snapshot


def test_a_revision_goes_from_the_cache_and_others_stay_whole(hub_cache: Path, folder: Path) -> None:
    older, newer = cached(hub_cache, folder, "111"), cached(hub_cache, folder, "222")
    (info,) = asr.installed()[1:]
    assert info.path == newer
    blobs = hub_cache / "models--org--net" / "blobs"
    before = len(list(blobs.iterdir()))
    remove(info)
    assert not newer.exists()
    assert len(list(older.iterdir())) == len(list(folder.iterdir()))
    assert all(file.read_bytes() for file in older.iterdir()), "no link leads nowhere"
    assert len(list(blobs.iterdir())) == before - 1, "the README of the newer one"
    (left,) = asr.installed()[1:]
    assert left.path == older


def test_the_last_revision_takes_all_with_it(hub_cache: Path, folder: Path) -> None:
    cached(hub_cache, folder, "abc")
    (info,) = asr.installed()[1:]
    assert place_of(info) is Place.CACHE
    remove(info)
    assert list(hub_cache.iterdir()) == []


def test_what_a_crash_left_is_cleared_away_but_not_what_others_are_making(folder: Path) -> None:
    ours, crashed = (store.models_dir() / ".readying" / f"{name}.1.adding" for name in ("busy", "crashed"))
    removed = store.models_dir() / ".readying" / "gone.1.removed"
    for path in (ours, crashed, removed):
        path.mkdir(parents=True)
    os.utime(crashed, (0, 0))
    put(folder, copy=True)
    assert readying() == [ours]
