"""Annotations as tables: Audacity labels, CSV, TSV, and NIST CTM (one word a line)."""

import csv
import io
from collections.abc import Iterable

from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier, interval_tiers
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import frames_to_seconds, seconds_to_frames

_COLUMNS = ("tier", "kind", "start", "stop", "text", "speaker")


def read_audacity(text: str, sample_rate: int) -> list[Interval]:
    """An Audacity label track: start, stop and text between tabs; a point label has an empty span.

    Lines that begin with a backslash carry frequencies (spectral labels) and are passed over.

    Raises:
        ValueError: a line has no two times; the message names it.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("\\"):
            continue
        fields = line.split("\t", 2)
        try:
            span = TimeSpan.between(*(seconds_to_frames(float(field), sample_rate) for field in fields[:2]))
        except (ValueError, TypeError):
            raise ValueError(f"line {number} does not begin with two times in seconds") from None
        found.append(Interval(span, fields[2] if len(fields) > 2 else ""))
    return sorted(found, key=lambda interval: interval.span)


def write_audacity(tier: Tier, sample_rate: int) -> str:
    """An Audacity label track, for Audacity's File > Import > Labels."""
    rows = (
        ((interval.span.start, interval.span.stop, interval.text) for interval in tier.intervals)
        if isinstance(tier, IntervalTier)
        else ((point.frame, point.frame, point.text) for point in tier.points)
    )
    return "".join(
        f"{_seconds(start, sample_rate)}\t{_seconds(stop, sample_rate)}\t{_one_line(text)}\n"
        for start, stop, text in rows
    )


def read_csv(text: str, sample_rate: int, delimiter: str = ",") -> tuple[Tier, ...]:
    """Tiers of a table with a header of at least ``start`` and ``text``, times in seconds.

    Rows without a tier go to one called "labels"; rows without a stop are points.

    Raises:
        ValueError: a column is missing, or a row has no time; the message says which.
    """
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        missing = {"start", "text"} - set(table.fieldnames or ())
    except csv.Error as error:
        raise ValueError(f"is not a table ({error})") from None
    if missing:
        raise ValueError(f"has no column called {' or '.join(sorted(missing))}")
    intervals: dict[str, list[Interval]] = {}
    points: dict[str, list[Point]] = {}
    try:
        for row in table:
            tier = row.get("tier") or "labels"
            start = seconds_to_frames(float(row["start"]), sample_rate)
            if row.get("kind") == "point" or not row.get("stop"):
                intervals.setdefault(tier, [])
                points.setdefault(tier, []).append(Point(start, row["text"] or ""))
            else:
                span = TimeSpan.between(start, seconds_to_frames(float(row["stop"]), sample_rate))
                intervals.setdefault(tier, []).append(Interval(span, row["text"] or "", row.get("speaker") or ""))
    except (ValueError, TypeError, csv.Error) as error:
        raise ValueError(f"line {table.line_num} cannot be read: {error}") from None
    return tuple(tier for name in intervals for tier in _tiers(name, intervals[name], points.get(name, [])))


def write_csv(annotation: Annotation, delimiter: str = ",") -> str:
    """All tiers as one table with a header; times in seconds."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(_COLUMNS)
    rate = annotation.sample_rate
    for tier in annotation.tiers:
        if isinstance(tier, IntervalTier):
            for item in tier.intervals:
                times = _seconds(item.span.start, rate), _seconds(item.span.stop, rate)
                writer.writerow((tier.name, "interval", *times, item.text, item.speaker))
        else:
            for point in tier.points:
                writer.writerow((tier.name, "point", _seconds(point.frame, rate), "", point.text, ""))
    return text.getvalue()


def read_ctm(text: str, sample_rate: int) -> list[Interval]:
    """Words of a CTM file: recording, channel, start, length, word (and a confidence that is passed over).

    Raises:
        ValueError: a line has too few fields; the message names it.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split()
        if not fields or line.startswith(";;"):
            continue
        try:
            start, length = float(fields[2]), float(fields[3])
            word = fields[4]
        except (IndexError, ValueError):
            raise ValueError(f"line {number} is not: recording, channel, start, length, word") from None
        span = TimeSpan.between(
            seconds_to_frames(start, sample_rate), seconds_to_frames(start + length, sample_rate)
        )
        found.append(Interval(span, word))
    return sorted(found, key=lambda interval: interval.span)


def write_ctm(words: Iterable[Interval], sample_rate: int, recording: str) -> str:
    """A CTM file; `recording` names the sound, with white space replaced since fields are separated by it."""
    name = "_".join(recording.split()) or "recording"
    return "".join(
        f"{name} 1 {_seconds(word.span.start, sample_rate)} {_seconds(word.span.length, sample_rate)} {text}\n"
        for word in words
        for text in ["_".join(word.text.split())]
        if text
    )


def _tiers(name: str, intervals: list[Interval], points: list[Point]) -> list[Tier]:
    tiers: list[Tier] = list(interval_tiers(name, intervals)) if intervals else []
    if points:
        tiers.append(PointTier(name, tuple(sorted(points, key=lambda item: item.frame))))
    return tiers


def _seconds(frames: int, sample_rate: int) -> str:
    return f"{frames_to_seconds(frames, sample_rate):.6f}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
