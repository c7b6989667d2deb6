"""The blocks of a convolutional encoder (see `audiolab.asr.checkpoints.citrinet`) as data, without torch.

A block is a mapping with NeMo's keys: `filters`, `repeat`, `kernel`, `stride`, `dilation`, `residual`, `separable`,
`se` and others.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]

_KERNEL = 5
_REDUCTION = 8
_STRIDED = (3, 7, 14)
_WIDE, _LAST = 11, 22
"""Blocks of ContextNet by their number, C0 to C22."""


def contextnet_blocks() -> list[dict[str, Any]]:
    """ContextNet as Han et al. (Interspeech 2020, table 1) give it, for a width factor of 1."""
    blocks = []
    for number in range(_LAST + 1):
        single = number in (0, _LAST)
        blocks.append(
            {
                "filters": 640 if number == _LAST else 512 if number >= _WIDE else 256,
                "repeat": 1 if single else 5,
                "kernel": [_KERNEL],
                "stride": [2 if number in _STRIDED else 1],
                "dilation": [1],
                "residual": not single,
                "residual_mode": "stride_add",
                "stride_last": True,
                "separable": True,
                "se": True,
                "se_reduction_ratio": _REDUCTION,
                "se_context_size": -1,
            }
        )
    return blocks


def widened(blocks: Sequence[Block], width_factor: float) -> list[dict[str, Any]]:
    """The same blocks with `width_factor` (the paper's alpha) times as many filters."""
    return [{**block, "filters": max(round(int(block["filters"]) * width_factor), 1)} for block in blocks]


def stride_of(blocks: Sequence[Block]) -> int:
    """Feature frames per frame of the output."""
    stride = 1
    for block in blocks:
        last_only = block.get("stride_last", False)
        stride *= int(first(block["stride"])) ** (1 if last_only else int(block["repeat"]))
    return stride


def family_of(blocks: Sequence[Block], activation: object) -> str:
    """The name of the design, which a configuration does not tell but show."""
    if not any(block.get("se") for block in blocks):
        return "QuartzNet" if any(block.get("separable") for block in blocks) else "Jasper"
    return "ContextNet" if activation in ("swish", "silu") else "Citrinet"


def first(value: Any) -> Any:
    """What NeMo writes as a number, or as a list of one."""
    return value[0] if isinstance(value, list) else value
