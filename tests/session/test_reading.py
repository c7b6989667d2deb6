import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.session.jobs import JobRunner
from audiolab.session.reading import Reading
from tests.fakes import ScriptedRecognizer

RECORDING = ArrayRecording(np.zeros(8000, dtype=np.float32), 8000)
"""80 frames of 100 samples: words at samples 0-2000 and 6000-8000."""


@pytest.fixture
def recognizer() -> ScriptedRecognizer:
    return ScriptedRecognizer()


@pytest.fixture
def reading(qtbot: QtBot, recognizer: ScriptedRecognizer) -> Reading:
    jobs = JobRunner(synchronous=True)
    reading = Reading(jobs, lambda _name: recognizer)
    reading.transcribed.connect(reading.follow)
    reading.setProperty("jobs", jobs)
    return reading


def test_transcription_is_announced(qtbot: QtBot, reading: Reading) -> None:
    with qtbot.waitSignals([reading.running_changed, reading.changed]):
        reading.transcribe(RECORDING, "")
    assert [word.text for word in reading.words] == ["ab", "ba"]
    assert not reading.running


def test_what_is_said_where(reading: Reading) -> None:
    reading.transcribe(RECORDING, "")
    assert [reading.word_at(frame) for frame in (0, 1999, 2000, 5999, 6000, 7999, 8000)] == [
        0,
        0,
        None,
        None,
        1,
        1,
        None,
    ]
    assert [reading.token_at(frame) for frame in (999, 1000, 3000, 7000)] == [0, 1, None, 3]
    assert [reading.emission_frame_at(frame) for frame in (0, 99, 100, 7999, 8000)] == [0, 0, 1, 79, None]


def test_what_lies_in_a_span(reading: Reading) -> None:
    reading.transcribe(RECORDING, "")
    assert reading.words_in(TimeSpan(1999, 6001)) == range(2)
    assert reading.words_in(TimeSpan(2000, 6000)) == range(1, 1)
    assert reading.tokens_in(TimeSpan(1000, 1001)) == range(1, 2)


def test_failure_keeps_what_was_there(qtbot: QtBot, reading: Reading, recognizer: ScriptedRecognizer) -> None:
    reading.transcribe(RECORDING, "")
    recognizer.error = "The model is broken; install it again."
    jobs: JobRunner = reading.property("jobs")
    with qtbot.waitSignal(jobs.failed) as blocker:
        reading.transcribe(RECORDING, "")
    assert blocker.args == ["The model is broken; install it again."]
    assert len(reading.words) == 2
    assert not reading.running


def test_clear_forgets(reading: Reading) -> None:
    reading.transcribe(RECORDING, "")
    reading.clear()
    assert reading.transcription is None
    assert reading.word_at(0) is None


def test_models_are_kept_and_closed(reading: Reading, recognizer: ScriptedRecognizer) -> None:
    reading.transcribe(RECORDING, "")
    reading.transcribe(RECORDING, "")
    reading.close()
    assert recognizer.closed == 1
