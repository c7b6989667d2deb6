"""An annotation that is kept while a person works on it: a line for each edit.

The file is JSON Lines: first what the recording is, then for each edit what it took away and what it put there.
What was there when the file was begun stands as edits too, of some hundred intervals each. So an edit costs what it
changed, however much there is; once its line is written it is there, whatever happens to the program; and no line
takes long to read.
"""

import json
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audiolab.core.bulk import many_objects
from audiolab.core.sequences import Difference, difference
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.media.exchange import lossless

Items = Sequence[Interval] | Sequence[Point]

_FORMAT = "audiolab-edits"
_VERSION = 1

_BATCH = 250
"""Intervals or points in a line of what was there when the file was begun."""

_REST = 0.0005
"""Seconds of rest after such a line, written or read: the window needs the interpreter too."""

_LONG = 5000
"""Bytes of a line that take long enough for a rest."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file has.

    Attributes:
        annotation: with all edits that could be read.
        damage: why some could not; empty where all could.
    """

    annotation: Annotation
    damage: str = ""


def begin(path: Path, annotation: Annotation) -> None:
    """Begin a file anew with `annotation`; takes its time, for a thread in the background.

    Raises:
        OSError: it cannot be written.
    """
    head = {
        "format": _FORMAT,
        "version": _VERSION,
        "sample_rate": annotation.sample_rate,
        "frames": annotation.frames,
    }
    with path.open("wb") as file:
        file.write(_line(head))
        for line in _lines(annotation):
            file.write(_line(line))
            time.sleep(_REST)


