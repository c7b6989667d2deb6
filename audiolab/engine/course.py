"""The way through a recording that a stretch of played sound takes, and back from what is heard to where it is."""

from dataclasses import dataclass

import numpy as np
import soxr

from audiolab.core.recording import Recording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.engine.mixing import mixed, mixing_matrix


@dataclass(frozen=True, slots=True)
class Course:
    """From ring frame `since` on, the ring holds this way through a recording.

    *Unrolled* frames count the recording's sample frames along the way, loops laid end to end: ring frame `origin`
    is unrolled frame 0 and sounds sample frame `first`. Integer arithmetic throughout, so that nothing drifts.

    Attributes:
        since: first ring frame that this course describes.
        origin: ring frame of unrolled frame 0, at most `since`.
        first: sample frame of unrolled frame 0; before the span where the way was looped before it was changed.
        span: where the way ends, or turns back to the start.
        loop: whether it turns back.
        source_rate: of the recording, in Hz.
        device_rate: of the ring, in Hz.
    """

    since: int
    origin: int
    first: int
    span: TimeSpan
    loop: bool
    source_rate: int
    device_rate: int

    def unrolled(self, ring_frame: int) -> int:
        """The unrolled frame that sounds at `ring_frame`."""
        return (ring_frame - self.origin) * self.source_rate // self.device_rate

    def laps(self, unrolled: int) -> int:
        """How often the way has turned back before `unrolled`."""
        frame = self.first + unrolled
        if not self.loop or frame < self.span.stop:
            return 0
        return (frame - self.span.start) // self.span.length

    def position(self, unrolled: int) -> int:
        """The sample frame of the recording at `unrolled`; the span's stop when the way has ended."""
        frame = self.first + unrolled - self.laps(unrolled) * self.span.length
        return frame if self.loop else min(frame, max(self.span.stop, self.first))

    def spans(self, start: int, stop: int) -> list[TimeSpan]:
        """The stretches of the recording from unrolled frame `start` to `stop`, one for each lap."""
        found = []
        while start < stop:
            begin = self.position(start)
            length = min(stop - start, self.span.stop - begin)
            if length <= 0:
                break
            found.append(TimeSpan(begin, begin + length))
            start += length
        return found


class CourseReader:
    """Reads a recording along a course, and makes it what the device takes: its channels, its rate.

    Args:
        recording: may still grow.
        course: the way.
        outputs: channels of the device.
    """

    def __init__(self, recording: Recording, course: Course, outputs: int) -> None:
        self._recording = recording
        self._course = course
        self._unrolled = 0
        self._matrix = mixing_matrix(recording.channels, outputs)
        self._resampler = None
        if course.source_rate != course.device_rate:
            self._resampler = soxr.ResampleStream(
                course.source_rate, course.device_rate, outputs, dtype="float32", quality="VHQ"
            )
        self._ended = False

    @property
    def course(self) -> Course:
        """The way as it is now."""
        return self._course

    @property
    def unrolled(self) -> int:
        """Sample frames read so far, laps laid end to end."""
        return self._unrolled

    @property
    def ended(self) -> bool:
        """Whether the end of the way was read, so that no more will come."""
        return self._ended

    def follow(self, course: Course) -> None:
        """Go on by `course`, which has the same `origin` and agrees about all that was read."""
        self._course = course

    def read(self, count: int) -> Samples:
        """What comes from the next `count` sample frames of the recording, ready for the device.

        Returns:
            float32 of shape (n, outputs). Without resampling n is `count`, or less at the end of a lap; empty where
            a growing recording has no more yet.
        """
        source = self._next(count)
        self._unrolled += len(source)
        self._ended = self._at_end()
        samples = mixed(source, self._matrix)
        if self._resampler is None:
            return samples
        return np.ascontiguousarray(self._resampler.resample_chunk(samples, last=self._ended), dtype=np.float32)

    def _next(self, count: int) -> Samples:
        course = self._course
        begin = course.position(self._unrolled)
        if course.loop and course.span.length <= count and begin >= course.span.start:
            lap = self._recording.read(course.span.start, course.span.stop)
            # A loop of a few frames would take a call for each lap otherwise.
            return lap[(begin - course.span.start + np.arange(count)) % course.span.length]
        stop = min(begin + count, course.span.stop, self._recording.frames)
        return self._recording.read(begin, max(stop, begin))

    def _at_end(self) -> bool:
        if self._course.loop:
            return False
        reached = self._course.position(self._unrolled)
        complete = self._recording.complete  # asked first: frames may grow until it is true
        return reached >= self._course.span.stop or (complete and reached >= self._recording.frames)
