from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from audiolab.core.tiers import IntervalTier
from audiolab.session.session import Session
from audiolab.ui.loudnessrows import COLUMNS, INTEGRATED, LENGTH, SPEAKER, START, TEXT
from audiolab.ui.loudnesstable import LoudnessTable
from audiolab.ui.theme import Theme
from tests.session.test_loudnessparts import RATE, said, show


@pytest.fixture
def made(session: Session, theme: Theme, qtbot: QtBot) -> LoudnessTable:
    panel = LoudnessTable(session, theme)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    return panel


def column(made: LoudnessTable, number: int) -> list[str]:
    model = made.table.model()
    return [model.data(model.index(row, number)) for row in range(model.rowCount())]


def choose(made: LoudnessTable, text: str) -> None:
    box = made.findChild(QComboBox)
    index = box.findText(text)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_it_says_what_is_missing(made: LoudnessTable, session: Session) -> None:
    assert made._hint.text().startswith("Open a recording")
    show(session)
    session.annotations.undo()
    assert made._hint.text().startswith("Transcribe the recording")
    assert made._hint.isVisible()


def test_words_with_their_levels(made: LoudnessTable, session: Session) -> None:
    show(session)
    assert column(made, TEXT) == ["good", "day", "yes", "bye"]
    assert column(made, START) == ["00:00.000", "00:00.600", "00:01.200", "00:02.500"]
    assert [float(text.replace("−", "-")) for text in column(made, INTEGRATED)] == pytest.approx(
        [-20.0, -20.0, -26.0, -26.0], abs=0.2
    )
    assert column(made, LENGTH)[1] == "00:00.400"
    titles = [made.table.model().headerData(place, Qt.Orientation.Horizontal) for place in range(len(COLUMNS))]
    assert titles[INTEGRATED : INTEGRATED + 2] == ["I LUFS", "± LU"]


def test_units_follow_the_meter(made: LoudnessTable, session: Session) -> None:
    show(session)
    session.settings.update(loudness_absolute=False)
    assert float(column(made, INTEGRATED)[0]) == pytest.approx(3.0, abs=0.2)
    assert made.table.model().headerData(INTEGRATED, Qt.Orientation.Horizontal) == "I LU"


def test_a_click_on_the_header_sorts(made: LoudnessTable, session: Session, qtbot: QtBot) -> None:
    show(session)
    header = made.table.horizontalHeader()

    def click(number: int) -> None:
        place = QPoint(header.sectionViewportPosition(number) + 8, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click(TEXT)
    assert column(made, TEXT) == ["bye", "day", "good", "yes"]
    click(TEXT)
    assert column(made, TEXT) == ["yes", "good", "day", "bye"]
    click(LENGTH)
    assert column(made, TEXT)[0] == "day"


def test_silence_is_sorted_last(made: LoudnessTable, session: Session) -> None:
    show(session)
    beyond = IntervalTier("words", (said(0, 1, "loud"), said(20, 21, "nothing"), said(30, 31, "nothing")))
    session.annotations.edit("Add", lambda annotation: replace(annotation, tiers=(beyond,)))
    for order in Qt.SortOrder:
        made.table.sortByColumn(INTEGRATED, order)
        assert column(made, INTEGRATED)[1:] == ["–", "–"]


def test_a_click_goes_there(made: LoudnessTable, session: Session, qtbot: QtBot) -> None:
    show(session)
    y = made.table.rowViewportPosition(2) + made.table.rowHeight(2) // 2
    qtbot.mouseClick(made.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, y))
    assert session.timeline.selection == said(1.2, 1.8, "").span
    assert session.timeline.cursor == session.timeline.selection.start
    qtbot.keyClick(made.table, Qt.Key.Key_Down)
    assert session.timeline.selection == said(2.5, 3.0, "").span


def test_speakers_and_the_difference_between_them(made: LoudnessTable, session: Session) -> None:
    show(session)
    choose(made, "Speakers")
    assert column(made, TEXT) == ["Ann", "Ben"]
    assert made._summary.text() in ("Ann is 6.0 LU louder than Ben", "Ann is 5.9 LU louder than Ben")
    assert made.table.isColumnHidden(SPEAKER), "the text is the speaker already"
    choose(made, "Utterances")
    assert not made.table.isColumnHidden(SPEAKER)
    assert column(made, TEXT) == ["good day", "yes", "bye"]
    assert made._summary.text().startswith("3 rows, ")


def test_nobody_is_named(made: LoudnessTable, session: Session) -> None:
    show(session)
    plain = IntervalTier("words", (said(0, 1, "one"),))
    session.annotations.edit("Add", lambda annotation: replace(annotation, tiers=(plain,)))
    assert made.table.isColumnHidden(SPEAKER)
    assert made._summary.text() == "1 row"


def test_rows_are_copied(made: LoudnessTable, session: Session, qtbot: QtBot) -> None:
    show(session)
    next(button for button in made.findChildren(QToolButton) if button.text() == "Copy").click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[3] for line in lines] == ["text", "good", "day", "yes", "bye"]
    made.table.selectRow(1)
    made.table.setFocus()
    qtbot.keyClick(made.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(made.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[3] for line in lines] == ["text", "day", "yes"]


@pytest.mark.parametrize(("typed", "kind", "ending"), [("out", "tsv", ".tsv"), ("out.csv", "csv", ".csv")])
def test_the_table_is_exported_as_it_is_sorted(
    made: LoudnessTable,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    kind: str,
    ending: str,
) -> None:
    show(session)
    made.table.sortByColumn(TEXT, Qt.SortOrder.AscendingOrder)
    answer = (str(tmp_path / typed), f"{kind.upper()} table (*.{kind})")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    next(button for button in made.findChildren(QToolButton) if button.text() == "Export…").click()
    lines = (tmp_path / f"out{ending}").read_text(encoding="utf-8").splitlines()
    delimiter = "," if ending == ".csv" else "\t"
    assert [line.split(delimiter)[3] for line in lines] == ["text", "bye", "day", "good", "yes"]


def test_what_counts_whole_is_grey(made: LoudnessTable, session: Session, theme: Theme) -> None:
    show(session)
    short = IntervalTier("words", (said(0, 0.2, "short"), said(0.2, 1, "long")))
    session.annotations.edit("Add", lambda annotation: replace(annotation, tiers=(short,)))
    model = made.table.model()
    shades = [model.data(model.index(row, INTEGRATED), Qt.ItemDataRole.ForegroundRole) for row in range(2)]
    assert shades == [theme.colours.muted, None]


def test_hidden_it_measures_nothing(made: LoudnessTable, session: Session) -> None:
    made.hide()
    show(session)
    assert session.parts.parts == ()
    made.show()
    assert len(session.parts.parts) == 4
    assert session.parts.parts[0].spans[0].stop == RATE // 2
