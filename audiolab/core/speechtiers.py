"""The tiers that speech becomes: words, phones, and remarks on what a text lacks, kept in step with each other."""

from collections.abc import Iterable
from dataclasses import replace

from audiolab.core.doubts import Doubt
from audiolab.core.tiers import REMARKS, WORDS, Annotation, Interval, IntervalTier, Tier


def with_speech(annotation: Annotation, tiers: Iterable[IntervalTier]) -> Annotation:
    """The same with other words, phones and remarks; who speaks when stays as it was.

    Args:
        annotation: what there is; remarks of its text go.
        tiers: in the place of those of their names, remarks only of those that are remarks of a text.
    """
    before = annotation.tier(WORDS)
    annotation = replace(annotation, tiers=tuple(tier for tier in annotation.tiers if not _remarks_of_text(tier)))
    for tier in tiers:
        if tier.name == WORDS and isinstance(before, IntervalTier):
            tier = replace(tier, intervals=tuple(_spoken(tier.intervals, before.intervals)))
        elif tier.name == REMARKS:
            tier = replace(tier, name=_free(annotation, REMARKS))
        annotation = annotation.with_tier(tier)
    return annotation


def _remarks_of_text(tier: Tier) -> bool:
    items = tier.intervals if isinstance(tier, IntervalTier) else ()
    return bool(items) and all(Doubt.UNWRITTEN in item.doubts for item in items)


def _free(annotation: Annotation, name: str) -> str:
    """`name`, with a number where a person's own tier has it."""
    taken = {tier.name for tier in annotation.tiers}
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _spoken(words: Iterable[Interval], before: tuple[Interval, ...]) -> Iterable[Interval]:
    """Each word with the speaker of the interval that it shares most of its time with."""
    first = 0
    for word in words:
        while first < len(before) and before[first].span.stop <= word.span.start:
            first += 1
        speaker, most = word.speaker, 0
        at = first
        while at < len(before) and before[at].span.start < word.span.stop:
            shared = before[at].span.intersection(word.span).length
            if shared > most:
                speaker, most = before[at].speaker, shared
            at += 1
        yield replace(word, speaker=speaker) if speaker != word.speaker else word
