"""Whisper's text at our times: here, in a worker process, over long sound, cancelled, and damaged."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiolab import asr, paths
from audiolab.asr.emissionsmap import GRID
from audiolab.asr.whisper.model import SecondOpinion
from audiolab.asr.whisper.writer import WhisperWriter
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.doubts import Doubt
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import ArrayRecording, Recording
from audiolab.core.speech import Recognizer, Transcription
from audiolab.core.userwords import UserWord
from audiolab.media import open_recording
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("asr_cache")

SAID = "hello and welcome you can listen to this recording you can look at it and you can read it"


@pytest.fixture(scope="module")
def sample() -> Recording:
    """The first sentence of the bundled sample, in stereo."""
    whole = open_recording(paths.resource_root() / "samples" / "speech.flac")
    mono = whole.read(0, 7 * whole.sample_rate).mean(axis=1)
    return ArrayRecording(np.stack([mono, mono], axis=1), whole.sample_rate)


@pytest.fixture(scope="module")
def whisper(tiny_en: Path, shared_cache: Path) -> Iterator[Recognizer]:
    """Whisper tiny.en in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIOLAB_CACHE_DIR", str(shared_cache))
        recognizer = asr.create(str(tiny_en))
    yield recognizer
    recognizer.close()


@pytest.fixture(scope="module")
def opinion(whisper: Recognizer, sample: Recording, shared_cache: Path) -> Transcription:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIOLAB_CACHE_DIR", str(shared_cache))
        return whisper.transcribe(sample, CancelToken(), no_progress)


def check_order(result: Transcription, recording: Recording) -> None:
    """Tokens belong to their words; both are in order and in the sound."""
    words, tokens = result.alignment.words, result.alignment.tokens
    assert [word.tokens.start for word in words] == [0, *(word.tokens.stop for word in words[:-1])]
    assert words[-1].tokens.stop == len(tokens)
    at = 0
    for word in words:
        assert at <= word.span.start <= word.span.stop <= recording.frames
        at = word.span.stop
        for token in tokens[word.tokens.start : word.tokens.stop]:
            assert word.span.start <= token.span.start < token.span.stop <= word.span.stop
            assert token.frames.stop <= result.emissions.frames


def test_whispers_text_with_our_times(opinion: Transcription, sample: Recording, recognizer: Recognizer) -> None:
    check_order(opinion, sample)
    words = opinion.alignment.words
    assert [word.text.lower().strip(",.") for word in words] == SAID.split()
    assert opinion.alignment.text.startswith("Hello")  # in its own case, and with its punctuation
    assert opinion.alignment.text.endswith(".")
    # The times, the phones and the emissions are the default model's.
    assert opinion.emissions.model == asr.DEFAULT_MODEL
    assert opinion.reader == "model"
    assert opinion.emissions.grid == GRID
    assert opinion.sample_rate == sample.sample_rate
    other = recognizer.transcribe(sample, CancelToken(), no_progress)
    np.testing.assert_array_equal(opinion.best_path, other.best_path)
    known = {word.text: word.span for word in other.alignment.words if other.alignment.text.count(word.text) == 1}
    shared = [word for word in words if word.text.lower().strip(",.") in known]
    assert len(shared) > 4
    for word in shared:
        span = known[word.text.lower().strip(",.")]
        assert abs(word.span.start - span.start) < 0.1 * sample.sample_rate
        assert abs(word.span.stop - span.stop) < 0.1 * sample.sample_rate


