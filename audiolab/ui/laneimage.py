"""Spans on a time axis as pixels: what share of each pixel column they cover, and which have room for text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.core.sequences import Difference
from audiolab.core.speech import Token, Word
from audiolab.core.tiers import Interval, Point
from audiolab.core.timebase import FrameGrid
from audiolab.ui.canvas import Pixels
from audiolab.ui.geometry import TimeAxis

Item = Word | Token | Interval

SEPARATOR_FROM = 4.0
"""Mean pixels of an item from which neighbours are kept apart by a column of ground."""

SPEAKERS = 8
"""Colours of speakers; more of them share these."""


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Where ordered spans that do not overlap begin and end.

    Attributes:
        starts, stops: sample frames, int64 of shape (items,).
        covered: sample frames that all spans before each one cover together; shape (items + 1,).
    """

    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    covered: npt.NDArray[np.int64]

    @classmethod
    def of(cls, items: Sequence[Item]) -> "Spans":
        """The spans of words, tokens or intervals."""
        starts = np.fromiter((item.span.start for item in items), np.int64, len(items))
        stops = np.fromiter((item.span.stop for item in items), np.int64, len(items))
        return cls(starts, stops, np.concatenate(([0], np.cumsum(stops - starts))))

    def edited(self, where: Difference, after: Sequence[Item]) -> "Spans":
        """The spans of `after`, which differs from what these are of as `where` says."""
        changed = Spans.of(after[where.start : where.after])
        starts = np.concatenate((self.starts[: where.start], changed.starts, self.starts[where.before :]))
        stops = np.concatenate((self.stops[: where.start], changed.stops, self.stops[where.before :]))
        return Spans(starts, stops, np.concatenate(([0], np.cumsum(stops - starts))))

    def masked(self, mask: npt.NDArray[np.bool_]) -> "Spans":
        """Some of them: those for which `mask`, of shape (items,), holds."""
        starts, stops = self.starts[mask], self.stops[mask]
        return Spans(starts, stops, np.concatenate(([0], np.cumsum(stops - starts))))

    @classmethod
    def of_points(cls, points: Sequence[Point]) -> "Spans":
        """Points as spans without a length."""
        frames = np.array([point.frame for point in points], np.int64)
        return cls(frames, frames, np.zeros(len(points) + 1, np.int64))

    def at(self, frame: int) -> int | None:
        """The item that holds at sample `frame`."""
        index = int(np.searchsorted(self.starts, frame, "right")) - 1
        return index if index >= 0 and frame < self.stops[index] else None

    def nearest_edge(self, frame: float, reach: float, but: int | None = None) -> int | None:
        """Where an item begins or ends nearest to `frame`, within `reach` sample frames; never `but`."""
        found = []
        for edges in (self.starts, self.stops):
            after = int(np.searchsorted(edges, frame))
            found += [int(edge) for edge in edges[max(after - 2, 0) : after + 2] if edge != but]
        best = min(found, key=lambda edge: abs(edge - frame), default=None)
        return best if best is not None and abs(best - frame) <= reach else None

    def within(self, axis: TimeAxis) -> slice:
        """The items that can be seen."""
        first = np.searchsorted(self.stops, axis.span.start, "right")
        return slice(int(first), int(np.searchsorted(self.starts, axis.span.stop, "left")))

    def coverage(self, axis: TimeAxis) -> npt.NDArray[np.float64]:
        """What share of each pixel column is covered, 0 to 1, shape (axis.width,): dense items become a shade."""
        if not len(self.starts):
            return np.zeros(axis.width)
        edges = axis.edges()
        before = np.searchsorted(self.starts, edges, "right") - 1
        item = np.maximum(before, 0)
        length = self.stops[item] - self.starts[item]
        total = self.covered[item] + np.clip(edges - self.starts[item], 0, length)
        return np.diff(total) / axis.samples_per_pixel

    def paint(self, pixels: Pixels, axis: TimeAxis, shades: Pixels) -> None:
        """Draw all items.

        Args:
            pixels: the lane, shape (rows, axis.width).
            axis: from sample frames to columns of `pixels`.
            shades: 256 steps from the ground to the colour of an item.
        """
        row = shades[np.rint(self.coverage(axis) * 255.0).astype(np.uint8)]
        seen = self.within(axis)
        count = seen.stop - seen.start
        if count and (self.stops[seen.stop - 1] - self.starts[seen.start]) / axis.samples_per_pixel > (
            SEPARATOR_FROM * count
        ):
            columns = np.floor(self.columns(self.starts[seen], axis)).astype(np.intp)
            row[columns[(columns >= 0) & (columns < axis.width)]] = shades[0]
        pixels[:] = row

    def roomy(self, axis: TimeAxis, pixels: float) -> list[tuple[int, float, float]]:
        """Index, left and right x of the visible items that have `pixels` or more, cut off at the edges."""
        seen = self.within(axis)
        long = np.flatnonzero(self.stops[seen] - self.starts[seen] >= pixels * axis.samples_per_pixel) + seen.start
        left = np.maximum(self.columns(self.starts[long], axis), axis.left)
        right = np.minimum(self.columns(self.stops[long], axis), axis.left + axis.width)
        found = right - left >= pixels
        return list(zip(long[found].tolist(), left[found].tolist(), right[found].tolist(), strict=True))

    def paint_points(self, pixels: Pixels, axis: TimeAxis, colour: int) -> None:
        """Draw all items as lines where they begin, on `pixels` of shape (rows, axis.width)."""
        columns = np.floor(self.columns(self.starts[self.within(axis)], axis)).astype(np.intp)
        drawn = np.zeros(axis.width, bool)  # many points may share a column
        drawn[columns[(columns >= 0) & (columns < axis.width)]] = True
        pixels[:, drawn] = np.uint32(colour)

    def paint_codes(self, pixels: Pixels, axis: TimeAxis, codes: npt.NDArray[np.uint8], colours: Pixels) -> None:
        """Colour the columns of items by their code.

        Args:
            pixels: shape (rows, axis.width).
            axis: from sample frames to columns of `pixels`.
            codes: of each item, shape (items,); 0 leaves the ground.
            colours: of each code, from 1.
        """
        middle = (axis.edges()[:-1] + axis.edges()[1:]) / 2
        item = np.maximum(np.searchsorted(self.starts, middle, "right") - 1, 0)
        held = (middle >= self.starts[item]) & (middle < self.stops[item]) & (codes[item] > 0)
        pixels[:, held] = colours[(codes[item][held] - 1) % SPEAKERS]

    def roomy_points(self, axis: TimeAxis, pixels: float) -> list[tuple[int, float, float]]:
        """Index, x and the x of the next one, of the visible items that have `pixels` or more right of them."""
        seen = self.within(axis)
        right = axis.left + axis.width
        left = np.append(self.columns(self.starts[seen], axis), right)
        found = np.flatnonzero((np.diff(left) >= pixels) & (left[:-1] < right))
        return [(int(at) + seen.start, float(left[at]), float(left[at + 1])) for at in found]

    @staticmethod
    def columns(frames: npt.NDArray[np.int64], axis: TimeAxis) -> npt.NDArray[np.float64]:
        """`TimeAxis.x` of many frames at once."""
        return axis.left + (frames - axis.span.start) / axis.samples_per_pixel


