"""The alignment desk as a whole: the real window, the default model, the bundled sample."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from audiolab import paths
from audiolab.app import make_recognizer
from audiolab.asr.packages import package_file
from audiolab.core.doubts import Doubt
from audiolab.core.errors import ModelError
from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.ui.inlineeditor import InlineEditor
from audiolab.ui.lanes import LaneView
from audiolab.ui.theme import Theme
from audiolab.ui.transcripttext import TranscriptText
from audiolab.ui.window import Window

pytestmark = pytest.mark.usefixtures("asr_cache")

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SAMPLE = paths.resource_root() / "samples"


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    try:
        package_file("hama", "assets/asr_waveform.hama")
    except ModelError as error:
        pytest.skip(str(error))
    made = Session(make_recognizer, settings=SettingsStore(tmp_path / "settings.json"))
    yield made
    made.shutdown()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Window:
    made = Window(session, Theme("dark"))
    qtbot.addWidget(made)
    made.resize(1500, 900)
    made.show()
    made.open_files([SAMPLE / "speech.flac"])
    qtbot.waitUntil(lambda: session.recording is not None and session.recording.complete)
    return made


def words(session: Session) -> tuple[Interval, ...]:
    return session.annotations.annotation.intervals("words")


def phones_of(session: Session, word: Interval) -> list[str]:
    phones = session.annotations.annotation.intervals("phones")
    return [phone.text for phone in phones if word.span.start <= phone.span.start < word.span.stop]


def at(lane: LaneView, frame: int) -> QPoint:
    return QPoint(round(lane.axis().x(frame)), lane.row_top(0) + lane.row_height(0) // 2)


def test_a_text_is_aligned_corrected_and_undone(window: Window, session: Session, qtbot: QtBot) -> None:
    # "listen to" is typed wrongly, "fifty" as a figure; the fourth sentence is left out.
    text = (SAMPLE / "speech.txt").read_text()
    typed = text.replace("You can listen to this", "You can whistle this").replace("fifty of them", "50 of them")
    start, stop = typed.index("You can see where"), typed.index("The colors below")
    typed = typed[:start] + typed[stop:]
    window.actions_of["speech.align"].trigger()
    box = window.docks.docks["text"].widget().box
    box.insertPlainText(typed)
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.aligning.running
    qtbot.waitUntil(lambda: not session.aligning.running)

    aligned = words(session)
    assert [word.text for word in aligned] == typed.split()
    lost = [word.text for word in aligned if not word.span or Doubt.INTERPOLATED in word.doubts]
    assert set(lost) <= {"whistle"}
    assert phones_of(session, next(word for word in aligned if word.text == "50"))[0] == "f"
    passages = [passage.text for passage in session.annotations.annotation.intervals("remarks")]
    assert sum("where each of us begins to speak" in passage for passage in passages) == 1
    assert session.review.items[0].interval.doubts & {Doubt.UNSPOKEN, Doubt.UNWRITTEN, Doubt.INTERPOLATED}

    # The boundary between "Inside" and "the" is dragged, and taken back.
    lane = window.docks.docks["alignment"].widget()
    index = next(index for index, word in enumerate(aligned) if word.text == "Inside")
    edge, rate = aligned[index].span.stop, session.timeline.sample_rate
    assert aligned[index + 1].span.start == edge
    session.timeline.show(TimeSpan(edge - rate, edge + rate))
    target = edge + rate // 20
    QTest.mousePress(lane, LEFT, NONE, at(lane, edge))
    QTest.mouseMove(lane, at(lane, (edge + target) // 2))
    QTest.mouseMove(lane, at(lane, target))
    QTest.mouseRelease(lane, LEFT, NONE, at(lane, target))
    moved = words(session)[index].span.stop
    assert abs(moved - target) < rate // 50
    assert words(session)[index + 1].span.start == moved
    window.actions_of["edit.undo"].trigger()
    assert words(session) == aligned

    # The wrong word is typed anew: a guess at first, then as exact as if it had been right from the beginning.
    window.docks.show_panel("transcript")
    transcript = window.findChild(TranscriptText)
    wrong = next(index for index, word in enumerate(aligned) if word.text == "whistle")
    transcript.type_word(wrong)
    line = transcript.findChild(InlineEditor)
    QTest.keyClicks(line, "listen to")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [word.text for word in words(session)[wrong : wrong + 2]] == ["listen", "to"]
    assert all(word.doubts == {Doubt.INTERPOLATED} for word in words(session)[wrong : wrong + 2])
    session.timeline.show(TimeSpan(aligned[wrong - 1].span.start, aligned[wrong + 2].span.stop))
    qtbot.waitUntil(lambda: not words(session)[wrong].doubts)
    listen, to = words(session)[wrong : wrong + 2]
    assert listen.span
    assert to.span
    assert phones_of(session, listen)[0] == "l"
    assert phones_of(session, to)[0] == "t"
    assert words(session)[:wrong] + words(session)[wrong + 2 :] == aligned[:wrong] + aligned[wrong + 1 :]
    ground = lane.grab().toImage().pixelColor(at(lane, listen.span.start) + QPoint(4, 0))
    assert ground == Theme("dark").colours.word

    # The whole text, aligned again, puts the same words to the same places.
    session.aligning.set_text(" ".join(word.text for word in words(session)))
    session.aligning.align()
    qtbot.waitUntil(lambda: not session.aligning.running)
    again = words(session)[wrong : wrong + 2]
    for one, other in zip(again, (listen, to), strict=True):
        assert abs(one.span.start - other.span.start) <= rate // 20
        assert abs(one.span.stop - other.span.stop) <= rate // 20
    window.actions_of["edit.undo"].trigger()
    window.actions_of["edit.undo"].trigger()
    assert words(session) == aligned
    assert "whistle" in transcript.toPlainText()
