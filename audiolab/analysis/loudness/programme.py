"""What a live meter accumulates: integrated loudness, range, maxima and history, hop by hop (EBU Tech 3341)."""

import math

import numpy as np

from audiolab.analysis.loudness.gating import GatedPowers, integrated, loudness_range
from audiolab.analysis.loudness.kinds import Doubles
from audiolab.analysis.loudness.result import Curve, LoudnessCurves
from audiolab.analysis.loudness.silence import loudness_of_power
from audiolab.analysis.loudness.windows import MOMENTARY_HOPS, SHORT_TERM_HOPS, STEP_HOPS


class _History:
    """Rows of numbers that are only ever appended; what was handed out stays as it was."""

    def __init__(self, columns: int) -> None:
        self._rows: Curve = np.empty((columns, 1024), np.float32)
        self._length = 0

    def append(self, *values: float | None) -> None:
        """Add one value a column; None is kept as NaN."""
        if self._length == self._rows.shape[1]:
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)], axis=1)
        self._rows[:, self._length] = [math.nan if value is None else value for value in values]
        self._length += 1

    def columns(self) -> list[Curve]:
        """Read-only views of all columns."""
        view = self._rows[:, : self._length]
        view.flags.writeable = False
        return list(view)


class Programme:
    """Follows the power of hops of 10 ms.

    Momentary and short-term loudness always follow; everything else only while `running`, and from the last
    `reset`. A window that reaches back over a pause or a reset is not measured.

    Attributes:
        running: False while paused.
        measured: hops since the reset, pauses left out.
    """

    def __init__(self) -> None:
        self.running = True
        self._hops: Doubles = np.zeros(4 * SHORT_TERM_HOPS)
        self._end = SHORT_TERM_HOPS
        self._unbroken = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything but the windows of momentary and short-term loudness."""
        self.measured = 0
        self._unbroken = 0
        self._elapsed = 0
        self._blocks = GatedPowers()
        self._windows = GatedPowers()
        self._max_momentary = self._max_short_term = 0.0
        self._integrated: tuple[float | None, float | None] = (None, None)
        self._range: float | None = None
        self._range_known = True
        self._history = _History(3)

    def pause(self) -> None:
        """Stop measuring."""
        self.running = False

    def proceed(self) -> None:
        """Measure again."""
        if not self.running:
            self.running = True
            self._unbroken = 0

    def take(self, power: float) -> None:
        """The channel-weighted mean square of the next hop."""
        if self._end == len(self._hops):
            self._hops[:SHORT_TERM_HOPS] = self._hops[-SHORT_TERM_HOPS:]
            self._end = SHORT_TERM_HOPS
        self._hops[self._end] = power
        self._end += 1
        if self.running:
            self.measured += 1
            self._unbroken += 1
            self._measure()
        self._elapsed += 1
        if self._elapsed % STEP_HOPS == 0:
            self._history.append(self.momentary, self.short_term, self._integrated[0])

    def _mean(self, length: int, within: int) -> float:
        """Mean over the last `length` hops, those before the last `within` taken as silence."""
        return float(self._hops[self._end - min(length, within) : self._end].sum()) / length

    def _measure(self) -> None:
        momentary = self._mean(MOMENTARY_HOPS, self._unbroken)
        short_term = self._mean(SHORT_TERM_HOPS, self._unbroken)
        self._max_momentary = max(self._max_momentary, momentary)
        self._max_short_term = max(self._max_short_term, short_term)
        if self._unbroken % STEP_HOPS:
            return
        if self._unbroken >= MOMENTARY_HOPS:
            self._blocks.add(np.array([momentary]))
            self._integrated = integrated(self._blocks)
        if self._unbroken >= SHORT_TERM_HOPS:
            self._windows.add(np.array([short_term]))
            self._range_known = False

    @property
    def momentary(self) -> float | None:
        """LUFS of the last 0.4 s."""
        return loudness_of_power(self._mean(MOMENTARY_HOPS, MOMENTARY_HOPS))

    @property
    def short_term(self) -> float | None:
        """LUFS of the last 3 s."""
        return loudness_of_power(self._mean(SHORT_TERM_HOPS, SHORT_TERM_HOPS))

    @property
    def integrated(self) -> tuple[float | None, float | None]:
        """Integrated loudness and its relative gate, LUFS."""
        return self._integrated

    @property
    def range(self) -> float | None:
        """Loudness range in LU."""
        if not self._range_known:
            self._range = loudness_range(self._windows)
            self._range_known = True
        return self._range

    @property
    def max_momentary(self) -> float | None:
        """Highest momentary loudness, LUFS."""
        return loudness_of_power(self._max_momentary)

    @property
    def max_short_term(self) -> float | None:
        """Highest short-term loudness, LUFS."""
        return loudness_of_power(self._max_short_term)

    def history(self) -> LoudnessCurves:
        """Momentary, short-term and integrated loudness every 0.1 s since the reset."""
        momentary, short_term, so_far = self._history.columns()
        return LoudnessCurves(momentary=momentary, short_term=short_term, integrated=so_far)
