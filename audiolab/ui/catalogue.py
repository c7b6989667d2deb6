"""The catalogue: all actions and menus of the window, in the order of the menu bar."""

from audiolab.ui.actions import Action, Choices, Condition
from audiolab.ui.tieractions import EXCHANGE, FIND, HISTORY, TIERS

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

VIEW = (
    Action("view.zoom_in", "Zoom &in", "View", "zoom_in", ("Ctrl+=",), "See less time, larger", needs=_OPEN),
    Action("view.zoom_out", "Zoom &out", "View", "zoom_out", ("Ctrl+-",), "See more time", needs=_OPEN),
    Action(
        "view.zoom_selection",
        "Zoom to &selection",
        "View",
        "zoom_selection",
        ("Ctrl+E",),
        "See just the selection",
        needs=_SELECTED,
    ),
    Action("view.fit", "&Fit", "View", "zoom_fit", ("F",), "See all of the recording", needs=_OPEN),
    Action(
        "view.follow",
        "Fo&llow playhead",
        "View",
        "follow",
        ("Shift+F",),
        "Scroll with the playhead",
        ticked=Condition.FOLLOWING,
    ),
    Choices("view.preset", "&Preset", "View/Spe&ctrogram", "spectrogram_presets", group=True),
    Choices("view.colours", "&Colours", "View/Spe&ctrogram", "spectrogram_colours"),
    Choices("view.scale", "&Frequency scale", "View/Spe&ctrogram", "spectrogram_scales"),
    Action(
        "view.brighter",
        "&Brighter",
        "View/Spe&ctrogram",
        "brighter",
        ("Alt+PgUp",),
        "Show quieter sounds: raise the gain by 5 dB",
        group=True,
    ),
    Action(
        "view.darker",
        "&Darker",
        "View/Spe&ctrogram",
        "darker",
        ("Alt+PgDown",),
        "Lower the gain by 5 dB",
    ),
    Action(
        "view.steeper",
        "&More contrast",
        "View/Spe&ctrogram",
        "more_contrast",
        ("Alt+Shift+PgUp",),
        "Narrow the range by 10 dB",
    ),
    Action(
        "view.flatter",
        "&Less contrast",
        "View/Spe&ctrogram",
        "less_contrast",
        ("Alt+Shift+PgDown",),
        "Widen the range by 10 dB",
    ),
    Choices("view.target", "&Target", "View/Loud&ness", "loudness_targets"),
    Choices("view.meter", "&Scale", "View/Loud&ness", "loudness_scales"),
    Choices("view.layout", "&Channel layout", "View/Loud&ness", "loudness_layouts"),
    Action(
        "view.lufs",
        "&Absolute (LUFS)",
        "View/Loud&ness",
        "absolute_loudness",
        ("Ctrl+Shift+L",),
        "Show loudness in LUFS, or in LU relative to the target",
        ticked=Condition.ABSOLUTE_LOUDNESS,
        group=True,
    ),
    Action(
        "view.dual_mono",
        "Count &mono as two loudspeakers",
        "View/Loud&ness",
        "dual_mono",
        ("Ctrl+Shift+D",),
        "Measure a single channel as it sounds from two loudspeakers: 3 LU louder",
        ticked=Condition.DUAL_MONO,
    ),
    Action(
        "view.pause_meter",
        "&Pause meter",
        "View/Loud&ness",
        "pause_meter",
        ("Ctrl+Shift+P",),
        "Hold integrated loudness, range and maxima, or go on with them",
        "pause",
        needs=_OPEN,
        ticked=Condition.METER_PAUSED,
        group=True,
    ),
    Action(
        "view.reset_meter",
        "&Reset meter",
        "View/Loud&ness",
        "reset_meter",
        ("Ctrl+Shift+R",),
        "Start integrated loudness, range and maxima anew",
        needs=_OPEN,
    ),
    Action(
        "view.system",
        "As the &system",
        "View/T&heme",
        "system_theme",
        ("Ctrl+Alt+1",),
        "Dark or light as the system is",
        ticked=Condition.SYSTEM_THEME,
    ),
    Action("view.dark", "&Dark", "View/T&heme", "dark_theme", ("Ctrl+Alt+2",), "Dark", ticked=Condition.DARK_THEME),
    Action(
        "view.light",
        "&Light",
        "View/T&heme",
        "light_theme",
        ("Ctrl+Alt+3",),
        "Light",
        ticked=Condition.LIGHT_THEME,
    ),
    Action("view.larger", "&Larger", "View/Te&xt", "larger_text", ("Ctrl+Shift+=", "Ctrl+Shift++"), "Larger text"),
    Action(
        "view.smaller", "&Smaller", "View/Te&xt", "smaller_text", ("Ctrl+Shift+-", "Ctrl+Shift+_"), "Smaller text"
    ),
    Action("view.normal", "&Normal", "View/Te&xt", "normal_text", ("Ctrl+Shift+0",), "Text of the system's size"),
    Action("view.next", "&Next panel", "View/&Panels", "next_panel", ("F6",), "Go to the next panel", group=True),
    Action(
        "view.previous", "Pre&vious panel", "View/&Panels", "previous_panel", ("Shift+F6",), "Go to the last panel"
    ),
    Action(
        "view.reset",
        "&Reset layout",
        "View/&Panels",
        "reset_layout",
        ("Ctrl+Shift+F6",),
        "Put all panels back to their first places",
    ),
    Action("view.full", "F&ull screen", "View", "full_screen", ("F11",), "Use the whole screen, or a window"),
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
    Choices("speech.model", "&Model", "Speech", "models", group=True, more="speech.models"),
    Action(
        "speech.models",
        "M&odels…",
        "Speech",
        "manage_models",
        ("Ctrl+Alt+M",),
        "See, add, download and remove recognition models",
    ),
)

HELP = (
    Action("help.keys", "&Shortcuts", "Help", "shortcuts", ("F1",), "All keys and what the mouse does"),
    Action("help.messages", "&Messages", "Help", "messages", ("Ctrl+Shift+M",), "All messages since the start"),
    Action("help.about", "&About Audiolab", "Help", "about", ("Ctrl+F1",), "Version and licences", group=True),
)

CATALOGUE: tuple[Action | Choices, ...] = (*FILE, *EDIT, *PLAY, *VIEW, *SPEECH, *TIERS, *HELP)

ACTIONS: tuple[Action, ...] = tuple(entry for entry in CATALOGUE if isinstance(entry, Action))
