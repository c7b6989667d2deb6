"""Where a sound begins and ends, told from where a CTC network says it.

A network emits a token in one or two frames, as soon as it is sure: late in a vowel, early in a fricative. How far
the edge lies from there depends on the sound, on its neighbour, and on how far away the neighbour was said. The
three are terms of a sum, learned from synthetic speech, whose edges are known (tests/benchmarks/alignment.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from audiolab import paths
from audiolab.core.errors import ModelError

FAR = 13
"""Frames (260 ms) between two tokens from which on they are not neighbours: between them is a pause."""

START, END = "start", "end"
PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of a sound.

    Attributes:
        kind: `START` or `END`.
        phone: symbol of the sound.
        beside: symbol of the sound on the other side of the edge; None at the ends of the recording.
        gap: frames between the tokens of the two.
    """

    kind: str
    phone: str
    beside: str | None
    gap: int

    def terms(self) -> tuple[str, str, str, str]:
        """Names of what adds up to its shift."""
        gap = FAR if self.beside is None else min(max(self.gap, 0), FAR)
        beside = PAUSE if gap == FAR else self.beside
        return self.kind, f"{self.kind} of {self.phone}", f"{self.kind} beside {beside}", f"{self.kind} gap {gap}"


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """Milliseconds from the edge of a token on the path to the edge of the sound, as a sum of terms."""

    terms: Mapping[str, float]

    def shift(self, edge: Edge) -> float:
        """Milliseconds from where the token's first frame begins (or its last one ends) to the edge."""
        return sum(self.terms.get(term, 0.0) for term in edge.terms())


@cache
def default_shifts() -> ShiftTable:
    """The table of the default model.

    Raises:
        ModelError: the resource is missing or damaged.
    """
    path = paths.resource_root() / "asr" / "boundary-shifts.json"
    try:
        terms = json.loads(path.read_text(encoding="utf-8"))["terms"]
        return ShiftTable({str(term): float(value) for term, value in terms.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path.name}: it cannot be read; reinstall Audiolab.") from error
