"""Where the channels of a recording stand in the room, and what each weighs in loudness (BS.1770-5, annex 3).

The weight follows from the position alone: 1.41 for a loudspeaker at the listener's side (azimuth 60° to 120°,
either hand, less than 30° up or down), 1.00 anywhere else, nothing for low-frequency effects (LFE).
"""

from dataclasses import dataclass

from audiolab.core.errors import AudiolabError

SIDE_WEIGHT = 1.41
"""Power weight of loudspeakers at the side (+1.5 dB), as BS.1770-5 prints it."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One channel's place.

    Attributes:
        name: the label that engineers use: ``"L"``, ``"Lss"``, ``"LFE"``.
        azimuth: degrees from straight ahead, left positive, -180 to 180.
        elevation: degrees above the listener's ears, -90 to 90.
        lfe: whether it carries low-frequency effects, which loudness leaves out.
    """

    name: str
    azimuth: float = 0.0
    elevation: float = 0.0
    lfe: bool = False

    @property
    def weight(self) -> float:
        """Factor of its power in loudness: 0, 1 or 1.41 (BS.1770-5, table 4)."""
        if self.lfe:
            return 0.0
        beside = 60.0 <= abs(self.azimuth) <= 120.0 and abs(self.elevation) < 30.0
        return SIDE_WEIGHT if beside else 1.0


@dataclass(frozen=True, slots=True)
class ChannelLayout:
    """Which loudspeaker each channel of a recording feeds, in the recording's order.

    Attributes:
        name: ``"stereo"``, ``"5.1"``, ``"7.1.4"``.
        speakers: one a channel.
    """

    name: str
    speakers: tuple[Speaker, ...]

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(self.speakers)

    @property
    def weights(self) -> tuple[float, ...]:
        """Power weight of each channel."""
        return tuple(speaker.weight for speaker in self.speakers)


_SPEAKERS = {
    speaker.name: speaker
    for speaker in (
        Speaker("C"),
        Speaker("L", 30.0),
        Speaker("R", -30.0),
        Speaker("Lc", 15.0),
        Speaker("Rc", -15.0),
        Speaker("Lw", 60.0),
        Speaker("Rw", -60.0),
        Speaker("Lss", 90.0),
        Speaker("Rss", -90.0),
        Speaker("Ls", 110.0),
        Speaker("Rs", -110.0),
        Speaker("Lrs", 135.0),
        Speaker("Rrs", -135.0),
        Speaker("Cs", 180.0),
        Speaker("LFE", lfe=True),
        Speaker("LFE2", lfe=True),
        Speaker("Ltf", 45.0, 45.0),
        Speaker("Rtf", -45.0, 45.0),
        Speaker("Ctf", 0.0, 45.0),
        Speaker("Ltm", 90.0, 45.0),
        Speaker("Rtm", -90.0, 45.0),
        Speaker("Ltr", 135.0, 45.0),
        Speaker("Rtr", -135.0, 45.0),
        Speaker("Ctr", 180.0, 45.0),
        Speaker("T", 0.0, 90.0),
        Speaker("Cb", 0.0, -30.0),
        Speaker("Lb", 45.0, -30.0),
        Speaker("Rb", -45.0, -30.0),
    )
}


def _layout(name: str, speakers: str) -> ChannelLayout:
    return ChannelLayout(name, tuple(_SPEAKERS[label] for label in speakers.split()))


MONO = ChannelLayout("mono", (_SPEAKERS["C"],))
STEREO = _layout("stereo", "L R")

LAYOUTS: dict[str, ChannelLayout] = {
    layout.name: layout
    for layout in (
        MONO,
        STEREO,
        _layout("2.1", "L R LFE"),
        _layout("3.0", "L R C"),
        _layout("4.0", "L R Ls Rs"),
        _layout("5.0", "L R C Ls Rs"),
        _layout("5.1", "L R C LFE Ls Rs"),
        _layout("5.1 film", "L C R Ls Rs LFE"),
        _layout("6.1", "L R C LFE Cs Lss Rss"),
        _layout("7.0", "L R C Lrs Rrs Lss Rss"),
        _layout("7.1", "L R C LFE Lrs Rrs Lss Rss"),
        _layout("7.1 sides first", "L R C LFE Lss Rss Lrs Rrs"),
        _layout("5.1.2", "L R C LFE Ls Rs Ltm Rtm"),
        _layout("5.1.4", "L R C LFE Ls Rs Ltf Rtf Ltr Rtr"),
        _layout("7.1.2", "L R C LFE Lss Rss Lrs Rrs Ltm Rtm"),
        _layout("7.1.4", "L R C LFE Lss Rss Lrs Rrs Ltf Rtf Ltr Rtr"),
        _layout("9.1.4", "L R C LFE Lss Rss Lrs Rrs Lw Rw Ltf Rtf Ltr Rtr"),
        _layout("9.1.6", "L R C LFE Lss Rss Lrs Rrs Lw Rw Ltf Rtf Ltm Rtm Ltr Rtr"),
        _layout(
            "22.2",
            "Lw Rw C LFE Lrs Rrs L R Cs LFE2 Lss Rss Ltf Rtf Ctf T Ltr Rtr Ltm Rtm Ctr Cb Lb Rb",
        ),
    )
}
"""Layouts by name. Beds without height are in the order of WAVE files (5.1 "film" is L C R Ls Rs LFE); beds with
height in the order of Dolby Atmos masters, sides before rears; 22.2 in the order of SMPTE ST 2036-2."""

