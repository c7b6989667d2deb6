"""The one module that converts sample frames to pixels and back, for every view that has a time axis."""

from dataclasses import dataclass

from audiolab.core.timebase import TimeSpan


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """How a visible span lies on a strip of pixels.

    Attributes:
        span: the sample frames that are visible; never empty.
        left: x of the first pixel column of the strip.
        width: pixel columns of the strip, 1 or more.
    """

    span: TimeSpan
    left: int
    width: int

    def __post_init__(self) -> None:
        if not self.span or self.width < 1:
            raise ValueError(f"a time axis needs a span and a width, got {self.span} and {self.width}")

    @property
    def samples_per_pixel(self) -> float:
        """Sample frames per pixel column; below 1 when single samples are wide."""
        return self.span.length / self.width

    def x(self, frame: float) -> float:
        """Where the start of sample `frame` lies; outside the strip for frames that are not visible."""
        return self.left + (frame - self.span.start) * self.width / self.span.length

    def frame(self, x: float) -> int:
        """The sample frame at `x`; of a pixel column, the first one."""
        return self.span.start + int((x - self.left) * self.span.length // self.width)

    def pixels(self, span: TimeSpan) -> tuple[float, float]:
        """Left and right edge of `span`."""
        return self.x(span.start), self.x(span.stop)
