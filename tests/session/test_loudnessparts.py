"""Which parts are measured, and when."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan
from audiolab.session import loudnessparts
from audiolab.session.jobs import JobRunner
from audiolab.session.loudnessparts import Grouping, Rows, choices_of, parts_of
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.fakes import ScriptedRecognizer

RATE = 48000


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(
        lambda _name: ScriptedRecognizer(),
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    yield made
    made.shutdown()


def said(start: float, stop: float, text: str, speaker: str = "") -> Interval:
    return Interval(TimeSpan(round(start * RATE), round(stop * RATE)), text, speaker)


WORDS = (
    said(0.0, 0.5, "good", "Ann"),
    said(0.6, 1.0, "day", "Ann"),
    said(1.2, 1.8, "yes", "Ben"),
    said(1.9, 2.0, " ", "Ben"),
    said(2.5, 3.0, "bye", "Ben"),
)


def annotated(*tiers: IntervalTier | PointTier) -> Annotation:
    return Annotation(RATE, 10 * RATE, tiers)


def texts(annotation: Annotation, rows: Rows) -> list[tuple[str, str]]:
    return [(text, speaker) for text, speaker, _ in parts_of(annotation, rows)]


def test_what_can_be_shown_depends_on_the_tiers() -> None:
    words, points = IntervalTier("words", WORDS), PointTier("clicks", (Point(5, "x"),))
    plain = IntervalTier("phones", (said(0, 1, "a"),))
    assert choices_of(annotated()) == choices_of(annotated(points)) == ()
    assert choices_of(annotated(plain)) == (Rows(Grouping.INTERVALS, "phones"),)
    assert choices_of(annotated(words, points, plain)) == (
        Rows(Grouping.INTERVALS, "words"),
        Rows(Grouping.INTERVALS, "phones"),
        Rows(Grouping.UTTERANCES, "words"),
        Rows(Grouping.SPEAKERS),
    )


def test_words_utterances_and_speakers() -> None:
    annotation = annotated(IntervalTier("words", WORDS))
    assert texts(annotation, Rows(Grouping.INTERVALS, "words")) == [
        ("good", "Ann"),
        ("day", "Ann"),
        ("yes", "Ben"),
        ("bye", "Ben"),
    ]
    assert texts(annotation, Rows(Grouping.UTTERANCES, "words")) == [
        ("good day", "Ann"),
        ("yes", "Ben"),
        ("bye", "Ben"),
    ]
    speakers = parts_of(annotation, Rows(Grouping.SPEAKERS))
    assert [(name, len(spans)) for name, _, spans in speakers] == [("Ann", 2), ("Ben", 3)]


def test_who_is_named_in_two_tiers_speaks_once() -> None:
    turns = IntervalTier("turns", (said(0, 1.1, "good day", "Ann"), said(1.1, 4, "yes, bye", "Ben")))
    parts = parts_of(annotated(IntervalTier("words", WORDS), turns), Rows(Grouping.SPEAKERS))
    assert [spans for _, _, spans in parts] == [(turns.intervals[0].span,), (turns.intervals[1].span,)]


def show(session: Session) -> None:
    """Ann at -20 dBFS, Ben at -26, both at 1 kHz in stereo."""
    time = np.arange(10 * RATE) / RATE
    level = np.where(time < 1.1, 10 ** (-20 / 20), 10 ** (-26 / 20))
    wave = level * np.sin(2 * np.pi * 1000 * time)
    session.show(ArrayRecording(np.column_stack([wave, wave]), RATE))
    tier = IntervalTier("words", WORDS)
    session.annotations.edit("Add", lambda annotation: replace(annotation, tiers=(tier,)))


def test_nothing_is_measured_before_somebody_looks(session: Session) -> None:
    show(session)
    assert session.parts.parts == ()
    session.parts.watch(True)
    assert [part.text for part in session.parts.parts] == ["good", "day", "yes", "bye"]
    assert session.parts.parts[0].loudness.integrated_lufs == pytest.approx(-20.0, abs=0.2)


def test_speakers_are_compared(session: Session) -> None:
    show(session)
    session.parts.watch(True)
    session.parts.choose(Rows(Grouping.SPEAKERS))
    ann, ben = session.parts.parts
    difference = ann.loudness.integrated_lufs - ben.loudness.integrated_lufs
    assert difference == pytest.approx(6.0, abs=0.2)


def test_only_what_is_new_is_measured(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    show(session)
    session.parts.watch(True)
    asked: list[int] = []
    measure = loudnessparts.measure_parts

    def counted(recording, result, parts, **options):  # type: ignore[no-untyped-def]
        asked.append(len(parts))
        return measure(recording, result, parts, **options)

    monkeypatch.setattr(loudnessparts, "measure_parts", counted)
    more = IntervalTier("words", (*WORDS, said(5, 6, "again")))
    session.annotations.edit("Add", lambda annotation: annotation.with_tier(more))
    assert asked == [1]
    assert session.parts.parts[-1].text == "again"
    session.settings.update(loudness_target="ATSC A/85")  # measured anew with another ceiling
    assert asked == [1, 5]


def test_another_recording_has_other_parts(session: Session) -> None:
    show(session)
    session.parts.watch(True)
    session.show(ArrayRecording(np.zeros((RATE, 1)), RATE))
    assert session.parts.parts == session.parts.choices == ()
    assert session.parts.rows is None


def test_a_table_has_exact_numbers(session: Session, tmp_path: Path) -> None:
    show(session)
    session.parts.watch(True)
    session.parts.write(tmp_path / "loudness.tsv", session.parts.parts)
    text = (tmp_path / "loudness.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert [row["text"] for row in rows] == ["good", "day", "yes", "bye"]
    assert (rows[1]["start"], rows[1]["stop"], rows[1]["duration"]) == ("0.600000", "1.000000", "0.400000")
    programme = session.analyses.loudness.integrated_lufs
    for row, part in zip(rows, session.parts.parts, strict=True):
        assert float(row["integrated_lufs"]) == pytest.approx(part.loudness.integrated_lufs, abs=0.006)
        assert float(row["above_programme_lu"]) == pytest.approx(
            part.loudness.integrated_lufs - programme, abs=0.006
        )
    assert session.parts.table([]).count("\n") == 1


def test_a_table_that_cannot_be_written_is_told(session: Session, tmp_path: Path) -> None:
    told: list[str] = []
    session.notice.connect(told.append)
    show(session)
    session.parts.watch(True)
    session.parts.write(tmp_path / "none" / "loudness.csv", session.parts.parts)
    assert told == ["loudness.csv: cannot be written (No such file or directory); choose another place."]
