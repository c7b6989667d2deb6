"""Edits of words as text, and their times when these have been found: annotations in, annotations out."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from audiolab.core.doubts import Doubt
from audiolab.core.sequences import difference
from audiolab.core.speechtiers import marked_right
from audiolab.core.tieredits import EditError
from audiolab.core.tiers import PHONES, REMARKS, WORDS, Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan


@dataclass(frozen=True, slots=True)
class Timed:
    """When a word is said.

    Attributes:
        span: sample frames; empty where the word was not found.
        doubts: what speaks against it.
        tokens: its phones or characters.
    """

    span: TimeSpan
    doubts: frozenset[Doubt]
    tokens: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words and phones that stand between two others.

    Attributes:
        words: indices in the tier of words.
        items: these words.
        tokens: indices in the tier of phones.
        phones: these phones.
        room: sample frames from the end of the word before to the start of the word behind.
    """

    words: range
    items: tuple[Interval, ...]
    tokens: range
    phones: tuple[Interval, ...]
    room: TimeSpan


def retype(annotation: Annotation, words: range, text: str) -> tuple[Annotation, range]:
    """What was typed in the place of some words, and which words' times are to be found now.

    Words that are spoken as before, whatever their case and punctuation, keep their times. The others share the
    time of those that they replace by their letters, which is a guess. Phones of words that are deleted go.

    Args:
        annotation: with a tier of words.
        words: indices of neighbours; at least one.
        text: nothing deletes them.

    Raises:
        EditError: there are no such words.
    """
    tier = _words(annotation)
    if not words or words.stop > len(tier.intervals):
        raise EditError("There are no such words any more.")
    before, typed = tier.intervals[words.start : words.stop], typed_words(text)
    first, old_stop, new_stop = _changed([item.text for item in before], typed)
    old, new = before[first:old_stop], typed[first:new_stop]
    items = [replace(item, text=said) for item, said in zip(before[:first], typed[:first], strict=True)]
    items += guess(old, new)
    items += [replace(item, text=said) for item, said in zip(before[old_stop:], typed[new_stop:], strict=True)]
    if old and not new:
        annotation = _without_phones(annotation, old[0].span.hull(old[-1].span))
    changed = range(words.start + first, words.start + new_stop) if new else range(0)
    return annotation.with_tier(tier.spliced(words.start, words.stop, items)), changed


def add_passage(annotation: Annotation, name: str, index: int) -> tuple[Annotation, range]:
    """Words that a text lacked, as a remark says, where they are said; and which words' times are to be found now.

    Raises:
        EditError: there is no such remark.
    """
    tier, remarks = _words(annotation), annotation.intervals(name)
    if not 0 <= index < len(remarks) or Doubt.UNWRITTEN not in remarks[index].doubts:
        raise EditError("Only a passage that the text lacks can be added to it; go to one first.")
    remark = remarks[index]
    texts = typed_words(remark.text.removeprefix(f"{Doubt.UNWRITTEN}: "))
    place = bisect_left(tier.intervals, remark.span.start, key=lambda item: item.span.start)
    room = stretch_of(annotation, range(place, place)).room
    span = remark.span.intersection(room) if remark.span.overlaps(room) else TimeSpan(room.start, room.start)
    added = guess([Interval(span, "")], texts)
    annotation = marked_right(annotation, name, index)
    return annotation.with_tier(tier.spliced(place, place, added)), range(place, place + len(added))


def typed_words(text: str) -> list[str]:
    """Words of a text; what has no letter and no figure goes with the word before it, else with the one behind."""
    words: list[str] = []
    opening = ""
    for part in text.split():
        if spoken_form(part):
            words.append(f"{opening} {part}".strip())
            opening = ""
        elif words:
            words[-1] += f" {part}"
        else:
            opening = f"{opening} {part}".strip()
    return words or ([opening] if opening else [])


