"""Where models are found, what is told of them, and why others cannot be used."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audiolab import asr
from audiolab.asr.checkpoints import store
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import ModelError
from audiolab.core.recording import ArrayRecording

CONFIG = {"model_type": "wav2vec2", "architectures": ["Wav2Vec2ForCTC"], "vocab_size": 3}


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def models() -> Path:
    folder = store.models_dir()
    folder.mkdir(parents=True)
    return folder


def available() -> tuple[str, ...]:
    """What can be used."""
    return tuple(info.name for info in asr.installed() if not info.problem)


def fake(folder: Path, config: dict[str, Any] | None = None, **files: str | None) -> Path:
    """A folder that describes a checkpoint, without weights that could be loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | None] = {
        "config.json": json.dumps(CONFIG if config is None else config),
        "preprocessor_config.json": '{"sampling_rate": 16000}',
        "vocab.json": '{"<pad>": 0, "|": 1, "a": 2}',
        "model.safetensors": "tensors",
        **{name.replace("__", "."): text for name, text in files.items()},
    }
    for name, text in contents.items():
        if text is not None:
            (folder / name).write_text(text)
    return folder


def cached(hub: Path, name: str, revision: str = "abc", **files: str | None) -> Path:
    """A model in the hub's cache."""
    folder = hub / ("models--" + name.replace("/", "--"))
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(revision)
    return fake(folder / "snapshots" / revision, **files)


def test_the_default_model_is_always_there() -> None:
    assert available() == (asr.DEFAULT_MODEL,)
    info = asr.installed()[0]
    assert (info.name, info.family, info.language, info.licence) == (
        "conformer-en", "Conformer-CTC", "en", "Apache-2.0",
    )  # fmt: skip
    assert (info.vocabulary_size, info.frame_rate, info.sample_rate) == (191, 50.0, 16_000)
    assert info.size == info.path.stat().st_size > 4_000_000
    from audiolab.asr.phones import model_vocabulary

    assert len(model_vocabulary()) == info.vocabulary_size


def test_models_are_described_without_torch(models: Path, hub: Path) -> None:
    card = "---\nlanguage:\n- de\n- en\nlicense: mit\n---\n# A model\n"
    fake(models / "mine", README__md=card)
    cached(hub, "someone/theirs", vocab__json='{"eng": {"<pad>": 0, "|": 1}}',
           tokenizer_config__json='{"target_lang": "eng"}')  # fmt: skip
    _default, mine, theirs = asr.installed()
    assert (mine.name, mine.family, mine.language, mine.licence) == ("mine", "Wav2Vec2", "de, en", "mit")
    assert (mine.size, mine.vocabulary_size, mine.frame_rate, mine.path) == (7, 3, 50.0, models / "mine")
    assert (theirs.name, theirs.language, theirs.licence) == ("someone/theirs", "eng", "")
    assert available() == ("conformer-en", "mine", "someone/theirs")
    assert [asr.create(name).name for name in available()] == list(available())
    code = (
        "import sys; from audiolab import asr; asr.create('mine'); assert len(asr.installed()) >= 3;"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_hubs_cache_has_other_things(hub: Path) -> None:
    cached(hub, "someone/writes", config__json='{"architectures": ["GPT2LMHeadModel"]}')
    cached(hub, "someone/fetching", config__json=None)
    (hub / "models--someone--broken").mkdir()
    gone = cached(hub, "someone/gone", "old")
    (gone.parent.parent / "refs" / "main").write_text("new")
    unnamed = cached(hub, "someone/unnamed")
    (unnamed.parent.parent / "refs" / "main").unlink()
    assert available() == ("conformer-en", "someone/unnamed")


def test_the_cache_is_where_the_hub_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants as constants

    monkeypatch.delenv("HF_HUB_CACHE")
    home = tmp_path / "home"
    code = "from audiolab.asr.checkpoints import catalogue as c; import huggingface_hub.constants as h;"
    code += (
        "from pathlib import Path; assert Path(h.HF_HUB_CACHE) == c.hub_cache(), (h.HF_HUB_CACHE, c.hub_cache())"
    )
    assert constants.HF_HUB_CACHE
    for name in ("HF_HOME", "XDG_CACHE_HOME", "HF_HUB_CACHE", "PATH"):
        with monkeypatch.context() as changed:
            changed.delenv("HF_HOME", raising=False)
            if name != "PATH":
                changed.setenv(name, str(home))
            subprocess.run([sys.executable, "-c", code], check=True)


def test_a_folder_called_like_the_default_model_is_another(models: Path, tmp_path: Path) -> None:
    fake(models / "conformer-en")
    assert [info.family for info in asr.installed()] == ["Conformer-CTC"]
    elsewhere = fake(tmp_path / "conformer-en")
    with pytest.raises(ModelError, match="transformers cannot load it"):
        asr.create(str(elsewhere)).transcribe(ArrayRecording([0.0] * 8000, 16_000), CancelToken(), no_progress)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"config__json": None}, "it has no config.json"),
        ({"config__json": "{"}, "cannot be read as JSON"),
        ({"config__json": '{"model_type": "whisper"}'}, "its model type is 'whisper', which is no CTC family"),
        (
            {"config": {**CONFIG, "architectures": ["Wav2Vec2ForPreTraining"]}},
            "no CTC head .it holds Wav2Vec2ForPre",
        ),
        ({"config": {**CONFIG, "architectures": None}}, "it has no CTC head"),
        ({"vocab__json": None}, "it has no tokenizer"),
        ({"preprocessor_config__json": None}, "it has no preprocessor_config.json"),
        ({"preprocessor_config__json": "{}"}, "does not tell sample rate"),
        ({"model__safetensors": None}, "it has no weights"),
        ({"model__safetensors": None, "pytorch_model__bin": "x"}, "its weights are a pickle"),
        ({"config": {**CONFIG, "vocab_size": 40_000}}, "more than 32767 classes"),
        ({"config": {**CONFIG, "model_type": "parakeet_ctc"}}, "does not tell sample rate and frame rate"),
    ],
)
def test_what_cannot_work_says_why(files: dict[str, Any], sentence: str, models: Path) -> None:
    fake(models / "wrong", **files)
    with pytest.raises(ModelError, match=sentence) as caught:
        asr.create("wrong")
    assert str(caught.value).count(". ") == 0
    assert "\n" not in str(caught.value)
    listed = asr.installed()[1]
    assert (listed.name, listed.problem, listed.path) == ("wrong", str(caught.value), models / "wrong")
    assert available() == ("conformer-en",)


