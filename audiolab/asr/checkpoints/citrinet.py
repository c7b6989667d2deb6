"""Citrinet and ContextNet with a CTC head: one network in torch, behind NeMo's archives and behind transformers.

Citrinet (Majumdar et al., "Citrinet: closing the gap between non-autoregressive and autoregressive end-to-end
models", 2021) and ContextNet (Han et al., Interspeech 2020) are one design: blocks of depthwise separable
convolutions with batch normalisation, squeeze-and-excitation over the whole sound, and a residual branch. The
width factor is in the number of filters that the settings name. Modules are named so that NeMo's weights fit;
sound is passed one at a time, so there is nothing to mask.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from audiolab.asr.checkpoints.design import first

_BATCH_NORM_EPS = 1e-3
_ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "swish": nn.SiLU,
    "silu": nn.SiLU,
    "selu": nn.SELU,
    "hardtanh": nn.Hardtanh,
}
_SUPPORTED: Mapping[str, tuple[Any, ...]] = {
    "groups": (1,),
    "heads": (-1,),
    "normalization": ("batch",),
    "normalization_mode": ("batch",),
    "residual_mode": ("add", "stride_add"),
    "residual_dense": (False,),
    "future_context": (-1,),
}
"""Settings of a block, or of the whole encoder, with the values that are built here, NeMo's default first."""


class _Convolution(nn.Module):
    """Padded so that only the stride shortens; odd kernels stay centred."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, dilation: int, groups: int) -> None:
        super().__init__()
        padding = dilation * (kernel - 1) // 2
        self.conv = nn.Conv1d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(x)
        return y


class _SqueezeExcitation(nn.Module):
    """Weighs channels by their mean over time; a limited context is the first frames, as NeMo infers."""

    def __init__(self, channels: int, reduction: int, context: int, activation: nn.Module) -> None:
        super().__init__()
        inner = channels // reduction
        self.fc = nn.Sequential(
            nn.Linear(channels, inner, bias=False), activation, nn.Linear(inner, channels, bias=False)
        )
        self._context = context

    def forward(self, x: Tensor) -> Tensor:
        heard = x if self._context < 0 else x[..., : self._context]
        return x * torch.sigmoid(self.fc(heard.mean(dim=-1)))[..., None]


class _Block(nn.Module):
    def __init__(self, inputs: int, settings: Mapping[str, Any], activation: Callable[[], nn.Module]) -> None:
        super().__init__()
        outputs, repeat = int(settings["filters"]), int(settings["repeat"])
        kernel = _kernel(int(first(settings["kernel"])), float(settings.get("kernel_size_factor", 1.0)))
        stride, dilation = int(first(settings["stride"])), int(first(settings["dilation"]))
        last_only = bool(settings.get("stride_last", False))
        separable = bool(settings.get("separable", False))
        layers: list[nn.Module] = []
        width = inputs
        for index in range(repeat):
            last = index == repeat - 1
            by = stride if last or not last_only else 1
            if separable:
                layers.append(_Convolution(width, width, kernel, by, dilation, width))
                layers.append(_Convolution(width, outputs, 1, 1, 1, 1))
            else:
                layers.append(_Convolution(width, outputs, kernel, by, dilation, 1))
            layers.append(nn.BatchNorm1d(outputs, eps=_BATCH_NORM_EPS))
            if not last:
                layers += [activation(), nn.Identity()]  # the second stands for dropout
            width = outputs
        if settings.get("se", False):
            reduction, context = (
                int(settings.get("se_reduction_ratio", 8)),
                int(settings.get("se_context_size", -1)),
            )
            layers.append(_SqueezeExcitation(outputs, reduction, context, activation()))
        self.mconv = nn.Sequential(*layers)
        self._residual = bool(settings.get("residual", True))
        if self._residual:
            by = stride if settings.get("residual_mode", "add") == "stride_add" else 1
            shortcut = nn.Sequential(
                _Convolution(inputs, outputs, 1, by, 1, 1), nn.BatchNorm1d(outputs, eps=_BATCH_NORM_EPS)
            )
            self.res = nn.ModuleList([shortcut])
        self._activation = activation()

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.mconv(x)
        if self._residual:
            y = y + self.res[0](x)
        active: Tensor = self._activation(y)
        return active


class CitrinetCtc(nn.Module):
    """Features (1, bands, frames) to logits (1, frames, classes).

    Args:
        encoder: NeMo's configuration of it: `feat_in`, `activation`, and the blocks in `jasper`.
        classes: with the blank.

    Raises:
        ValueError: the configuration asks for what is not built here.
        KeyError: it is incomplete.
    """

    def __init__(self, encoder: Mapping[str, Any], classes: int) -> None:
        super().__init__()
        kind = _ACTIVATIONS.get(str(encoder["activation"]))
        if kind is None:
            raise ValueError(f"activation {encoder['activation']}")
        activation = kind
        blocks: Sequence[Mapping[str, Any]] = encoder["jasper"]
        _check(encoder)
        width = int(encoder["feat_in"])
        built = []
        for settings in blocks:
            _check(settings)
            built.append(_Block(width, settings, activation))
            width = int(settings["filters"])
        self.encoder = nn.ModuleDict({"encoder": nn.Sequential(*built)})
        self.decoder = nn.ModuleDict({"decoder_layers": nn.Sequential(nn.Conv1d(width, classes, 1))})

    def forward(self, features: Tensor, check: Callable[[], None] = lambda: None) -> Tensor:
        """`check` is called between the blocks and may raise to stop."""
        x = features
        for block in self.encoder["encoder"]:  # type: ignore[attr-defined]
            check()
            x = block(x)
        logits: Tensor = self.decoder["decoder_layers"](x)
        return logits.transpose(1, 2)


def _check(settings: Mapping[str, Any]) -> None:
    for key, values in _SUPPORTED.items():
        if settings.get(key, values[0]) not in values:
            raise ValueError(f"{key} {settings[key]}")


def _kernel(size: int, factor: float) -> int:
    """NeMo's scaled kernels: rounded down, but odd."""
    scaled = max(int(size * factor), 1)
    return scaled + 1 if scaled % 2 == 0 else scaled
