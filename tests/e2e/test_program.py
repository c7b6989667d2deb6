"""What a person does first: open, look, play, transcribe by a click, record."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import soxr
from pytestqt.qtbot import QtBot
from scipy.signal import butter, correlate, sosfilt

from audiolab import paths
from audiolab.media import open_recording
from audiolab.ui.icons import SIZE, pixmap
from audiolab.ui.theme import DARK
from tests.e2e.program import Pixels, Program, count, find
from tests.patience import wait_for
from tests.sound_server import RATE, SoundServer, undisturbed

pytestmark = [pytest.mark.display, pytest.mark.sound]

Start = Callable[..., Program]
Signal = npt.NDArray[np.float32]

SPEECH = paths.resource_root() / "samples" / "speech.flac"


def noise(seconds: float, seed: int) -> Signal:
    """Something that is like nothing else, for finding it again."""
    return np.random.default_rng(seed).uniform(-0.3, 0.3, round(seconds * RATE)).astype(np.float32)


def located(heard: Signal, wanted: Signal) -> tuple[int, float]:
    """Where `wanted` lies in `heard`, and how well it agrees: 1.0 is a perfect copy."""
    scores = correlate(heard, wanted, mode="valid")
    at = int(np.argmax(scores))
    part = heard[at : at + len(wanted)]
    return at, float(scores[at] / (np.linalg.norm(part) * np.linalg.norm(wanted)))


def low_noise(seconds: float, seed: int) -> Signal:
    """Noise below 1.5 kHz: resamplers on the way pass it as it is, and half a sample of delay hardly shows."""
    return sosfilt(butter(8, 1500, fs=RATE, output="sos"), noise(seconds, seed)).astype(np.float32)


def agreement_with(file: Path | None, signal: Signal) -> float:
    """How well `signal` is found again in a recording, which has the rate that the device prefers."""
    assert file is not None
    recording = open_recording(file)
    heard = recording.read(0, recording.frames)[:, 0]
    recording.close()
    return located(heard, soxr.resample(signal, RATE, recording.sample_rate))[1]


def spectrogram_colours(picture: Pixels) -> int:
    """How many different colours of the warm half of magma there are: nothing else in the window is that purple."""
    red, green, blue = (picture[..., channel].astype(int) for channel in range(3))
    warm = picture[(red > green + 50) & (blue > green + 20)]
    return len(np.unique(warm.reshape(-1, 3), axis=0))


def icon_in(picture: Pixels, name: str) -> tuple[int, int] | None:
    """Where the icon called `name` stands in the dark theme's colour for text."""
    image = pixmap(name, DARK.text, SIZE, 1.0).toImage()
    solid = np.zeros((SIZE, SIZE), dtype=bool)
    colours = np.zeros((SIZE, SIZE, 3), dtype=np.uint8)
    for row in range(SIZE):
        for column in range(SIZE):
            colour = image.pixelColor(column, row)
            solid[row, column] = colour.alpha() == 255
            colours[row, column] = (colour.red(), colour.green(), colour.blue())
    return find(picture, colours, solid)


def test_open_look_transcribe_by_a_click_and_watch_it_play(qtbot: QtBot, start: Start) -> None:
    with start(str(SPEECH)) as program:
        wait_for(lambda: spectrogram_colours(program.look()) > 50, "a spectrogram")
        picture = program.look()
        assert count(picture, DARK.waveform.name()) > 3000, "the waveform is empty"
        assert count(picture, DARK.current.name()) < 200, "a word is lit before anything was read"

        place = icon_in(picture, "transcribe")
        assert place is not None, "there is no transcribe button to click"
        program.click(*place)
        words_before = count(picture, DARK.word.name(), 4)
        wait_for(lambda: count(program.look(), DARK.word.name(), 4) > words_before + 500, "words on the lane")

        program.key("space")
        time.sleep(1.5)
        lit = [count(program.look(), DARK.current.name()) for _ in range(4)]
        program.key("space")
        assert max(lit) > 300, f"no word lights up while it plays: {lit}"
        assert "Traceback" not in program.quit()


@undisturbed
def test_what_is_heard_is_what_is_in_the_file(start: Start, tmp_path: Path, sound_server: SoundServer) -> None:
    signal = noise(3.0, 1)
    file = tmp_path / "Klänge 声.wav"
    soundfile.write(file, np.column_stack([signal, -signal]), RATE, subtype="FLOAT")
    with start(str(file)) as program, sound_server.capture() as capture:
        wait_for(lambda: count(program.look(), DARK.waveform.name()) > 1000, "a waveform")
        before = capture.frames
        program.key("space")
        capture.wait(before + 6 * RATE)
        heard = capture.samples[before:]
        at, agreement = located(heard[:, 0], signal)
        assert agreement > 0.999
        np.testing.assert_allclose(heard[at : at + len(signal), 1], -signal, atol=2e-3)
        program.quit()


def recorded_file(directory: Path) -> Path | None:
    return next(iter(sorted(directory.glob("*.wav"))), None)


@undisturbed
def test_a_recording_is_what_was_played(start: Start, tmp_path: Path, sound_server: SoundServer) -> None:
    signal = low_noise(2.0, 2)
    source = tmp_path / "played.wav"
    soundfile.write(source, signal, RATE, subtype="FLOAT")
    recordings = tmp_path / "data" / "recordings"
    for old in recordings.glob("*.wav"):  # of an attempt that was disturbed
        old.unlink()
    with start() as program:
        time.sleep(1)
        program.key("r")
        wait_for(lambda: recorded_file(recordings) is not None, "a file that is recorded into")
        play(source, sound_server)
        time.sleep(0.7)
        assert count(program.look(), DARK.waveform.name()) > 300, "the recording is not drawn"
        program.key("r")
        time.sleep(1)
        program.quit()
    assert agreement_with(recorded_file(recordings), signal) > 0.99


def test_a_recording_survives_a_kill(start: Start, tmp_path: Path, sound_server: SoundServer) -> None:
    signal = low_noise(2.0, 3)
    source = tmp_path / "played.wav"
    soundfile.write(source, signal, RATE, subtype="FLOAT")
    recordings = tmp_path / "data" / "recordings"
    with start() as program:
        time.sleep(1)
        program.key("r")
        wait_for(lambda: recorded_file(recordings) is not None, "a file that is recorded into")
        play(source, sound_server)
        time.sleep(0.5)
        program.process.kill()
        program.process.wait()
    assert agreement_with(recorded_file(recordings), signal) > 0.99


@pytest.mark.parametrize("content", [b"", b"this is no sound"], ids=["empty", "text"])
def test_a_bad_file_is_told_in_the_window(start: Start, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.wav"
    file.write_bytes(content)
    with start(str(file)) as program:
        time.sleep(2)
        assert program.process.poll() is None
        assert "Traceback" not in program.quit()


def play(file: Path, server: SoundServer) -> None:
    """Play a file on the server, beside the program, and wait for its end."""
    import os
    import subprocess

    subprocess.run(["paplay", str(file)], env=os.environ | server.environment, check=True, timeout=30)
