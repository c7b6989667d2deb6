"""Where a sound can be cut without a click."""

import numpy as np

from audiolab.core.recording import Recording
from audiolab.core.units import seconds_to_frames

REACH_SECONDS = 0.05
"""How far a crossing is looked for: half a period of 10 Hz."""


def nearest_zero_crossing(recording: Recording, frame: int) -> int:
    """The sample frame nearest to `frame` at which the sound, all channels taken together, changes its sign.

    A crossing lies between two sample frames; of the two it is the later one, which is where a span starts or
    stops that is cut there. `frame` itself is returned where nothing crosses zero within `REACH_SECONDS`.
    """
    reach = max(seconds_to_frames(REACH_SECONDS, recording.sample_rate), 1)
    start = max(frame - reach - 1, 0)
    stop = min(frame + reach + 1, recording.frames)
    if stop - start < 2:
        return frame
    positive = recording.read(start, stop).mean(axis=1) >= 0.0
    crossings = np.flatnonzero(positive[1:] != positive[:-1]) + 1 + start
    if not len(crossings):
        return frame
    return int(crossings[np.argmin(np.abs(crossings - frame))])
