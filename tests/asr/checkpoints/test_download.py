"""Downloads from a hub on this machine, over real HTTP; what has to be stopped runs in a process of its own."""

import errno
import json
import os
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub
import numpy as np
import psutil
import pytest

from audiolab import asr
from audiolab.asr import downloading
from audiolab.asr.checkpoints import download, store, transfer
from audiolab.asr.checkpoints.offer import Offer, needed
from audiolab.core.cancel import CancelToken, Progress, no_progress
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import ArrayRecording
from tests.asr.checkpoints.hub import COMMIT, Hub, serving

NAME = "someone/tiny"
CONFIG = {"model_type": "wav2vec2", "architectures": ["Wav2Vec2ForCTC"], "vocab_size": 3, "pad_token_id": 0}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with one model that looks like a checkpoint, and things that must not be taken."""
    with serving(tmp_path, monkeypatch) as made:
        monkeypatch.setenv("HF_TOKEN", "hf_of_this_test")
        made.repositories[NAME] = {
            "config.json": json.dumps(CONFIG).encode(),
            "preprocessor_config.json": b'{"sampling_rate": 16000}',
            "vocab.json": b'{"<pad>": 0, "|": 1, "a": 2}',
            "model.safetensors": weights(),
            "README.md": b"---\nlicense: mit\nlanguage: en\n---\nA model.\n",
            "LICENSE": b"MIT",
            "pytorch_model.bin": b"\x80\x04harm" * 3000,
            "modeling.py": b"raise SystemExit",
            "optimizer.pt": b"\x80\x04harm",
            "onnx/model.safetensors": b"another" * 3000,
        }
        made.configs[NAME] = CONFIG
        yield made
        huggingface_hub.close_session()


@pytest.fixture(autouse=True)
def quick_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "PAUSE", 0.001)


def weights(size: int = 300_000) -> bytes:
    return np.random.default_rng(0).bytes(size)


def offered(name: str = NAME, revision: str = "main") -> Offer:
    return download.look_up(name, revision)


def fetched(offer: Offer) -> Path:
    return download.fetch(offer, lambda _here: None)


def offered_apart() -> Offer:
    """As the program does it: in a process of its own."""
    return downloading.look_up(NAME, "main", CancelToken())


def fetched_apart(offer: Offer, progress: Progress = no_progress, cancel: CancelToken | None = None) -> Path:
    return downloading.fetch(offer, cancel or CancelToken(), progress)


def listed() -> list[str]:
    return [info.name for info in asr.installed()[1:]]


def test_it_says_what_will_be_fetched(hub: Hub) -> None:
    offer = offered()
    assert [file.name for file in offer.files] == [
        "config.json",
        "preprocessor_config.json",
        "vocab.json",
        "model.safetensors",
        "LICENSE",
        "README.md",
    ]
    assert offer.size == sum(len(hub.repositories[NAME][file.name]) for file in offer.files)
    assert (offer.commit, offer.licence, offer.host, offer.present) == (
        COMMIT,
        "mit",
        f"127.0.0.1:{hub.port}",
        0,
    )
    assert listed() == [], "looking fetches nothing"
    assert len(hub.asked) == 1


def test_what_was_fetched_is_whole_and_nothing_else(hub: Hub) -> None:
    done: list[int] = []
    offer = offered()
    folder = download.fetch(offer, done.append)
    assert folder == store.models_dir() / "someone--tiny"
    assert {path.name for path in folder.iterdir()} == {file.name for file in offered().files}
    for path in folder.iterdir():
        assert path.read_bytes() == hub.repositories[NAME][path.name]
    assert done == sorted(done)
    assert done[-1] == offer.size
    (info,) = asr.installed()[1:]
    assert (info.name, info.licence, info.language, info.problem) == (NAME, "mit", "en", "")
    assert list(store.staging(offer).parent.iterdir()) == []


def test_a_downloaded_checkpoint_reads(hub: Hub, checkpoint: Callable[[str], Path]) -> None:
    original = checkpoint("Wav2Vec2")
    hub.repositories["owner/real"] = {path.name: path.read_bytes() for path in original.iterdir()}
    fetched(offered("owner/real"))
    silence = ArrayRecording(np.zeros(16_000), 16_000)
    ours = asr.create("owner/real").transcribe(silence, CancelToken(), no_progress)
    theirs = asr.create(str(original)).transcribe(silence, CancelToken(), no_progress)
    np.testing.assert_array_equal(ours.emissions.log_probs, theirs.emissions.log_probs)


def test_another_revision_stands_beside_the_main_one(hub: Hub) -> None:
    fetched(offered())
    fetched(offered(revision="v2"))
    assert listed() == [NAME, f"{NAME}@v2"]
    assert asr.create(f"{NAME}@v2").name == f"{NAME}@v2"


def test_the_login_goes_to_the_hub_alone(hub: Hub) -> None:
    fetched_apart(offered_apart())
    to_storage = [asked for asked in hub.asked if asked.path.startswith("/storage/")]
    to_hub = [asked for asked in hub.asked if not asked.path.startswith("/storage/")]
    assert {asked.headers["Authorization"] for asked in to_hub} == {"Bearer hf_of_this_test"}
    assert [asked.headers["Authorization"] for asked in to_storage] == [None]
    for asked in hub.asked:
        assert asked.headers["User-Agent"].startswith("audiolab/")
        assert "torch" not in asked.headers["User-Agent"], "nobody needs to know what else is here"


# ---- breaks


def test_a_connection_that_is_cut_is_taken_up_again(hub: Hub) -> None:
    hub.cut = [100_000, 50_000, 0, 70_000]
    folder = fetched(offered())
    assert (folder / "model.safetensors").read_bytes() == weights()
    assert hub.large_ranges == [None, "bytes=100000-", "bytes=150000-", "bytes=150000-", "bytes=220000-"]
    assert hub.sent == 300_000, "nothing is fetched twice"


def test_a_server_that_is_busy_amid_a_file_is_asked_again(hub: Hub) -> None:
    hub.cut, hub.busy = [100_000], 2
    folder = fetched(offered())
    assert (folder / "model.safetensors").read_bytes() == weights()
    assert hub.large_ranges == [None, *["bytes=100000-"] * 3]


def test_a_connection_that_stays_cut_is_given_up_and_what_came_is_kept(hub: Hub) -> None:
    hub.cut = [100_000] + [0] * 50
    with pytest.raises(ModelError, match=r"^The connection to 127\.0\.0\.1:\d+ failed .*what has come is kept\.$"):
        download.fetch(offered(), lambda _here: None)
    assert listed() == []
    hub.cut = []
    again = offered()
    assert again.present == 100_000 + sum(file.size for file in again.files[:3])
    fetched(again)
    assert hub.sent == 300_000
    assert listed() == [NAME]


def test_a_server_that_knows_no_parts_sends_the_whole_again(hub: Hub) -> None:
    hub.cut = [100_000]
    hub.whole_only = True
    folder = fetched(offered())
    assert (folder / "model.safetensors").read_bytes() == weights()


def test_cancel_does_not_wait_for_the_server_and_what_came_is_kept(hub: Hub) -> None:
    hub.pause = 0.02
    token = CancelToken()
    with pytest.raises(Cancelled):
        fetched_apart(offered(), lambda done: token.cancel() if done > 0.2 else None, token)
    assert hub.sent < 200_000, "it came back while the server was still sending"
    assert not _downloaders()
    assert listed() == []
    hub.pause, here = 0.0, _part(hub).stat().st_size
    assert here > 50_000
    fetched(offered())
    assert hub.large_ranges == [None, f"bytes={here}-"]
    assert listed() == [NAME]


def leave(hub: Hub, ask: Callable[[CancelToken], object]) -> None:
    hub.silent = True
    token = CancelToken()
    before = len(hub.asked)

    def cancel_when_asked() -> None:
        while len(hub.asked) == before:
            time.sleep(0.02)
        token.cancel()

    thread = threading.Thread(target=cancel_when_asked)
    thread.start()
    with pytest.raises(Cancelled):
        ask(token)
    thread.join()
    assert not _downloaders()


def test_a_hub_that_never_answers_can_be_left(hub: Hub) -> None:
    leave(hub, lambda token: downloading.look_up(NAME, "main", token))


def test_a_download_that_hangs_can_be_left(hub: Hub) -> None:
    offer = offered()
    leave(hub, lambda token: downloading.fetch(offer, token, no_progress))


def test_a_killed_download_goes_on_where_it_was(hub: Hub) -> None:
    hub.pause = 0.02

    def kill(done: float) -> None:
        for child in _downloaders() if done > 0.2 else ():
            child.kill()

    with pytest.raises(ModelError, match="ended unexpectedly"):
        fetched_apart(offered(), kill)
    assert listed() == []
    hub.pause, here = 0.0, _part(hub).stat().st_size
    folder = fetched(offered())
    assert hub.large_ranges == [None, f"bytes={here}-"]
    assert (folder / "model.safetensors").read_bytes() == weights()


def test_the_downloader_ends_with_its_program(hub: Hub) -> None:
    """Its input ends when the program does, however that ends."""
    from audiolab.asr.child import Child

    hub.silent = True
    child = Child("downloader", "audiolab.asr.downloader")
    child.send({"look_up": {"name": NAME, "revision": "main"}})
    deadline = time.monotonic() + 30
    while not hub.asked and time.monotonic() < deadline:
        time.sleep(0.02)
    assert child.alive
    child._popen.stdin.close()
    child._popen.wait(30)
    child.kill()


def test_a_damaged_part_is_fetched_anew(hub: Hub) -> None:
    offer = offered()
    part = store.staging(offer) / "model.safetensors.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"rubbish" * 1000)
    folder = fetched(offer)
    assert (folder / "model.safetensors").read_bytes() == weights()


def test_what_is_not_what_was_announced_is_refused(hub: Hub) -> None:
    hub.spoilt = 1
    with pytest.raises(ModelError, match=r"^model\.safetensors: what arrived is not what the hub announced; "):
        fetched(offered())
    assert listed() == []
    fetched(offered())
    assert listed() == [NAME]


def test_a_newer_commit_clears_away_what_an_older_one_left(hub: Hub) -> None:
    old = offered()
    (store.staging(old) / "x").mkdir(parents=True)
    hub.commit = "f" * 40
    fetched(offered())
    assert not store.staging(old).exists()


def test_the_same_model_is_replaced_in_one_piece(hub: Hub) -> None:
    fetched(offered())
    hub.commit, hub.repositories[NAME]["vocab.json"] = "e" * 40, b'{"<pad>": 0, "|": 1, "b": 2}'
    folder = fetched(offered())
    assert b'"b"' in (folder / "vocab.json").read_bytes()
    assert listed() == [NAME]


# ---- what is taken


def test_an_archive_is_taken_with_its_card(hub: Hub, shared_data: Path) -> None:
    archive = shared_data / "nemo" / "tiny_citrinet_ctc.nemo"
    card = b"---\nlicense: cc-by-4.0\nlanguage: [en]\n---\n"
    hub.repositories["n/c"] = {"tiny.nemo": archive.read_bytes(), "README.md": card, "x.bin": b"no"}
    fetched(offered("n/c"))
    (info,) = asr.installed()[1:]
    assert (info.name, info.family, info.licence, info.problem) == ("n/c", "Citrinet", "cc-by-4.0", "")
    assert asr.create("n/c").name == "n/c"


def test_a_ctranslate2_folder_is_taken_unless_its_weights_are_a_pickle(hub: Hub) -> None:
    files = {
        "config.json": b"{}",
        "vocabulary.txt": b"a\n",
        "tokenizer.json": b"{}",
        "model.bin": b"\6\0\0\0x" * 3000,
    }
    hub.repositories["s/whisper"] = {**files, "x.py": b""}
    folder = fetched(offered("s/whisper"))
    assert {path.name for path in folder.iterdir()} == set(files)
    hub.repositories["s/harm"] = {**files, "model.bin": b"\x80\4harm" * 3000}
    with pytest.raises(ModelError, match="is a pickle, which can run code"):
        fetched(offered("s/harm"))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["config.json", "pytorch_model.bin", "vocab.json"], "it has no safetensors, and its weights are a pickle"),
        (["README.md"], "it holds no speech model that can be used"),
        (["a.nemo", "b.nemo"], "it holds 2 .nemo files"),
        (["config.json", "sub/model.safetensors"], "it holds no speech model"),
        (["..\\x.nemo"], "it holds no speech model"),
        (["model.bin", "config.json"], "its weights are a pickle"),
    ],
)
def test_what_cannot_be_used_is_refused_before_it_is_fetched(files: list[str], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence) as caught:
        needed("o/m", files)
    assert str(caught.value).startswith("o/m: ")
    assert "\n" not in str(caught.value)


def test_a_language_model_beside_the_checkpoint_is_taken(hub: Hub) -> None:
    held = hub.repositories[NAME]
    held |= {"language_model/5gram.arpa": b"\\data\\" * 4000, "language_model/attrs.json": b"{}"}
    held |= {"language_model/unigrams.txt": b"a", "language_model/5gram.bin": b"x", "sub/x.arpa": b"x"}
    folder = fetched(offered())
    taken = {path.relative_to(folder).as_posix() for path in folder.rglob("*/*")}
    assert taken == {"language_model/5gram.arpa", "language_model/attrs.json"}
    assert (folder / "language_model" / "5gram.arpa").read_bytes() == held["language_model/5gram.arpa"]


def test_shards_are_taken_with_their_index() -> None:
    shards = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
    taken = needed("o/m", ["config.json", "model.safetensors.index.json", *shards, "x.safetensors"])
    assert set(taken) == {"config.json", "model.safetensors.index.json", *shards}


def test_a_model_without_ctc_head_is_refused_before_it_is_fetched(hub: Hub) -> None:
    hub.configs[NAME] = {"architectures": ["Wav2Vec2ForPreTraining"], "model_type": "wav2vec2"}
    with pytest.raises(ModelError, match=r"it has no CTC head .it holds Wav2Vec2ForPreTraining"):
        offered()


# ---- refusals


@pytest.mark.parametrize(
    ("name", "revision", "sentence"),
    [
        ("no/such", "main", r"There is no model called no/such on 127.0.0.1:\d+, or you may not see it; check"),
        (NAME, "v9", "someone/tiny has no revision 'v9'; check its name, or leave it out"),
        ("a b", "main", "'a b' is no name on the hub; write it as owner/model"),
        ("../x/y", "main", "is no name on the hub"),
    ],
)
def test_names_that_mean_nothing(hub: Hub, name: str, revision: str, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        offered(name, revision)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((403, "GatedRepo"), "is only given to people who have accepted its terms; .* log in with 'hf auth login'"),
        ((503, ""), r"refuses someone/tiny \(HTTP 503\); try again later"),
        ((429, ""), r"refuses someone/tiny \(HTTP 429\)"),
    ],
)
def test_refusals_of_the_hub(hub: Hub, answer: tuple[int, str], sentence: str) -> None:
    hub.answer = answer
    with pytest.raises(ModelError, match=sentence):
        offered()


def test_refusals_amid_a_download(hub: Hub) -> None:
    offer = offered()
    hub.answer = (403, "GatedRepo")
    with pytest.raises(ModelError, match="accepted its terms"):
        fetched(offer)
    assert listed() == []


def test_no_hub_at_all(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"^The connection to 127.0.0.1:9 failed .*check the network and press"):
        offered()


def test_offline_mode_is_respected(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set, so nothing is fetched"):
        offered_apart()
    assert hub.asked == []


def test_a_disk_without_room_is_told_before(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = offered()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 10**6))
    with pytest.raises(ModelError, match=r"needs 301 kB more, and the disk has 1\.0 MB free; make room"):
        download.fetch(offer, lambda _here: None)
    assert hub.large_ranges == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a thing of Linux")
def test_a_disk_that_runs_full_is_told_and_what_came_is_kept(hub: Hub) -> None:
    """The real error of a real write: what is written to goes to /dev/full."""
    offer = offered()
    folder = store.staging(offer)
    folder.mkdir(parents=True)
    (folder / "model.safetensors.part").symlink_to("/dev/full")
    with pytest.raises(ModelError, match=r"^The disk is full, so someone/tiny cannot be kept; make room and press"):
        fetched(offer)
    assert os.strerror(errno.ENOSPC)
    assert (folder / "config.json").is_file()
    assert listed() == []


def test_two_windows_do_not_write_the_same_files(hub: Hub) -> None:
    hub.pause = 0.005
    refused: list[str] = []

    def second(done: float) -> None:
        if done > 0.1 and not refused:
            with pytest.raises(ModelError) as caught:
                fetched(offered())
            refused.append(str(caught.value))
            hub.pause = 0.0

    fetched_apart(offered(), second)
    assert refused == ["someone/tiny is being downloaded by another window; wait for that one."]
    assert listed() == [NAME]


def _part(hub: Hub) -> Path:
    return store.staging(offered()) / "model.safetensors.part"


def _downloaders() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "audiolab.asr.downloader" in " ".join(child.cmdline())]
