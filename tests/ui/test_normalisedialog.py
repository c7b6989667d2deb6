from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from audiolab.analysis.loudness import TARGETS, scan, verdict
from audiolab.core.recording import ArrayRecording
from audiolab.media import open_recording
from audiolab.session.session import Session
from audiolab.ui.normalisedialog import NormaliseDialog, verdict_text

RATE = 48000


def tone(db: float, *, spike: float = 0.0, seconds: float = 5.0) -> ArrayRecording:
    sine = 10 ** (db / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)
    sine[RATE : RATE + 4] += spike
    return ArrayRecording(np.column_stack([sine, sine]), RATE, "tone.wav")


@pytest.fixture
def dialog(session: Session, qtbot: QtBot) -> NormaliseDialog:
    made = NormaliseDialog(session)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("db", "spike", "text"),
    [
        (-23.0, 0.0, "✓ Meets the target"),
        (-33.0, 0.0, "✗ 10.0 LU too quiet"),
        (-13.0, 0.0, "✗ 10.0 LU too loud"),
    ],
)
def test_verdict_in_words(db: float, spike: float, text: str) -> None:
    assert verdict_text(verdict(scan(tone(db, spike=spike)), TARGETS["EBU R128"])) == text


def test_verdict_names_each_miss() -> None:
    text = verdict_text(verdict(scan(tone(-0.5)), TARGETS["EBU R128"]))
    assert text == "✗ 22.5 LU too loud, true peak 0.5 dB too high"
    silence = ArrayRecording(np.zeros((RATE, 1), np.float32), RATE)
    assert verdict_text(verdict(scan(silence), TARGETS["EBU R128"])) == "✗ Silence meets no target."
    assert "being measured" in verdict_text(None)


def test_it_shows_what_will_come_of_it(dialog: NormaliseDialog, session: Session) -> None:
    assert not dialog._write.isEnabled()
    session.show(tone(-33.0))
    assert dialog._now.text() == "−33.0 LUFS, true peak −33.0 dBTP"
    assert dialog._gain.text() == "+10.0 dB"
    assert dialog._after.text() == "−23.0 LUFS, true peak −23.0 dBTP"
    assert dialog._limit.text() == ""
    assert dialog._write.isEnabled()


def test_the_ceiling_is_told(dialog: NormaliseDialog, session: Session) -> None:
    session.show(tone(-33.0, spike=0.6))
    peak = session.analyses.loudness.max_true_peak_dbtp
    gain = -1.0 - peak
    assert dialog._gain.text() == f"{gain:+.1f} dB".replace("-", "−")
    assert dialog._limit.text().startswith("Limited by the ceiling of −1.0 dBTP")


def test_preview_is_heard_while_the_dialog_is_open(dialog: NormaliseDialog, session: Session) -> None:
    session.show(tone(-33.0))
    dialog._preview.click()
    assert dialog._play.isEnabled()
    assert session.transport.gain_db == pytest.approx(10.0, abs=0.05)
    dialog.close()
    assert session.transport.gain_db == 0.0
    assert not session.normalising.previewed


def test_another_target_is_chosen(dialog: NormaliseDialog, session: Session) -> None:
    session.show(tone(-33.0))
    index = dialog._target.findData("Podcast -16")
    dialog._target.activated.emit(index)
    assert session.settings.current.loudness_target == "Podcast -16"
    assert dialog._gain.text() == "+17.0 dB"


def test_a_new_file_is_written_and_the_original_is_refused(
    dialog: NormaliseDialog, session: Session, tmp_path: Path
) -> None:
    original = tmp_path / "quiet.wav"
    soundfile.write(original, tone(-33.0).read(0, 5 * RATE), RATE, subtype="PCM_16")
    before = original.read_bytes()
    session.open(original)
    dialog.write_to(tmp_path / "louder.flac", "WAV, 16 bit (*.wav)")
    assert (tmp_path / "louder.flac").read_bytes().startswith(b"fLaC")
    written = open_recording(tmp_path / "louder.flac")
    assert scan(written).integrated_lufs == pytest.approx(-23.0, abs=0.1)
    written.close()
    told: list[str] = []
    session.notice.connect(told.append)
    dialog.write_to(original, "WAV, 16 bit (*.wav)")
    assert told == ["quiet.wav was not written: a recording is never replaced by its normalised copy."]
    assert original.read_bytes() == before
