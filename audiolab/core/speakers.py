"""Who speaks, and what is left of an annotation when only some are listened to."""

from collections.abc import Collection
from dataclasses import replace
from itertools import compress

import numpy as np
import numpy.typing as npt

from audiolab.core.tiers import PHONES, WORDS, Annotation, Interval, IntervalTier, Tier

Mask = npt.NDArray[np.bool_]
"""Of each item of a tier whether it is shown."""


def speakers_of(annotation: Annotation) -> tuple[str, ...]:
    """Everybody who speaks, by name."""
    tiers = (tier for tier in annotation.tiers if isinstance(tier, IntervalTier))
    return tuple(sorted({item.speaker for tier in tiers for item in tier.intervals} - {""}))


def said_by(annotation: Annotation, speakers: Collection[str]) -> Annotation:
    """Only what some people say (see `mask_of`); an empty name stands for those whom nobody named."""
    return replace(annotation, tiers=tuple(_masked(annotation, tier, speakers) for tier in annotation.tiers))


def mask_of(annotation: Annotation, tier: Tier, speakers: Collection[str]) -> Mask | None:
    """Which intervals of a tier some people say.

    Phones have no speakers of their own: they are said by whom the word is said in whose time their middle lies,
    or, where there is none, by nobody who was named.

    Args:
        annotation: for the words.
        tier: one of its tiers.
        speakers: their names.

    Returns:
        Bool of shape (intervals,); None for a tier on which nobody is named, which is shown whoever speaks.
    """
    if not isinstance(tier, IntervalTier):
        return None
    by_name = _by_name(tier.intervals, speakers)
    words = annotation.intervals(WORDS)
    by_word = _by_name(words, speakers)
    if by_name is not None or by_word is None or tier.name != PHONES:
        return by_name
    starts, stops = (np.array([getattr(word.span, edge) for word in words], np.int64) for edge in ("start", "stop"))
    middles = np.array([(phone.span.start + phone.span.stop) // 2 for phone in tier.intervals], np.int64)
    word = np.searchsorted(starts, middles, "right") - 1
    within = (word >= 0) & (middles < stops[word])
    shown: Mask = np.where(within, by_word[word], "" in speakers)
    return shown


def _by_name(intervals: tuple[Interval, ...], speakers: Collection[str]) -> Mask | None:
    """Which intervals some people say; None where nobody is named on any."""
    if not any(item.speaker for item in intervals):
        return None
    return np.array([item.speaker in speakers for item in intervals], bool)


def _masked(annotation: Annotation, tier: Tier, speakers: Collection[str]) -> Tier:
    mask = mask_of(annotation, tier, speakers)
    if mask is None or not isinstance(tier, IntervalTier):
        return tier
    return replace(tier, intervals=tuple(compress(tier.intervals, mask)))
