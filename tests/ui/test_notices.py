import pytest
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from audiolab.ui.helpdialogs import MessagesDialog
from audiolab.ui.notices import Notices, NoticeStrip
from audiolab.ui.theme import Theme


def texts(strip: NoticeStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(QLabel)]


def test_strip_shows_the_newest_and_counts_the_others(theme: Theme, qtbot: QtBot) -> None:
    notices = Notices()
    strip = NoticeStrip(notices, theme)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    notices.add("First.")
    assert not strip.isHidden()
    assert texts(strip) == ["First.", ""]
    notices.add("Second.")
    notices.add("Third.")
    assert texts(strip) == ["Third.", "and 2 more"]
    notices.dismiss()
    assert texts(strip) == ["Second.", "and 1 more"]
    notices.dismiss()
    notices.dismiss()
    assert strip.isHidden()


def test_the_same_again_does_not_pile_up(qtbot: QtBot) -> None:
    notices = Notices()
    for _ in range(5):
        notices.add("The device is gone.")
    assert len(notices.pending) == len(notices.history) == 1


def test_dismissed_messages_stay_in_the_history(qtbot: QtBot) -> None:
    notices = Notices()
    dialog = MessagesDialog(notices)
    qtbot.addWidget(dialog)
    notices.add("First.")
    notices.dismiss()
    notices.add("Second.")
    lines = dialog.findChild(QPlainTextEdit).toPlainText().splitlines()
    assert [line.partition("  ")[2] for line in lines] == ["First.", "Second."]


def test_a_remark_goes_by_itself_and_makes_room(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audiolab.ui.notices.REMARK_MS", 50)
    notices = Notices()
    strip = NoticeStrip(notices, theme)
    qtbot.addWidget(strip)
    notices.add("The device is gone.")
    notices.add("Nothing differs.", passing=True)
    assert texts(strip) == ["Nothing differs.", "and 1 more"]
    notices.add("Nothing differs there either.", passing=True)
    assert texts(strip) == ["Nothing differs there either.", "and 1 more"]
    qtbot.waitUntil(lambda: texts(strip) == ["The device is gone.", ""])
    notices.add("Nothing differs.", passing=True)
    notices.add("The file is empty.")
    assert texts(strip) == ["The file is empty.", "and 1 more"]
    assert len(notices.history) == 5


def test_text_is_never_taken_for_markup(theme: Theme, qtbot: QtBot) -> None:
    notices = Notices()
    strip = NoticeStrip(notices, theme)
    qtbot.addWidget(strip)
    notices.add("<b>name</b>.wav: is empty.")
    assert texts(strip)[0] == "<b>name</b>.wav: is empty."
