"""Audiolab's own JSON: everything, exactly, with positions in sample frames."""

import json
from typing import Any

from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.core.timebase import TimeSpan

_FORMAT = "audiolab-annotation"
_VERSION = 1


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
    if document.get("version") != _VERSION:
        raise ValueError(f"is of version {document.get('version')}, this Audiolab knows {_VERSION}: update it")
    try:
        tiers = tuple(_tier_in(tier) for tier in document["tiers"])
        return Annotation(int(document["sample_rate"]), int(document["frames"]), tiers)
    except (KeyError, TypeError) as error:
        raise ValueError(f"is damaged: {error}") from None


def _tier_out(tier: Tier) -> dict[str, Any]:
    if isinstance(tier, IntervalTier):
        intervals = [[item.span.start, item.span.stop, item.text, item.speaker] for item in tier.intervals]
        return {"name": tier.name, "intervals": intervals}
    return {"name": tier.name, "points": [[point.frame, point.text] for point in tier.points]}


def _tier_in(tier: dict[str, Any]) -> Tier:
    if "intervals" in tier:
        items = tuple(Interval(TimeSpan(start, stop), text, who) for start, stop, text, who in tier["intervals"])
        return IntervalTier(tier["name"], items)
    return PointTier(tier["name"], tuple(Point(frame, text) for frame, text in tier["points"]))
