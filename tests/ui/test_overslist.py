import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.session import Session
from audiolab.ui.overslist import OversList
from audiolab.ui.theme import Theme

RATE = 48000


def faulty() -> ArrayRecording:
    """Twenty seconds of a quiet tone; an over at the left at 4 s, clipped samples at the right at 15 s."""
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(20 * RATE) / RATE)
    samples = np.column_stack([tone, tone]).astype(np.float32)
    samples[4 * RATE : 4 * RATE + 48, 0] = 0.95
    samples[15 * RATE : 15 * RATE + 20, 1] = 1.0
    return ArrayRecording(samples, RATE)


@pytest.fixture
def overs(session: Session, theme: Theme, qtbot: QtBot) -> OversList:
    made = OversList(session, theme)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    return made


def texts(overs: OversList) -> list[list[str]]:
    model = overs.table.model()
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_overs_and_clipped_runs_by_position(overs: OversList, session: Session) -> None:
    session.show(faulty())
    found = texts(overs)
    assert [round(float(row[0][3:])) for row in found] == [4, 15, 15]
    assert {row[1] for row in found} == {"L", "R"}
    assert found[0][2].startswith("true peak ")
    assert float(found[0][2].split()[2].replace("−", "-")) > -1.0
    assert any(row[2] == "clipped, 20 samples" and row[3] == "0.4 ms" for row in found)


def test_it_says_why_it_is_empty(overs: OversList, session: Session) -> None:
    assert "Open" in overs._hint.text()
    session.show(ArrayRecording(np.zeros((RATE, 1), np.float32), RATE))
    assert overs._hint.text() == "No true peak above −1.0 dBTP, and no clipped samples"
    assert overs._hint.isVisible()


def test_keys_jump_from_fault_to_fault(overs: OversList, session: Session, qtbot: QtBot) -> None:
    session.show(faulty())
    session.timeline.show(TimeSpan(0, 2 * RATE))
    overs.table.setFocus()
    assert not session.timeline.selection, "taking the focus is no choice"
    for expected in (4 * RATE, 15 * RATE):
        qtbot.keyClick(overs.table, Qt.Key.Key_Down)
        assert session.timeline.selection.start == pytest.approx(expected, abs=64)
        assert session.timeline.cursor == session.timeline.selection.start
        assert session.timeline.cursor in session.timeline.visible


def test_a_click_selects_the_fault(overs: OversList, session: Session, qtbot: QtBot) -> None:
    session.show(faulty())
    table = overs.table
    y = table.rowViewportPosition(0) + table.rowHeight(0) // 2
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, y))
    assert session.timeline.selection.start == pytest.approx(4 * RATE, abs=32)


def test_another_ceiling_gives_another_list(overs: OversList, session: Session) -> None:
    samples = faulty().read(0, 20 * RATE)
    samples[10 * RATE : 10 * RATE + 480] *= 8.3  # peaks at 0.83: -1.6 dBTP
    session.show(ArrayRecording(samples, RATE))
    before = len(texts(overs))
    session.settings.update(loudness_target="ATSC A/85")
    assert len(texts(overs)) == before + 2
