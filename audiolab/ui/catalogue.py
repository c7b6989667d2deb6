"""The catalogue: all actions and menus of the window, in the order of the menu bar."""

from audiolab.ui.actions import Action, Choices, Condition
from audiolab.ui.rereadactions import DIFFERENCE, SELECTION
from audiolab.ui.reviewactions import REVIEW
from audiolab.ui.tieractions import EXCHANGE, FIND, HISTORY, TIERS
from audiolab.ui.viewactions import VIEW

_OPEN = frozenset({Condition.OPEN})
_MOVABLE = frozenset({Condition.OPEN, Condition.LISTENING})
_SELECTED = frozenset({Condition.OPEN, Condition.SELECTED})

MENUS = ("&File", "&Edit", "&Play", "&View", "&Speech", "&Tiers", "&Help")
"""The menu bar."""

FILE = (
    Action("file.open", "&Open…", "File", "open", ("Ctrl+O",), "Open a sound or video file", "open"),
    Choices("file.recent", "Open &recent", "File", "recent_files"),
    Action("file.sample", "Open &sample", "File", "open_sample", ("Ctrl+Shift+O",), "Open the sample recording"),
    Action(
        "file.export",
        "&Export selection…",
        "File",
        "export_selection",
        ("Ctrl+Shift+E",),
        "Write the selected sound to a WAV or FLAC file",
        needs=_SELECTED,
        group=True,
    ),
    *EXCHANGE,
    Action(
        "file.normalise",
        "&Normalise loudness…",
        "File",
        "normalise",
        ("Ctrl+Shift+N",),
        "Bring the recording to a loudness target, as a new file",
        needs=frozenset({Condition.COMPLETE}),
    ),
    Action("file.close", "&Close", "File", "close_recording", ("Ctrl+W",), "Close the recording", needs=_MOVABLE),
    Action("file.settings", "Se&ttings…", "File", "settings", ("Ctrl+,",), "Change how Audiolab works", group=True),
    Action("file.quit", "&Quit", "File", "quit", ("Ctrl+Q",), "Leave Audiolab", group=True, everywhere=True),
)

EDIT = (
    *HISTORY,
    Action(
        "edit.all",
        "Select &all",
        "Edit",
        "select_all",
        ("Ctrl+A",),
        "Select all of the recording",
        needs=_OPEN,
        group=True,
    ),
    Action(
        "edit.cancel",
        "&Clear or cancel",
        "Edit",
        "cancel",
        ("Esc",),
        "Dismiss the message, else clear the selection, else cancel what runs",
    ),
    Action(
        "edit.start",
        "Selection &start here",
        "Edit",
        "selection_start",
        ("[",),
        "Move the start of the selection to the playhead",
        needs=_OPEN,
        group=True,
    ),
    Action(
        "edit.end",
        "Selection &end here",
        "Edit",
        "selection_end",
        ("]",),
        "Move the end of the selection to the playhead",
        needs=_OPEN,
    ),
    Action(
        "edit.zero",
        "To &zero crossing",
        "Edit",
        "zero_crossing",
        ("Z",),
        "Move the edges of the selection, or the cursor, to the nearest zero crossing",
        needs=_OPEN,
    ),
    *FIND,
)

