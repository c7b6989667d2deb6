"""Where the marks of an axis go, and what is written beside them. Pure functions: positions in, texts out."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from audiolab.core.units import clock, db_to_amplitude
from audiolab.ui.geometry import TimeAxis

_MILLISECOND, _SECOND, _MINUTE, _HOUR = 10**6, 10**9, 60 * 10**9, 3600 * 10**9

_CLOCK_STEPS: tuple[tuple[int, int], ...] = (
    *(
        (factor * decade * _MILLISECOND, parts)
        for decade in (1, 10, 100)
        for factor, parts in ((1, 5), (2, 4), (5, 5))
    ),
    *((factor * _SECOND, parts) for factor, parts in ((1, 5), (2, 4), (5, 5), (10, 5), (15, 3), (30, 3))),
    *((factor * _MINUTE, parts) for factor, parts in ((1, 6), (2, 4), (5, 5), (10, 5), (15, 3), (30, 3))),
    *((factor * _HOUR, parts) for factor, parts in ((1, 6), (2, 4), (5, 5), (10, 5), (20, 4), (50, 5), (100, 5))),
)
"""From label to label in nanoseconds, and into how many parts that is divided: the round numbers of a clock."""

_SAMPLE_PARTS = {1: 1, 2: 2, 5: 5}
"""Into how many parts a step of 1, 2 or 5 times a power of ten samples is divided."""

_FINEST_CLOCK = 0.0005
"""Seconds between labels below which time is written in samples."""

_FINEST_MARK = 4.0
"""Pixels between marks below which the minor ones are left out."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark: where it is on its axis (sample frames, Hz, amplitude) and its text; empty for a minor mark."""

    position: float
    label: str


def time_ticks(axis: TimeAxis, sample_rate: int, spacing: float, *, hours: bool = False) -> list[Tick]:
    """Marks of a time ruler, minor ones included, in order.

    Args:
        axis: what is visible.
        sample_rate: Hz.
        spacing: pixels that a label needs to itself.
        hours: whether all labels show hours.

    Returns:
        labels as clock time, 1, 2, 5 (or 15, 30 where 60 is the base) apart; as sample numbers where
        `in_samples` says so.
    """
    wanted = spacing * axis.samples_per_pixel
    if in_samples(axis, sample_rate, spacing):
        step = nice_step(max(wanted, 1.0))
        leading = round(step / 10.0 ** math.floor(math.log10(step) + 1e-9))
        parts = _SAMPLE_PARTS[leading] if step < 10.0 else 5
        return _marks(axis, step, parts, lambda index: f"{round(index * step):,}")
    seconds = wanted / sample_rate
    fitting = ((length, parts) for length, parts in _CLOCK_STEPS if length >= seconds * _SECOND)
    nanoseconds, parts = next(fitting, _CLOCK_STEPS[-1])
    decimals = max(0, 9 - len(str(nanoseconds)) + 1)
    return _marks(
        axis,
        nanoseconds * sample_rate / _SECOND,
        parts,
        lambda index: clock(index * nanoseconds / _SECOND, decimals, hours=hours),
    )


def in_samples(axis: TimeAxis, sample_rate: int, spacing: float) -> bool:
    """Whether `time_ticks` numbers samples, because labels would be less than half a millisecond apart."""
    return spacing * axis.samples_per_pixel / sample_rate < _FINEST_CLOCK


def _marks(axis: TimeAxis, step: float, parts: int, label: Callable[[int], str]) -> list[Tick]:
    """Marks at the multiples of `step` sample frames in `axis`, each step divided into `parts`."""
    if step / parts / axis.samples_per_pixel < _FINEST_MARK:
        parts = 1
    first, last = math.floor(axis.span.start / step), math.ceil(axis.span.stop / step)
    found = [
        Tick((index + part / parts) * step, "" if part else label(index))
        for index in range(first, last + 1)
        for part in range(parts)
    ]
    return [tick for tick in found if axis.span.start <= tick.position <= axis.span.stop]


def nice_step(wanted: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is at least `wanted`, which is positive."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= wanted * 0.999999), 10.0 * power)


def multiples(low: float, high: float, step: float) -> list[float]:
    """The multiples of `step` from `low` to `high`."""
    return [index * step for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def round_frequencies(low: float, high: float) -> list[float]:
    """Round frequencies from `low` to `high` Hz, the roundest first: decades, 5s, 2s, then the others."""
    powers = [10.0**power for power in range(math.floor(math.log10(max(low, 1.0))), 7)]
    factors = ((1.0,), (5.0,), (2.0,), (3.0, 7.0), (4.0, 6.0, 8.0, 9.0))
    found = [factor * power for group in factors for power in powers for factor in group]
    return ([0.0] if low <= 0.0 else []) + [hz for hz in found if low <= hz <= high]


def frequency_ticks(candidates: Iterable[float], y_of: Callable[[float], float], spacing: float) -> list[Tick]:
    """Of `candidates` in Hz, best first, those that keep `spacing` pixels from each other, in rising order."""
    kept: list[tuple[float, float]] = []
    for hz in candidates:
        y = y_of(hz)
        if all(abs(y - other) >= spacing for _, other in kept):
            kept.append((hz, y))
    return [Tick(hz, hertz(hz)) for hz, _ in sorted(kept)]


def hertz(frequency: float) -> str:
    """A frequency as an axis label: ``500``, ``1k``, ``2.5k``."""
    return f"{frequency / 1000.0:.4g}k" if frequency >= 1000.0 else f"{frequency:.4g}"


def amplitude_ticks(limit: float, y_of: Callable[[float], float], spacing: float) -> list[Tick]:
    """Marks of a linear amplitude axis from -`limit` to `limit`, `spacing` pixels apart or more, falling."""
    step = nice_step(max(spacing / abs(y_of(1.0) - y_of(0.0)), 1e-9))
    found = multiples(-limit, limit, min(step, limit) if step > limit / 2 else step)
    return [Tick(value, f"{value:.4g}".replace("-", "−")) for value in reversed(found)]


def level_ticks(limit: float, y_of: Callable[[float], float], spacing: float) -> list[Tick]:
    """Marks of a dB axis whose middle is silence, `spacing` pixels apart or more: 0 dB is full scale."""
    kept: list[float] = []
    ticks = []
    for level in (None, 0.0, -12.0, -24.0, -6.0, -36.0, -48.0, -18.0, -30.0, -42.0, -54.0):
        amplitude = 0.0 if level is None else db_to_amplitude(level)
        for value in (amplitude, -amplitude)[: 1 if level is None else 2]:
            y = y_of(value)
            if abs(value) <= limit * 1.001 and all(abs(y - other) >= spacing for other in kept):
                kept.append(y)
                ticks.append(Tick(value, "−∞" if level is None else f"{level:.0f}".replace("-", "−")))
    return sorted(ticks, key=lambda tick: -tick.position)
