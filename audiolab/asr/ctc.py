"""Connectionist temporal classification: from frames to tokens, and what of them is text. Pure numpy.

Graves et al., "Connectionist temporal classification", ICML 2006: a path is one class per frame; dropping repeats
and then blanks turns it into a labelling. Works on `Emissions` of any model.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.asr.emissionsmap import let_go
from audiolab.core.speech import Emissions

_CHUNK = 16_384
"""Frames that are looked at together: emissions may be a file of many gigabytes."""


@dataclass(frozen=True, slots=True)
class Run:
    """A class that a path stays in without interruption: `label` in the frames `start` to `stop` (excluded)."""

    label: int
    start: int
    stop: int


def best_path(emissions: Emissions) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.float16]]:
    """The most probable class of each frame, int16, and its probability, float16; both of shape (frames,)."""
    path = np.empty(emissions.frames, dtype=np.int16)
    score = np.empty(emissions.frames, dtype=np.float16)
    for start in range(0, emissions.frames, _CHUNK):
        chunk = np.asarray(emissions.log_probs[start : start + _CHUNK])
        best = chunk.argmax(axis=1)
        path[start : start + _CHUNK] = best
        score[start : start + _CHUNK] = np.exp(chunk[np.arange(len(chunk)), best].astype(np.float32))
        let_go(emissions)
    return path, score


def runs(path: npt.NDArray[np.integer], blank: int) -> list[Run]:
    """The tokens of a path with the frames that each holds: repeats are one token, blanks are none."""
    if not len(path):
        return []
    starts = np.concatenate([[0], np.flatnonzero(np.diff(path)) + 1])
    stops = np.append(starts[1:], len(path))
    return [
        Run(int(path[start]), int(start), int(stop))
        for start, stop in zip(starts, stops, strict=True)
        if path[start] != blank
    ]


def collapse(path: npt.NDArray[np.integer], blank: int) -> list[int]:
    """The labelling of a path: its classes without repeats and blanks."""
    return [run.label for run in runs(path, blank)]