def test_names_that_mean_nothing(tmp_path: Path, models: Path) -> None:
    fake(models / "mine")
    with pytest.raises(ModelError, match=r"no model called 'nonsense'; choose one of: conformer-en, mine, or"):
        asr.create("nonsense")
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(ModelError, match="there is no such folder"):
        asr.create(str(tmp_path / "file.txt"))


def test_weights_that_cannot_be_loaded(models: Path, checkpoint: Callable[[str], Path]) -> None:
    fake(models / "damaged")
    silence = ArrayRecording([0.0] * 8000, 16_000)
    with pytest.raises(ModelError, match=r"^damaged: transformers cannot load it .*; fetch it again\.$"):
        asr.create("damaged").transcribe(silence, CancelToken(), no_progress)
    from safetensors.numpy import load_file, save_file

    headless = models / "headless"
    shutil.copytree(checkpoint("HuBERT"), headless)
    tensors = load_file(headless / "model.safetensors")
    save_file(
        {key: value for key, value in tensors.items() if "lm_head" not in key}, headless / "model.safetensors"
    )
    with pytest.raises(ModelError, match=r"^headless: its weights lack lm_head.bias \(2 in all\)"):
        asr.create("headless").transcribe(silence, CancelToken(), no_progress)


def test_parts_that_do_not_fit_each_other(models: Path, checkpoint: Callable[[str], Path]) -> None:
    folder = models / "mixed"
    shutil.copytree(checkpoint("Parakeet"), folder)
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    (folder / "preprocessor_config.json").write_text(json.dumps({**settings, "feature_size": 40}))
    with pytest.raises(ModelError, match=r"^mixed: its network cannot run .*belong together\.$"):
        asr.create("mixed").transcribe(ArrayRecording([0.0] * 8000, 16_000), CancelToken(), no_progress)


def test_no_code_of_a_checkpoint_is_run(models: Path, checkpoint: Callable[[str], Path]) -> None:
    folder = models / "remote"
    shutil.copytree(checkpoint("HuBERT"), folder)
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "harm.C", "AutoModelForCTC": "harm.M"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "harm.py").write_text("raise SystemExit('harm')")
    result = asr.create("remote").transcribe(ArrayRecording([0.0] * 8000, 16_000), CancelToken(), no_progress)
    assert result.emissions.frames == 24


def test_the_default_model_heeds_words_and_a_checkpoint_of_letters_does_not(models: Path) -> None:
    fake(models / "mine")
    assert asr.heeds_words("")
    assert not asr.heeds_words("mine")
    with pytest.raises(ModelError):
        asr.heeds_words("nowhere")