def frame_starts(grid: FrameGrid, first: int, stop: int, sample_rate: int) -> npt.NDArray[np.int64]:
    """`FrameGrid.sample_at` of the frames `first` to `stop`, both included: shape (stop - first + 1,)."""
    numerator = (grid.offset + np.arange(first, stop + 1) * grid.hop) * sample_rate
    return (2 * numerator + grid.sample_rate) // (2 * grid.sample_rate)


def paint_bars(
    pixels: Pixels,
    axis: TimeAxis,
    starts: npt.NDArray[np.int64],
    heights: npt.NDArray[np.floating],
    fills: Pixels,
    ground: int,
) -> None:
    """Draw neighbouring bars that stand on the lower edge, a column of the present ground between them.

    Args:
        pixels: the row, shape (rows, axis.width).
        axis: from sample frames to columns of `pixels`.
        starts: where each bar begins and the last one ends, sample frames, shape (bars + 1,).
        heights: 0 to 1, shape (bars,).
        fills: colour of each bar.
        ground: colour above the bars.
    """
    left = np.clip(np.floor(Spans.columns(starts, axis)), 0, axis.width).astype(np.intp)
    bar = np.repeat(np.arange(len(heights)), np.diff(left))
    seen = pixels[:, left[0] : left[-1]]
    separators = np.zeros(seen.shape[1], bool)
    last_columns = left[1:-1] - left[0] - 1
    separators[last_columns[last_columns >= 0]] = True
    rows = len(pixels)
    top = rows - np.rint(heights * rows).astype(np.int64)
    filled = np.arange(rows)[:, np.newaxis] >= top[bar]
    seen[:] = np.where(separators, seen, np.where(filled, fills[bar], np.uint32(ground)))
