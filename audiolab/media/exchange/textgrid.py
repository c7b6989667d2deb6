"""Praat TextGrid: long and short text files, UTF-8 or UTF-16 (Praat's manual, "TextGrid file formats").

Praat itself reads only what stands free in such a file: numbers, texts in double quotes (a doubled one stands for
itself) and flags in angle brackets; all else is comment. Reading by that rule serves the long and the short kind.
"""

import math
import re
from collections.abc import Iterator

from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier, interval_tiers
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import frames_to_seconds, seconds_to_frames

_FREE = re.compile(
    r'"((?:[^"]|"")*)"|<(\w+)>|(?<![^\s])(-?\d[\d.eE+-]*)(?=[\s%]|$)|!.*?$', re.MULTILINE | re.DOTALL
)
_INTERVALS = "IntervalTier"
_POINTS = "TextTier"


def decode(data: bytes) -> str:
    """The text of a TextGrid file: UTF-16 or UTF-8 with a byte order mark, UTF-8, else Latin-1 of old Praats."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read(text: str, sample_rate: int) -> Annotation:
    """The tiers of a TextGrid. Intervals without text are gaps, and are left out.

    Raises:
        ValueError: it is not a TextGrid, or it ends too early; the message says where.
    """
    free = _free_standing(text)
    if (_next(free), _next(free)) != ("ooTextFile", "TextGrid"):
        raise ValueError("is not a TextGrid")
    start, end = _number(free), _number(free)
    frames = seconds_to_frames(end - start, sample_rate)
    if _next(free) != "exists":
        return Annotation(sample_rate, frames)
    count = int(_number(free))
    tiers = tuple(tier for _ in range(count) for tier in _read_tier(free, start, sample_rate))
    return Annotation(sample_rate, frames, tiers)


def write(annotation: Annotation, *, short: bool = False) -> str:
    """A TextGrid of all tiers, gaps filled with intervals without text, as Praat wants it."""
    end = _seconds(annotation.frames, annotation.sample_rate)
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 ", f"xmax = {end} "]
    lines += ["tiers? <exists> ", f"size = {len(annotation.tiers)} ", "item []: "]
    for number, tier in enumerate(annotation.tiers, 1):
        lines.append(f"    item [{number}]:")
        lines += (f"        {line} " for line in _tier_lines(tier, annotation, end))
    if short:
        lines = [_shortened(line) for line in lines if " = " in line or "<exists>" in line or not line]
        lines[0:2] = ['File type = "ooTextFile"', 'Object class = "TextGrid"']
    return "\n".join(lines) + "\n"


def _tier_lines(tier: Tier, annotation: Annotation, end: str) -> Iterator[str]:
    rate = annotation.sample_rate
    intervals = isinstance(tier, IntervalTier)
    yield f'class = "{_INTERVALS if intervals else _POINTS}"'
    yield f"name = {_quoted(tier.name)}"
    yield "xmin = 0"
    yield f"xmax = {end}"
    if isinstance(tier, IntervalTier):
        filled = _filled(tier, annotation.frames)
        yield f"intervals: size = {len(filled)}"
        for number, interval in enumerate(filled, 1):
            yield f"intervals [{number}]:"
            yield f"    xmin = {_seconds(interval.span.start, rate)}"
            yield f"    xmax = {_seconds(interval.span.stop, rate)}"
            yield f"    text = {_quoted(interval.text)}"
    else:
        yield f"points: size = {len(tier.points)}"
        for number, point in enumerate(tier.points, 1):
            yield f"points [{number}]:"
            yield f"    number = {_seconds(point.frame, rate)}"
            yield f"    mark = {_quoted(point.text)}"


def _shortened(line: str) -> str:
    if "<exists>" in line:
        return "<exists>"
    return line.split(" = ", 1)[1].rstrip() if " = " in line else line


def _filled(tier: IntervalTier, frames: int) -> list[Interval]:
    """The intervals with empty ones between them, from 0 to the end; Praat knows no interval without length."""
    filled: list[Interval] = []
    at = 0
    for interval in tier.intervals:
        if not interval.span:
            continue
        if interval.span.start > at:
            filled.append(Interval(TimeSpan(at, interval.span.start), ""))
        filled.append(interval)
        at = interval.span.stop
    if at < frames or not filled:
        filled.append(Interval(TimeSpan(at, max(frames, at)), ""))
    return filled


def _read_tier(free: Iterator[str | float], origin: float, sample_rate: int) -> list[Tier]:
    kind, name = _next(free), str(_next(free))
    _begin, _end = _number(free), _number(free)
    count = int(_number(free))

    def frame() -> int:
        return seconds_to_frames(_number(free) - origin, sample_rate)

    if kind == _INTERVALS:
        intervals = [Interval(TimeSpan.between(frame(), frame()), str(_next(free))) for _ in range(count)]
        return list(interval_tiers(name, (interval for interval in intervals if interval.text.strip())))
    if kind == _POINTS:
        points = [Point(frame(), str(_next(free))) for _ in range(count)]
        return [PointTier(name, tuple(sorted(points, key=lambda point: point.frame)))]
    raise ValueError(f"has a tier of unknown kind {kind!r}")


def _free_standing(text: str) -> Iterator[str | float]:
    for match in _FREE.finditer(text):
        quoted, flag, number = match.groups()
        if quoted is not None:
            yield quoted.replace('""', '"')
        elif flag is not None:
            yield flag
        elif number is not None:
            try:
                yield float(number)
            except ValueError:
                continue


def _next(free: Iterator[str | float]) -> str | float:
    for value in free:
        return value
    raise ValueError("ends before its last tier is complete")


def _number(free: Iterator[str | float]) -> float:
    value = _next(free)
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError(f"has {value!r} where a number belongs")
    return value


def _seconds(frames: int, sample_rate: int) -> str:
    return repr(frames_to_seconds(frames, sample_rate))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
