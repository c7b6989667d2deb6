"""Float samples to integers."""

from typing import cast

import numpy as np
import numpy.typing as npt

from audiolab.core.recording import Samples

Integers = npt.NDArray[np.int16] | npt.NDArray[np.int32]


def to_integers(samples: Samples, bits: int) -> Integers:
    """Samples of full scale 1.0 as `bits`-bit integers, the inverse of how `Recording.read` scales them.

    Rounds to the nearest; clips what exceeds full scale; NaN and infinity become 0. No dither.

    Returns:
        The same shape, left-aligned (full scale 2**15 or 2**31): int16 up to 16 bits, int32 beyond.
    """
    wide = np.int16 if bits <= 16 else np.int32
    full = 2 ** (bits - 1)
    exact = np.float32 if bits <= 24 else np.float64  # wide enough for every integer up to full scale
    scaled = np.rint(np.nan_to_num(samples.astype(exact), nan=0.0, posinf=0.0, neginf=0.0) * exact(full))
    integers = np.clip(scaled, -full, full - 1).astype(wide)
    return cast(Integers, integers << wide(8 * integers.itemsize - bits))
