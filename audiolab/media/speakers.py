"""Which loudspeaker each channel of a file feeds, as its header says it.

Names are the labels of ITU-R BS.2051 that `audiolab.analysis.loudness.channels` knows. No names: the file does not
say, or says something that fits its channels badly.
"""

from collections.abc import Iterable

_LABELS = {
    "FL": "L",
    "FR": "R",
    "FC": "C",
    "LFE": "LFE",
    "BL": "Ls",
    "BR": "Rs",
    "FLC": "Lc",
    "FRC": "Rc",
    "BC": "Cs",
    "SL": "Ls",
    "SR": "Rs",
    "TC": "T",
    "TFL": "Ltf",
    "TFC": "Ctf",
    "TFR": "Rtf",
    "TBL": "Ltr",
    "TBC": "Ctr",
    "TBR": "Rtr",
    "WL": "Lw",
    "WR": "Rw",
    "LFE2": "LFE2",
    "TSL": "Ltm",
    "TSR": "Rtm",
    "BFC": "Cb",
    "BFL": "Lb",
    "BFR": "Rb",
}
"""From FFmpeg's names. The first 18 are the bits of a WAVE channel mask, lowest first."""

_WAVE_BITS = tuple(_LABELS)[:18]

_BACK_BESIDE_SIDE = {"BL": "Lrs", "BR": "Rrs"}
_SIDE_BESIDE_BACK = {"SL": "Lss", "SR": "Rss"}

_VORBIS = (
    (),
    ("FC",),
    ("FL", "FR"),
    ("FL", "FC", "FR"),
    ("FL", "FR", "BL", "BR"),
    ("FL", "FC", "FR", "BL", "BR"),
    ("FL", "FC", "FR", "BL", "BR", "LFE"),
    ("FL", "FC", "FR", "SL", "SR", "BC", "LFE"),
    ("FL", "FC", "FR", "SL", "SR", "BL", "BR", "LFE"),
)
"""By number of channels: Vorbis I specification 4.3.9, and RFC 7845, 5.1.1.2, for Opus."""


def speakers_of_names(names: Iterable[str]) -> tuple[str, ...]:
    """Labels for FFmpeg's names of channels; none where one of them is unknown.

    Two surround channels are "Ls" and "Rs" wherever they stand; of four, those at the sides are "Lss" and "Rss",
    those behind "Lrs" and "Rrs".
    """
    names = tuple(names)
    labels = dict(_LABELS)
    if {"SL", "SR"} & set(names):
        labels |= _BACK_BESIDE_SIDE
    if {"BL", "BR", "BC"} & set(names):
        labels |= _SIDE_BESIDE_BACK
    if len(set(names)) < len(names) or not set(names) <= set(labels):
        return ()
    if len(names) == 1:
        return ("C",)
    return tuple(labels[name] for name in names)


def speakers_of_mask(mask: int, channels: int) -> tuple[str, ...]:
    """Labels for the channel mask of a WAVE file (WAVEFORMATEXTENSIBLE); none unless it names every channel."""
    names = [name for bit, name in enumerate(_WAVE_BITS) if mask >> bit & 1]
    return speakers_of_names(names[:channels]) if len(names) >= channels else ()


def speakers_of_vorbis(channels: int) -> tuple[str, ...]:
    """Labels for Ogg Vorbis and Ogg Opus, whose order is laid down; none for more than eight channels."""
    return speakers_of_names(_VORBIS[channels]) if channels < len(_VORBIS) else ()
