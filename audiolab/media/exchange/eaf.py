"""ELAN annotation files (EAF 3.0): times in milliseconds, tiers of intervals.

ELAN has no points. A point tier is written as intervals of one millisecond on a tier whose linguistic type is
called "point", and read back as points.
"""

import io
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier, interval_tiers
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import seconds_to_frames

_POINT_TYPE = "point"
_TYPE = "default-lt"


def read(data: bytes, sample_rate: int) -> tuple[Tier, ...]:
    """The tiers of an EAF document that are aligned with time, or refer to one that is.

    Raises:
        ValueError: it is not an EAF document.
    """
    if b"<!ENTITY" in data:
        raise ValueError("defines XML entities, which no ELAN does")
    try:
        root = ET.fromstring(data)  # noqa: S314 - no entities can be in it
    except ET.ParseError as error:
        raise ValueError(f"is not well-formed XML ({error})") from None
    if root.tag != "ANNOTATION_DOCUMENT":
        raise ValueError("is not an ELAN annotation document")
    slots = _slots(root, sample_rate)
    spans: dict[str, TimeSpan] = {}
    tiers: list[Tier] = []
    for tier in root.iter("TIER"):
        items = sorted(_annotations(tier, slots, spans), key=lambda item: item.span)
        name = tier.get("TIER_ID", "tier")
        if tier.get("LINGUISTIC_TYPE_REF") == _POINT_TYPE:
            tiers.append(PointTier(name, tuple(Point(item.span.start, item.text) for item in items)))
        else:
            tiers.extend(interval_tiers(name, items))
    return tuple(tiers)


def write(annotation: Annotation, media: str = "") -> bytes:
    """An EAF document of all tiers, UTF-8.

    Args:
        annotation: what to write; times are rounded to milliseconds.
        media: address of the recording, for ELAN to open it together with the document.
    """
    root = Element("ANNOTATION_DOCUMENT", AUTHOR="", DATE="1970-01-01T00:00:00+00:00", FORMAT="3.0", VERSION="3.0")
    header = ET.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    if media:
        ET.SubElement(header, "MEDIA_DESCRIPTOR", MEDIA_URL=media, MIME_TYPE="audio/x-wav")
    order = ET.SubElement(root, "TIME_ORDER")
    count = 0
    for tier in annotation.tiers:
        points = isinstance(tier, PointTier)
        element = ET.SubElement(
            root, "TIER", LINGUISTIC_TYPE_REF=_POINT_TYPE if points else _TYPE, TIER_ID=_unique(root, tier.name)
        )
        for start, stop, text in _milliseconds(tier, annotation.sample_rate):
            count += 1
            names = f"ts{2 * count - 1}", f"ts{2 * count}"
            for slot, value in zip(names, (start, stop), strict=True):
                ET.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=slot, TIME_VALUE=str(value))
            aligned = ET.SubElement(
                ET.SubElement(element, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                ANNOTATION_ID=f"a{count}",
                TIME_SLOT_REF1=names[0],
                TIME_SLOT_REF2=names[1],
            )
            ET.SubElement(aligned, "ANNOTATION_VALUE").text = text
    for kind in (_TYPE, _POINT_TYPE):
        ET.SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=kind, TIME_ALIGNABLE="true")
    ET.indent(root)
    document = io.BytesIO()
    ET.ElementTree(root).write(document, encoding="UTF-8", xml_declaration=True)
    return document.getvalue()


def _slots(root: Element, sample_rate: int) -> dict[str, int | None]:
    """Sample frame of each time slot; ELAN leaves slots between two others without a time."""
    return {
        slot.get("TIME_SLOT_ID", ""): seconds_to_frames(int(value) / 1000, sample_rate) if value else None
        for slot in root.iter("TIME_SLOT")
        for value in [slot.get("TIME_VALUE")]
    }


def _annotations(tier: Element, slots: dict[str, int | None], spans: dict[str, TimeSpan]) -> list[Interval]:
    found = []
    speaker = tier.get("PARTICIPANT", "")
    for annotation in tier.iter("ANNOTATION"):
        for item in annotation:
            if item.tag == "ALIGNABLE_ANNOTATION":
                start, stop = slots.get(item.get("TIME_SLOT_REF1", "")), slots.get(item.get("TIME_SLOT_REF2", ""))
                if start is None or stop is None:
                    continue
                span = TimeSpan.between(start, stop)
            elif (parent := spans.get(item.get("ANNOTATION_REF", ""))) is not None:
                span = parent
            else:
                continue
            spans[item.get("ANNOTATION_ID", "")] = span
            found.append(Interval(span, item.findtext("ANNOTATION_VALUE") or "", speaker))
    return found


def _milliseconds(tier: Tier, sample_rate: int) -> list[tuple[int, int, str]]:
    def rounded(frame: int) -> int:
        return (2000 * frame + sample_rate) // (2 * sample_rate)

    if isinstance(tier, IntervalTier):
        return [(rounded(item.span.start), rounded(item.span.stop), item.text) for item in tier.intervals]
    return [(rounded(point.frame), rounded(point.frame) + 1, point.text) for point in tier.points]


def _unique(root: Element, name: str) -> str:
    """ELAN refuses two tiers of one name."""
    taken = {tier.get("TIER_ID") for tier in root.iter("TIER")}
    return next(
        candidate
        for number in range(1, len(taken) + 2)
        if (candidate := name if number == 1 else f"{name}-{number}") not in taken
    )
