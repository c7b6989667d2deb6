"""A document and the edits behind it."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange.kept import Kept, append, begin, edit_line, read_kept

TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)


@st.composite
def interval_tiers(draw: st.DrawFn, name: str) -> IntervalTier:
    edges = sorted(draw(st.lists(st.integers(0, 500), max_size=12)))
    spans = zip(edges[::2], edges[1::2], strict=False)
    return IntervalTier(name, tuple(Interval(TimeSpan(*span), draw(TEXTS), draw(TEXTS)) for span in spans))


@st.composite
def point_tiers(draw: st.DrawFn, name: str) -> PointTier:
    frames = sorted(draw(st.lists(st.integers(0, 500), max_size=5)))
    return PointTier(name, tuple(Point(frame, draw(TEXTS)) for frame in frames))


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    names = draw(st.lists(st.sampled_from(["words", "phones", "mine", "a\u2028b"]), unique=True))
    tiers: list[Tier] = [draw(st.one_of(interval_tiers(name), point_tiers(name))) for name in names]
    return Annotation(8000, 1000, tuple(tiers))


@given(st.lists(annotations(), min_size=1, max_size=6))
def test_what_was_edited_comes_back(tmp_path_factory: pytest.TempPathFactory, states: list[Annotation]) -> None:
    file = tmp_path_factory.mktemp("kept") / "tiers.jsonl"
    begin(file, states[0])
    for before, after in pairwise(states):
        line = edit_line(before, after, 1000)
        assert line is not None
        append(file, line)
    kept = read_kept(file)
    assert (kept.annotation, kept.damage) == (states[-1], "")


def test_a_tier_may_be_there_twice_and_each_be_changed(tmp_path: Path) -> None:
    """Also in the edit that makes the second one, and again later."""
    items = (Interval(TimeSpan(0, 8), "a"), Interval(TimeSpan(10, 18), "b"))
    one, other = IntervalTier("one", items), IntervalTier("other", items)
    shorter, empty = IntervalTier("one", items[:1]), IntervalTier("one")
    states = [
        Annotation(8000, 1000, (one,)),
        Annotation(8000, 1000, (shorter, other, IntervalTier("third", items))),
        Annotation(8000, 1000, (empty, other, IntervalTier("third", items[1:]))),
        Annotation(8000, 1000, (empty, other, IntervalTier("fourth"))),
        Annotation(8000, 1000, (one, other, IntervalTier("fourth"), IntervalTier("fifth"))),
    ]
    file = tmp_path / "tiers.jsonl"
    begin(file, states[0])
    for before, after in pairwise(states):
        append(file, edit_line(before, after, 1000) or b"")
        assert read_kept(file) == Kept(after)


WORDS = IntervalTier("words", tuple(Interval(TimeSpan(10 * i, 10 * i + 8), f"w{i}") for i in range(1000)))
LONG = Annotation(8000, 10_000, (WORDS,))


def typed(annotation: Annotation, index: int, text: str) -> Annotation:
    tier = annotation.tiers[0]
    assert isinstance(tier, IntervalTier)
    word = Interval(tier.intervals[index].span, text)
    return annotation.with_tier(tier.spliced(index, index + 1, (word,)))


def test_a_line_is_as_long_as_the_edit_and_not_as_the_tier() -> None:
    line = edit_line(LONG, typed(LONG, 500, "hello"), 10)
    assert line is not None
    assert len(line) < 140
    assert edit_line(Annotation(8000, 10_000), LONG, 999) is None
    renamed = Annotation(8000, 10_000, (IntervalTier("mots", WORDS.intervals),))
    assert edit_line(LONG, renamed, 0) == b'{"tiers":[{"name":"mots","was":"words"}]}\n'


def test_what_was_typed_is_there_without_the_document_it_was_typed_on(tmp_path: Path) -> None:
    file = tmp_path / "tiers.jsonl"
    begin(file, Annotation(8000, 10_000))
    once = typed(LONG, 500, "hello")
    added = once.with_tier(
        IntervalTier("words", once.intervals("words")).spliced(
            1000, 1000, (Interval(TimeSpan(9999, 10_000), "end"),)
        )
    )
    edits = (LONG, once), (once, added), (once, typed(once, 500, "world")), (once, typed(once, 2, "two"))
    for before, after in edits:
        append(file, edit_line(before, after, 1000) or b"")
    assert read_kept(file).annotation.intervals("words") == (
        Interval(TimeSpan(20, 28), "two"),
        Interval(TimeSpan(5000, 5008), "world"),
        Interval(TimeSpan(9999, 10_000), "end"),
    )


@pytest.mark.parametrize("torn", ['{"tiers":[{"na', '{"tiers":[{"name":"words"}]}', "[]\n", '{"tiers":[{}]}\n'])
def test_edits_before_a_torn_line_are_read(tmp_path: Path, torn: str) -> None:
    file = tmp_path / "tiers.jsonl"
    begin(file, LONG)
    after = typed(LONG, 1, "hello")
    append(file, (edit_line(LONG, after, 10) or b"") + torn.encode())
    kept = read_kept(file)
    assert kept.annotation == after
    assert kept.damage


@pytest.mark.parametrize("content", ["", "{}", "{broken", "[1]\n", "\n"])
def test_what_is_no_document_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tiers.jsonl"
    file.write_text(content)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever JSON finds wrong
        read_kept(file)