def append(path: Path, lines: bytes) -> None:
    """Add what `edit_line` gave to a file; it is in the system's hands when this returns.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("ab", buffering=0) as file:
        file.write(lines)


def edit_line(before: Annotation, after: Annotation, most: int) -> bytes | None:
    """An edit as a line; None where it touches more than `most` intervals and points: begin the file anew then."""
    changes = [_Change.of(before, tier) for tier in after.tiers]
    if sum(change.size for change in changes) > most:
        return None
    return _line({"tiers": [change.edit() for change in changes]})


def read_kept(path: Path) -> Kept:
    """The annotation in a file, as far as it can be read; takes its time, for a thread in the background.

    Raises:
        OSError: the file cannot be read.
        ValueError: not even its first line can.
    """
    with many_objects():
        return _read(path.read_bytes())


def _read(data: bytes) -> Kept:
    first, *lines, rest = data.split(b"\n")
    replay = _Replay(json.loads(first))
    for number, line in enumerate(lines, 2):
        try:
            replay.take(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            return Kept(replay.annotation(), f"line {number}: {error}")
        if len(line) > _LONG:
            time.sleep(_REST)
    return Kept(replay.annotation(), "the last line is not complete" if rest else "")


def _line(values: dict[str, Any]) -> bytes:
    return f"{_encode(values)}\n".encode()


def _lines(annotation: Annotation) -> Iterator[dict[str, Any]]:
    """Edits that make `annotation` of nothing."""
    yield {"tiers": [_named(tier) for tier in annotation.tiers]}
    for place, tier in enumerate(annotation.tiers):
        items = _items(tier)
        for at in range(0, len(items), _BATCH):
            edits = [_named(other) for other in annotation.tiers]
            edits[place] |= _exchanged((), items[at : at + _BATCH], at, at)
            yield {"tiers": edits}


def _named(tier: Tier) -> dict[str, Any]:
    return {"name": tier.name, "points": True} if isinstance(tier, PointTier) else {"name": tier.name}


def _exchanged(removed: Items, added: Items, at: int, of: int) -> dict[str, Any]:
    """What stood from index `at` on, of `of` items, and what stands there now."""
    return {
        "at": at,
        "of": of,
        "removed": [lossless.item_out(item) for item in removed],
        "added": [lossless.item_out(item) for item in added],
    }


@dataclass(frozen=True, slots=True)
class _Change:
    """What became of a tier.

    Attributes:
        tier: as it is now.
        was: its name before; empty where it had none or the same.
        known: its items before.
        where: they differ from its items now.
    """

    tier: Tier
    was: str
    known: Items
    where: Difference

    @classmethod
    def of(cls, before: Annotation, tier: Tier) -> "_Change":
        """From the tier of its name, or else the one that has its very items."""
        items = _items(tier)
        old = before.tier(tier.name)
        if old is None and items:  # there is but one tuple without items
            old = next((other for other in before.tiers if _items(other) is items), None)
        known: Items = _items(old) if old is not None and type(old) is type(tier) else ()
        was = old.name if old is not None and old.name != tier.name else ""
        return cls(tier, was, known, difference(known, items))

    @property
    def size(self) -> int:
        """How many items were taken away and put there."""
        return self.where.before + self.where.after - 2 * self.where.start

    def edit(self) -> dict[str, Any]:
        """For a line: the name of the tier alone where nothing became of it."""
        edit = _named(self.tier)
        if self.was:
            edit["was"] = self.was
        if where := self.where:
            removed = self.known[where.start : where.before]
            added = _items(self.tier)[where.start : where.after]
            edit |= _exchanged(removed, added, where.start, len(self.known))
        return edit


def _items(tier: Tier) -> Items:
    return tier.intervals if isinstance(tier, IntervalTier) else tier.points


class _Replay:
    """Does edits again, on lists."""

    def __init__(self, head: Any) -> None:
        if not isinstance(head, dict) or head.get("format") != _FORMAT:
            raise ValueError("it is not what Audiolab keeps")
        if head.get("version") != _VERSION:
            raise ValueError(f"it is of version {head.get('version')}, this Audiolab knows {_VERSION}")
        self._sample_rate, self._frames = int(head["sample_rate"]), int(head["frames"])
        self._tiers: dict[str, tuple[bool, list[Any]]] = {}

    def take(self, line: dict[str, Any]) -> None:
        """Do one edit."""
        tiers = {}
        # The tiers that others were may still be there, and be changed before them.
        was = {edit.get("was") for edit in line["tiers"]} & self._tiers.keys()
        sources = {name: list(self._tiers[name][1]) for name in was}
        for edit in line["tiers"]:
            name, points = str(edit["name"]), bool(edit.get("points"))
            was_points, items = self._tiers.get(edit.get("was", name), (points, []))
            if was_points is not points:
                items = []
            elif "was" in edit:
                items = list(sources.get(edit["was"], ()))
            if "at" in edit:
                removed, added = (
                    [_item_in(fields, points) for fields in edit[key]] for key in ("removed", "added")
                )
                _exchange(items, edit["at"], edit["of"], removed, added)
            tiers[name] = points, items
        self._tiers = tiers

    def annotation(self) -> Annotation:
        """What has come of them."""
        tiers = tuple(
            PointTier(name, tuple(items)) if points else IntervalTier(name, tuple(items))
            for name, (points, items) in self._tiers.items()
        )
        return Annotation(self._sample_rate, self._frames, tiers)


def _item_in(fields: list[Any], points: bool) -> Interval | Point:
    return Point(*fields) if points else lossless.interval_in(*fields)


def _exchange(items: list[Any], at: int, of: int, removed: list[Any], added: list[Any]) -> None:
    """Put `added` in the place of `removed`, which stand from index `at` on where there are `of` items.

    Where they do not stand there, what the edit was made on never came to disk: what was added is taken all the
    same, in the place of what overlaps it.
    """
    if len(items) == of and items[at : at + len(removed)] == removed:
        items[at : at + len(removed)] = added
        return
    items[:] = [item for item in items if item not in removed]
    for item in added:
        if isinstance(item, Point):
            items.insert(bisect_right(items, item.frame, key=lambda other: other.frame), item)
        else:
            items[:] = [other for other in items if not other.span.overlaps(item.span)]
            items.insert(bisect_left(items, item.span, key=lambda other: other.span), item)
