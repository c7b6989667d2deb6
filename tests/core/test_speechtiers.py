from dataclasses import replace

from audiolab.core.doubts import Doubt
from audiolab.core.speechtiers import with_speech
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan

UNWRITTEN = frozenset({Doubt.UNWRITTEN})


def tier(name: str, *items: tuple[int, int, str]) -> IntervalTier:
    return IntervalTier(name, tuple(Interval(TimeSpan(start, stop), text) for start, stop, text in items))


def remarks(*items: tuple[int, int, str]) -> IntervalTier:
    made = tier("remarks", *items)
    return replace(made, intervals=tuple(replace(item, doubts=UNWRITTEN) for item in made.intervals))


def test_speech_stands_in_the_place_of_earlier_speech() -> None:
    mine = PointTier("mine", (Point(5, "x"),))
    before = Annotation(100, 100, (tier("words", (0, 10, "a")), mine, remarks((20, 30, "old"))))
    after = with_speech(before, [tier("words", (0, 9, "b")), tier("phones", (0, 9, "B")), remarks((40, 50, "new"))])
    assert [tier.name for tier in after.tiers] == ["words", "mine", "phones", "remarks"]
    assert after.tier("words") == tier("words", (0, 9, "b"))
    assert after.tier("remarks") == remarks((40, 50, "new"))
    assert with_speech(after, [tier("words", (0, 9, "c"))]).tier("remarks") is None


def test_a_persons_own_remarks_stay() -> None:
    own = tier("remarks", (0, 10, "laughs"))
    after = with_speech(Annotation(100, 100, (own,)), [remarks((40, 50, "new"))])
    assert after.tier("remarks") == own
    assert after.tier("remarks (2)") == replace(remarks((40, 50, "new")), name="remarks (2)")


def test_who_speaks_when_stays() -> None:
    spoken = tier("words", (0, 10, "a"), (10, 20, "b"), (30, 40, "c"))
    names = ("Ann", "Ben", "Ben")
    spoken = replace(
        spoken,
        intervals=tuple(replace(item, speaker=who) for item, who in zip(spoken.intervals, names, strict=True)),
    )
    new = tier("words", (0, 4, "v"), (4, 13, "w"), (8 + 5, 28, "x"), (28, 28, "lost"), (29, 36, "y"), (50, 60, "z"))
    after = with_speech(Annotation(100, 100, (spoken,)), [new]).tier("words")
    assert isinstance(after, IntervalTier)
    assert [item.speaker for item in after.intervals] == ["Ann", "Ann", "Ben", "", "Ben", ""]