PLAY = (
    Action(
        "play.toggle", "&Play or stop", "Play", "play_or_stop", ("Space",), "Play, or stop", "play", needs=_OPEN
    ),
    Action(
        "play.selection",
        "Play &selection",
        "Play",
        "play_selection",
        ("Tab",),
        "Play the selection, or else what is visible",
        needs=_MOVABLE,
    ),
    Action(
        "play.pause",
        "P&ause",
        "Play",
        "pause",
        ("P",),
        "Hold, or go on",
        "pause",
        needs=frozenset({Condition.ACTIVE}),
        ticked=Condition.PAUSED,
    ),
    Action(
        "play.stop",
        "S&top",
        "Play",
        "stop",
        ("Shift+Space",),
        "Stop playing or recording",
        "stop",
        needs=frozenset({Condition.ACTIVE}),
    ),
    Action(
        "play.loop",
        "&Loop",
        "Play",
        "loop",
        ("L",),
        "Play the selection, or all, again and again",
        "loop",
        ticked=Condition.LOOPING,
    ),
    Action(
        "play.record",
        "&Record",
        "Play",
        "record",
        ("R",),
        "Record from the input device, or end the recording",
        "record",
        ticked=Condition.RECORDING,
    ),
    Action(
        "play.home",
        "Go to be&ginning",
        "Play",
        "to_start",
        ("Home",),
        "Go to the beginning",
        needs=_MOVABLE,
        group=True,
    ),
    Action("play.end", "Go to &end", "Play", "to_end", ("End",), "Go to the end", needs=_MOVABLE),
    Action("play.back", "&Back 5 s", "Play", "skip_back", (",",), "Go back by five seconds", needs=_MOVABLE),
    Action("play.ahead", "A&head 5 s", "Play", "skip_ahead", (".",), "Go ahead by five seconds", needs=_MOVABLE),
    Action("play.louder", "Lo&uder", "Play", "louder", ("Ctrl+Up",), "Raise the volume", group=True),
    Action("play.quieter", "&Quieter", "Play", "quieter", ("Ctrl+Down",), "Lower the volume"),
    Action(
        "play.mute", "&Mute", "Play", "mute", ("M",), "Turn the sound off, or on", "volume", ticked=Condition.MUTED
    ),
    Choices("play.output", "&Output device", "Play", "output_devices", group=True),
    Choices("play.input", "&Input device", "Play", "input_devices"),
)

SPEECH = (
    Action(
        "speech.transcribe",
        "&Transcribe",
        "Speech",
        "transcribe",
        ("Ctrl+T",),
        "Read the speech in the recording",
        "transcribe",
        needs=frozenset({Condition.COMPLETE}),
    ),
    *SELECTION,
    *DIFFERENCE,
    Action(
        "speech.cancel",
        "&Cancel transcription",
        "Speech",
        "cancel_transcription",
        ("Ctrl+Shift+T",),
        "Stop reading",
        "cancel",
        needs=frozenset({Condition.READING}),
    ),
    Action(
        "speech.align",
        "&Align text…",
        "Speech",
        "align_text",
        ("Ctrl+Shift+A",),
        "Type or open what is said, and find when each word is said",
        needs=_OPEN,
        group=True,
    ),
    *REVIEW,
    Choices("speech.model", "&Model", "Speech", "models", group=True, more="speech.models"),
    Action(
        "speech.models",
        "M&odels…",
        "Speech",
        "manage_models",
        ("Ctrl+Alt+M",),
        "See, add, download and remove recognition models",
    ),
    Action(
        "speech.dictionary",
        "&Dictionary…",
        "Speech",
        "show_dictionary",
        ("Ctrl+Shift+K",),
        "Words and phrases that the recogniser should know or expect",
        group=True,
    ),
    Action(
        "speech.add_word",
        "Add &word to dictionary…",
        "Speech",
        "add_word",
        ("Ctrl+K",),
        "Add the selected words, or the one at the playhead, to the dictionary",
        needs=_OPEN,
    ),
)

HELP = (
    Action("help.keys", "&Shortcuts", "Help", "shortcuts", ("F1",), "All keys and what the mouse does"),
    Action("help.messages", "&Messages", "Help", "messages", ("Ctrl+Shift+M",), "All messages since the start"),
    Action("help.about", "&About Audiolab", "Help", "about", ("Ctrl+F1",), "Version and licences", group=True),
)

CATALOGUE: tuple[Action | Choices, ...] = (*FILE, *EDIT, *PLAY, *VIEW, *SPEECH, *TIERS, *HELP)

ACTIONS: tuple[Action, ...] = tuple(entry for entry in CATALOGUE if isinstance(entry, Action))
