"""Edits of the current tier and its items, as a person asks for them."""

from collections.abc import Callable
from dataclasses import replace

from audiolab.core import tieredits
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import WORDS, Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.core.timebase import FrameGrid, TimeSpan
from audiolab.session.edithistory import Step
from audiolab.ui.tieritems import item_at, item_span, items_of
from audiolab.ui.tierplace import TierPlace

STEP_MS = 20
"""How far an edge is nudged where no model says how long its frames are."""

INTERVALS, POINTS = "labels", "marks"
"""Names of the tiers that are made where there is none yet."""


class TierEditor(TierPlace):
    """What can be done where the person is.

    Every edit goes to `session.annotations`, which undoes it and says why one was refused.
    """

    # items

    def insert(self) -> None:
        """An interval of the selected time on the current tier; without a selection a point at the cursor."""
        selection, tier = self._session.timeline.selection, self.tier
        if selection and not isinstance(tier, PointTier):
            name = tier.name if tier is not None else INTERVALS
            self._insert_interval(name, selection)
        else:
            self._insert_point(selection.start if selection else self._session.timeline.cursor)

    def mark(self) -> None:
        """A point at the playhead, or at the cursor while nothing plays."""
        self._insert_point(self._session.timeline.position)

    def _insert_interval(self, name: str, span: TimeSpan) -> None:
        def change(annotation: Annotation) -> Annotation:
            tier = annotation.tier(name) or IntervalTier(name)
            assert isinstance(tier, IntervalTier)
            return annotation.with_tier(tieredits.insert(tier, Interval(span, "")))

        if self._edit("Add interval", change):
            self._choose_at(name, span.start)
            self.rename_asked.emit()

    def _insert_point(self, frame: int) -> None:
        """On the current tier, if it has points, else on the last one that has, which is made if there is none."""
        tiers = [tier for tier in self._session.annotations.annotation.tiers if isinstance(tier, PointTier)]
        current = self.tier
        name = current.name if current in tiers and current else tiers[-1].name if tiers else self._free(POINTS)

        def change(annotation: Annotation) -> Annotation:
            tier = annotation.tier(name) or PointTier(name)
            assert isinstance(tier, PointTier)
            return annotation.with_tier(tieredits.insert_point(tier, Point(frame, "")))

        if self._edit("Add point", change):
            self._choose_at(name, frame)
            self.rename_asked.emit()

    def ask_rename(self) -> None:
        """Have the text of the item here typed; where there is none, of a new one of the selected time."""
        tier, index = self.tier, self.here()
        if tier is not None and index is not None:
            self.choose(tier.name, index)
            self.rename_asked.emit()
        else:
            self.insert()

    def rename(self, text: str) -> None:
        """Give the current item another text."""
        tier, index = self.tier, self._index
        if isinstance(tier, PointTier) and index is not None:
            self._edit_points("Rename", lambda tier: tieredits.rename_point(tier, index, text))
        elif isinstance(tier, IntervalTier) and tier.name == WORDS and index is not None and text.strip():
            self._session.retyping.retype(range(index, index + 1), text)
        elif isinstance(tier, IntervalTier) and index is not None:
            self._edit_intervals("Rename", lambda tier: tieredits.rename(tier, index, text))

    def retype_words(self, words: range, text: str) -> None:
        """What was typed in the place of some words; nothing deletes them. Their times are then found."""
        self._session.retyping.retype(words, text)

    def remove_words(self, words: range) -> None:
        """Take words away."""
        if words:
            self.choose(WORDS, words.start)
            self._remove(words)

    def remove(self) -> None:
        """Take the selected items away."""
        chosen = self.selected()
        if self.hides_some(chosen):
            self.refuse_hidden()
        elif chosen:
            self._remove(chosen)
        else:
            self._refuse("Choose an interval or a point first: click it in its tier.")

    def _remove(self, chosen: range) -> None:
        tier = self.tier
        label = "Delete" if len(chosen) == 1 else f"Delete {len(chosen)} items"
        if isinstance(tier, PointTier):
            kept = tier.points[: chosen.start] + tier.points[chosen.stop :]
            self._edit_points(label, lambda tier: replace(tier, points=kept))
        elif tier.name == WORDS:
            self._session.retyping.retype(chosen, "", label)
        else:
            remaining = tier.intervals[: chosen.start] + tier.intervals[chosen.stop :]
            self._edit_intervals(label, lambda tier: replace(tier, intervals=remaining))
        self.choose(tier.name)

    def split(self) -> None:
        """Cut the interval at the cursor (or the playhead) in two."""
        frame = self._session.timeline.position
        if self._edit_intervals("Split", lambda tier: tieredits.split(tier, frame)):
            self._choose_at(self.tier.name, frame)

    def merge(self) -> None:
        """Make one of the selected intervals; of the current one and the next where only one is selected."""
        chosen = self.selected()
        if not chosen and (index := self.here()) is not None:
            chosen = range(index, index + 1)
        if not chosen:
            self._refuse("Select the intervals to merge first.")
            return
        first, last = chosen.start, max(chosen.stop - 1, chosen.start + 1)
        if self.hides_some(range(first, min(last + 1, len(items_of(self.tier))))):
            self.refuse_hidden()
            return
        if self._edit_intervals("Merge", lambda tier: tieredits.merge(tier, first, last)):
            self.choose(self.tier.name, first)

    def nudge(self, end: bool, steps: int) -> None:
        """Move the start (or the end) of the item here by one of the model's frames."""
        tier, index = self.tier, self.here()
        if tier is None or index is None:
            self._refuse("There is no interval here whose edge could be moved.")
            return
        self.choose(tier.name, index)
        span = item_span(tier, index)
        edge = span.stop if end else span.start
        target = min(max(edge + steps * self._frame_length(), 0), self._session.timeline.length)
        self.move(tier.name, edge, target)

    def move(self, name: str, boundary: int, target: int, *, everywhere: bool = False) -> None:
        """Move a boundary (a point of a point tier) of a tier, or of all tiers that have it."""
        tier = self._session.annotations.annotation.tier(name)
        if isinstance(tier, PointTier):
            index = item_at(tier, boundary)
            if index is not None and self._edit("Move point", _on(name, tieredits.move_point, index, target)):
                self._choose_at(name, target)
        elif everywhere:
            self._edit("Move boundary", lambda all_: tieredits.move_boundary_everywhere(all_, boundary, target))
        else:
            self._edit("Move boundary", _on(name, tieredits.move_boundary, boundary, target))

    def assign_speaker(self, speaker: str) -> None:
        """Say who speaks in the selected intervals; an empty name takes that back."""
        chosen = self.selected()
        if not chosen:
            self._refuse("Select the words or intervals that a speaker says first.")
        elif isinstance(self.tier, IntervalTier):
            label = f"Speaker {speaker}" if speaker else "No speaker"
            shown = self._session.speakers.shown(self.tier, chosen)
            self._edit_intervals(label, lambda tier: tieredits.assign_speaker(tier, shown, speaker))

    def speaker(self) -> str | None:
        """Who speaks in all selected intervals; None where they differ, or none is selected."""
        tier, chosen = self.tier, self.selected()
        if not isinstance(tier, IntervalTier) or not chosen:
            return None
        names = {item.speaker for item in tier.intervals[chosen.start : chosen.stop]}
        return names.pop() if len(names) == 1 else None

    def ask_speaker(self) -> None:
        """Have the name of who speaks in the selected intervals typed."""
        if self.selected():
            self.speaker_asked.emit()
        else:
            self.assign_speaker("")  # says what is missing

    # tiers

    def new_tier(self, *, points: bool) -> None:
        """An empty tier below all others; its name is then asked for."""
        name = self._free(POINTS if points else INTERVALS)
        tier: Tier = PointTier(name) if points else IntervalTier(name)
        if self._edit("New tier", lambda annotation: annotation.with_tier(tier)):
            self.choose(name)
            self.naming_asked.emit()

    def rename_tier(self, name: str) -> None:
        """Give the current tier another name."""
        tier, name = self.tier, name.strip()
        if tier is None or not name or name == tier.name:
            return

        def change(annotation: Annotation) -> Annotation:
            if annotation.tier(name) is not None:
                raise EditError(f"There is already a tier called {name!r}; choose another name.")
            renamed = (replace(other, name=name) if other is tier else other for other in annotation.tiers)
            return replace(annotation, tiers=tuple(renamed))

        index = self._index
        if self._edit("Rename tier", change):
            self.choose(name, index)

    def remove_tier(self) -> None:
        """Take the current tier away."""
        tier = self.tier
        if tier is not None:
            remaining = tuple(other for other in self._session.annotations.annotation.tiers if other is not tier)
            self._edit(f"Delete tier {tier.name}", lambda annotation: replace(annotation, tiers=remaining))

    # how

    def _edit(self, label: str, change: Callable[[Annotation], Annotation]) -> Step | None:
        return self._session.annotations.edit(label, change)

    def _edit_intervals(self, label: str, change: Callable[[IntervalTier], IntervalTier]) -> Step | None:
        tier = self.tier
        if not isinstance(tier, IntervalTier):
            self._refuse("That needs a tier of intervals; click one first.")
            return None
        return self._session.annotations.edit_tier(label, tier.name, change)

    def _edit_points(self, label: str, change: Callable[[PointTier], PointTier]) -> Step | None:
        return self._session.annotations.edit_tier(label, self.tier.name, change)

    def refuse_hidden(self) -> None:
        """Say that what is not shown cannot be edited along with what is."""
        self._refuse("Others speak in between, who are not shown; choose Tiers, Show everybody first.")

    def _refuse(self, sentence: str) -> None:
        self._session.annotations.refused.emit(sentence)

    def _choose_at(self, name: str, frame: int) -> None:
        tier = self._session.annotations.annotation.tier(name)
        if tier is not None:
            self.choose(name, item_at(tier, frame))

    def _free(self, name: str) -> str:
        """`name`, with a number where it is taken."""
        taken = {tier.name for tier in self._session.annotations.annotation.tiers}
        names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 3)))
        return next(free for free in names if free not in taken)

    def _frame_length(self) -> int:
        """Sample frames of the recording in one frame of the model."""
        transcription, rate = self._session.reading.transcription, self._session.timeline.sample_rate
        grid = transcription.emissions.grid if transcription is not None else FrameGrid(STEP_MS, 0, 1000)
        return max(round(grid.hop * rate / grid.sample_rate), 1)


def _on(name: str, change: Callable[..., Tier], *arguments: int) -> Callable[[Annotation], Annotation]:
    """`change` of the tier called `name`, with further arguments, as an edit of all tiers."""

    def edit(annotation: Annotation) -> Annotation:
        tier = annotation.tier(name)
        if tier is None:
            raise EditError(f"There is no tier called {name!r} any more.")
        return annotation.with_tier(change(tier, *arguments))

    return edit
