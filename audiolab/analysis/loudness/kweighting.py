"""K-weighting (BS.1770-5, annex 1): two second-order sections, run as matrix products over rows of samples.

A recursive filter computes sample after sample and cannot use the width of a processor. Here the filter is a
state-space system (state s, input x, output y), and a row of `ROW` samples is one matrix product:

    y[row] = [x[row], s[row]] @ response        s[row + 1] = s[row] @ decay + x[row] @ gather

The states at the starts of all rows are found the same way, a group of rows at a time, and so on upwards. The
result is that of the recursion up to rounding.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from audiolab.analysis.loudness.kinds import Doubles, Floats
from audiolab.analysis.loudness.products import row_product
from audiolab.analysis.loudness.scratch import Scratch

ROW = 32
"""Samples of one row. A longer row costs more multiplications a sample, a shorter one more states."""

_FAN = 16
"""Rows of one group, groups of the next level, and so on."""

# The analogue prototype, from the coefficients that BS.1770-5 prints for 48 kHz: a shelf that stands for the head,
# and a high-pass (the revised low-frequency B curve).
_SHELF_HZ = 1681.974450955533
_SHELF_DB = 3.999843853973347
_SHELF_Q = 0.7071752369554196
_SHELF_MIDDLE = 0.4996667741545416
_HIGHPASS_HZ = 38.13547087602444
_HIGHPASS_Q = 0.5003270373238773

SETTLING_SECONDS = 0.2
"""After so long the filter has forgotten what came before: the slowest pole, 38 Hz, has decayed below 1e-16."""


def k_weighting(sample_rate: int) -> Doubles:
    """Coefficients of the K-weighting filter at any rate, by the bilinear transform of the analogue prototype.

    At 48 kHz they are those of the standard. The high-pass has the numerator 1, -2, 1 at every rate, as the
    standard prints it and as the meters in use (libebur128, FFmpeg) have it; 997 Hz then reads right within 0.05 dB
    at any rate from 8 kHz.

    Returns:
        Shape (2, 6), the shelf and the high-pass, each as b0, b1, b2, 1, a1, a2.
    """
    k = math.tan(math.pi * _SHELF_HZ / sample_rate)
    high = 10.0 ** (_SHELF_DB / 20.0)
    middle = high**_SHELF_MIDDLE * k / _SHELF_Q
    shelf_b = (high + middle + k * k, 2.0 * (k * k - high), high - middle + k * k)
    shelf_a = (1.0 + k / _SHELF_Q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / _SHELF_Q + k * k)
    shelf = [value / shelf_a[0] for value in (*shelf_b, *shelf_a)]
    k = math.tan(math.pi * _HIGHPASS_HZ / sample_rate)
    highpass_a = (1.0 + k / _HIGHPASS_Q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / _HIGHPASS_Q + k * k)
    highpass = [1.0, -2.0, 1.0, *(value / highpass_a[0] for value in highpass_a)]
    return np.array([shelf, highpass])


def _state_space(sections: Doubles) -> tuple[Doubles, Doubles, Doubles, float]:
    """(A, b, c, d) of both sections in series, in coordinates where white noise moves all states alike.

    In these coordinates rounding errors of 32-bit arithmetic decay instead of adding up near the double pole.
    """
    parts = []
    for b0, b1, b2, _, a1, a2 in sections:
        parts.append((np.array([[-a1, 1.0], [-a2, 0.0]]), np.array([b1 - a1 * b0, b2 - a2 * b0]), b0))
    (first_a, first_b, first_d), (second_a, second_b, second_d) = parts
    out = np.array([1.0, 0.0])
    a = np.block([[first_a, np.zeros((2, 2))], [np.outer(second_b, out), second_a]])
    b = np.concatenate([first_b, second_b * first_d])
    c = np.concatenate([second_d * out, out])
    # The covariance of the state under white noise is the sum of A^k b b' A'^k, doubled until A^k is nothing.
    covariance, power = np.outer(b, b), a
    while np.abs(power).max() > 1e-18:
        covariance = covariance + power @ covariance @ power.T
        power = power @ power
    root = np.linalg.cholesky(covariance)
    inverse = np.linalg.inv(root)
    return inverse @ a @ root, inverse @ b, c @ root, first_d * second_d


class _Level:
    """Finds the states at the starts of `_FAN` steps at once, where a step multiplies the state by `decay`.

    Attributes:
        spread: (4 _FAN + 4, 4 _FAN), from the inputs of a group and the state at its start to all its states.
        gather: (4 _FAN, 4), from the inputs of a group to the state at the start of the next.
        decay: (4, 4), from the state at the start of the group to the same.
    """

    def __init__(self, decay: Doubles, dtype: npt.DTypeLike) -> None:
        powers = [np.eye(4)]
        for _ in range(_FAN):
            powers.append(powers[-1] @ decay)
        spread = np.zeros((_FAN + 1, 4, _FAN, 4))
        spread[_FAN] = np.stack(powers[:_FAN], axis=1)
        for step in range(_FAN):
            for later in range(step + 1, _FAN):
                spread[step, :, later] = powers[later - step - 1]
        self.spread = spread.reshape(4 * _FAN + 4, 4 * _FAN).astype(dtype)
        self.gather = np.concatenate(powers[_FAN - 1 :: -1]).astype(dtype)
        self.decay = powers[_FAN]


class _Matrices:
    """The filter of one rate as matrices of one dtype; states are row vectors.

    Attributes:
        response: (ROW + 4, ROW), from the samples of a row and the state at its start to its output.
        gather: (ROW, 4), from the samples of a row to the state at its end.
        levels: from rows to groups of rows and so on.
    """

    def __init__(self, sample_rate: int, dtype: npt.DTypeLike) -> None:
        a, b, c, d = _state_space(k_weighting(sample_rate))
        powers = [np.eye(4)]
        for _ in range(ROW):
            powers.append(a @ powers[-1])
        impulse = np.array([d, *(c @ power @ b for power in powers[: ROW - 1])])
        response = np.zeros((ROW + 4, ROW))
        for sample in range(ROW):
            response[sample, sample:] = impulse[: ROW - sample]
            response[ROW:, sample] = c @ powers[sample]
        self.response = response.astype(dtype)
        self.gather = np.array([powers[ROW - 1 - sample] @ b for sample in range(ROW)]).astype(dtype)
        self.levels: list[_Level] = []
        decay = powers[ROW].T
        for _ in range(5):
            self.levels.append(_Level(decay, dtype))
            decay = self.levels[-1].decay


@lru_cache(maxsize=8)
def _matrices(sample_rate: int, dtype: str) -> _Matrices:
    return _Matrices(sample_rate, dtype)


class KWeighting:
    """The K-weighting filter with its state, for several channels.

    Args:
        sample_rate: in Hz.
        channels: number of channels.
        dtype: of the arithmetic; float32 is twice as fast, with errors of 1e-6 of the loudest sample.
        scratch: memory to work in.
    """

    def __init__(
        self,
        sample_rate: int,
        channels: int,
        dtype: npt.DTypeLike = np.float64,
        scratch: Scratch | None = None,
    ) -> None:
        self._matrices = _matrices(sample_rate, np.dtype(dtype).name)
        self._state = np.zeros((channels, 4), dtype)
        self._scratch = scratch or Scratch()

    def process(self, samples: Floats) -> Floats:
        """Filter the next samples.

        Args:
            samples: shape (channels, n), n a multiple of `ROW`.

        Returns:
            The same shape, in the filter's dtype; overwritten by the next call.
        """
        channels, length = samples.shape
        count = length // ROW
        rows = self._array("rows", (channels, count, ROW + 4))
        rows[:, :, :ROW] = samples.reshape(channels, count, ROW)
        inputs = self._array("inputs", (channels, count, 4))
        row_product(rows[:, :, :ROW], self._matrices.gather, inputs)
        rows[:, :, ROW:], self._state = self._starts(inputs, self._state, 0)
        output = self._array("output", (channels, count, ROW))
        return row_product(rows, self._matrices.response, output).reshape(channels, length)

    def _starts(self, inputs: Floats, state: Floats, depth: int) -> tuple[Floats, Floats]:
        """States at the starts of all steps, and after the last, from the inputs of the steps and the first state.

        Args:
            inputs: (channels, steps, 4), what each step adds to the state.
            state: (channels, 4), before the first step.
            depth: which of the levels.
        """
        channels, steps, _ = inputs.shape
        level = self._matrices.levels[depth]
        # Room for at least one step more, so that the state after the last one is found with the others.
        groups = steps // _FAN + 1
        # The state at the start of a group stands beside its inputs: one product finds all that follow.
        grouped = self._array(f"grouped {depth}", (channels, groups, _FAN * 4 + 4))
        full = steps - steps % _FAN
        grouped[:, :-1, : _FAN * 4] = inputs[:, :full].reshape(channels, groups - 1, _FAN * 4)
        grouped[:, -1, : _FAN * 4] = 0.0
        grouped[:, -1, : (steps - full) * 4] = inputs[:, full:].reshape(channels, -1)
        if groups == 1:
            grouped[:, 0, _FAN * 4 :] = state
        else:
            later = self._array(f"later {depth}", (channels, groups - 1, 4))
            row_product(grouped[:, :-1, : _FAN * 4], level.gather, later)
            heads, last = self._starts(later, state, depth + 1)
            grouped[:, :-1, _FAN * 4 :] = heads
            grouped[:, -1, _FAN * 4 :] = last
        states = self._array(f"states {depth}", (channels, groups, _FAN * 4))
        states = row_product(grouped, level.spread, states).reshape(channels, groups * _FAN, 4)
        return states[:, :steps], states[:, steps].copy()

    def _array(self, name: str, shape: tuple[int, ...]) -> Floats:
        return self._scratch.array(name, shape, self._state.dtype)
