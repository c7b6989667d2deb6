"""Keeps the ring of a voice filled along a way through a recording, ahead of the callback."""

import numpy as np

from audiolab.core.recording import Recording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import seconds_to_frames
from audiolab.engine.course import Course, CourseReader
from audiolab.engine.outlet import Splice
from audiolab.engine.voice import Voice

AHEAD = 0.4
"""Seconds that are read ahead of the callback."""

PRIME = 0.15
"""Seconds that are read before a seek is carried out: what the callback takes before the thread comes back."""

CHUNK = 0.03
"""Seconds read at a time."""

LEAD = 0.02
"""Seconds ahead of the callback from which sound is made anew when the span changes under it."""


class Feed:
    """Feeds one recording to one voice. All calls come from the player's thread.

    Args:
        recording: may still grow.
        voice: open.
    """

    def __init__(self, recording: Recording, voice: Voice) -> None:
        self._recording = recording
        self._voice = voice
        self._reader: CourseReader | None = None
        self._pending: Samples = np.empty((0, voice.channels), np.float32)
        self._last = Splice(None, 0, sharp=False)
        self._end: int | None = None

    def bounded(self, span: TimeSpan, loop: bool) -> TimeSpan:
        """What of `span` can be played: a recording that grows may get there yet, but not round a loop."""
        if loop or self._recording.complete:
            return span.clamped(self._recording.frames)
        start = max(span.start, 0)
        return TimeSpan(start, max(span.stop, start))

    def jump(self, first: int, span: TimeSpan, loop: bool, sharp: bool) -> tuple[Course, Splice]:
        """Begin at `first`, moved into `span`; what the ring still holds is to be skipped by the splice."""
        first = min(max(first, span.start), span.stop)
        if loop and first == span.stop:
            first = span.start
        return self._splice(None, first, span, loop, sharp)

    def respan(self, span: TimeSpan, loop: bool) -> tuple[Course, Splice | None]:
        """Go on where the callback is, moved into `span`, and end or turn back by it.

        Where the sound that was read ahead is right by the new span too, it stays, and there is no splice.
        """
        assert self._reader is not None
        old, ring = self._reader.course, self._voice.ring
        since = max(old.since, ring.read)
        laps = old.laps(old.unrolled(since))
        straight = laps == old.laps(self._reader.unrolled) and not self._reader.ended
        first = old.first - laps * old.span.length
        if straight and span.start <= first + old.unrolled(since) and first + self._reader.unrolled < span.stop:
            course = Course(since, old.origin, first, span, loop, old.source_rate, old.device_rate)
            self._reader.follow(course)
            return course, None
        on_its_way = ring.read < old.origin  # the callback has not come to the last splice yet
        at = min(since + seconds_to_frames(LEAD, self._voice.sample_rate), ring.written)
        position = old.first if on_its_way else old.position(old.unrolled(at))
        sharp = on_its_way and self._last.sharp
        if position in span:
            return self._splice(self._last.at if on_its_way else at, position, span, loop, sharp)
        return self.jump(position, span, loop, sharp)

    def fill(self, seconds: float = AHEAD) -> None:
        """Read until the ring is `seconds` ahead of the callback, or has no room, or there is no more."""
        reader, ring, board = self._reader, self._voice.ring, self._voice.board
        if reader is None:
            return
        wanted = seconds_to_frames(seconds, self._voice.sample_rate)
        chunk = max(seconds_to_frames(CHUNK, self._recording.sample_rate), 1)
        while ring.written - max(ring.read, board.begin) < wanted:
            if not len(self._pending) and not self._read(reader, chunk):
                board.expects = False
                self._end = ring.written if reader.ended else None
                return
            self._pending = self._pending[ring.write(self._pending) :]
            if len(self._pending):
                return  # no room until the callback has read
            board.expects = True

    def finished(self, ring_frame: int) -> int | None:
        """The sample frame behind the last one, if the end was reached with `ring_frame`; else None."""
        if self._end is None or self._reader is None or ring_frame < self._end:
            return None
        return self._reader.course.position(self._reader.unrolled)

    def _read(self, reader: CourseReader, count: int) -> bool:
        """Read on; false where the end has come, or a recording has to grow first."""
        before = reader.unrolled
        if not reader.ended:
            self._pending = reader.read(count)
        return reader.unrolled > before or len(self._pending) > 0

    def _splice(self, at: int | None, first: int, span: TimeSpan, loop: bool, sharp: bool) -> tuple[Course, Splice]:
        """Read from `first` on behind what the ring holds, and let the callback go there at ring frame `at`."""
        origin = self._voice.ring.written
        rates = self._recording.sample_rate, self._voice.sample_rate
        course = Course(origin, origin, first, span, loop, *rates)
        self._reader = CourseReader(self._recording, course, self._voice.channels)
        self._pending = self._pending[:0]
        self._voice.board.begin = origin
        self._last = Splice(at, origin, sharp)
        self._end = None
        self.fill(PRIME)
        return course, self._last
