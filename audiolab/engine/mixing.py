"""Which channel of a recording goes to which channel of a device."""

import math

import numpy as np
import numpy.typing as npt

from audiolab.core.recording import Samples

Matrix = npt.NDArray[np.float32]

_MINUS_3_DB = math.sqrt(0.5)

_FRONT = ((1.0, 0.0), (0.0, 1.0), (_MINUS_3_DB, _MINUS_3_DB), (0.0, 0.0))  # left, right, centre, LFE
_SIDES = ((_MINUS_3_DB, 0.0), (0.0, _MINUS_3_DB))
_SURROUND = {6: _FRONT + _SIDES, 8: _FRONT + _SIDES + _SIDES}
"""Rows are channels in the order of WAVE files, columns left and right: ITU-R BS.775-4, annex 4, without LFE."""


def mixing_matrix(channels: int, outputs: int) -> Matrix | None:
    """Gains from `channels` of a recording to `outputs` of a device; None where each goes to its own.

    Mono goes to all outputs. Where there are more channels than outputs they become stereo: 5.1 and 7.1 by BS.775,
    others as their average on both sides. A matrix that adds channels up is scaled so that it never clips.

    Returns:
        float32 of shape (channels, outputs), for ``samples @ matrix``.

    Raises:
        ValueError: fewer than one channel on either side.
    """
    if channels < 1 or outputs < 1:
        raise ValueError(f"cannot mix {channels} channels to {outputs}")
    if channels == 1:
        return None if outputs == 1 else np.ones((1, outputs), np.float32)
    if channels <= outputs:
        return None if channels == outputs else np.eye(channels, outputs, dtype=np.float32)
    stereo = np.array(_SURROUND.get(channels, ((1.0, 1.0),) * channels) if channels > 2 else np.eye(2))
    gains = stereo if outputs >= 2 else stereo.sum(axis=1, keepdims=True)
    matrix = np.zeros((channels, outputs), np.float32)
    matrix[:, : gains.shape[1]] = gains / gains.sum(axis=0).max()
    return matrix


def mixed(samples: Samples, matrix: Matrix | None) -> Samples:
    """`samples` of shape (n, channels) through `mixing_matrix`; contiguous float32."""
    result = samples if matrix is None else samples @ matrix
    return np.ascontiguousarray(result, dtype=np.float32)
