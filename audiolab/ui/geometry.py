"""The one module that converts sample frames to pixels and back, for every view that has a time axis."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.core.timebase import TimeSpan

_ROUNDING = 1e-5
"""Part of a sample frame that `TimeAxis.frame` forgives, so that ``frame(x(n)) == n`` at every zoom."""


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
        # Where millions of samples share a pixel, the last digit of x is worth more of a sample than elsewhere.
        forgiven = _ROUNDING + 2 * math.ulp(x) * self.samples_per_pixel
        return self.span.start + math.floor((x - self.left) * self.samples_per_pixel + forgiven)

    def column(self, frame: float) -> int:
        """The pixel column in which the start of sample `frame` lies."""
        return math.floor(self.x(frame) + _ROUNDING)

    def pixels(self, span: TimeSpan) -> tuple[float, float]:
        """Left and right edge of `span`."""
        return self.x(span.start), self.x(span.stop)

    def frames(self, pixels: float) -> int:
        """How many sample frames `pixels` are wide, to the nearest; negative for negative ones."""
        return round(pixels * self.span.length / self.width)

    def edges(self) -> npt.NDArray[np.float64]:
        """Where the pixel columns begin and the last one ends, in sample frames: float64 of shape (width + 1,)."""
        return self.span.start + np.arange(self.width + 1) * (self.span.length / self.width)