_DEFAULTS = {
    1: "mono",
    2: "stereo",
    3: "3.0",
    4: "4.0",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
    10: "7.1.2",
    12: "7.1.4",
    14: "9.1.4",
    16: "9.1.6",
    24: "22.2",
}


def default_layout(channels: int) -> ChannelLayout:
    """The layout that a recording of so many channels most likely has.

    Numbers that no layout has (multitrack recordings) get `alike`.

    Raises:
        ValueError: `channels` is not positive.
    """
    return LAYOUTS[_DEFAULTS[channels]] if channels in _DEFAULTS else alike(channels)


def alike(channels: int) -> ChannelLayout:
    """One speaker straight ahead for each channel, as in multitrack recordings: all count the same.

    Raises:
        ValueError: `channels` is not positive.
    """
    if channels < 1:
        raise ValueError(f"a recording has at least one channel, not {channels}")
    return ChannelLayout(f"{channels} channels", tuple(Speaker(str(index + 1)) for index in range(channels)))


def layout_of_speakers(channels: int, speakers: tuple[str, ...]) -> ChannelLayout:
    """The layout that a file says it has.

    Args:
        channels: of the file.
        speakers: their labels in the file's order (`audiolab.core.recording.MediaInfo.speakers`); where there are
            none, or one is unknown, the default layout is taken.
    """
    if len(speakers) != channels or not set(speakers) <= set(_SPEAKERS):
        return default_layout(channels)
    made = ChannelLayout(" ".join(speakers), tuple(_SPEAKERS[label] for label in speakers))
    return next((layout for layout in LAYOUTS.values() if layout.speakers == made.speakers), made)


def layouts_for(channels: int) -> tuple[ChannelLayout, ...]:
    """All layouts of so many channels; the likely one first, the one that counts all channels alike last."""
    likely, same = default_layout(channels), alike(channels)
    others = (layout for layout in LAYOUTS.values() if layout.channels == channels and layout != likely)
    return (likely, *others, *(() if channels <= len("LR") or likely == same else (same,)))


def find_layout(name: str) -> ChannelLayout:
    """The layout called `name`, in any case, or `alike` for ``"12 channels"``.

    Raises:
        AudiolabError: there is none.
    """
    wanted = " ".join(name.casefold().split())
    found = next((layout for key, layout in LAYOUTS.items() if key.casefold() == wanted), None)
    count, _, word = wanted.partition(" ")
    if found is None and word == "channels" and count.isdecimal() and int(count) > 0:
        found = alike(int(count))
    if found is None:
        raise AudiolabError(f"{name!r} is no channel layout; choose one of: {', '.join(map(repr, LAYOUTS))}.")
    return found


def fitting_layout(channels: int, layout: ChannelLayout | None, speakers: tuple[str, ...] = ()) -> ChannelLayout:
    """`layout`, or where it is None the one that `speakers` make, or else the default for `channels`.

    Raises:
        AudiolabError: `layout` has another number of channels.
    """
    if layout is None:
        return layout_of_speakers(channels, speakers)
    if layout.channels != channels:
        fitting = ", ".join(repr(other.name) for other in layouts_for(channels))
        counts = f"has {layout.channels} channels, the sound has {channels}"
        raise AudiolabError(f"The layout {layout.name!r} {counts}; choose {fitting}.")
    return layout


def channel_weights(layout: ChannelLayout, *, dual_mono: bool) -> tuple[float, ...]:
    """Power weight of each channel of `layout`.

    Args:
        layout: where the channels stand.
        dual_mono: count a single channel twice, as it sounds from two loudspeakers (+3.01 LU); without effect on
            more than one channel.
    """
    if dual_mono and layout.channels == 1:
        return (2.0 * layout.weights[0],)
    return layout.weights
