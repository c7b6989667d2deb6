"""ContextNet behind transformers' own call: against NeMo's archives, and against the paper's table."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from audiolab import asr
from audiolab.asr.checkpoints import contextnet, nemo_archive
from audiolab.asr.checkpoints.contextnet import ContextNetConfig
from audiolab.asr.checkpoints.design import contextnet_blocks, stride_of, widened
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording


def save_as_hosted(archive: Path, folder: Path) -> Path:
    """What transformers writes of a model whose weights are those of an archive, with characters for classes."""
    import transformers

    contextnet.register()
    described = nemo_archive.read_archive(archive)
    encoder = described.config["encoder"]
    config = ContextNetConfig(
        vocab_size=len(described.vocabulary.symbols),
        pad_token_id=described.vocabulary.blank,
        num_mel_bins=encoder["feat_in"],
        hidden_act=encoder["activation"],
        blocks=encoder["jasper"],
    )
    model: Any = transformers.AutoModelForCTC.from_config(config)
    weights = torch.load(nemo_archive.open_weights(archive), weights_only=True)
    model.network.load_state_dict({key: value for key, value in weights.items() if "preprocessor" not in key})
    model.save_pretrained(folder)
    transformers.ParakeetFeatureExtractor().save_pretrained(folder)
    letters = [symbol.replace(" ", "|") for symbol in described.vocabulary.symbols[:-1]]
    (folder / "vocab.json").write_text(json.dumps({letter: i for i, letter in enumerate([*letters, "<pad>"])}))
    return folder


@pytest.mark.parametrize("name", ["tiny_citrinet_ctc", "tiny_contextnet_ctc"])
def test_hosted_and_archive_are_one_network(name: str, shared_data: Path, tmp_path: Path) -> None:
    archive = shared_data / "nemo" / f"{name}.nemo"
    expected = np.load(archive.with_name(f"{name}.expected.npz"))
    recording = ArrayRecording(expected["samples"], 16_000)
    folder = save_as_hosted(archive, tmp_path / "hosted")
    assert (folder / "model.safetensors").is_file()
    here, there = (
        asr.create(str(path)).transcribe(recording, CancelToken(), no_progress) for path in (folder, archive)
    )
    np.testing.assert_allclose(here.emissions.log_probs, there.emissions.log_probs, atol=1e-4)
    np.testing.assert_allclose(here.emissions.log_probs, expected["log_probs"], atol=1e-3)
    assert here.emissions.grid == there.emissions.grid
    assert here.alignment.text == there.alignment.text


def test_the_papers_table() -> None:
    blocks = contextnet_blocks()
    assert len(blocks) == 23
    assert stride_of(blocks) == 8
    assert [block["filters"] for block in blocks] == [256] * 11 + [512] * 11 + [640]
    assert {block["filters"] for block in widened(blocks, 0.5)} == {128, 256, 320}
    with torch.device("meta"):
        sizes = {
            alpha: sum(
                weights.numel()
                for weights in contextnet.ContextNetForCTC(ContextNetConfig(width_factor=alpha)).parameters()
            )
            for alpha in (0.5, 1, 2)
        }
    # Almost all weights are matrices from filters to filters.
    assert sizes[1] / sizes[0.5] == pytest.approx(4, rel=0.05)
    assert sizes[2] / sizes[1] == pytest.approx(4, rel=0.02)


def test_the_width_survives_the_disk(tmp_path: Path) -> None:
    import transformers

    contextnet.register()
    torch.manual_seed(0)
    config = ContextNetConfig(vocab_size=5, pad_token_id=4, width_factor=1 / 32)
    model: Any = transformers.AutoModelForCTC.from_config(config).eval()
    model.save_pretrained(tmp_path)
    again: Any = transformers.AutoModelForCTC.from_pretrained(tmp_path).eval()
    assert json.loads((tmp_path / "config.json").read_text())["width_factor"] == 1 / 32
    assert type(again) is contextnet.ContextNetForCTC
    assert again.network.decoder["decoder_layers"][0].weight.shape == (5, 20, 1)
    features = torch.randn(1, 96, 80)
    with torch.inference_mode():
        torch.testing.assert_close(again(features).logits, model(features).logits)


def test_padding_counts_for_nothing() -> None:
    torch.manual_seed(0)
    model = contextnet.ContextNetForCTC(ContextNetConfig(vocab_size=5, pad_token_id=4, width_factor=1 / 32)).eval()
    long, short = torch.randn(1, 96, 80), torch.randn(1, 40, 80)
    batch = torch.cat([long, torch.cat([short, torch.full((1, 56, 80), 9.0)], dim=1)])
    mask = torch.arange(96)[None] < torch.tensor([[96], [40]])
    with torch.inference_mode():
        both = model(batch, mask).logits
        torch.testing.assert_close(both[:1], model(long).logits)
        torch.testing.assert_close(both[1:, :5], model(short).logits)


@pytest.mark.parametrize(("activation", "family"), [("swish", "ContextNet"), ("relu", "Citrinet")])
def test_is_described_by_its_design(activation: str, family: str, tmp_path: Path) -> None:
    config = ContextNetConfig(hidden_act=activation, vocab_size=3, pad_token_id=0)
    config.architectures = ["ContextNetForCTC"]
    config.save_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text('{"sampling_rate": 16000, "hop_length": 160}')
    (tmp_path / "vocab.json").write_text('{"<pad>": 0, "|": 1, "a": 2}')
    (tmp_path / "model.safetensors").write_bytes(b"tensors")
    from audiolab.asr.checkpoints.folder import describe_folder

    info = describe_folder(tmp_path, "mine")
    assert (info.family, info.frame_rate, info.vocabulary_size) == (family, 12.5, 3)
