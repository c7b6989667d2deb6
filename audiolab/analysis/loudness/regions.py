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
    def none(cls) -> Self:
        """No regions."""
        return cls(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))

    def scaled(self, factor: float) -> "Regions":
        """The same with values `factor` times as high."""
        return Regions(self.starts, self.stops, self.peaks * factor)

    @classmethod
    def merged(cls, parts: "list[Regions]", gap: int) -> Self:
        """Join regions of all `parts` that overlap or lie at most `gap` samples apart.

        Args:
            parts: in any order; may overlap.
            gap: samples.
        """
        parts = [part for part in parts if len(part.starts)]
        if not parts:
            return cls.none()
        starts = np.concatenate([part.starts for part in parts])
        order = np.argsort(starts, kind="stable")
        starts = starts[order]
        peaks = np.concatenate([part.peaks for part in parts])[order]
        reached = np.maximum.accumulate(np.concatenate([part.stops for part in parts])[order])
        first = np.flatnonzero(np.concatenate([[True], starts[1:] - reached[:-1] > gap]))
        last = np.concatenate([first[1:], [len(starts)]]) - 1
        return cls(starts[first], reached[last], np.maximum.reduceat(peaks, first))
