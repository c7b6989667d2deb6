"""Small randomly initialised checkpoints of every family, written to disk as transformers writes real ones."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

LETTERS = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVKXJQZ'"]
PIECES = [
    "<unk>",
    *[
        "▁t",
        "▁a",
        "in",
        "▁the",
        "re",
        "er",
        "s",
        "▁",
        "e",
        "t",
        "a",
        "o",
        "n",
        "i",
        "h",
        "d",
        "l",
        "'",
        "ou",
        "<0xC3>",
        "<0xA9>",
    ],
]

_ENCODER = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "vocab_size": len(LETTERS),
    "pad_token_id": 0,
}
_CONVOLUTIONS = {
    **_ENCODER,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
}
_SQUEEZED = {**_ENCODER, "conv_dim": (16,) * 13, "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 2}
_BATCH_NORMALISED = ("ContextNet", "Citrinet")
_SUBSAMPLED = {
    **_ENCODER,
    "num_mel_bins": 80,
    "num_key_value_heads": 2,
    "subsampling_conv_channels": 8,
}


def _conv_config(class_name: str, **more: Any) -> Callable[[], Any]:
    def make() -> Any:
        import transformers

        return getattr(transformers, class_name)(**{**_CONVOLUTIONS, **more})

    return make


def _contextnet_config(**values: Any) -> Callable[[], Any]:
    def make() -> Any:
        from audiolab.asr.checkpoints import contextnet

        contextnet.register()
        return contextnet.ContextNetConfig(vocab_size=len(LETTERS), pad_token_id=0, **values)

    return make


def _config(class_name: str, values: dict[str, Any]) -> Callable[[], Any]:
    def make() -> Any:
        import transformers

        return getattr(transformers, class_name)(**values)

    return make


CONFIGS: dict[str, Callable[[], Any]] = {
    "Wav2Vec2": _conv_config("Wav2Vec2Config"),
    "Wav2Vec2 large": _conv_config("Wav2Vec2Config", feat_extract_norm="layer", do_stable_layer_norm=True),
    "Wav2Vec2 with adapter": _conv_config("Wav2Vec2Config", add_adapter=True, num_adapter_layers=1),
    "Wav2Vec2-Conformer": _conv_config("Wav2Vec2ConformerConfig", conv_depthwise_kernel_size=7),
    "HuBERT": _conv_config("HubertConfig"),
    "WavLM": _conv_config("WavLMConfig"),
    "UniSpeech": _conv_config("UniSpeechConfig"),
    "UniSpeech-SAT": _conv_config("UniSpeechSatConfig"),
    "Data2Vec-Audio": _conv_config("Data2VecAudioConfig", conv_pos_kernel_size=5),
    "SEW": _config("SEWConfig", _SQUEEZED),
    "SEW-D": _config("SEWDConfig", {**_SQUEEZED, "feature_layer_norm_eps": 1e-5}),
    "Wav2Vec2-BERT": _config(
        "Wav2Vec2BertConfig", {**_ENCODER, "feature_projection_input_dim": 160, "conv_depthwise_kernel_size": 7}
    ),
    "Parakeet": _config(
        "ParakeetCTCConfig",
        {"vocab_size": len(PIECES) + 1, "pad_token_id": len(PIECES), "encoder_config": _SUBSAMPLED},
    ),
    "LASR": _config(
        "LasrCTCConfig",
        {"vocab_size": len(PIECES) + 1, "pad_token_id": len(PIECES), "encoder_config": _SUBSAMPLED},
    ),
    "ContextNet": _contextnet_config(width_factor=1 / 16),
    "Citrinet": _contextnet_config(
        hidden_act="relu",
        blocks=[
            {
                "filters": 24,
                "repeat": 2,
                "kernel": [11],
                "stride": [stride],
                "dilation": [1],
                "separable": True,
                "se": True,
                "stride_last": True,
                "residual_mode": "stride_add",
                "kernel_size_factor": 0.5,
            }
            for stride in (1, 2)
        ],
    ),
}
"""Configurations by the name of a test: the family, and what is special."""


def save(name: str, folder: Path, *, specials: bool = False, layers: int | None = None) -> Path:
    """Write a checkpoint of `CONFIGS[name]` into `folder`.

    Args:
        specials: whether special symbols besides the blank may win.
        layers: how many attention layers, other than the configuration says.
    """
    import transformers

    torch.manual_seed(sum(name.encode()))
    config = CONFIGS[name]()
    if layers is not None:
        config.num_hidden_layers = layers
    model = transformers.AutoModelForCTC.from_config(config)
    weight, bias = (dict(model.named_parameters())[key] for key in _head(model))
    pieces = name in ("Parakeet", "LASR")
    extractor = _extractor(name)
    if name in _BATCH_NORMALISED:
        _settle(model, extractor)
    _balance(model.eval(), extractor, weight, bias)
    if not specials:
        with torch.no_grad():
            bias[[0] if pieces else [1, 2, 3]] = -1e4
    model.save_pretrained(folder)
    extractor.save_pretrained(folder)
    (_save_pieces if pieces else _save_letters)(folder)
    return folder


def _settle(model: Any, extractor: Any) -> None:
    """Give batch normalisation the statistics of noise: with none, what a deep network says dies away."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.momentum = 1.0
    with torch.no_grad():
        model.train()(**_noise(extractor))


def _noise(extractor: Any) -> Any:
    """Features of four seconds that grow louder."""
    swell = np.linspace(0.01, 0.3, 40).repeat(1600)
    noise = (np.random.default_rng(0).normal(0, 1, len(swell)) * swell).astype(np.float32)
    return extractor(noise, sampling_rate=16_000, return_tensors="pt", return_attention_mask=True)


def _balance(model: Any, extractor: Any, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """Give all classes the same mean and spread over noise, so that each of them wins somewhere."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logits = model(**_noise(extractor)).logits[0]
        spread = logits.std(dim=0)
        weight.div_(spread.view(-1, *[1] * (weight.ndim - 1)) / 3)
        bias.sub_(logits.mean(dim=0)).div_(spread / 3)


def _head(model: Any) -> tuple[str, str]:
    heads = ("head", "decoder_layers")
    weights = [
        key for key, _ in model.named_parameters() if key.endswith("weight") and any(head in key for head in heads)
    ]
    assert len(weights) == 1
    return weights[0], weights[0].removesuffix("weight") + "bias"


def _extractor(name: str) -> Any:
    import transformers

    if name == "Wav2Vec2-BERT":
        return transformers.SeamlessM4TFeatureExtractor()
    if name in ("Parakeet", *_BATCH_NORMALISED):
        return transformers.ParakeetFeatureExtractor()
    if name == "LASR":
        return transformers.LasrFeatureExtractor(feature_size=80)
    return transformers.Wav2Vec2FeatureExtractor(return_attention_mask=name.endswith("large"))


def _save_letters(folder: Path) -> None:
    import transformers

    vocabulary = folder.with_name(folder.name + "-vocab.json")
    vocabulary.write_text(json.dumps({letter: label for label, letter in enumerate(LETTERS)}))
    transformers.Wav2Vec2CTCTokenizer(str(vocabulary)).save_pretrained(folder)


def _save_pieces(folder: Path) -> None:
    import transformers
    from tokenizers import Tokenizer, decoders, models

    # The pieces of SentencePiece as converted checkpoints hold them, bytes among them.
    pieces = [(piece, -float(label)) for label, piece in enumerate([*PIECES, "<pad>"])]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=True))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    transformers.ParakeetTokenizer(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>"
    ).save_pretrained(folder)
