"""The default model on speech: in this process, in a worker process, cancelled, and killed."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from audiolab import asr, paths
from audiolab.asr import messages
from audiolab.asr.checkpoints import catalogue
from audiolab.asr.emissionsfile import EmissionsFolder
from audiolab.asr.listening import mono_blocks
from audiolab.asr.recognizer import DEFAULT_MODEL_THREADS, load
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import ArrayRecording, Recording
from audiolab.core.speech import Recognizer, Transcription
from audiolab.core.userwords import UserWord
from audiolab.media import open_recording
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("asr_cache")


@pytest.fixture
def worker() -> Iterator[Recognizer]:
    worker = asr.create(worker=True)
    yield worker
    worker.close()
    assert not [
        child for child in psutil.Process().children() if "audiolab.asr.process" in " ".join(child.cmdline())
    ]


@pytest.fixture(scope="module")
def sample(shared_cache: Path) -> Recording:
    """The first sentences of the bundled sample."""
    whole = open_recording(paths.resource_root() / "samples" / "speech.flac")
    return ArrayRecording(whole.read(0, 19 * whole.sample_rate), whole.sample_rate)


def written_words() -> list[str]:
    text = (paths.resource_root() / "samples" / "speech.txt").read_text()
    return "".join(letter for letter in text.lower() if letter.isalpha() or letter in " '\n").split()


def check_consistency(result: Transcription, recording: Recording) -> None:
    words, tokens = result.alignment.words, result.alignment.tokens
    assert words[-1].tokens.stop == len(tokens)
    at = 0
    for word in words:
        own = tokens[word.tokens.start : word.tokens.stop]
        assert word.span.start == own[0].span.start
        assert word.span.stop == own[-1].span.stop
        assert 0.0 <= word.score <= 1.0
        for token in own:
            assert at <= token.span.start < token.span.stop
            assert token.frames.stop <= result.emissions.frames
            at = token.span.stop
    assert at <= recording.frames + recording.sample_rate // 10
    assert result.sample_rate == recording.sample_rate
    assert len(result.best_path) == len(result.best_score) == result.emissions.frames
    seconds = recording.frames / recording.sample_rate
    assert result.emissions.frames == pytest.approx(seconds * 50, abs=2)


def test_reads_the_bundled_sample(recognizer: Recognizer, sample: Recording) -> None:
    done: list[float] = []
    result = recognizer.transcribe(sample, CancelToken(), done.append)
    check_consistency(result, sample)
    read = result.alignment.text.split()
    written = written_words()
    # Made speech by several voices: most words have to be right, in order, and where they are.
    assert len(set(read) & set(written)) > 0.7 * len(set(read))
    assert done == sorted(done)
    assert done[-1] == 1.0


def test_no_word_spans_a_pause(recognizer: Recognizer, sample: Recording) -> None:
    """Also where silence is put into the middle of words."""
    rate, sound = sample.sample_rate, sample.read(0, 6 * sample.sample_rate)
    silence = np.zeros((rate, sound.shape[1]), np.float32)
    parts = [part for second in range(6) for part in (sound[second * rate : (second + 1) * rate], silence)]
    result = recognizer.transcribe(ArrayRecording(np.concatenate(parts), rate), CancelToken(), no_progress)
    vocabulary = result.emissions.vocabulary
    quiet = np.isin(result.best_path, [vocabulary.index("<wb>"), result.emissions.blank])
    assert len(result.alignment.words) > 5
    for word in result.alignment.words:
        inside = quiet[word.frames.start : word.frames.stop]
        assert all(not inside[start : start + 25].all() for start in range(len(inside) - 24)), word
        assert word.span.length < 1.5 * rate


def test_the_worker_reads_the_same_and_loads_no_torch_here(worker: Recognizer, sample: Recording) -> None:
    result = worker.transcribe(sample, CancelToken(), no_progress)
    check_consistency(result, sample)
    again = worker.transcribe(sample, CancelToken(), no_progress)
    assert again.alignment == result.alignment


def test_worker_and_process_agree(recognizer: Recognizer, worker: Recognizer, sample: Recording) -> None:
    here = recognizer.transcribe(sample, CancelToken(), no_progress)
    there = worker.transcribe(sample, CancelToken(), no_progress)
    assert here.alignment.text == there.alignment.text
    np.testing.assert_allclose(here.emissions.log_probs[:50], there.emissions.log_probs[:50], atol=0.1)


def test_the_worker_side_imports_no_torch() -> None:
    code = "import sys, audiolab.asr.worker; sys.exit('torch' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("kind", ["here", "there"])
def test_cancel_is_quick_and_leaves_it_usable(
    kind: str, recognizer: Recognizer, worker: Recognizer, sample: Recording
) -> None:
    used = recognizer if kind == "here" else worker
    cancel = CancelToken()
    started = threading.Event()

    def progress(_done: float) -> None:
        started.set()

    failure: list[BaseException] = []

    def run() -> None:
        try:
            long = ArrayRecording(np.tile(sample.read(0, sample.frames), (20, 1)), sample.sample_rate)
            used.transcribe(long, cancel, progress)
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(60)
    cancel.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert isinstance(failure[0], Cancelled)
    short = ArrayRecording(sample.read(0, 3 * sample.sample_rate), sample.sample_rate)
    assert used.transcribe(short, CancelToken(), no_progress).emissions.frames > 100


def test_a_killed_worker_is_said_so_and_replaced(worker: Recognizer, sample: Recording) -> None:
    short = ArrayRecording(sample.read(0, 2 * sample.sample_rate), sample.sample_rate)
    worker.transcribe(short, CancelToken(), no_progress)

    def kill(_done: float) -> None:
        for child in psutil.Process().children():
            if "audiolab.asr.process" in " ".join(child.cmdline()):
                child.kill()

    with pytest.raises(ModelError, match="ended unexpectedly"):
        worker.transcribe(sample, CancelToken(), kill)
    assert worker.transcribe(short, CancelToken(), no_progress).emissions.frames > 80


def test_the_worker_ends_when_its_program_is_killed(sample: Recording) -> None:
    code = """
