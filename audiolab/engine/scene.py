"""What a player's thread shows to those who ask where it is: the voice, the ways it takes, and a place to rest."""

from typing import NamedTuple

from audiolab.core.timebase import TimeSpan
from audiolab.engine.course import Course
from audiolab.engine.voice import Voice

REMEMBERED = 64
"""Courses kept: more than seeks fit into the time that a device buffers."""


class Scene(NamedTuple):
    """One immutable picture, replaced as a whole.

    Attributes:
        voice: the open device, if any.
        courses: what the voice's ring holds, in order of their `since`.
        rest: the position, in sample frames of the recording, while there is no voice or no course.
        held: whether the last course is a seek, whose beginning is the position until it is heard.
    """

    voice: Voice | None
    courses: tuple[Course, ...]
    rest: int
    held: bool

    def with_course(self, course: Course, held: bool) -> "Scene":
        """The scene after `course` was put behind the others."""
        return self._replace(courses=(*self.courses, course)[-REMEMBERED:], held=held)

    def position(self, stream_frame: int) -> int:
        """The sample frame of the recording that is heard while the voice's `stream_frame` is."""
        if self.voice is None or not self.courses:
            return self.rest
        ring_frame = self.voice.ring_frame(stream_frame)
        course = self._course_at(ring_frame)
        return course.position(max(course.unrolled(ring_frame), 0))

    def spans(self, start: int, stop: int) -> list[TimeSpan]:
        """The stretches of the recording that were sent out as the voice's stream frames `start` to `stop`."""
        found: list[TimeSpan] = []
        for ring_span in self.voice.ring_spans(start, stop) if self.voice else ():
            for course, part in self._parts(ring_span):
                for span in course.spans(course.unrolled(part.start), course.unrolled(part.stop)):
                    joined = found and found[-1].stop == span.start
                    found.append(TimeSpan(found.pop().start, span.stop) if joined else span)
        return found

    def _course_at(self, ring_frame: int) -> Course:
        if self.held:
            return self.courses[-1]
        since = [course for course in self.courses if course.since <= ring_frame]
        return since[-1] if since else self.courses[0]

    def _parts(self, ring_span: TimeSpan) -> list[tuple[Course, TimeSpan]]:
        bounds = [*(course.since for course in self.courses[1:]), ring_span.stop]
        parts = (
            (course, ring_span.intersection(TimeSpan.between(course.since, max(bound, course.since))))
            for course, bound in zip(self.courses, bounds, strict=True)
        )
        return [(course, part) for course, part in parts if part]


class Listener:
    """How far one reader has followed what is heard; never back, whatever the clock's jitter."""

    def __init__(self) -> None:
        self._voice: Voice | None = None
        self._heard = 0

    def advance(self, voice: Voice) -> tuple[int, int]:
        """The stream frames of `voice` that were being heard at the last call (0 for a new voice) and now."""
        before = self._heard if voice is self._voice else 0
        self._voice = voice
        self._heard = max(before, voice.heard())
        return before, self._heard
