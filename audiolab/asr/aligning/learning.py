"""Learns a `ShiftTable` from edges whose place is known: robust ridge regression on the terms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audiolab.asr.aligning.shifts import Edge, ShiftTable

_RIDGE = 3.0
"""Pulls terms that few edges have towards nothing; the same as three edges that need no shift."""

_ROUNDS = 8
_SETTLED = 20.0
"""Milliseconds below which an error counts by its square, above by its size: labels have outliers."""


@dataclass(frozen=True, slots=True)
class Example:
    """An edge, and how far (in milliseconds) the hand-labelled one lies behind the token's."""

    edge: Edge
    shift: float


def learn(examples: Sequence[Example]) -> ShiftTable:
    """The table with the least sum of errors (iteratively reweighted least squares, Holland and Welsch 1977)."""
    columns: dict[str, int] = {}
    rows = [[columns.setdefault(term, len(columns)) for term in example.edge.terms()] for example in examples]
    design = np.zeros((len(examples), len(columns)))
    for row, places in zip(design, rows, strict=True):
        row[places] = 1.0
    shifts = np.array([example.shift for example in examples])
    weights = np.ones(len(examples))
    solution = np.zeros(len(columns))
    for _ in range(_ROUNDS):
        weighted = design.T * weights
        solution = np.linalg.solve(weighted @ design + _RIDGE * np.eye(len(columns)), weighted @ shifts)
        errors = np.abs(shifts - design @ solution)
        weights = _SETTLED / np.maximum(errors, _SETTLED)
    return ShiftTable({term: round(float(solution[column]), 1) for term, column in columns.items()})
