"""What can be done with a new reading of a selection, as data: parts of the catalogue."""

from audiolab.ui.actions import Action, Choices, Condition

_OFFERED = frozenset({Condition.OFFERED})
_MENU = "Speech/&New reading"

SELECTION = (
    Action(
        "speech.selection",
        "Transcribe &selection",
        "Speech",
        "transcribe_selection",
        ("Shift+T",),
        "Read the selected time again, and compare with the words that are there",
        needs=frozenset({Condition.COMPLETE, Condition.SELECTED}),
    ),
    Choices("speech.selection_model", "Transcribe selection wit&h", "Speech", "selection_models"),
)

DIFFERENCE = (
    Action(
        "reread.next",
        "&Next change",
        _MENU,
        "next_change",
        ("F8",),
        "Go to the next place where the new reading differs",
        "next",
        needs=_OFFERED,
    ),
    Action(
        "reread.previous",
        "&Previous change",
        _MENU,
        "previous_change",
        ("Shift+F8",),
        "Go to the place before where the new reading differs",
        "previous",
        needs=_OFFERED,
    ),
    Action(
        "reread.listen",
        "&Listen",
        _MENU,
        "listen_to_change",
        ("Ctrl+F8",),
        "Play the words of this change again and again, or stop",
        "loop",
        needs=_OFFERED,
    ),
    Action(
        "reread.take",
        "&Take this change",
        _MENU,
        "take_change",
        ("F9",),
        "Put the new words into the place of the old ones",
        needs=_OFFERED,
        group=True,
    ),
    Action(
        "reread.leave",
        "L&eave this change",
        _MENU,
        "leave_change",
        ("Shift+F9",),
        "Leave the old words as they are",
        needs=_OFFERED,
    ),
    Action(
        "reread.take_all",
        "Take &all",
        _MENU,
        "take_all_changes",
        ("Ctrl+F9",),
        "Take all changes that are left, as one step",
        needs=_OFFERED,
        group=True,
    ),
    Action(
        "reread.leave_all",
        "Lea&ve all",
        _MENU,
        "leave_all_changes",
        ("Ctrl+Shift+F9",),
        "Leave all words as they are",
        needs=_OFFERED,
    ),
)