import sys, time, numpy as np
from audiolab import asr
from audiolab.core.cancel import CancelToken
from audiolab.core.recording import ArrayRecording
noise = ArrayRecording(np.random.default_rng(0).normal(0, 0.1, 16000 * 600).astype("f4"), 16000)
asr.create(worker=True).transcribe(noise, CancelToken(), lambda done: print("at work", flush=True))
"""
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert program.stdout is not None
    assert program.stdout.readline().strip() == b"at work"
    children = psutil.Process(program.pid).children()
    assert children
    program.kill()
    program.wait()
    program.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert not alive


@pytest.mark.parametrize("samples", [0, 1, 100, 4000])
def test_hardly_any_sound(recognizer: Recognizer, samples: int) -> None:
    result = recognizer.transcribe(ArrayRecording(np.zeros(samples), 16000), CancelToken(), no_progress)
    assert result.alignment.words == ()
    assert result.emissions.frames == 1 + samples // 320


def test_unknown_models_are_named() -> None:
    with pytest.raises(ModelError, match="conformer-en"):
        asr.create("nonsense")


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100, 96000])
def test_listens_in_mono_at_its_own_rate(rate: int) -> None:
    time_axis = np.arange(rate * 9) / rate
    tone = np.sin(2 * np.pi * 440 * time_axis).astype(np.float32)
    stereo = ArrayRecording(np.stack([tone, 0 * tone], axis=1), rate)
    heard = np.concatenate(list(mono_blocks(stereo, 16000, CancelToken())))
    assert len(heard) == pytest.approx(9 * 16000, abs=2)
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(len(heard)) / 16000)
    np.testing.assert_allclose(heard[4000:-4000], wanted[4000:-4000], atol=2e-3)


def test_messages_survive_the_pipe(tmp_path: Path) -> None:
    samples = np.linspace(-1, 1, 1000, dtype=np.float32)
    with (tmp_path / "pipe").open("wb") as pipe:
        messages.send(pipe, {"id": 3, "text": "two\nlines ɑ"}, samples)
        messages.send(pipe, {"end": True})
    with (tmp_path / "pipe").open("rb") as pipe:
        first, second, third = (messages.receive(pipe) for _ in range(3))
    assert first is not None
    assert first[0]["text"] == "two\nlines ɑ"
    np.testing.assert_array_equal(first[1], samples)
    assert second == ({"end": True}, None)
    assert third is None


def test_emission_files_left_by_a_killed_program_are_deleted(shared_cache: Path) -> None:
    import os

    folder = EmissionsFolder()
    old, fresh = folder.new(), folder.new()
    for file in (old, fresh):
        file.write_bytes(b"x")
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    folder.new()
    assert not old.exists()
    assert fresh.exists()
    folder.release(fresh)
    assert not fresh.exists()


def test_own_words_take_effect_with_each_request_of_one_process(worker: Recognizer, recognizer: Recognizer) -> None:
    whole = open_recording(paths.resource_root() / "samples" / "speech.flac")
    part = ArrayRecording(whole.read(0, 7 * whole.sample_rate), whole.sample_rate)
    own = (UserWord("Recordyng", (("ɹ", "ə", "k", "ɔ", "ɹ", "d", "ɪ", "ŋ"),), 8.0),)
    plain = worker.transcribe(part, CancelToken(), no_progress).alignment
    processes = psutil.Process().children()
    told = worker.transcribe(part, CancelToken(), no_progress, own).alignment
    again = worker.transcribe(part, CancelToken(), no_progress).alignment
    assert psutil.Process().children() == processes
    assert "recording" in plain.text.split()
    assert again == plain
    assert [word.replace("Recordyng", "recording") for word in told.text.split()] == plain.text.split()
    assert "Recordyng" in told.text.split()
    assert told == recognizer.transcribe(part, CancelToken(), no_progress, own).alignment


def test_the_default_model_leaves_cores_to_others_unless_told() -> None:
    import torch

    before = torch.get_num_threads()
    info = catalogue.find("")
    load(info, CancelToken())
    assert torch.get_num_threads() == DEFAULT_MODEL_THREADS
    load(info, CancelToken(), threads=before)
    assert torch.get_num_threads() == before
