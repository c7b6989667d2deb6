"""ContextNet and Citrinet as models of transformers: once registered, `AutoModelForCTC` loads them like any other.

`ContextNetForCTC.save_pretrained` writes safetensors; its feature extractor is Parakeet's, which is NeMo's.
"""

from dataclasses import field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoConfig, AutoModelForCTC, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

from audiolab.asr.checkpoints.citrinet import CitrinetCtc
from audiolab.asr.checkpoints.design import contextnet_blocks, widened


class ContextNetConfig(PreTrainedConfig):  # type: ignore[no-untyped-call] # transformers is typed in part
    """What the network is built from.

    Attributes:
        vocab_size: number of classes with the blank.
        pad_token_id: class of the blank.
        num_mel_bins: mel bands of the features.
        hidden_act: swish for ContextNet, relu for Citrinet.
        width_factor: what the filters of all blocks are multiplied with, the paper's alpha.
        blocks: before that (see `audiolab.asr.checkpoints.design`); by default the paper's.
    """

    model_type = "contextnet_ctc"

    vocab_size: int = 257
    pad_token_id: int | None = 256
    num_mel_bins: int = 80
    hidden_act: str = "swish"
    width_factor: float | int = 1.0
    blocks: list[dict[str, Any]] = field(default_factory=contextnet_blocks)

    def encoder(self) -> dict[str, Any]:
        """The settings of `CitrinetCtc`."""
        return {
            "feat_in": self.num_mel_bins,
            "activation": self.hidden_act,
            "jasper": widened(self.blocks, self.width_factor),
        }


class ContextNetForCTC(PreTrainedModel):  # type: ignore[no-untyped-call]
    """`CitrinetCtc` behind the interface of transformers.

    Raises:
        ValueError, KeyError: as `CitrinetCtc`.
    """

    config_class = ContextNetConfig
    base_model_prefix = "network"
    main_input_name = "input_features"

    def __init__(self, config: ContextNetConfig) -> None:
        super().__init__(config)
        self.network = CitrinetCtc(config.encoder(), config.vocab_size)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(self, input_features: Tensor, attention_mask: Tensor | None = None) -> CausalLMOutput:
        """Logits (batch, frames, classes) of features (batch, frames, bands).

        Each sound of a batch is computed by itself, without what the mask hides: squeeze-and-excitation is a mean
        over all of it, and padding must not count.
        """
        if attention_mask is None:
            attention_mask = torch.ones(input_features.shape[:2], dtype=torch.bool)
        lengths = attention_mask.sum(dim=1).tolist()
        rows = [
            self.network(sound[None, :length].transpose(1, 2))[0]
            for sound, length in zip(input_features, lengths, strict=True)
        ]
        return CausalLMOutput(logits=pad_sequence(rows, batch_first=True))

    def _init_weights(self, module: nn.Module) -> None:
        """As torch initialises each of its layers, which normalisation makes good enough."""
        if isinstance(module, nn.Conv1d | nn.Linear | nn.BatchNorm1d):
            module.reset_parameters()


def register() -> None:
    """Make transformers know these models; can be called again."""
    AutoConfig.register(ContextNetConfig.model_type, ContextNetConfig, exist_ok=True)
    AutoModelForCTC.register(ContextNetConfig, ContextNetForCTC, exist_ok=True)
