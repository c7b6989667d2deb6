"""Editing, undoing, keeping: through a real session with real files."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from audiolab.core import tieredits
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.media import open_recording
from audiolab.media.exchange.kept import read_kept
from audiolab.session import tierkeeper
from audiolab.session.annotations import Annotations
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from audiolab.session.tierkeeper import kept_file
from tests.fakes import ScriptedRecognizer

MINE = IntervalTier("mine", (Interval(TimeSpan(0, 100), "a"), Interval(TimeSpan(100, 200), "b")))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    soundfile.write(path, np.linspace(-0.5, 0.5, 8000), 8000)
    return path


@pytest.fixture
def make_session(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Session]]:
    made: list[Session] = []

    def make() -> Session:
        jobs = JobRunner(synchronous=True)
        settings = SettingsStore(tmp_path / "settings.json")
        made.append(Session(lambda _name: ScriptedRecognizer(), jobs=jobs, settings=settings))
        return made[-1]

    yield make
    for session in made:
        session.shutdown()


@pytest.fixture
def session(make_session: Callable[[], Session], file: Path) -> Session:
    session = make_session()
    session.show(open_recording(file))
    return session


def add_mine(annotations: Annotations) -> bool:
    return annotations.edit("Add tier", lambda annotation: annotation.with_tier(MINE))


def intervals(annotations: Annotations, name: str) -> list[tuple[int, int, str]]:
    tier = annotations.annotation.tier(name)
    assert isinstance(tier, IntervalTier)
    return [(item.span.start, item.span.stop, item.text) for item in tier.intervals]


def split_at(frame: int) -> Callable[[Tier], Tier]:
    def change(tier: Tier) -> Tier:
        assert isinstance(tier, IntervalTier)
        return tieredits.split(tier, frame)

    return change


def test_undo_and_redo_walk_through_all_edits(session: Session) -> None:
    annotations = session.annotations
    assert annotations.undo_label is None
    assert add_mine(annotations)
    assert annotations.edit_tier("Split", "mine", split_at(150))
    assert intervals(annotations, "mine")[1:] == [(100, 150, "b"), (150, 200, "")]
    assert annotations.undo_label == "Split"
    annotations.undo()
    assert annotations.annotation.tier("mine") == MINE
    assert annotations.redo_label == "Split"
    annotations.undo()
    assert annotations.annotation.tiers == ()
    annotations.redo()
    annotations.redo()
    assert intervals(annotations, "mine")[2] == (150, 200, "")
    assert annotations.redo_label is None


def test_a_new_edit_forgets_what_was_undone(session: Session) -> None:
    add_mine(session.annotations)
    session.annotations.undo()
    session.annotations.edit("Other", lambda annotation: annotation.with_tier(IntervalTier("other")))
    assert session.annotations.redo_label is None


def test_what_cannot_be_done_is_said_and_changes_nothing(qtbot: QtBot, session: Session) -> None:
    add_mine(session.annotations)
    with qtbot.waitSignal(session.notice) as blocker:
        assert not session.annotations.edit_tier("Split", "mine", split_at(5000))
    assert "put the cursor inside" in blocker.args[0]
    assert session.annotations.undo_label == "Add tier"
    assert not session.annotations.edit("Nothing", lambda annotation: annotation)


def test_edits_are_on_disk_at_once_and_come_back(
    make_session: Callable[[], Session], session: Session, file: Path
) -> None:
    add_mine(session.annotations)
    assert session.recording is not None
    assert read_kept(kept_file(session.recording)).annotation.tiers == (MINE,)
    again = make_session()
    again.show(open_recording(file))
    assert again.annotations.annotation.tier("mine") == MINE
    assert again.annotations.undo_label is None


def test_a_renamed_recording_keeps_its_tiers(
    make_session: Callable[[], Session], session: Session, file: Path
) -> None:
    add_mine(session.annotations)
    session.show(None)
    moved = file.rename(file.with_name("other name.wav"))
    again = make_session()
    again.show(open_recording(moved))
    assert again.annotations.annotation.tier("mine") == MINE


def test_damaged_tiers_are_kept_aside(make_session: Callable[[], Session], session: Session, file: Path) -> None:
    add_mine(session.annotations)
    assert session.recording is not None
    kept = kept_file(session.recording)
    kept.write_text("{broken")
    again = make_session()
    again.show(open_recording(file))
    assert again.annotations.annotation.tiers == ()
    assert [aside.read_text() for aside in kept.parent.glob("*.damaged-*")] == ["{broken"]


def test_a_transcription_becomes_tiers_and_edits_are_read_back(session: Session) -> None:
    session.transcribe()
    assert [item[2] for item in intervals(session.annotations, "words")] == ["ab", "ba"]
    assert [item[2] for item in intervals(session.annotations, "phones")] == ["a", "b", "b", "a"]
    as_read = session.reading.words

    def rename(tier: Tier) -> Tier:
        assert isinstance(tier, IntervalTier)
        return tieredits.rename(tier, 1, "Bach")

    session.annotations.edit_tier("Rename", "words", rename)
    assert [word.text for word in session.reading.words] == ["ab", "Bach"]
    assert session.reading.tokens_in(session.reading.words[1].span) == range(2, 4)
    session.annotations.undo()
    assert session.reading.words == as_read


def test_words_of_another_day_are_there_without_a_model(
    make_session: Callable[[], Session], session: Session, file: Path
) -> None:
    session.transcribe()
    again = make_session()
    again.show(open_recording(file))
    assert [word.text for word in again.reading.words] == ["ab", "ba"]
    assert again.reading.transcription is None
    assert again.reading.word_at(0) == 0


def test_export_and_import(session: Session, tmp_path: Path) -> None:
    add_mine(session.annotations)
    target = tmp_path / "out.TextGrid"
    session.annotations.export_file(target)
    session.annotations.undo()
    session.annotations.import_file(target)
    assert session.annotations.annotation.tier("mine") == MINE
    assert session.annotations.undo_label == "Import out.TextGrid"


def test_a_selection_is_exported_from_its_own_beginning(session: Session, tmp_path: Path) -> None:
    add_mine(session.annotations)
    session.annotations.export_file(tmp_path / "part.json", span=TimeSpan(50, 150))
    document = json.loads((tmp_path / "part.json").read_text())
    assert document["frames"] == 100
    assert document["tiers"][0]["intervals"] == [[0, 50, "a", ""], [50, 100, "b", ""]]


def test_a_bad_file_is_refused_in_one_sentence(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    bad = tmp_path / "bad.srt"
    bad.write_text("no subtitles")
    with qtbot.waitSignal(session.notice) as blocker:
        session.annotations.import_file(bad)
    assert blocker.args[0].startswith("bad.srt: ")


def test_last_edits_are_written_when_the_jobs_never_came_to_it(qtbot: QtBot, tmp_path: Path, file: Path) -> None:
    jobs = JobRunner(threads=1)
    session = Session(lambda _n: ScriptedRecognizer(), jobs=jobs, settings=SettingsStore(tmp_path / "s.json"))
    recording = open_recording(file)
    session.show(recording)
    kept = kept_file(recording)
    for number in range(20):
        session.annotations.edit("Add", lambda a, n=number: a.with_tier(IntervalTier(f"tier {n}")))
    session.shutdown()
    assert len(read_kept(kept).annotation.tiers) == 20


def test_within_cuts_at_the_edges() -> None:
    annotation = Annotation(8000, 8000, (MINE,)).within(TimeSpan(150, 400))
    assert annotation.tiers == (IntervalTier("mine", (Interval(TimeSpan(0, 50), "b"),)),)


def test_edits_wait_for_what_was_kept(
    qtbot: QtBot, tmp_path: Path, file: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tierkeeper, "QUICK", 0)
    add_mine(session.annotations)
    session.show(None)
    settings = SettingsStore(tmp_path / "s.json")
    slow = Session(lambda _name: ScriptedRecognizer(), jobs=JobRunner(threads=1), settings=settings)
    slow.show(open_recording(file))
    annotations = slow.annotations
    assert annotations.loading
    annotations.edit("New tier", lambda annotation: annotation.with_tier(IntervalTier("other")))
    assert annotations.annotation.tiers == ()
    qtbot.waitUntil(lambda: not annotations.loading)
    assert annotations.annotation.tiers == (MINE, IntervalTier("other"))
    assert annotations.undo_label == "New tier"
    slow.show(open_recording(file))
    annotations.edit("New tier", lambda annotation: annotation.with_tier(IntervalTier("third")))
    slow.shutdown()  # before it was read
    session.show(open_recording(file))
    assert [tier.name for tier in session.annotations.annotation.tiers] == ["mine", "other", "third"]
