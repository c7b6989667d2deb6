"""Which tier and which item of it a person works on."""

from typing import Self

import numpy as np
from PySide6.QtCore import QObject, Signal

from audiolab.core.tiers import Tier
from audiolab.session.session import Session
from audiolab.ui.tieritems import item_at, item_span, items_of, middle_in


class TierPlace(QObject):
    """The person's place among the tiers. There is one for each session: `TierEditor.of(session)`.

    Signals:
        changed: another tier or item is current.
        rename_asked: the text of the current item is to be typed, in place.
        naming_asked: the name of the current tier is to be typed, in place.
        speaker_asked: the name of who speaks in the selected items is to be typed, in place.
    """

    changed = Signal()
    rename_asked = Signal()
    naming_asked = Signal()
    speaker_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._name = ""
        self._index: int | None = None
        session.annotations.changed.connect(self._follow)
        session.timeline.selection_changed.connect(self.changed)
        session.review.current_changed.connect(self._follow_review)

    @classmethod
    def of(cls, session: Session) -> Self:
        """The editor that all views of `session` share."""
        return session.findChild(cls) or cls(session)

    @property
    def tier(self) -> Tier | None:
        """The current tier: the one that was chosen, else the first."""
        annotation = self._session.annotations.annotation
        return annotation.tier(self._name) or next(iter(annotation.tiers), None)

    @property
    def index(self) -> int | None:
        """The current item of the current tier: the one that was chosen."""
        return self._index

    def here(self) -> int | None:
        """The current item, else the one at the cursor or playhead."""
        tier = self.tier
        if self._index is None and tier is not None:
            return item_at(tier, self._session.timeline.position)
        return self._index

    def selected(self) -> range:
        """The items whose middle is in the selected time; where there is none, the current item.

        Begins and ends with items that are shown; others may lie between (see `hides_some`).
        """
        tier, selection = self.tier, self._session.timeline.selection
        if tier is None:
            return range(0)
        if selection and (inside := self._session.speakers.shown(tier, middle_in(tier, selection))):
            return range(inside[0], inside[-1] + 1)
        return range(0) if self._index is None else range(self._index, self._index + 1)

    def hides_some(self, items: range) -> bool:
        """Whether some items of the current tier are not shown."""
        return self.tier is not None and len(self._session.speakers.shown(self.tier, items)) < len(items)

    # going about

    def choose(self, name: str, index: int | None = None) -> None:
        """Make a tier, and an item of it or none, the current one."""
        if (name, index) != (self._name, self._index):
            self._name, self._index = name, index
            self.changed.emit()

    def step(self, steps: int) -> None:
        """Go to the next item of the tier (to the previous one where `steps` is -1), and to its time."""
        tier = self.tier
        if tier is None or not items_of(tier):
            return
        index = self.here()
        if index is None:  # in a gap
            index = item_at(tier, self._session.timeline.position, before=True)
            index = -1 if index is None else index
            index = index if steps < 0 else index + 1
        else:
            index += steps
        index = self._nearest_shown(tier, min(max(index, 0), len(items_of(tier)) - 1), steps)
        if index is None:
            return
        self._session.timeline.clear_selection()
        self.choose(tier.name, index)
        start = item_span(tier, index).start
        self._session.transport.seek(start)
        self._session.timeline.reveal(start)

    def step_tier(self, steps: int) -> None:
        """Go to the tier below (above where `steps` is -1), to its item at the same time."""
        tiers, tier = self._session.annotations.annotation.tiers, self.tier
        if tier is None:
            return
        target = tiers[min(max(tiers.index(tier) + steps, 0), len(tiers) - 1)]
        self.choose(target.name, item_at(target, self._session.timeline.position))

    def _follow_review(self) -> None:
        """What is reviewed is what a person works on."""
        item = self._session.review.current
        if item is not None:
            self.choose(item.tier, item.place)

    def _nearest_shown(self, tier: Tier, index: int, steps: int) -> int | None:
        """`index`, or the first item from there on in the direction of `steps` that is shown, if any is."""
        mask = self._session.speakers.mask(tier)
        if mask is None:
            return index
        shown = np.flatnonzero(mask[index:]) + index if steps > 0 else np.flatnonzero(mask[: index + 1])[::-1]
        return int(shown[0]) if len(shown) else None

    def _follow(self) -> None:
        """Undo, or an edit elsewhere, may have taken the current item away."""
        tier = self._session.annotations.annotation.tier(self._name)
        if self._index is not None and (tier is None or self._index >= len(items_of(tier))):
            self._index = None
        self.changed.emit()
