"""A transcript as a Word document (Office Open XML, ECMA-376): paragraphs with the time and who speaks.

For people who go on writing, not for programs: it is written and never read back.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from audiolab.core.tiers import Interval
from audiolab.core.units import clock, frames_to_seconds, seconds_to_frames

_PAUSE, _BREATH = 2.0, 0.5
"""Seconds of silence that begin a new paragraph, in any case and in a long one."""

_LONG = 60.0
"""Seconds after which a paragraph is long."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What somebody says in one go.

    Attributes:
        start: sample frame.
        speaker: who; empty where nobody said.
        text: the words.
    """

    start: int
    speaker: str
    text: str


def paragraphs(words: Sequence[Interval], sample_rate: int) -> list[Paragraph]:
    """Words, or longer intervals, in order, as paragraphs: a new one for another speaker and after a pause."""
    pause, breath, long = (seconds_to_frames(seconds, sample_rate) for seconds in (_PAUSE, _BREATH, _LONG))
    groups: list[list[Interval]] = []
    for word in words:
        group = groups[-1] if groups else None
        if group is not None and group[-1].speaker == word.speaker:
            silence = word.span.start - group[-1].span.stop
            length = group[-1].span.stop - group[0].span.start
            if silence < (breath if length >= long else pause):
                group.append(word)
                continue
        groups.append([word])
    return [
        Paragraph(group[0].span.start, group[0].speaker, " ".join(word.text for word in group)) for group in groups
    ]


def write_docx(words: Sequence[Interval], sample_rate: int, name: str) -> bytes:
    """A document headed `name`; each paragraph begins with its time and its speaker.

    Characters that XML has no place for (control characters) are left out.
    """
    import docx  # not at the top: a tenth of a second that no other format needs

    document = docx.Document()
    document.core_properties.author = ""
    document.core_properties.title = _printable(name)
    document.add_heading(_printable(name), level=1)
    for paragraph in paragraphs(words, sample_rate):
        written = document.add_paragraph()
        written.add_run(f"[{clock(frames_to_seconds(paragraph.start, sample_rate), 0)}] ").italic = True
        if paragraph.speaker:
            written.add_run(f"{_printable(paragraph.speaker)}: ").bold = True
        written.add_run(_printable(paragraph.text))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _printable(text: str) -> str:
    """`text` without what XML 1.0 (clause 2.2) does not allow."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter > "\uffff"
    )
