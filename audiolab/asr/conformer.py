"""The default model: a Conformer (Gulati et al., Interspeech 2020) with a CTC head, in torch.

The geometry is that of the English phoneme model in the package ``hama``: a convolution stem that halves the frame
rate, blocks of half feed-forward, self-attention without positional encoding, convolution and half feed-forward,
and a linear layer over phones. Batch normalisation is folded into the depthwise convolutions.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from audiolab.asr.frontend import BANDS, LogMel
from audiolab.core.errors import ModelError

Weights = Mapping[str, npt.NDArray[np.float32]]

FRAME_SAMPLES = 320
"""Samples at 16 kHz from one output frame to the next."""

_WIDTH, _HIDDEN, _HEADS, _KERNEL, _BLOCKS = 144, 576, 4, 31, 4


class _FeedForward(nn.Module):
    """Half of a block's feed-forward pair: layer norm, wider, SiLU, back; halved as in the paper."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(_WIDTH)
        self.fc1 = nn.Linear(_WIDTH, _HIDDEN)
        self.fc2 = nn.Linear(_HIDDEN, _WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.fc2(F.silu(self.fc1(self.norm(x))))
        return 0.5 * y


class _Attention(nn.Module):
    """Multi-head self-attention over the whole window."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(_WIDTH)
        self.qkv = nn.Linear(_WIDTH, 3 * _WIDTH)
        self.out = nn.Linear(_WIDTH, _WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        batch, frames, _ = x.shape
        heads = self.qkv(self.norm(x)).view(batch, frames, 3, _HEADS, _WIDTH // _HEADS).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(heads[0], heads[1], heads[2])
        y: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, frames, _WIDTH))
        return y


class _Convolution(nn.Module):
    """Pointwise, gated linear unit, depthwise, SiLU, pointwise."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(_WIDTH)
        self.pointwise1 = nn.Linear(_WIDTH, 2 * _WIDTH)
        self.depthwise = nn.Conv1d(_WIDTH, _WIDTH, _KERNEL, padding=_KERNEL // 2, groups=_WIDTH)
        self.pointwise2 = nn.Linear(_WIDTH, _WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        gated = F.glu(self.pointwise1(self.norm(x)), dim=-1)
        y: Tensor = self.pointwise2(F.silu(self.depthwise(gated.transpose(1, 2)).transpose(1, 2)))
        return y


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.ffn1 = _FeedForward()
        self.attn = _Attention()
        self.conv = _Convolution()
        self.ffn2 = _FeedForward()
        self.norm = nn.LayerNorm(_WIDTH)

    def forward(self, x: Tensor, check: Callable[[], None]) -> Tensor:
        for part in (self.ffn1, self.attn, self.conv, self.ffn2):
            check()
            x = x + part(x)
        y: Tensor = self.norm(x)
        return y


class ConformerCtc(nn.Module):
    """Samples in, log-probabilities out.

    Args:
        classes: how many the last layer tells apart, the blank included.
        front_end: makes the features.
    """

    def __init__(self, classes: int, front_end: LogMel) -> None:
        super().__init__()
        self.front_end = front_end
        self.stem = nn.Conv1d(BANDS, _WIDTH, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(_Block() for _ in range(_BLOCKS))
        self.proj = nn.Linear(_WIDTH, classes)

    def forward(self, samples: Tensor, check: Callable[[], None], noise: Tensor | None = None) -> Tensor:
        """Log-probabilities (batch, 1 + n // 320, classes) of 16 kHz samples (batch, n), n > 200.

        `check` is called between layers and may raise to stop; `noise` is the one of `LogMel.forward`.
        """
        x = F.gelu(self.stem(self.front_end(samples, noise))).transpose(1, 2)
        for block in self.blocks:
            x = block(x, check)
        return F.log_softmax(self.proj(x), dim=-1)


def build(weights: Weights) -> ConformerCtc:
    """The model with the weights of hama 1.7.0, in evaluation mode.

    Raises:
        ModelError: a tensor is missing or has another shape, as in another version of the package.
    """
    try:
        window = torch.from_numpy(weights["stft_real_kernel"][0, 0].copy())
        front_end = LogMel(window, torch.from_numpy(weights["mel_fb"]))
        model = ConformerCtc(len(weights["acoustic_model.model.proj.bias"]), front_end)
        state = model.state_dict()
        state.update((name, torch.from_numpy(values.copy())) for name, values in _parameters(weights))
        model.load_state_dict(state)
    except (KeyError, ValueError, RuntimeError) as error:
        raise ModelError(
            "The weights of the default model are not those of hama 1.7.0: install exactly that version."
        ) from error
    return model.eval().requires_grad_(False)


def _parameters(weights: Weights) -> list[tuple[str, npt.NDArray[np.float32]]]:
    """Every parameter's name in the module and its values.

    The exporter of the container named what it had fused or transposed by running numbers.
    """
    root = "acoustic_model.model."
    result = [
        ("stem.weight", weights["onnx::Conv_801"]),
        ("stem.bias", weights["onnx::Conv_802"]),
        ("proj.weight", weights[root + "proj.weight"][:, :, 0]),
        ("proj.bias", weights[root + "proj.bias"]),
    ]
    for index in range(_BLOCKS):
        result += _block_parameters(weights, f"{root}blocks.{index}.", 804 + 3 * index, 829 + 9 * index, index)
    return result


def _block_parameters(
    weights: Weights, source: str, convolution: int, matrix: int, index: int
) -> list[tuple[str, npt.NDArray[np.float32]]]:
    named = {
        "ffn1.norm": "ffn1.norm",
        "attn.norm": "attn_norm",
        "conv.norm": "conv.norm",
        "ffn2.norm": "ffn2.norm",
        "norm": "norm",
    }
    biases = {
        "ffn1.fc1": "ffn1.fc1.bias",
        "ffn1.fc2": "ffn1.fc2.bias",
        "attn.qkv": "attn.in_proj_bias",
        "attn.out": "attn.out_proj.bias",
        "ffn2.fc1": "ffn2.fc1.bias",
        "ffn2.fc2": "ffn2.fc2.bias",
        "conv.pointwise1": "conv.pointwise1.bias",
        "conv.pointwise2": "conv.pointwise2.bias",
    }
    matrices = {"ffn1.fc1": 0, "ffn1.fc2": 1, "attn.qkv": 2, "attn.out": 6, "ffn2.fc1": 7, "ffn2.fc2": 8}
    target = f"blocks.{index}."
    result = [
        (f"{target}{ours}.{kind}", weights[f"{source}{theirs}.{kind}"])
        for ours, theirs in named.items()
        for kind in ("weight", "bias")
    ]
    result += [(f"{target}{ours}.bias", weights[source + theirs]) for ours, theirs in biases.items()]
    result += [(f"{target}{ours}.weight", weights[f"onnx::MatMul_{matrix + n}"].T) for ours, n in matrices.items()]
    result += [
        (f"{target}conv.{name}.weight", weights[f"{source}conv.{name}.weight"][:, :, 0])
        for name in ("pointwise1", "pointwise2")
    ]
    result.append((f"{target}conv.depthwise.weight", weights[f"onnx::Conv_{convolution}"]))
    result.append((f"{target}conv.depthwise.bias", weights[f"onnx::Conv_{convolution + 1}"]))
    return result
