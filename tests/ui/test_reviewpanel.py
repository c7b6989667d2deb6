import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from audiolab.core.doubts import Doubt
from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.reviewpanel import ReviewPanel
from audiolab.ui.theme import Theme
from audiolab.ui.tiereditor import TierEditor
from audiolab.ui.window import Window
from tests.session.test_review import REMARKS, WORDS, Sound


@pytest.fixture
def window(session: Session, theme: Theme, qtbot: QtBot) -> Window:
    made = Window(session, theme)
    qtbot.addWidget(made)
    made.show()
    session.show(ArrayRecording([0.0] * 60_000, 1000))
    session.annotations.edit("x", lambda annotation: annotation.with_tier(WORDS).with_tier(REMARKS))
    return made


@pytest.fixture
def panel(window: Window) -> ReviewPanel:
    window.docks.show_panel("review")
    return window.docks.docks["review"].widget()


def rows(panel: ReviewPanel) -> list[list[str]]:
    model = panel.table.model()
    return [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]


def left(panel: ReviewPanel) -> str:
    return next(label.text() for label in panel.findChildren(QLabel) if label.accessibleName() == "Left to review")


def press(panel: ReviewPanel, text: str) -> None:
    next(button for button in panel.findChildren(QToolButton) if button.text() == text).click()


def chosen(panel: ReviewPanel) -> list[int]:
    return [index.row() for index in panel.table.selectionModel().selectedRows()]


def test_the_list_has_time_text_and_reason(panel: ReviewPanel) -> None:
    assert rows(panel)[:3] == [
        ["00:01.4", "lost", "not found in the sound"],
        ["00:30.0", "more was said", "not in the text"],
        ["00:01.2", "faint", "low score"],
    ]
    assert left(panel) == "5 left"
    assert chosen(panel) == []


def test_a_click_goes_there_and_the_keys_go_on(panel: ReviewPanel, session: Session) -> None:
    table = panel.table
    place = table.visualRect(table.model().index(1, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert session.timeline.selection == TimeSpan(30_000, 31_000)
    assert session.timeline.visible.length < 60_000
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert session.review.row == 2
    assert session.timeline.selection == TimeSpan(1200, 1400)
    session.timeline.clear_selection()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert session.timeline.selection == TimeSpan(1200, 1400)


def test_actions_go_on_and_what_is_reviewed_is_worked_on(
    panel: ReviewPanel, session: Session, window: Window
) -> None:
    window.actions_of["review.next"].trigger()
    window.actions_of["review.next"].trigger()
    window.actions_of["review.next"].trigger()
    assert chosen(panel) == [2]
    editor = TierEditor.of(session)
    assert (editor.tier.name, editor.index) == ("words", 1)
    window.actions_of["review.previous"].trigger()
    assert chosen(panel) == [1]


def test_what_is_right_leaves_the_list_until_it_is_undone(
    panel: ReviewPanel, session: Session, window: Window
) -> None:
    press(panel, "Next")
    press(panel, "Right")
    assert left(panel) == "4 left"
    assert [row[1] for row in rows(panel)] == ["more was said", "faint", "weak", "again"]
    assert chosen(panel) == [0]
    window.actions_of["edit.undo"].trigger()
    assert left(panel) == "5 left"
    assert chosen(panel) == [1]


def test_a_passage_is_added_to_the_text(panel: ReviewPanel, session: Session, window: Window) -> None:
    told: list[str] = []
    session.notice.connect(told.append)
    press(panel, "Next")
    press(panel, "Add")
    assert told == ["Only a passage that the text lacks can be added to it; go to one first."]
    press(panel, "Next")
    press(panel, "Add")
    assert [word.text for word in session.reading.words][4:7] == ["more", "was", "said"]
    assert session.annotations.annotation.tier("remarks") is None
    window.actions_of["edit.undo"].trigger()
    assert [row[1] for row in rows(panel)][1] == "more was said"


def test_the_end_is_shown(panel: ReviewPanel, session: Session) -> None:
    press(panel, "Next")
    for _ in range(5):
        press(panel, "Right")
    assert not panel.table.isVisible()
    assert any(label.text() == "✓ Nothing is left to review." for label in panel.findChildren(QLabel))


def test_the_loop_is_ticked_while_it_plays(
    panel: ReviewPanel, session: Session, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Sound(session, monkeypatch)
    press(panel, "Loop")
    assert window.actions_of["review.loop"].isChecked()
    assert sound.played == [TimeSpan(900, 1900)]
    press(panel, "Loop")
    assert not window.actions_of["review.loop"].isChecked()


def test_a_hidden_list_is_made_when_it_is_seen(panel: ReviewPanel, session: Session, window: Window) -> None:
    window.docks.docks["review"].hide()
    many = IntervalTier(
        "words",
        tuple(Interval(TimeSpan(5 * i, 5 * i + 5), str(i), doubts=frozenset({Doubt.SCORE})) for i in range(10_000)),
    )
    session.annotations.edit("x", lambda annotation: annotation.with_tier(many))
    assert panel.table.model().rowCount() == 5
    window.docks.show_panel("review")
    assert left(panel) == "10001 left"