def spoken_form(word: str) -> str:
    """What of a word is heard: without case and punctuation."""
    return "".join(letter for letter in word.lower().replace("’", "'") if letter.isalnum() or letter in "'%&+=@$€£")


def guess(before: Sequence[Interval], texts: Sequence[str]) -> list[Interval]:
    """Words in the place of others: they share their time by their letters, and who says them."""
    if not texts:
        return []
    span, speaker = before[0].span.hull(before[-1].span), before[0].speaker
    doubts = frozenset({Doubt.INTERPOLATED})
    spans = shared(span, texts)
    return [Interval(part, text, speaker, doubts) for part, text in zip(spans, texts, strict=True)]


def shared(span: TimeSpan, texts: Sequence[str]) -> list[TimeSpan]:
    """Parts of a span for words, by their letters; all are empty where it is too short for so many."""
    if span.length < len(texts):
        return [TimeSpan(span.stop, span.stop)] * len(texts)
    letters = sum(map(len, texts))
    parts, spoken, start = [], 0, span.start
    for left, text in zip(range(len(texts) - 1, -1, -1), texts, strict=True):
        spoken += len(text)
        stop = span.start + span.length * spoken // max(letters, 1)
        stop = min(max(stop, start + 1), span.stop - left)
        parts.append(TimeSpan(start, stop))
        start = stop
    return parts


def stretch_of(annotation: Annotation, words: range) -> Stretch:
    """The words of `words` with their phones, between the words around them."""
    items, phones = annotation.intervals(WORDS), annotation.intervals(PHONES)
    low = items[words.start - 1].span.stop if words.start > 0 else 0
    high = items[words.stop].span.start if words.stop < len(items) else annotation.frames
    room = TimeSpan(low, max(low, high))
    first = bisect_left(phones, low, key=lambda item: item.span.start)
    tokens = range(first, max(bisect_left(phones, room.stop, key=lambda item: item.span.start), first))
    return Stretch(words, items[words.start : words.stop], tokens, phones[tokens.start : tokens.stop], room)


def retime(annotation: Annotation, found: Stretch, times: Sequence[Timed]) -> Annotation:
    """The same with times that have been found for the words of a stretch, where nobody has changed these since.

    Words that were not found keep what room the others leave them, as a guess. Words never reach over those around
    them. Phones that somebody has changed since stay as they are.

    Args:
        annotation: maybe edited since.
        found: the words as they were.
        times: of each of them.
    """
    place = _again(annotation.intervals(WORDS), found)
    if place is None:
        return annotation
    now = stretch_of(annotation, range(place, place + len(found.items)))
    if not any(time.span.intersection(now.room) for time in times):
        items = [replace(item, doubts=item.doubts | {Doubt.UNSPOKEN}) for item in now.items]
        return annotation.with_tier(_words(annotation).spliced(now.words.start, now.words.stop, items))
    items = _placed(now, times)
    annotation = annotation.with_tier(_words(annotation).spliced(now.words.start, now.words.stop, items))
    annotation = _without_remarks(annotation, items)
    phones = annotation.tier(PHONES)
    if isinstance(phones, IntervalTier) and _same(now.phones, found.phones):
        tokens = [token for time in times for token in time.tokens]
        return annotation.with_tier(phones.spliced(now.tokens.start, now.tokens.stop, _inside(tokens, now, phones)))
    return annotation


def _words(annotation: Annotation) -> IntervalTier:
    tier = annotation.tier(WORDS)
    if not isinstance(tier, IntervalTier):
        raise EditError(f"There is no tier of intervals called {WORDS!r} any more.")
    return tier


def _changed(before: Sequence[str], typed: Sequence[str]) -> tuple[int, int, int]:
    """Where the spoken forms differ: from which word on, until which one before, until which one typed.

    Where words are only inserted, a neighbour that stays as it is shares its time with them.
    """
    old, new = [spoken_form(word) for word in before], [spoken_form(word) for word in typed]
    start, old_stop, new_stop = difference(tuple(old), tuple(new))
    if old_stop == start < new_stop:
        if start > 0:
            start -= 1
        else:
            old_stop, new_stop = old_stop + 1, new_stop + 1
    return start, old_stop, new_stop


