from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from audiolab.analysis.loudness import scan
from audiolab.core.recording import ArrayRecording
from audiolab.media import open_recording
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.fakes import ScriptedRecognizer

RATE = 48000


def tone(level_db: float, *, spike: float = 0.0) -> ArrayRecording:
    """Five seconds of 1 kHz in both channels; `spike` is the amplitude of one loud click."""
    sine = 10 ** (level_db / 20) * np.sin(2 * np.pi * 1000 * np.arange(5 * RATE) / RATE)
    sine[RATE : RATE + 4] += spike
    return ArrayRecording(np.column_stack([sine, sine]), RATE, "tone.wav")


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    session = Session(
        lambda _name: ScriptedRecognizer(),
        jobs=JobRunner(synchronous=True),
        settings=SettingsStore(tmp_path / "settings.json"),
    )
    yield session
    session.shutdown()


def test_written_file_has_the_targets_loudness(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    recording = tone(-33.0)
    session.show(recording)
    assert session.normalising.gain is not None
    assert session.normalising.gain.gain_db == pytest.approx(10.0, abs=0.1)
    with qtbot.waitSignal(session.normalising.written) as blocker:
        session.normalising.write(recording, tmp_path / "louder.wav", "WAV", "PCM_24")
    written = open_recording(blocker.args[0])
    result = scan(written)
    written.close()
    assert result.integrated_lufs == pytest.approx(-23.0, abs=0.1)
    assert recording.read(0, 100).max() < 0.03, "the original was changed"


def test_the_ceiling_comes_before_the_target(session: Session, tmp_path: Path) -> None:
    session.show(tone(-33.0, spike=0.7))
    gain = session.normalising.gain
    assert gain is not None
    assert gain.limited
    assert gain.max_true_peak_dbtp == pytest.approx(-1.0)
    assert gain.gain_db < 10.0


def test_preview_changes_what_is_heard_and_follows_the_target(session: Session) -> None:
    session.show(tone(-33.0))
    session.normalising.preview(True)
    assert session.transport.gain_db == pytest.approx(10.0, abs=0.1)
    session.normalising.choose("Streaming -14")
    assert session.transport.gain_db == pytest.approx(19.0, abs=0.1)
    session.normalising.preview(False)
    assert session.transport.gain_db == 0.0


def test_silence_has_no_gain(session: Session, tmp_path: Path) -> None:
    recording = ArrayRecording(np.zeros((RATE * 4, 2)), RATE)
    session.show(recording)
    assert session.normalising.gain is None
    with pytest.raises(ValueError, match="no loudness"):
        session.normalising.write(recording, tmp_path / "out.wav", "WAV")


def test_the_original_is_never_replaced(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "tone.wav"
    soundfile.write(file, tone(-33.0).read(0, 5 * RATE), RATE)
    recording = open_recording(file)
    session.show(recording)
    with pytest.raises(ValueError, match="never replaced"):
        session.normalising.write(recording, tmp_path / "x" / ".." / "tone.wav", "WAV")
