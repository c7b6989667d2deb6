"""What was edited, step by step, so that it can be undone, done again, and completed later."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from audiolab.core.tiers import Annotation

UNDO_STEPS = 500
"""Annotations are immutable and share what did not change: a step costs what it changed."""


@dataclass(slots=True, eq=False)
class Step:
    """One edit.

    Attributes:
        label: what it is, for the undo menu: ``"Move boundary"``.
        annotation: what it made.
    """

    label: str
    annotation: Annotation


class EditHistory:
    """All steps and which of them are done; the first one is what was there before any edit.

    Args:
        annotation: what is there.
    """

    def __init__(self, annotation: Annotation) -> None:
        self._steps = [Step("", annotation)]
        self._at = 0

    @property
    def annotation(self) -> Annotation:
        """As it is now."""
        return self._steps[self._at].annotation

    @property
    def undo_label(self) -> str | None:
        """What the next undo takes back; None where there is nothing."""
        return self._steps[self._at].label if self._at else None

    @property
    def redo_label(self) -> str | None:
        """What the next redo does again; None where there is nothing."""
        later = self._steps[self._at + 1 :]
        return later[0].label if later else None

    def do(self, label: str, annotation: Annotation) -> Step:
        """Another step; what was undone is forgotten."""
        step = Step(label, annotation)
        self._steps[self._at + 1 :] = [step]
        del self._steps[: -UNDO_STEPS - 1]
        self._at = len(self._steps) - 1
        return step

    def go(self, steps: int) -> bool:
        """Redo one step, or undo it where `steps` is -1; whether there was one."""
        at = self._at + steps
        if not 0 <= at < len(self._steps):
            return False
        self._at = at
        return True

    def settle(self, frames: int) -> None:
        """The recording has come to its length, in sample frames: for all steps."""
        for step in self._steps:
            step.annotation = replace(step.annotation, frames=frames)

    def amend(self, step: Step, change: Callable[[Annotation], Annotation]) -> bool:
        """Have been done more in `step`, also for all that was done after it; whether the present differs.

        A step that was undone is amended as well, so that redoing it brings all of it back; one that was forgotten
        is left alone.
        """
        if step not in self._steps:
            return False
        before = self.annotation
        for later in self._steps[self._steps.index(step) :]:
            later.annotation = change(later.annotation)
        return self.annotation != before
