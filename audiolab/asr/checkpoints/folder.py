"""A checkpoint folder of transformers, looked at without transformers: what it holds, and what it lacks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audiolab.asr.checkpoints.card import read_card
from audiolab.asr.checkpoints.design import family_of, stride_of
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.checkpoints.vocabulary import read_json, read_vocabulary
from audiolab.core.errors import ModelError
from audiolab.core.timebase import FrameGrid

FAMILIES = {
    "wav2vec2": "Wav2Vec2",
    "wav2vec2-conformer": "Wav2Vec2-Conformer",
    "wav2vec2-bert": "Wav2Vec2-BERT",
    "hubert": "HuBERT",
    "wavlm": "WavLM",
    "unispeech": "UniSpeech",
    "unispeech-sat": "UniSpeech-SAT",
    "data2vec-audio": "Data2Vec-Audio",
    "sew": "SEW",
    "sew-d": "SEW-D",
    "parakeet_ctc": "Parakeet",
    "lasr_ctc": "LASR",
    "contextnet_ctc": "ContextNet",
}
"""Model types of transformers, and of `audiolab.asr.checkpoints.contextnet`, with what people call them."""

_KERNELS = (10, 3, 3, 3, 3, 2, 2)
_STRIDES = (5, 2, 2, 2, 2, 2, 2)
"""The feature encoder of Wav2Vec 2.0 (Baevski et al., 2020), where a configuration leaves it out."""

_MOST_CLASSES = 32_767
"""A path holds classes as int16."""


def describe_folder(folder: Path, name: str) -> ModelInfo:
    """What the folder says of its model.

    Raises:
        ModelError: it holds no CTC checkpoint that can be used: one sentence says why.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: there is no such folder; give the folder of a checkpoint.")
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder.name}: it has no config.json; give the folder of a transformers checkpoint.")
    config = read_json(folder / "config.json")
    family = _family(folder, config)
    check_head(folder.name, config)
    weights = _weights(folder)
    grid = _grid(folder, config, read_processor(folder))
    vocabulary = read_vocabulary(folder, config)
    if len(vocabulary.symbols) > _MOST_CLASSES:
        raise ModelError(f"{folder.name}: it has more than {_MOST_CLASSES} classes; choose another checkpoint.")
    card = read_card(folder)
    return ModelInfo(
        name,
        family,
        card.language or _tokenizer_language(folder),
        sum(path.stat().st_size for path in weights),
        len(vocabulary.symbols),
        grid,
        card.licence,
        folder,
    )


def read_processor(folder: Path) -> dict[str, Any]:
    """Settings of the feature extractor, which newer versions of transformers write into the processor's file.

    Raises:
        ModelError: there are none.
    """
    if (folder / "preprocessor_config.json").is_file():
        return read_json(folder / "preprocessor_config.json")
    if (folder / "processor_config.json").is_file():
        settings = read_json(folder / "processor_config.json").get("feature_extractor")
        if isinstance(settings, dict):
            return settings
    raise ModelError(
        f"{folder.name}: it has no preprocessor_config.json, so its sample rate is not known; add that file."
    )


def _family(folder: Path, config: Mapping[str, Any]) -> str:
    kind = config.get("model_type")
    family = FAMILIES.get(str(kind))
    if family is None:
        raise ModelError(
            f"{folder.name}: its model type is {kind!r}, which is no CTC family known here; "
            f"choose one of: {', '.join(FAMILIES.values())}."
        )
    if kind == "contextnet_ctc":
        return family_of(config.get("blocks") or [{}], config.get("hidden_act"))
    return family


def check_head(name: str, config: Mapping[str, Any]) -> None:
    """Raise ModelError where the configuration of the model called `name` tells of no CTC head."""
    architectures = [str(name) for name in config.get("architectures") or ["nothing"]]
    if not any(name.endswith("ForCTC") for name in architectures):
        raise ModelError(
            f"{name}: it has no CTC head (it holds {', '.join(architectures)}); "
            "choose a checkpoint that was fine-tuned for CTC."
        )


def _weights(folder: Path) -> list[Path]:
    whole = folder / "model.safetensors"
    weights = [whole] if whole.is_file() else sorted(folder.glob("model-*-of-*.safetensors"))
    if weights:
        return weights
    if any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.ckpt")):
        raise ModelError(
            f"{folder.name}: its weights are a pickle, which can run code when it is opened; "
            "convert them to safetensors."
        )
    raise ModelError(f"{folder.name}: it has no weights (model.safetensors); fetch the model again.")


def _grid(folder: Path, config: Mapping[str, Any], processor: Mapping[str, Any]) -> FrameGrid:
    """Frame i is centred where the samples that it was computed from are, attention and context apart."""
    try:
        rate = int(processor["sampling_rate"])
        kind = config["model_type"]
        if kind == "parakeet_ctc":
            hop, centre = _parakeet(config, processor)
        elif kind == "lasr_ctc":
            hop, centre = _lasr(config, processor)
        elif kind == "contextnet_ctc":
            hop, centre = _contextnet(config, processor)
        elif kind == "wav2vec2-bert":
            hop, centre = _wav2vec2_bert(processor)
        else:
            hop, centre = _convolutions(config)
        if config.get("add_adapter"):
            hop *= int(config["adapter_stride"]) ** int(config["num_adapter_layers"])
        return FrameGrid(hop, centre - hop // 2, rate)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(
            f"{folder.name}: its configuration does not tell sample rate and frame rate ({error}); "
            "fetch the model again."
        ) from error


def _convolutions(config: Mapping[str, Any]) -> tuple[int, int]:
    """Hop and centre of frame 0 of a stack of unpadded convolutions over samples."""
    kernels, strides = config.get("conv_kernel", _KERNELS), config.get("conv_stride", _STRIDES)
    hop, field = 1, 1
    for kernel, stride in zip(kernels, strides, strict=True):
        field += (int(kernel) - 1) * hop
        hop *= int(stride)
    return hop, field // 2


def _wav2vec2_bert(processor: Mapping[str, Any]) -> tuple[int, int]:
    """Mel frames of 25 ms every 10 ms (fixed in `SeamlessM4TFeatureExtractor`), `stride` of them to a frame."""
    stride = int(processor.get("stride", 2))
    return 160 * stride, (160 * (stride - 1) + 400) // 2


def _parakeet(config: Mapping[str, Any], processor: Mapping[str, Any]) -> tuple[int, int]:
    """Centred STFT frames, then padded convolutions: all centred on multiples of the hop."""
    return int(processor["hop_length"]) * int(config["encoder_config"]["subsampling_factor"]), 0


def _contextnet(config: Mapping[str, Any], processor: Mapping[str, Any]) -> tuple[int, int]:
    """As `_parakeet`."""
    return int(processor["hop_length"]) * stride_of(config["blocks"]), 0


def _lasr(config: Mapping[str, Any], processor: Mapping[str, Any]) -> tuple[int, int]:
    """STFT frames that begin at their first sample, then two unpadded convolutions."""
    encoder = config["encoder_config"]
    kernel, stride = int(encoder["subsampling_conv_kernel_size"]), int(encoder["subsampling_conv_stride"])
    hop = int(processor["hop_length"])
    field = int(processor["win_length"]) + (kernel - 1) * hop * (1 + stride)
    return hop * stride**2, field // 2


def _tokenizer_language(folder: Path) -> str:
    path = folder / "tokenizer_config.json"
    return str(read_json(path).get("target_lang") or "") if path.is_file() else ""
