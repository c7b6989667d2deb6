"""What can be done with the list of doubts: parts of the catalogue, and their handlers."""

from audiolab.session.session import Session
from audiolab.ui.actions import Action, Condition

_TIERS = frozenset({Condition.OPEN, Condition.ANNOTATED})

REVIEW = (
    Action(
        "review.next",
        "&Next doubt",
        "Speech/&Review",
        "next_doubt",
        ("F4",),
        "Go to the next word or passage of the review list, the most doubtful first",
        needs=_TIERS,
    ),
    Action(
        "review.previous",
        "&Previous doubt",
        "Speech/&Review",
        "previous_doubt",
        ("Shift+F4",),
        "Go to the word or passage of the review list before",
        needs=_TIERS,
    ),
    Action(
        "review.right",
        "&Mark as right",
        "Speech/&Review",
        "mark_right",
        ("F7",),
        "Take the current word or passage off the review list, and go to the next one",
        needs=_TIERS,
    ),
    Action(
        "review.add",
        "&Add to the text",
        "Speech/&Review",
        "add_passage",
        ("Ctrl+F7",),
        "Add the current passage of the review list, which the text lacks, to the words",
        needs=_TIERS,
    ),
    Action(
        "review.loop",
        "&Loop the doubt",
        "Speech/&Review",
        "loop_doubt",
        ("Shift+F7",),
        "Play the current word or passage of the review list over and over, or stop",
        "loop",
        needs=_TIERS,
        ticked=Condition.REVIEW_LOOPING,
    ),
)


class ReviewCommands:
    """Handlers of these, for a class that has a session."""

    _session: Session

    def next_doubt(self) -> None:
        self._session.review.step(1)

    def previous_doubt(self) -> None:
        self._session.review.step(-1)

    def mark_right(self) -> None:
        self._session.review.mark_right()

    def add_passage(self) -> None:
        item = self._session.review.current
        self._session.retyping.add_passage(item.tier if item else "", item.place if item else 0)

    def loop_doubt(self) -> None:
        self._session.review.set_looping(not self._session.review.looping)
