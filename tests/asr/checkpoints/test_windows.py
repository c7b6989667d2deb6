"""Long sound in windows, against the same network over all of it at once."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from audiolab import asr
from audiolab.asr.checkpoints import windows
from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import Cancelled
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Emissions
from audiolab.core.timebase import FrameGrid
from tests.asr.checkpoints import tiny

GRID = FrameGrid(320, -160, 16_000)


def blocks_of(samples: Mono, size: int) -> Iterator[Mono]:
    for start in range(0, len(samples), size):
        yield samples[start : start + size]


class Smoothed:
    """A network that looks 1.5 s to each side: log of the mean level there, and of the frame's own."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def __call__(self, samples: Mono, _cancel: CancelToken) -> npt.NDArray[np.float32]:
        self.lengths.append(len(samples))
        frames = len(samples) // GRID.hop
        level = np.abs(samples[: frames * GRID.hop]).reshape(frames, GRID.hop).mean(axis=1)
        wide = np.convolve(np.pad(level, 75), np.ones(151) / 151, "valid")
        return np.stack([level, wide], axis=1).astype(np.float32)


def emitted(network: windows.Network, samples: Mono, path: Path, size: int = 64_000) -> npt.NDArray[np.float32]:
    done: list[float] = []
    frames = windows.emit(network, GRID, blocks_of(samples, size), len(samples), path, CancelToken(), done.append)
    assert done == sorted(done)
    assert done[-1] == 1.0
    rows = np.fromfile(path, np.float32).reshape(-1, 2)
    assert len(rows) == frames
    return rows


@pytest.mark.parametrize("seconds", [0.5, 19.99, 20.0, 20.01, 35.99, 36.0, 36.01, 40.0, 61.7, 130.3])
@pytest.mark.parametrize("size", [64_000, 10_007])
def test_windows_are_the_whole_where_the_context_is_enough(seconds: float, size: int, tmp_path: Path) -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, int(seconds * 16_000)).astype(np.float32)
    samples *= np.linspace(0, 1, len(samples), dtype=np.float32)
    network = Smoothed()
    rows = emitted(network, samples, tmp_path / "rows", size)
    np.testing.assert_allclose(rows, Smoothed()(samples, CancelToken()), atol=1e-6)
    assert max(network.lengths) <= 20 * 16_000
    # Statistics that a front end takes over its window need a long one, at the end too.
    assert min(network.lengths) >= min(len(samples), 20 * 16_000 - GRID.hop)


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 1), (320, 1), (321, 2), (3_840, 12)])
def test_hardly_any_sound_has_hardly_any_frames(samples: int, frames: int, tmp_path: Path) -> None:
    network = Smoothed()
    path = tmp_path / "rows"
    sound = np.ones(samples, np.float32)
    count = windows.emit(network, GRID, blocks_of(sound, 100), samples, path, CancelToken(), no_progress)
    assert count == frames == path.stat().st_size // 8
    assert network.lengths == [4_000]


def test_memory_is_that_of_two_windows(tmp_path: Path) -> None:
    def half_an_hour() -> Iterator[Mono]:
        block = np.ones(64_000, np.float32)
        for _ in range(450):
            yield block

    tracemalloc.start()
    try:
        windows.emit(Smoothed(), GRID, half_an_hour(), 450 * 64_000, tmp_path / "rows", CancelToken(), no_progress)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 * 20 * 16_000 * 4  # of 115 MB of sound


def transcribed(folder: Path, recording: ArrayRecording) -> Emissions:
    return asr.create(str(folder)).transcribe(recording, CancelToken(), no_progress).emissions


@pytest.fixture(scope="module")
def long_speech(speech: ArrayRecording) -> ArrayRecording:
    """Fifty seconds, no two of them alike in level or speed."""
    samples = speech.read(0, speech.frames)[:, 0]
    slower = [
        np.interp(np.arange(0, len(samples), step), np.arange(len(samples)), samples) for step in (1, 0.9, 0.8)
    ]
    whole = np.concatenate([gain * part for gain in (1.0, 0.6, 0.8, 0.5) for part in slower])
    return ArrayRecording(whole.astype(np.float32), 16_000)


def test_a_convolutional_network_is_stitched_exactly(
    tmp_path: Path, long_speech: ArrayRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without attention and normalisation over all of the sound, windows change nothing."""
    import transformers

    folder = tiny.save("Wav2Vec2 large", tmp_path / "convolutional", layers=0)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=False, return_attention_mask=True).save_pretrained(folder)
    stitched = np.array(transcribed(folder, long_speech).log_probs)
    monkeypatch.setattr(windows, "WINDOW_SECONDS", 100)
    whole = np.array(transcribed(folder, long_speech).log_probs)
    np.testing.assert_allclose(stitched, whole, atol=1e-4)


@pytest.mark.parametrize("name", ["Wav2Vec2 large", "Wav2Vec2-BERT", "Parakeet", "LASR"])
def test_networks_with_attention_are_stitched_closely(
    name: str, checkpoint: Callable[[str], Path], long_speech: ArrayRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random attention spreads over all of its window, so this is the worst case; trained networks look nearby."""
    folder = checkpoint(name)
    stitched = np.array(transcribed(folder, long_speech).log_probs)
    monkeypatch.setattr(windows, "WINDOW_SECONDS", 100)
    whole = np.array(transcribed(folder, long_speech).log_probs)
    assert len(stitched) == len(whole)
    difference = float(np.abs(stitched - whole).mean())
    agree = float((stitched.argmax(axis=1) == whole.argmax(axis=1)).mean())
    # One frame later must fit much worse: nothing slips at the seams.
    slipped = float(np.abs(stitched[1:] - whole[:-1]).mean())
    assert agree > 0.7
    assert difference < 0.25 * slipped


def test_cancel_between_the_layers(checkpoint: Callable[[str], Path], long_speech: ArrayRecording) -> None:
    recognizer = asr.create(str(checkpoint("HuBERT")))
    recognizer.transcribe(ArrayRecording(np.zeros(8_000), 16_000), CancelToken(), no_progress)
    cancel = CancelToken()

    def progress(_done: float) -> None:
        cancel.cancel()

    with pytest.raises(Cancelled):
        recognizer.transcribe(long_speech, cancel, progress)
    assert recognizer.transcribe(long_speech, CancelToken(), no_progress).emissions.frames > 2_000
