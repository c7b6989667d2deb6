"""NeMo's archives: what is computed from them against what NeMo computes, and what is refused."""

import io
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml

from audiolab import asr
from audiolab.asr.checkpoints import nemo_archive
from audiolab.asr.checkpoints.citrinet import CitrinetCtc
from audiolab.asr.checkpoints.nemo_features import NemoFeatures
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import ArrayRecording

NAMES = ("tiny_citrinet_ctc", "tiny_contextnet_ctc", "tiny_citrinet_bpe_ctc")

BLOCKS: list[dict[str, Any]] = [
    {"filters": 16, "repeat": 1, "kernel": [5], "stride": [1], "dilation": [1], "residual": False},
    {
        "filters": 16, "repeat": 3, "kernel": [11], "stride": [2], "dilation": [1], "residual": True,
        "stride_last": True, "residual_mode": "stride_add", "kernel_size_factor": 0.5,
    },
]  # fmt: skip


def config(**encoder: Any) -> dict[str, Any]:
    blocks = [{"separable": True, "se": True, "se_context_size": -1, **block} for block in BLOCKS]
    return {
        "preprocessor": {
            "sample_rate": 16000, "window_size": 0.025, "window_stride": 0.01, "n_fft": 512,
            "normalize": "per_feature",
        },
        "encoder": {
            "_target_": "nemo.collections.asr.modules.ConvASREncoder", "feat_in": 80, "activation": "relu",
            "jasper": blocks, **encoder,
        },
        "decoder": {
            "_target_": "nemo.collections.asr.modules.ConvASRDecoder", "vocabulary": [" ", "a", "b", "c"],
        },
    }  # fmt: skip


def weights(settings: dict[str, Any]) -> dict[str, torch.Tensor]:
    torch.manual_seed(3)
    network = CitrinetCtc(settings["encoder"], 5)
    front = {
        "preprocessor.featurizer.window": torch.hann_window(400, periodic=False),
        "preprocessor.featurizer.fb": torch.rand(1, 80, 257),
    }
    return {**network.state_dict(), **front}


def write(path: Path, settings: Any, content: Any, mode: str = "w") -> Path:
    """An archive of a configuration and of what `torch.save` writes, or of bytes as they are."""
    buffer = io.BytesIO()
    if isinstance(content, bytes):
        buffer.write(content)
    else:
        torch.save(content, buffer)
    text = settings if isinstance(settings, bytes) else yaml.safe_dump(settings).encode()
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, data in (("./model_weights.ckpt", buffer.getvalue()), ("./model_config.yaml", text)):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    def make(**encoder: Any) -> Path:
        settings = config(**encoder)
        return write(tmp_path / "made.nemo", settings, weights(settings))

    return make


@pytest.mark.parametrize("name", NAMES)
def test_is_what_nemo_computes(name: str, shared_data: Path) -> None:
    expected = np.load(shared_data / "nemo" / f"{name}.expected.npz")
    recognizer = asr.create(str(shared_data / "nemo" / f"{name}.nemo"))
    recording = ArrayRecording(expected["samples"], 16_000)
    result = recognizer.transcribe(recording, CancelToken(), no_progress)
    np.testing.assert_allclose(result.emissions.log_probs, expected["log_probs"], atol=1e-5)
    np.testing.assert_array_equal(result.best_path, expected["greedy"])
    assert result.emissions.blank == expected["log_probs"].shape[1] - 1
    if "text" in expected:
        assert result.alignment.text == str(expected["text"])


@pytest.mark.parametrize("name", NAMES[:2])
def test_features_are_what_nemo_computes(name: str, shared_data: Path) -> None:
    path = shared_data / "nemo" / f"{name}.nemo"
    expected = np.load(path.with_name(f"{name}.expected.npz"))
    front = NemoFeatures(
        path,
        nemo_archive.read_archive(path).config["preprocessor"],
        torch.load(nemo_archive.open_weights(path), weights_only=True),
    )
    features = front(torch.from_numpy(expected["samples"]))[0].numpy()
    np.testing.assert_allclose(features, expected["features"], atol=2e-4)


@pytest.mark.parametrize(
    ("encoder", "family"),
    [
        ({}, "Citrinet"),
        ({"activation": "swish"}, "ContextNet"),
        ({"jasper": [{**BLOCKS[0], "separable": True}]}, "QuartzNet"),
        ({"jasper": [BLOCKS[0]]}, "Jasper"),
    ],
)
def test_designs_by_name(
    encoder: dict[str, Any], family: str, archive: Callable[..., Path], speech: ArrayRecording
) -> None:
    path = archive(**encoder)
    assert nemo_archive.describe_archive(path, "made").family == family
    assert asr.create(str(path)).transcribe(speech, CancelToken(), no_progress).emissions.frames >= 200


