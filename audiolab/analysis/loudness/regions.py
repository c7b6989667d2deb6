"""Stretches of sound where something is wrong (a true-peak over, clipping), merged over small gaps."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from audiolab.analysis.loudness.kinds import Floats, Indices


@dataclass(frozen=True, slots=True)
class Regions:
    """Stretches in ascending order that do not touch.

    Attributes:
        starts: first sample of each, shape (n,).
        stops: the sample after the last of each.
        peaks: the highest value in each.
    """

    starts: Indices
    stops: Indices
    peaks: Floats

    @classmethod
    def merged(cls, parts: "list[Regions]", gap: int) -> Self:
        """Join regions of all `parts` that overlap or lie at most `gap` samples apart.

        Args:
            parts: in ascending order of their first regions; neighbours may overlap.
            gap: samples.
        """
        starts = np.concatenate([part.starts for part in parts])
        stops = np.concatenate([part.stops for part in parts])
        peaks = np.concatenate([part.peaks for part in parts])
        if not len(starts):
            return cls(starts, stops, peaks)
        reached = np.maximum.accumulate(stops)
        first = np.flatnonzero(np.concatenate([[True], starts[1:] - reached[:-1] > gap]))
        last = np.concatenate([first[1:], [len(starts)]]) - 1
        return cls(starts[first], reached[last], np.maximum.reduceat(peaks, first))

    @classmethod
    def of_samples(cls, positions: Indices, values: Floats, gap: int) -> Self:
        """The regions that single samples make up.

        Args:
            positions: in ascending order, shape (n,).
            values: the value at each.
            gap: samples that may lie between two of one region.
        """
        return cls.merged([Regions(positions, positions + 1, values)], gap)