def test_the_worker_reads_the_same(opinion: Transcription, tiny_en: Path, sample: Recording) -> None:
    worker = asr.create(str(tiny_en), worker=True)
    done: list[float] = []
    try:
        there = worker.transcribe(sample, CancelToken(), done.append)
        cancel = CancelToken()
        with pytest.raises(Cancelled):
            worker.transcribe(sample, cancel, lambda done: cancel.cancel() if done >= 0.1 else None)
        again = worker.transcribe(sample, CancelToken(), no_progress)
    finally:
        worker.close()
    assert there.reader == opinion.reader
    assert there.alignment.text == again.alignment.text == opinion.alignment.text
    assert [word.span for word in there.alignment.words] == [word.span for word in opinion.alignment.words]
    assert done == sorted(done)
    assert done[-1] == 1.0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Whisper hears as it does, but writes another text; how many samples it was given each time."""
    heard: list[int] = []

    def write(_writer: WhisperWriter, samples: Any, _cancel: CancelToken, _hotwords: str) -> str:
        heard.append(len(samples))
        return " Hello, and WELCOME 2 U! Nobody's $1,250.50 purchase happened there."

    monkeypatch.setattr(WhisperWriter, "write", write)
    return heard


@pytest.mark.usefixtures("told")
def test_nothing_of_the_text_is_lost(whisper: Recognizer, sample: Recording) -> None:
    result = whisper.transcribe(sample, CancelToken(), no_progress)
    check_order(result, sample)
    assert result.alignment.text == "Hello, and WELCOME 2 U! Nobody's $1,250.50 purchase happened there."
    doubts = {word.text: word.doubts for word in result.alignment.words}
    assert doubts["Hello,"] == frozenset()
    assert Doubt.UNSPOKEN in doubts["purchase"]


def test_long_sound_in_stretches_without_silence(whisper: Recognizer, sample: Recording, told: list[int]) -> None:
    rate = sample.sample_rate
    speech, pause = sample.read(0, sample.frames), np.zeros((70 * rate, 2), np.float32)
    long = ArrayRecording(np.concatenate([np.tile(speech, (6, 1)), pause, speech]), rate)
    done: list[float] = []
    result = whisper.transcribe(long, CancelToken(), done.append)
    check_order(result, long)
    assert all(samples <= 30 * 16_000 for samples in told)
    # Two minutes have five stretches or so; those in the pause are not heard at all.
    assert 60 * 16_000 < sum(told) < 90 * 16_000
    silent = [word for word in result.alignment.words if 75 * rate < word.span.start < 110 * rate]
    assert silent == []
    assert result.alignment.words[-1].span.stop > 112 * rate
    assert done == sorted(done)
    assert done[-1] == 1.0


@pytest.mark.parametrize("samples", [0, 1, 400, 16_000])
def test_hardly_any_sound(whisper: Recognizer, samples: int) -> None:
    result = whisper.transcribe(ArrayRecording(np.zeros(samples), 16_000), CancelToken(), no_progress)
    assert result.alignment.words == ()
    assert result.emissions.frames == 1 + samples // 320


def test_cancel_does_not_wait_for_whisper(tiny_en: Path, sample: Recording) -> None:
    writer = WhisperWriter(tiny_en, CancelToken())
    real, started, released = writer._model, threading.Event(), threading.Event()

    class Slow:
        model = real.model

        def transcribe(self, *arguments: Any, **options: Any) -> Any:
            started.set()
            assert released.wait(PATIENCE)
            return real.transcribe(*arguments, **options)

    writer._model = Slow()
    cancel = CancelToken()
    failure: list[BaseException] = []
    sound = sample.read(0, sample.frames)[:: sample.sample_rate // 16_000, 0]

    def write() -> None:
        try:
            writer.write(sound, cancel)
        except BaseException as error:
            failure.append(error)

    asking = threading.Thread(target=write)
    asking.start()
    assert started.wait(PATIENCE)
    cancel.cancel()
    asking.join(PATIENCE)
    assert isinstance(failure[0], Cancelled)
    assert not released.is_set()  # it still computes
    released.set()
    writer._model = real
    assert writer.write(sound, CancelToken())
    cancelled = CancelToken()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        SecondOpinion(tiny_en, cancelled)


def test_damaged_models_say_so(tiny_en: Path, tmp_path: Path, sample: Recording) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for path in tiny_en.iterdir():
        if path.name == "model.bin":
            (folder / path.name).write_bytes(path.read_bytes()[:100_000])
        else:
            shutil.copy(path, folder)
    with pytest.raises(ModelError, match=r"^damaged: Whisper cannot run \(.*\); fetch the model again\.$"):
        asr.create(str(folder)).transcribe(sample, CancelToken(), no_progress)


def test_own_words_are_hints(whisper: Recognizer, sample: Recording, opinion: Transcription) -> None:
    """Which spelling of two that sound alike is only known from the person."""
    assert "Hallo" not in opinion.alignment.text
    own = (UserWord("known"), UserWord("Hallo", (), 3.0))
    told = whisper.transcribe(sample, CancelToken(), no_progress, own)
    assert "Hallo" in told.alignment.text
    assert whisper.transcribe(sample, CancelToken(), no_progress).alignment == opinion.alignment
