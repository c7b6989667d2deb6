"""A new reading of a selection, taken and left through the window."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from audiolab.core import tieredits
from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import WORDS, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.differencestrip import DifferenceStrip
from audiolab.ui.theme import Theme
from audiolab.ui.transcripttext import TranscriptText
from audiolab.ui.window import Window
from tests.session.test_proposal import RATE, SAID, Listener, recording

LEFT = Qt.MouseButton.LeftButton
WRONG = ["one", "too", "three", "fore", "fife", "six", "heaven", "eight", "nine"]


@pytest.fixture
def window(session: Session, theme: Theme, qtbot: QtBot) -> Iterator[Window]:
    session.reading._make_recognizer = lambda name: Listener(name or "usual", SAID)
    made = Window(session, theme)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    session.show(recording())
    items = tuple(Interval(TimeSpan(at * RATE, at * RATE + 500), text) for at, text in enumerate(WRONG))
    session.annotations.edit("x", lambda annotation: annotation.with_tier(IntervalTier(WORDS, items)))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def strip(window: Window, session: Session) -> DifferenceStrip:
    session.timeline.select(TimeSpan(0, 10 * RATE))
    window.actions_of["speech.selection"].trigger()
    return window.findChild(DifferenceStrip)


def words(session: Session) -> list[str]:
    return [word.text for word in session.reading.words]


def test_it_is_hidden_until_something_differs(window: Window, session: Session) -> None:
    strip = window.findChild(DifferenceStrip)
    assert not strip.isVisible()
    session.timeline.select(TimeSpan(0, 1000))
    window.actions_of["speech.selection"].trigger()
    assert not strip.isVisible()
    assert window.notices.pending[-1].text == "Nothing differs: usual reads the same words there."


def test_it_tells_what_differs(strip: DifferenceStrip, session: Session) -> None:
    assert strip.isVisible()
    assert strip.title.text() == "Change 1 of 4, at 00:01.0, read by usual"
    assert strip.view.describe() == "“too” becomes “two”"
    assert strip.view.accessibleDescription() == "“too” becomes “two”"
    assert words(session) == WRONG  # nothing yet


def test_it_is_worked_with_keys_alone(window: Window, strip: DifferenceStrip, session: Session) -> None:
    strip.view.setFocus()
    QTest.keyClick(strip.view, Qt.Key.Key_Right)
    assert strip.view.describe() == "“fore fife” becomes “four five”"
    assert session.timeline.selection == TimeSpan(3000, 4500)
    assert session.timeline.cursor == 3000
    QTest.keyClick(strip.view, Qt.Key.Key_Return)
    assert words(session)[3:5] == ["four", "five"]
    assert strip.view.describe() == "“heaven” becomes “seven”"
    QTest.keyClick(strip.view, Qt.Key.Key_Delete)
    assert strip.view.describe() == "“ten” comes in"
    assert words(session)[6] == "heaven"
    QTest.keyClick(strip.view, Qt.Key.Key_Left)
    assert strip.view.describe() == "“too” becomes “two”"
    QTest.keyClick(strip.view, Qt.Key.Key_Escape)
    assert not strip.isVisible()
    assert words(session)[1] == "too"
    session.annotations.undo()
    assert words(session) == WRONG


def test_all_is_taken_in_one_step_by_shortcut(window: Window, strip: DifferenceStrip, session: Session) -> None:
    QTest.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    assert words(session) == SAID
    assert not strip.isVisible()
    window.actions_of["edit.undo"].trigger()
    assert words(session) == WRONG


def test_buttons_do_what_they_say(strip: DifferenceStrip, session: Session, qtbot: QtBot) -> None:
    buttons = {button.text(): button for button in strip.findChildren(QToolButton)}
    qtbot.mouseClick(buttons["Take this change"], LEFT)
    assert words(session)[1] == "two"
    qtbot.mouseClick(buttons["Leave this change"], LEFT)
    assert words(session)[3] == "fore"
    qtbot.mouseClick(buttons["Take all"], LEFT)
    assert words(session) == ["one", "two", "three", "fore", "fife", "six", "seven", "eight", "nine", "ten"]


def test_a_click_goes_to_a_change(strip: DifferenceStrip, session: Session, qtbot: QtBot) -> None:
    strip.grab()
    area = next(area for index, area in strip.view._columns if index == 6)
    qtbot.mouseClick(strip.view, LEFT, pos=area.center().toPoint())
    assert session.proposal.current == range(6, 7)
    assert session.timeline.selection == TimeSpan(6000, 6500)


def test_differences_are_told_by_more_than_colour(strip: DifferenceStrip, theme: Theme) -> None:
    """Grey pictures of the same and of another word differ: signs and lines."""
    colours = theme.colours
    strip.view.resize(900, strip.view.height())
    image = strip.view.grab().toImage()
    areas = {index: area.toRect() for index, area in strip.view._columns}
    view = strip.view
    assert view._old_font.strikeOut()
    assert view._new_font.underline()

    def ink(index: int, colour) -> int:
        part = image.copy(areas[index])
        return sum(part.pixelColor(x, y) == colour for x in range(part.width()) for y in range(part.height()))

    assert ink(1, colours.bad) > 10
    assert ink(1, colours.good) > 10
    assert ink(0, colours.bad) == ink(0, colours.good) == 0


def test_only_what_can_be_seen_is_laid_out(window: Window, session: Session, theme: Theme) -> None:
    count = 5000
    items = tuple(Interval(TimeSpan(at * 100, at * 100 + 90), "word") for at in range(count))
    long = ArrayRecording(np.zeros(count * 100, np.float32), RATE, identity="long")
    session.show(long)
    tier = IntervalTier(WORDS, items)
    session.annotations.edit("x", lambda annotation: annotation.with_tier(tier))
    changed = tieredits.rename(tieredits.rename(tier, 2500, "other"), 4999, "last")
    read = session.annotations.annotation.with_tier(changed)
    session.proposal.offer(read, TimeSpan(0, long.frames), "usual")
    view = window.findChild(DifferenceStrip).view
    view.grab()
    assert len(view._columns) < 60
    assert session.proposal.current == range(2500, 2501)
    middle = next(area for index, area in view._columns if index == 2500).center().x()
    assert abs(middle - view.width() / 2) < 60
    session.proposal.step(1)
    view.grab()
    assert view._columns[-1][0] == 4999


def test_listening_plays_the_change_again_and_again(
    window: Window, strip: DifferenceStrip, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = []
    monkeypatch.setattr(session.transport, "play_span", played.append)
    window.actions_of["reread.listen"].trigger()
    assert played == [TimeSpan(700, 1800)]
    assert session.transport.loop


def test_the_selection_can_be_read_with_any_model(window: Window, session: Session) -> None:
    menu = window._menus.choices["speech.selection_model"]
    menu.fill()
    assert [entry.text() for entry in menu.actions()] == ["Select the time first"]
    session.timeline.select(TimeSpan(1000, 1500))
    menu.fill()
    menu.actions()[0].trigger()
    assert session.proposal.rereading is not None


def test_the_transcript_offers_it_in_its_menu(window: Window, session: Session, qtbot: QtBot) -> None:
    text = window.findChild(TranscriptText)
    session.timeline.select(TimeSpan(1000, 1500))
    text.customContextMenuRequested.emit(text.rect().center())
    menu = QApplication.activePopupWidget()
    offered = [action.objectName() for action in menu.actions()]
    menu.close()
    assert "speech.selection" in offered