def _without_phones(annotation: Annotation, span: TimeSpan) -> Annotation:
    tier = annotation.tier(PHONES)
    if not isinstance(tier, IntervalTier):
        return annotation
    first = bisect_left(tier.intervals, span.start, key=lambda item: item.span.start)
    stop = bisect_left(tier.intervals, span.stop, key=lambda item: item.span.start)
    return annotation.with_tier(tier.spliced(first, max(stop, first), ()))


def _without_remarks(annotation: Annotation, words: Sequence[Interval]) -> Annotation:
    """The same without remarks that the text lacked what `words` now say."""
    tier = annotation.tier(REMARKS)
    if not isinstance(tier, IntervalTier):
        return annotation
    kept = tuple(item for item in tier.intervals if not _said(item, words))
    if kept == tier.intervals:
        return annotation
    if kept:
        return annotation.with_tier(replace(tier, intervals=kept))
    return replace(annotation, tiers=tuple(other for other in annotation.tiers if other is not tier))


def _said(remark: Interval, words: Sequence[Interval]) -> bool:
    covered = sum(word.span.intersection(remark.span).length for word in words)
    return Doubt.UNWRITTEN in remark.doubts and 2 * covered > remark.span.length


def _again(items: tuple[Interval, ...], found: Stretch) -> int | None:
    """Where the words stand now, if they do as they did."""
    at = bisect_left(items, found.items[0].span.start, key=lambda item: item.span.start)
    while at < len(items) and items[at].span.start == found.items[0].span.start:
        if _same(items[at : at + len(found.items)], found.items):
            return at
        at += 1
    return None


def _same(one: Sequence[Interval], other: Sequence[Interval]) -> bool:
    return [(item.span, item.text) for item in one] == [(item.span, item.text) for item in other]


def _placed(now: Stretch, times: Sequence[Timed]) -> list[Interval]:
    """The words of a stretch at their times, in order and within its room."""
    items: list[Interval] = []
    at = now.room.start
    lost: list[Interval] = []

    def guess_lost(stop: int) -> None:
        parts = shared(TimeSpan(at, max(at, stop)), [item.text for item in lost])
        unsure = frozenset({Doubt.UNSPOKEN, Doubt.INTERPOLATED})
        items.extend(
            replace(item, span=part, doubts=unsure if part else frozenset({Doubt.UNSPOKEN}))
            for item, part in zip(lost, parts, strict=True)
        )
        lost.clear()

    for item, time in zip(now.items, times, strict=True):
        span = TimeSpan(max(time.span.start, at), max(time.span.stop, at)).intersection(now.room)
        if not span:
            lost.append(item)
            continue
        guess_lost(span.start)
        items.append(replace(item, span=span, doubts=time.doubts))
        at = span.stop
    guess_lost(min(now.items[-1].span.stop, now.room.stop))
    return items


def _inside(tokens: Sequence[Interval], now: Stretch, phones: IntervalTier) -> list[Interval]:
    """Tokens in order, within the room that words and phones around the stretch leave."""
    low, high = now.room.start, now.room.stop
    if now.tokens.start > 0:
        low = max(low, phones.intervals[now.tokens.start - 1].span.stop)
    if now.tokens.stop < len(phones.intervals):
        high = min(high, phones.intervals[now.tokens.stop].span.start)
    inside: list[Interval] = []
    for token in tokens:
        span = TimeSpan(max(token.span.start, low), max(token.span.stop, low)).intersection(
            TimeSpan(low, max(low, high))
        )
        if span:
            inside.append(replace(token, span=span))
            low = span.stop
    return inside
