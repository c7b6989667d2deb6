"""From words to subtitles: where to break, how long to show (after the BBC's and Netflix's timed text guides)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import seconds_to_frames

_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")


@dataclass(frozen=True, slots=True)
class SubtitleRules:
    """What a subtitle may be like.

    Attributes:
        characters: in a line, at most.
        lines: in a subtitle, at most.
        characters_per_second: reading speed; a subtitle stays longer where there is room for it.
        shortest, longest: seconds on the screen. A single word may exceed `longest`.
        gap: seconds between two subtitles, at least.
        pause: silence in seconds after which a new subtitle begins.
    """

    characters: int = 42
    lines: int = 2
    characters_per_second: float = 17.0
    shortest: float = 0.833
    longest: float = 7.0
    gap: float = 0.083
    pause: float = 0.8

    def __post_init__(self) -> None:
        impossible = min(self.characters, self.lines) < 1 or self.characters_per_second <= 0
        if impossible or self.shortest > self.longest or self.gap < 0:
            raise ValueError(f"these subtitle rules cannot be met: {self}")


def cues_from_words(
    words: Sequence[Interval], sample_rate: int, rules: SubtitleRules | None = None
) -> list[Interval]:
    """Subtitles of words in order; each begins with its first word and never overlaps the next."""
    rules = rules or SubtitleRules()
    groups: list[list[Interval]] = []
    for word in words:
        if groups and _belongs(groups[-1], word, sample_rate, rules):
            groups[-1].append(word)
        else:
            groups.append([word])
    starts = [group[0].span.start for group in groups]
    return [
        Interval(_shown(group, following, sample_rate, rules), "\n".join(_lines(group, rules)), group[0].speaker)
        for group, following in zip_longest(groups, starts[1:])
    ]


def _belongs(group: list[Interval], word: Interval, sample_rate: int, rules: SubtitleRules) -> bool:
    """Whether `word` can go on the subtitle of `group`."""
    silence = word.span.start - group[-1].span.stop
    length = word.span.stop - group[0].span.start
    sentence_over = group[-1].text.endswith(_SENTENCE_ENDS) and len(_lines(group, rules)) >= rules.lines
    return (
        word.speaker == group[0].speaker
        and not sentence_over
        and silence < seconds_to_frames(rules.pause, sample_rate)
        and length <= seconds_to_frames(rules.longest, sample_rate)
        and len(_lines([*group, word], rules)) <= rules.lines
    )


def _lines(group: list[Interval], rules: SubtitleRules) -> list[str]:
    """The words broken into lines, greedily; a word longer than a line has one of its own."""
    lines: list[str] = []
    for word in group:
        if lines and len(lines[-1]) + 1 + len(word.text) <= rules.characters:
            lines[-1] += f" {word.text}"
        else:
            lines.append(word.text)
    return lines


def _shown(group: list[Interval], following: int | None, sample_rate: int, rules: SubtitleRules) -> TimeSpan:
    """From the first word to the last, longer where reading takes longer and the next subtitle leaves room."""
    start, stop = group[0].span.start, group[-1].span.stop
    reading = sum(len(word.text) + 1 for word in group) / rules.characters_per_second
    wanted = start + seconds_to_frames(min(max(reading, rules.shortest), rules.longest), sample_rate)
    stop = max(stop, wanted)
    if following is not None:
        stop = min(stop, max(following - seconds_to_frames(rules.gap, sample_rate), start))
    return TimeSpan(start, stop)
