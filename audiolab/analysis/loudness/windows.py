"""The sliding windows of momentary and short-term loudness (BS.1770-5, EBU Tech 3341), in hops of 10 ms."""

from typing import Final

import numpy as np

from audiolab.analysis.loudness.kinds import Doubles

STEP_HOPS: Final = 10
"""Gating blocks, and entries of curves, are 0.1 s apart."""
MOMENTARY_HOPS: Final = 40
"""0.4 s: momentary loudness, and the gating block of integrated loudness."""
SHORT_TERM_HOPS: Final = 300
"""3 s: short-term loudness, and the window of loudness range."""


def sliding_means(hop_power: Doubles, length: int) -> Doubles:
    """Mean of the last `length` hops at the end of each hop; before the first hop there was silence.

    Args:
        hop_power: mean square of each hop, shape (n,).
        length: hops of the window, a multiple of `STEP_HOPS`.

    Returns:
        Shape (n,). Sums of the hops themselves, not differences of running sums: silence after sound is silence.
    """
    count = len(hop_power)
    padded = np.concatenate([np.zeros(length - 1), hop_power])
    steps = np.zeros(count + length - STEP_HOPS)
    for offset in range(STEP_HOPS):
        steps += padded[offset : offset + len(steps)]
    total = np.zeros(count)
    for offset in range(0, length, STEP_HOPS):
        total += steps[offset : offset + count]
    return total / length