def test_says_what_it_is_without_its_weights(shared_data: Path) -> None:
    info = nemo_archive.describe_archive(shared_data / "nemo" / "tiny_citrinet_bpe_ctc.nemo", "mine")
    assert (info.name, info.family, info.vocabulary_size) == ("mine", "Citrinet", 129)
    assert (info.sample_rate, info.frame_rate) == (16_000, 12.5)
    assert info.size == 432_115


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_reads_what_it_wrote_itself(mode: str, tmp_path: Path, speech: ArrayRecording) -> None:
    settings = config(activation="swish")
    path = write(tmp_path / "made.nemo", settings, weights(settings), mode)
    result = asr.create(str(path)).transcribe(speech, CancelToken(), no_progress)
    # 5 * 2 kernels of half their size: repeat 3 with one stride in the end.
    assert result.emissions.grid.hop == 320
    assert result.emissions.frames == speech.frames // 320
    assert set(result.alignment.text) <= set("abc ")


def test_a_limited_context_squeezes_the_first_frames_only(speech: ArrayRecording) -> None:
    blocks = [{**block, "separable": True, "se": True, "se_context_size": 50} for block in BLOCKS]
    limited, whole = config(jasper=blocks), config()
    state = {key: value for key, value in weights(whole).items() if not key.startswith("preprocessor")}
    features = torch.randn(1, 80, 50)
    said = []
    for settings in (limited, whole):
        network = CitrinetCtc(settings["encoder"], 5).eval()
        network.load_state_dict(state)
        with torch.inference_mode():
            said.append((network(features, lambda: None), network(features.repeat(1, 1, 2), lambda: None)))
    # The first block sees all 50 frames in its context either way.
    torch.testing.assert_close(said[0][0], said[1][0])
    assert not torch.allclose(said[0][1], said[1][1])


def test_cancel_between_blocks(archive: Callable[..., Path], speech: ArrayRecording) -> None:
    cancel = CancelToken()
    recognizer = asr.create(str(archive()))
    recognizer.transcribe(speech, cancel, no_progress)
    cancel.cancel()
    with pytest.raises(Cancelled):
        recognizer.transcribe(speech, cancel, no_progress)


class Harmful:
    """What a pickle can make Python call."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("harm"),))


@pytest.mark.parametrize("content", [pickle.dumps(Harmful(), 2), {"model": Harmful()}], ids=["bare", "zipped"])
def test_runs_no_code_of_an_archive(
    content: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speech: ArrayRecording
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "harmful.nemo", config(), content)
    with pytest.raises(ModelError, match=r"harmful\.nemo: its weights"):
        asr.create(str(path)).transcribe(speech, CancelToken(), no_progress)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (b"a: [", r"cannot be read as a \.nemo archive"),
        (b"", "is empty"),
        ({"encoder": {"_target_": "nemo.modules.ConformerEncoder"}}, "its encoder is ConformerEncoder"),
        ({**config(), "decoder": {"_target_": "x.RNNTDecoder"}}, "its decoder is RNNTDecoder"),
        ({**config(), "decoder": {"_target_": "x.ConvASRDecoder"}}, "lists no vocabulary"),
        ({**config(), "preprocessor": {}}, "lacks what tells its frame rate"),
    ],
)  # fmt: skip
def test_what_cannot_work_says_why(settings: Any, sentence: str, tmp_path: Path) -> None:
    path = write(tmp_path / "wrong.nemo", settings, {})
    with pytest.raises(ModelError, match=sentence) as caught:
        asr.create(str(path))
    assert str(caught.value).startswith("wrong.nemo: ")
    assert str(caught.value).count(". ") == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"activation": "gelu"}, r"activation gelu"),
        ({"jasper": [{**BLOCKS[0], "normalization": "group"}]}, "normalization group"),
        ({"jasper": [{**BLOCKS[0], "separable": True, "filters": 8}]}, "built in a way that is not known"),
    ],
)
def test_other_designs_say_what_is_not_known(
    change: dict[str, Any], sentence: str, tmp_path: Path, speech: ArrayRecording
) -> None:
    path = write(tmp_path / "other.nemo", config(**change), weights(config()))
    with pytest.raises(ModelError, match=sentence):
        asr.create(str(path)).transcribe(speech, CancelToken(), no_progress)


def test_archives_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "noise.nemo"
    path.write_bytes(b"noise" * 1000)
    with pytest.raises(ModelError, match=r"noise\.nemo: it cannot be read as a \.nemo archive"):
        asr.create(str(path))
    with pytest.raises(ModelError, match="no model called"):
        asr.create(str(tmp_path / "absent.nemo"))
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo("empty"), None)
    with pytest.raises(ModelError, match=r"holds no model_config\.yaml"):
        asr.create(str(path))
