"""SubRip (SRT) and WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format"): cues in, cues out.

Both keep times in milliseconds. Text is written and read as plain text: what looks like markup in a WebVTT cue is
escaped; markup in files of other programs is dropped, but for the speaker of a voice tag.
"""

import html
import re

from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import seconds_to_frames

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_ARROW = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"^<v(?:\.[^ >]*)?\s+([^>]*)>")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|<\d[\d:.]*>")
_SRT_POSITION = re.compile(r"\{\\an?\d+\}")


def read_srt(text: str, sample_rate: int) -> list[Interval]:
    """The cues of a SubRip file, in order of time.

    Raises:
        ValueError: there is no cue in it.
    """
    return _cues(text, sample_rate, web=False)


def read_vtt(text: str, sample_rate: int) -> list[Interval]:
    """The cues of a WebVTT file, in order of time; notes, styles and regions are passed over.

    Raises:
        ValueError: it does not begin with WEBVTT.
    """
    if not text.lstrip("\ufeff").startswith("WEBVTT"):
        raise ValueError("does not begin with WEBVTT")
    return _cues(text, sample_rate, web=True)


def write_srt(cues: list[Interval], sample_rate: int) -> str:
    """A SubRip file. Blank lines in a text would end the cue and are dropped."""
    blocks = []
    for number, cue in enumerate(cues, 1):
        who = f"{cue.speaker}: " if cue.speaker else ""
        times = f"{_stamp(cue.span.start, sample_rate, ',')} --> {_stamp(cue.span.stop, sample_rate, ',')}"
        blocks.append(f"{number}\n{times}\n{who}{_without_blank_lines(cue.text)}\n")
    return "\n".join(blocks)


def write_vtt(cues: list[Interval], sample_rate: int) -> str:
    """A WebVTT file; a speaker becomes a voice tag."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        who = f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else ""
        times = f"{_stamp(cue.span.start, sample_rate, '.')} --> {_stamp(cue.span.stop, sample_rate, '.')}"
        blocks.append(f"{times}\n{who}{html.escape(_without_blank_lines(cue.text), quote=False)}\n")
    return "\n".join(blocks)


def _cues(text: str, sample_rate: int, *, web: bool) -> list[Interval]:
    cues = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        at = next((index for index, line in enumerate(lines) if _ARROW.match(line)), None)
        if at is None:
            continue
        found = _ARROW.match(lines[at])
        assert found is not None
        fields = found.groups()
        span = TimeSpan.between(_frames(fields[:4], sample_rate), _frames(fields[4:], sample_rate))
        cues.append(_cue(span, "\n".join(lines[at + 1 :]).rstrip("\n"), web=web))
    if not cues and not web:
        raise ValueError("has no subtitle in it")
    return sorted(cues, key=lambda cue: cue.span)


def _cue(span: TimeSpan, text: str, *, web: bool) -> Interval:
    if not web:
        return Interval(span, _SRT_POSITION.sub("", text))
    voice = _VOICE.match(text)
    speaker = html.unescape(voice.group(1)).strip() if voice else ""
    return Interval(span, html.unescape(_MARKUP.sub("", text)), speaker)


def _frames(fields: tuple[str | None, ...], sample_rate: int) -> int:
    hours, minutes, seconds, fraction = fields
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return seconds_to_frames(whole + int((fraction or "0").ljust(3, "0")) / 1000, sample_rate)


def _stamp(frame: int, sample_rate: int, point: str) -> str:
    milliseconds = (2000 * frame + sample_rate) // (2 * sample_rate)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())
