"""Matrix products of long arrays in pieces that a BLAS library computes on the calling thread.

A BLAS library spreads a large product over threads of its own. Measuring already keeps every core busy with one
thread each; more of them wait for each other and cost ten times what they save.
"""

import numpy as np

from audiolab.analysis.loudness.kinds import Floats

_LARGEST = 2**18
"""Multiplications of one product: OpenBLAS starts threads above that."""


def row_product(rows: Floats, matrix: Floats, out: Floats) -> Floats:
    """`rows` @ `matrix`, written to `out`.

    Args:
        rows: shape (channels, n, k); need not be contiguous.
        matrix: shape (k, m).
        out: shape (channels, n, m), contiguous.

    Returns:
        `out`.
    """
    channels, count, width = rows.shape
    stack = max(_LARGEST // max(matrix.size, 1), 1)
    whole = count // stack * stack
    if whole:
        pieces = rows[:, :whole].reshape(channels, -1, stack, width)
        np.matmul(pieces, matrix, out=out[:, :whole].reshape(channels, -1, stack, matrix.shape[1]))
    if whole < count:
        np.matmul(rows[:, whole:], matrix, out=out[:, whole:])
    return out
