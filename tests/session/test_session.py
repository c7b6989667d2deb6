"""A session with real files and real threads: open, grow, fail, go on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from audiolab.analysis.loudness import scan
from audiolab.analysis.peaks import PeakPyramid
from audiolab.analysis.presets import preset
from audiolab.analysis.tiles import TileKey, compute_tile
from audiolab.core.recording import ArrayRecording, NativeSamples
from audiolab.core.tiers import Annotation, IntervalTier, Point, PointTier
from audiolab.core.timebase import TimeSpan
from audiolab.media import GrowingRecording
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.fakes import ScriptedRecognizer

RATE = 16000


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    session = Session(lambda _name: ScriptedRecognizer(), settings=SettingsStore(tmp_path / "settings.json"))
    yield session
    session.shutdown()


def sound(seconds: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (round(seconds * RATE), 2)).astype(np.float32)


def wav(path: Path, seconds: float = 2.0) -> Path:
    soundfile.write(path, sound(seconds), RATE, subtype="PCM_16")
    return path


def settled(session: Session) -> bool:
    return session.jobs.idle and session.analyses.loudness is not None


def test_opening_shows_and_measures(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    file = wav(tmp_path / "Ünïcode 音.wav")
    session.open(file)
    qtbot.waitUntil(lambda: settled(session))
    assert session.path == file
    assert session.timeline.length == session.timeline.visible.stop == 2 * RATE
    assert session.analyses.peaks is not None
    assert session.analyses.peaks.frames == 2 * RATE
    assert session.analyses.loudness is not None
    assert session.recording is not None
    assert session.analyses.loudness.figures() == scan(session.recording).figures()
    assert session.settings.current.recent_files[0] == str(file)


@pytest.mark.parametrize("suffix", ["flac", "ogg", "mp3"])
def test_a_compressed_file_grows_to_its_full_length(
    qtbot: QtBot, session: Session, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"sound.{suffix}"
    soundfile.write(file, sound(20.0), RATE)
    session.open(file)
    qtbot.waitUntil(lambda: session.recording is not None and session.recording.complete and settled(session))
    recording = session.recording
    assert recording is not None
    assert recording.frames == pytest.approx(20 * RATE, abs=2400)
    assert session.timeline.length == recording.frames
    assert session.timeline.visible == TimeSpan(0, recording.frames)
    assert session.analyses.peaks is not None
    assert session.analyses.peaks.frames == recording.frames


class CompletedWhileRead(ArrayRecording):
    """Half as long, and growing, until somebody reads it: what a decoder does that ends amid the first look."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._read = False
        super().__init__(sound(2.0), RATE)
        self._tell = tell

    @property
    def frames(self) -> int:
        return 2 * RATE if self._read else RATE

    @property
    def complete(self) -> bool:
        return self._read

    def read_native(self, start: int, stop: int) -> NativeSamples:
        if stop > start and not self._read:
            self._read = True
            self._tell()
        return super().read_native(start, stop)


