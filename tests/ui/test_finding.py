"""Finding text in tiers, alone and through the window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.finding import Finder
from audiolab.ui.theme import Theme
from audiolab.ui.tiereditor import TierEditor
from audiolab.ui.window import Window

SHIFT = Qt.KeyboardModifier.ShiftModifier


def words(*texts: str, name: str = "words") -> IntervalTier:
    return IntervalTier(
        name, tuple(Interval(TimeSpan(8000 * i, 8000 * i + 6000), text) for i, text in enumerate(texts))
    )


SAID = Annotation(
    8000, 64_000, (words("The", "cat", "sat", "on", "the", "Straße"), PointTier("marks", (Point(100, "cat"),)))
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("THE", [("words", 0, 0), ("words", 4, 4)]),
        ("the  cat", [("words", 0, 1)]),
        ("t s", [("words", 1, 2)]),
        ("cat", [("marks", 0, 0), ("words", 1, 1)]),
        ("strasse", [("words", 5, 5)]),
        ("e strasse", [("words", 4, 5)]),
        ("dog", []),
        ("  ", []),
    ],
)
def test_text_is_found_in_any_case_and_over_several_words(text: str, found: list) -> None:
    assert [(match.tier, match.first, match.last) for match in Finder().find(SAID, text)] == found


def test_a_match_is_a_stretch_of_time() -> None:
    assert Finder().find(SAID, "cat sat")[0].span == TimeSpan(8000, 22_000)


def test_edits_are_seen_at_once() -> None:
    finder = Finder()
    assert not finder.find(SAID, "dog")
    assert len(finder.find(SAID.with_tier(words("dog", "dog")), "dog")) == 2


def phones(*texts: str) -> Annotation:
    return Annotation(8000, 64_000, (words(*texts, name="phones"),))


IPA = phones("h", "ə", "l", "oʊ", "tʃ", "ã", "d̪", "ɡ", "iː", "ˈ", "ʃ")
ARPABET = phones("HH", "AH0", "L", "OW1", "sil", "AA1", "H", "T")


@pytest.mark.parametrize(
    ("said", "text", "found"),
    [
        (IPA, "həl", [(0, 2)]),
        (IPA, "h ə l", [(0, 2)]),
        (IPA, "loʊ", [(2, 3)]),
        (IPA, "ʃ", [(4, 4), (10, 10)]),
        (IPA, "ʃã", []),  # half of an affricate is not a beginning
        (IPA, "a\u0303", [(5, 5)]),
        (IPA, "d", [(6, 6)]),
        (IPA, "gi:", [(7, 8)]),
        (IPA, "'ʃ", [(9, 10)]),
        (ARPABET, "hh ah", [(0, 1)]),
        (ARPABET, "ahl", []),  # the stress stands between
        (ARPABET, "AH0L", [(1, 2)]),
        (ARPABET, "a", [(1, 1), (5, 5), (5, 5)]),
        (ARPABET, "aht", []),
        (ARPABET, "ht", [(6, 7)]),
    ],
)
def test_phones_are_found_as_they_sound(said: Annotation, text: str, found: list[tuple[int, int]]) -> None:
    assert [(match.first, match.last) for match in Finder().find(said, text)] == found


def test_accents_are_found_however_they_are_written() -> None:
    said = Annotation(8000, 64_000, (words("cafe\u0301", "caf\u00e9", "it’s"),))
    assert len(Finder().find(said, "CAFÉ")) == 2
    assert len(Finder().find(said, "cafe\u0301")) == 2
    assert len(Finder().find(said, "it's")) == 1


@given(st.lists(st.text("aB \n\0é", max_size=4), max_size=8), st.text("ab é", min_size=1, max_size=4))
def test_it_is_found_where_it_stands(texts: list[str], wanted: str) -> None:
    tier = words(*texts)
    plain = [" ".join(text.replace("\0", "").casefold().split()) for text in texts]
    expected = [
        (first, last)
        for first in range(len(plain))
        for last in range(first, len(plain))
        if " ".join(wanted.split()) in " ".join(plain[first : last + 1])
    ]
    for match in Finder().find(Annotation(8000, 100_000, (tier,)), wanted):
        assert (match.first, match.last) in expected
        assert match.span == tier.intervals[match.first].span.hull(tier.intervals[match.last].span)
    assert bool(Finder().find(Annotation(8000, 100_000, (tier,)), wanted)) == bool(
        " ".join(wanted.split()) and expected
    )


@pytest.fixture
def window(session: Session, theme: Theme, recording: ArrayRecording, qtbot: QtBot) -> Window:
    made = Window(session, theme)
    qtbot.addWidget(made)
    made.resize(900, 700)
    session.show(recording)
    session.annotations.edit("x", lambda annotation: annotation.with_tier(words("The", "cat", "sat", "on", "the")))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def test_enter_goes_from_one_match_to_the_next(window: Window, session: Session) -> None:
    window.actions_of["edit.find"].trigger()
    bar = window.find_bar
    assert bar.isVisible()
    assert bar.line.hasFocus()
    QTest.keyClicks(bar.line, "THE")
    seen = []
    for keys in (Qt.KeyboardModifier.NoModifier,) * 3 + (SHIFT,):
        QTest.keyClick(bar.line, Qt.Key.Key_Return, keys)
        seen.append((bar.count.text(), session.timeline.selection.start, TierEditor.of(session).index))
    assert seen == [("1 of 2", 0, 0), ("2 of 2", 32_000, 4), ("1 of 2", 0, 0), ("2 of 2", 32_000, 4)]
    assert session.timeline.cursor == 32_000
    window.actions_of["edit.find_next"].trigger()
    assert bar.count.text() == "1 of 2"


def test_it_counts_while_it_is_typed_and_escape_closes(window: Window, qtbot: QtBot, session: Session) -> None:
    window.actions_of["edit.find"].trigger()
    bar = window.find_bar
    QTest.keyClicks(bar.line, "sat")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 1")
    assert session.timeline.selection == TimeSpan(16_000, 22_000)
    session.annotations.undo()
    assert bar.count.text() == "Not found"
    QTest.keyClick(bar.line, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert session.timeline.selection  # Escape was the bar's
