"""The tiers that speech becomes: words, phones, and remarks on what a text lacks, kept in step with each other."""

from collections.abc import Iterable
from dataclasses import replace

from audiolab.core.doubts import NO_DOUBTS, Doubt
from audiolab.core.tieredits import EditError
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


def marked_right(annotation: Annotation, name: str, index: int) -> Annotation:
    """The same without doubts against an interval; a remark on what a text lacks goes altogether.

    Raises:
        EditError: there is no such interval.
    """
    tier = annotation.tier(name)
    if not isinstance(tier, IntervalTier) or not 0 <= index < len(tier.intervals):
        raise EditError("There is no such interval any more.")
    item = tier.intervals[index]
    if Doubt.UNWRITTEN not in item.doubts:
        return annotation.with_tier(tier.spliced(index, index + 1, (replace(item, doubts=NO_DOUBTS),)))
    if len(tier.intervals) > 1:
        return annotation.with_tier(tier.spliced(index, index + 1, ()))
    return replace(annotation, tiers=tuple(other for other in annotation.tiers if other is not tier))
