"""Gated loudness (BS.1770-5) and loudness range (EBU Tech 3342), exact, while values are still coming.

Power is the channel-weighted sum of K-weighted mean squares, of a window of 0.4 s or 3 s.
"""

import math

import numpy as np

from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.silence import loudness_of_power, lufs_to_power
from audiolab.core.units import LOUDNESS_OFFSET, power_to_lufs

ABSOLUTE_GATE_LUFS = -70.0
INTEGRATED_GATE_LU = -10.0
"""The relative gate of integrated loudness, from the loudness of all that passes the absolute gate."""
RANGE_GATE_LU = -20.0
"""The relative gate of loudness range, likewise."""
RANGE_LOW, RANGE_HIGH = 0.10, 0.95
"""Loudness range lies between these shares of the distribution of short-term loudness."""

_PENDING = 512
"""Values that may wait unsorted: few enough to look through, many enough to make sorting rare."""


class GatedPowers:
    """The powers that pass the absolute gate, kept so that any share of them is found at once.

    Most are sorted, with sums; the newest wait unsorted. Adding one and asking costs microseconds however many
    there are. 16 bytes a value, 0.6 MB an hour at 10 Hz.
    """

    def __init__(self) -> None:
        self._sorted: Doubles = np.empty(0)
        self._sums: Doubles = np.zeros(1)
        self._pending: Doubles = np.empty(0)

    def __len__(self) -> int:
        return len(self._sorted) + len(self._pending)

    @property
    def total(self) -> float:
        """Sum of all."""
        return float(self._sums[-1] + self._pending.sum())

    def add(self, powers: Doubles) -> None:
        """Take in those of `powers` that pass the absolute gate."""
        passing = powers[powers >= lufs_to_power(ABSOLUTE_GATE_LUFS)]
        self._pending = np.concatenate([self._pending, passing])
        if len(self._pending) > _PENDING:
            self._sorted = np.sort(np.concatenate([self._sorted, self._pending]), kind="stable")
            self._sums = np.concatenate([[0.0], np.cumsum(self._sorted)])
            self._pending = np.empty(0)

    def relative_gate(self, gate_lu: float) -> float:
        """The power `gate_lu` below the mean of all; 0 where there are none."""
        return self.total / len(self) * 10.0 ** (gate_lu / 10.0) if len(self) else 0.0

    def mean_above(self, power: float) -> float:
        """Mean of those above `power`; 0 where there are none."""
        first = int(np.searchsorted(self._sorted, power, side="right"))
        late = self._pending[self._pending > power]
        count = len(self._sorted) - first + len(late)
        return float(self._sums[-1] - self._sums[first] + late.sum()) / count if count else 0.0

    def count_below(self, power: float) -> int:
        """How many are less than `power`."""
        return int(np.searchsorted(self._sorted, power)) + int(np.count_nonzero(self._pending < power))

    def ranked(self, rank: int) -> float:
        """The one that `rank` others precede in ascending order."""
        # Those more than `pending` places before the rank among the sorted precede it in any case.
        first = max(rank - len(self._pending), 0)
        near = np.sort(np.concatenate([self._sorted[first : rank + 1], self._pending]))
        return float(near[rank - first])


def integrated(powers: GatedPowers) -> tuple[float | None, float | None]:
    """Integrated loudness and its relative gate, both LUFS, of the powers of 0.4 s blocks; None for silence."""
    gate = powers.relative_gate(INTEGRATED_GATE_LU)
    return loudness_of_power(powers.mean_above(gate)), loudness_of_power(gate)


def loudness_range(powers: GatedPowers) -> float | None:
    """Loudness range in LU of the powers of 3 s windows; None where none passes the absolute gate."""
    if not len(powers):
        return None
    below = powers.count_below(powers.relative_gate(RANGE_GATE_LU))
    last = len(powers) - below - 1
    # The nearest rank, halves up, as the reference code of Tech 3342 has it.
    low = powers.ranked(below + math.floor(last * RANGE_LOW + 0.5))
    high = powers.ranked(below + math.floor(last * RANGE_HIGH + 0.5))
    return power_to_lufs(high) - power_to_lufs(low)


def integrated_so_far(powers: Doubles) -> Doubles:
    """Integrated loudness after each block, the gates recomputed each time.

    Args:
        powers: of the 0.4 s blocks, in order, shape (n,).

    Returns:
        LUFS, shape (n,); NaN as long as nothing passes the gates.
    """
    result = np.full(len(powers), np.nan)
    passing = np.flatnonzero(powers >= lufs_to_power(ABSOLUTE_GATE_LUFS))
    if not len(passing):
        return result
    values = powers[passing]
    gates = np.cumsum(values) / np.arange(1, len(values) + 1) * 10.0 ** (INTEGRATED_GATE_LU / 10.0)
    means = _means_so_far(values, gates)
    loudness = LOUDNESS_OFFSET + 10.0 * np.log10(means)
    # A block that does not pass the absolute gate changes nothing: the value before it stays.
    latest = np.searchsorted(passing, np.arange(len(powers)), side="right") - 1
    result[latest >= 0] = loudness[latest[latest >= 0]]
    return result


def _means_so_far(values: Doubles, gates: Doubles) -> Doubles:
    """For each place i the mean of values[: i + 1] above gates[i]."""
    means = np.empty(len(values))
    before: Doubles = np.empty(0)
    for start in range(0, len(values), _PENDING):
        here, gate = values[start : start + _PENDING], gates[start : start + _PENDING]
        sums = np.concatenate([[0.0], np.cumsum(before)])
        first = np.searchsorted(before, gate, side="right")
        counted = np.tril(here > gate[:, np.newaxis])
        total = sums[-1] - sums[first] + counted @ here
        means[start : start + _PENDING] = total / (len(before) - first + counted.sum(axis=1))
        # Two sorted runs: a stable sort merges them in one pass.
        before = np.sort(np.concatenate([before, np.sort(here)]), kind="stable")
    return means
