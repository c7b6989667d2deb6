"""How much of a film comes before its sound: the streams of a file need not start together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

CONTAINER_UNIT = 1_000_000
"""A container's times are in microseconds."""

_SAME_START = 0.002
"""Seconds by which streams that start together may differ: Matroska counts in milliseconds."""


def lead_of(first: "AudioFrame", stream: "AudioStream", container: "InputContainer") -> int:
    """Sample frames from the start of a file's time to the `first` frame of its sound, as players keep them apart.

    A file's time starts with the first of its streams. A lead that is longer than the whole file is a time stamp
    gone wrong, and no lead. What lies before the start of a file's time (by an edit list) is never decoded.
    """
    if stream.start_time is None or not stream.time_base or len(container.streams) < 2:
        return 0
    zero = (container.start_time or 0) / CONTAINER_UNIT
    if float(stream.start_time * stream.time_base) - zero <= _SAME_START:
        return 0
    start = stream.start_time * stream.time_base if first.time is None else first.time
    lead = float(start) - zero
    return round(lead * first.sample_rate) if 0.0 < lead < (container.duration or 0) / CONTAINER_UNIT else 0
