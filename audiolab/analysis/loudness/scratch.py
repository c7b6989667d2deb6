"""Memory that is used again and again."""

import math

import numpy as np
import numpy.typing as npt

from audiolab.analysis.loudness.kinds import Floats


class Scratch:
    """Arrays of one thread, by name: getting fresh memory from the system costs more than the arithmetic on it."""

    def __init__(self) -> None:
        self._arrays: dict[str, Floats] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Floats:
        """An array of undefined content; the one that was handed out under this name before becomes invalid."""
        size = math.prod(shape)
        held = self._arrays.get(name)
        if held is None or len(held) < size or held.dtype != dtype:
            held = self._arrays[name] = np.empty(size, dtype)
        return held[:size].reshape(shape)