def test_what_completes_amid_the_first_look_is_looked_at_whole(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = JobRunner(synchronous=True)
    session = Session(
        lambda _name: ScriptedRecognizer(), jobs=jobs, settings=SettingsStore(tmp_path / "settings.json")
    )
    recording = CompletedWhileRead(lambda: session.analyses.grow())
    with qtbot.waitSignal(session.recording_completed):
        session.show(recording)
    assert session.timeline.length == 2 * RATE
    assert session.analyses.peaks is not None
    assert session.analyses.peaks.frames == 2 * RATE
    assert session.analyses.loudness is not None
    again = PeakPyramid.load(session.analyses._peaks_file(recording), recording.identity)
    assert again is not None
    assert again.frames == 2 * RATE
    session.shutdown()


def test_a_file_that_cannot_be_opened_leaves_what_is_open(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    good = wav(tmp_path / "good.wav")
    session.open(good)
    qtbot.waitUntil(lambda: settled(session))
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"")
    with qtbot.waitSignal(session.notice) as blocker:
        session.open(bad)
    assert blocker.args[0].startswith("bad.wav: ")
    assert session.path == good
    assert session.settings.current.recent_files == (str(good),)


def test_the_last_of_several_opened_wins(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    files = [wav(tmp_path / f"{name}.wav", 1.0 + index) for index, name in enumerate("abc")]
    notices: list[str] = []
    session.notice.connect(notices.append)
    for file in files:
        session.open(file)
    qtbot.waitUntil(lambda: session.path == files[2] and settled(session))
    assert session.timeline.length == 3 * RATE
    assert notices == []


def test_opening_again_takes_peaks_from_the_cache(
    qtbot: QtBot, session: Session, tmp_path: Path, user_directories: Path
) -> None:
    file = wav(tmp_path / "sound.wav", 5.0)
    session.open(file)
    qtbot.waitUntil(lambda: settled(session))
    (kept,) = (user_directories / "cache" / "peaks").rglob("*.peaks")
    before = kept.read_bytes()
    session.show(None)
    session.open(file)
    qtbot.waitUntil(lambda: settled(session))
    assert kept.read_bytes() == before
    assert session.analyses.peaks is not None
    assert session.analyses.peaks.frames == 5 * RATE


def test_a_take_is_drawn_while_it_grows(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    take = GrowingRecording.create(tmp_path / "take.wav", RATE, 2)
    session.show(take)
    session.annotations.edit("New tier", lambda annotation: annotation.with_tier(IntervalTier("mine")))
    for second in range(3):
        take.append(sound(1.0, second))
        qtbot.waitUntil(lambda wanted=(second + 1) * RATE: session.timeline.length == wanted)
    qtbot.waitUntil(lambda: session.analyses.peaks is not None and session.analyses.peaks.frames == 3 * RATE)
    with qtbot.waitSignal(session.recording_completed):
        take.finish()
    assert session.timeline.visible == TimeSpan(0, 3 * RATE)
    assert session.annotations.annotation.frames == 3 * RATE
    session.annotations.undo()
    assert session.annotations.annotation.frames == 3 * RATE


def labelled(annotation: Annotation) -> Annotation:
    return annotation.with_tier(PointTier("events", (Point(RATE // 2, "cough"),)))


@pytest.mark.parametrize("finished", [True, False])
def test_labels_of_a_take_are_there_when_it_is_opened_again(
    qtbot: QtBot, session: Session, tmp_path: Path, finished: bool
) -> None:
    take = GrowingRecording.create(tmp_path / "take.wav", RATE, 1)
    session.show(take)
    take.append(sound(1.0)[:, :1])
    session.annotations.edit("Mark", labelled)
    session.aligning.set_text("Excuse me.")
    take.append(sound(1.0)[:, :1])
    if finished:
        with qtbot.waitSignal(session.recording_completed):
            take.finish()
        session.annotations.edit("Another", lambda annotation: annotation.with_tier(IntervalTier("later")))
        session.show(None)
    else:
        session.shutdown()
        session = Session(lambda _name: ScriptedRecognizer(), settings=SettingsStore(tmp_path / "again.json"))
    session.open(tmp_path / "take.wav")
    qtbot.waitUntil(lambda: settled(session))
    annotation = session.annotations.annotation
    assert [tier.name for tier in annotation.tiers] == (["events", "later"] if finished else ["events"])
    assert annotation.frames == 2 * RATE
    assert session.aligning.text == "Excuse me."
    session.shutdown()


def test_transcribing_nothing_says_what_to_do(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    with qtbot.waitSignal(session.notice) as blocker:
        session.transcribe()
    assert "open a recording first" in blocker.args[0]
    session.show(GrowingRecording.create(tmp_path / "take.wav", RATE, 1))
    with qtbot.waitSignal(session.notice) as blocker:
        session.transcribe()
    assert "still growing" in blocker.args[0]


def test_tiles_come_when_they_are_wanted(qtbot: QtBot, session: Session) -> None:
    recording = ArrayRecording(sound(8.0), RATE)
    session.show(recording)
    spec = preset("Audiolab").spec_for(RATE)
    keys = [TileKey(spec, 1, 0, index) for index in range(3)]
    assert all(session.analyses.tiles.get(key) is None for key in keys)
    session.analyses.tiles.want(keys)
    qtbot.waitUntil(lambda: all(session.analyses.tiles.get(key) is not None for key in keys))
    np.testing.assert_array_equal(session.analyses.tiles.get(keys[1]), compute_tile(recording, keys[1]))
    session.show(ArrayRecording(sound(1.0), RATE))
    assert session.analyses.tiles.get(keys[0]) is None


def test_tiles_can_wait_for_something_more_urgent(qtbot: QtBot, session: Session) -> None:
    session.show(ArrayRecording(sound(4.0), RATE))
    qtbot.waitUntil(lambda: settled(session))
    key = TileKey(preset("Audiolab").spec_for(RATE), 0, 0, 0)
    tiles = session.analyses.tiles
    tiles.hold(60_000)
    tiles.want([key])
    qtbot.wait(50)
    assert tiles.get(key) is None
    with qtbot.waitSignal(tiles.changed):
        tiles.release()
    tiles.want([key])
    qtbot.waitUntil(lambda: tiles.get(key) is not None)


def test_a_tile_at_the_end_of_a_take_is_computed_anew(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    take = GrowingRecording.create(tmp_path / "take.wav", RATE, 1)
    take.append(sound(1.0)[:, :1])
    session.show(take)
    key = TileKey(preset("Audiolab").spec_for(RATE), 0, 0, 0)
    tiles = session.analyses.tiles
    tiles.want([key])
    qtbot.waitUntil(lambda: tiles.get(key) is not None)
    first = tiles.get(key)
    take.append(sound(4.0)[:, :1])
    qtbot.waitUntil(lambda: session.timeline.length == 5 * RATE)
    tiles.want([key])
    qtbot.waitUntil(lambda: not np.array_equal(tiles.get(key), first))
    take.finish()


def test_shutdown_with_everything_going_on_is_quick_and_quiet(qtbot: QtBot, tmp_path: Path) -> None:
    session = Session(lambda _name: ScriptedRecognizer(), settings=SettingsStore(tmp_path / "s.json"))
    notices: list[str] = []
    session.notice.connect(notices.append)
    session.open(wav(tmp_path / "long.wav", 60.0))
    qtbot.waitUntil(lambda: session.recording is not None)
    session.transcribe()
    session.shutdown()
    assert session.jobs.idle
    assert notices == []
