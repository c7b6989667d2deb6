"""Audiolab's own JSON: everything, exactly, with positions in sample frames."""

import json
from collections.abc import Sequence
from typing import Any

from audiolab.core.doubts import NO_DOUBTS, Doubt
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.core.timebase import TimeSpan

_FORMAT = "audiolab-annotation"
_VERSION = 2
"""1: intervals had no doubts. An interval without any is written as it was then."""


def write(annotation: Annotation) -> str:
    """The text of a JSON document."""
    document = {
        "format": _FORMAT,
        "version": _VERSION,
        "sample_rate": annotation.sample_rate,
        "frames": annotation.frames,
        "tiers": [_tier_out(tier) for tier in annotation.tiers],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def read(text: str) -> Annotation:
    """What `write` wrote.

    Raises:
        ValueError: it is something else, or of a later version.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise ValueError("is not an annotation that Audiolab wrote")
    if document.get("version") not in (1, _VERSION):
        raise ValueError(f"is of version {document.get('version')}, this Audiolab knows {_VERSION}: update it")
    try:
        tiers = tuple(_tier_in(tier) for tier in document["tiers"])
        return Annotation(int(document["sample_rate"]), int(document["frames"]), tiers)
    except (KeyError, TypeError) as error:
        raise ValueError(f"is damaged: {error}") from None


def _tier_out(tier: Tier) -> dict[str, Any]:
    if isinstance(tier, IntervalTier):
        return {"name": tier.name, "intervals": [item_out(item) for item in tier.intervals]}
    return {"name": tier.name, "points": [item_out(point) for point in tier.points]}


def _tier_in(tier: dict[str, Any]) -> Tier:
    if "intervals" in tier:
        return IntervalTier(tier["name"], tuple(interval_in(*fields) for fields in tier["intervals"]))
    return PointTier(tier["name"], tuple(Point(frame, text) for frame, text in tier["points"]))


def item_out(item: Interval | Point) -> list[Any]:
    """An interval or a point as JSON has it."""
    if isinstance(item, Point):
        return [item.frame, item.text]
    fields = [item.span.start, item.span.stop, item.text, item.speaker]
    return [*fields, sorted(doubt.name.lower() for doubt in item.doubts)] if item.doubts else fields


def interval_in(start: int, stop: int, text: str, speaker: str, doubts: Sequence[str] = ()) -> Interval:
    """The interval that `item_out` gave. Doubts that only a later Audiolab knows are left out."""
    names = {name.upper() for name in doubts}
    known = frozenset(doubt for doubt in Doubt if doubt.name in names) if names else NO_DOUBTS
    return Interval(TimeSpan(start, stop), text, speaker, known)
