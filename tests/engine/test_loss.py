"""Devices that are not there, go away, or hang: a state with a sentence, not a crash, not a wait without end."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.engine import devices
from audiolab.engine.player import Player, PlayerState
from audiolab.engine.recorder import Recorder, RecorderState
from tests.engine.test_recorder import Tape
from tests.sound_server import RATE, SoundServer

Until = Callable[..., None]

SOUND = ArrayRecording(np.full(20 * RATE, 0.1, np.float32), RATE)

pytestmark = pytest.mark.sound


@pytest.fixture
def fragile_server(sound_server: SoundServer) -> Iterator[SoundServer]:
    """A server that a test may kill or freeze; it runs again afterwards."""
    yield sound_server
    sound_server.stop()
    sound_server.start()


@pytest.fixture
def playing(fragile_server: SoundServer, until: Until) -> Iterator[Player]:
    player = Player()
    player.load(SOUND)
    player.play(TimeSpan(0, SOUND.frames))
    until(lambda: player.position > RATE // 4, "the beginning")
    yield player
    player.close()


def test_a_lost_device_is_a_state_and_playing_goes_on_when_it_is_back(
    playing: Player, fragile_server: SoundServer, until: Until
) -> None:
    before = playing.position
    fragile_server.stop()
    until(lambda: playing.state is not PlayerState.PLAYING, "the loss")
    assert playing.state is PlayerState.LOST
    assert playing.error is not None
    assert playing.error.startswith("default (ALSA) went away")
    held = playing.position
    assert before <= held < before + 5 * RATE
    playing.resume()
    until(lambda: playing.state is PlayerState.UNAVAILABLE, "that it cannot go on")
    assert playing.position == held
    fragile_server.start()
    playing.resume()
    assert playing.error is None
    until(lambda: playing.position > held + RATE // 4, "the rest")
    assert playing.state is PlayerState.PLAYING


def test_a_device_lost_in_a_pause_is_opened_again(
    playing: Player, fragile_server: SoundServer, until: Until
) -> None:
    playing.pause()
    fragile_server.stop()
    fragile_server.start()
    held = playing.position
    playing.resume()
    until(lambda: playing.position > held + RATE // 4, "the rest")
    assert playing.state is PlayerState.PLAYING


def test_without_a_server_playing_is_unavailable(fragile_server: SoundServer, until: Until) -> None:
    fragile_server.stop()
    assert devices.refresh() == ()
    assert devices.problem() == devices.NO_DEVICE
    assert devices.find(None, "output") is None
    player = Player()
    player.load(SOUND)
    player.play(TimeSpan(RATE, 2 * RATE))
    until(lambda: player.state is not PlayerState.PLAYING, "the refusal")
    assert player.state is PlayerState.UNAVAILABLE
    assert (
        player.error
        == "There is no sound device to play on: plug one in or start the sound server, then try again."
    )
    assert player.position == RATE
    player.stop()
    assert (player.state, player.error) == (PlayerState.STOPPED, None)
    player.close()


def test_a_device_that_hangs_while_it_plays_is_lost(
    playing: Player, fragile_server: SoundServer, until: Until
) -> None:
    fragile_server.freeze()
    until(lambda: playing.state is not PlayerState.PLAYING, "the loss")
    assert playing.state is PlayerState.LOST


def test_closing_does_not_wait_for_a_device_that_hangs(playing: Player, fragile_server: SoundServer) -> None:
    fragile_server.freeze()
    playing.close()  # the fixture `no_thread_stays` finds what it would leave behind
    assert playing.state is PlayerState.STOPPED


def test_a_server_that_does_not_answer_is_unavailable(fragile_server: SoundServer, until: Until) -> None:
    fragile_server.freeze()
    player = Player()
    player.load(SOUND)
    player.play(TimeSpan(0, RATE))
    until(lambda: player.state is not PlayerState.PLAYING, "the refusal")
    assert player.state is PlayerState.UNAVAILABLE
    assert str(player.error).startswith("The sound system does not answer")
    player.close()


def test_a_lost_input_keeps_what_was_recorded(fragile_server: SoundServer, until: Until) -> None:
    recorder, tape = Recorder(), Tape()
    recorder.start(None, RATE, 2, lambda _rate, _channels: tape)
    until(lambda: recorder.frames > RATE // 2, "half a second")
    fragile_server.stop()
    until(lambda: recorder.state is not RecorderState.RECORDING, "the loss")
    assert recorder.state is RecorderState.LOST
    assert recorder.error == "default (ALSA) went away while it was recording: what came before is kept."
    assert tape.finished == 1
    assert recorder.frames == len(tape.samples) > RATE // 2
    recorder.start(None, RATE, 2, lambda _rate, _channels: pytest.fail("there is no device"))
    until(lambda: recorder.state is RecorderState.UNAVAILABLE, "the refusal")
    assert str(recorder.error).startswith("There is no device to record from")
    recorder.close()


def test_an_input_that_hangs_is_lost(fragile_server: SoundServer, until: Until) -> None:
    recorder, tape = Recorder(), Tape()
    recorder.start(None, RATE, 2, lambda _rate, _channels: tape)
    until(lambda: recorder.frames > 0, "the first samples")
    fragile_server.freeze()
    until(lambda: recorder.state is RecorderState.LOST, "the loss")
    assert tape.finished == 1
    recorder.close()


WITHOUT_PORTAUDIO = """import ctypes.util
ctypes.util.find_library = lambda name: None
"""


def test_a_missing_portaudio_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Until) -> None:
    # The host's interpreter finds no library, as on a system without libportaudio2; all else is real.
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PORTAUDIO)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert devices.refresh() == ()
    assert str(devices.problem()).startswith("Sound needs the PortAudio library, which is missing")
    player = Player()
    player.load(SOUND)
    player.play(TimeSpan(0, RATE))
    until(lambda: player.state is PlayerState.UNAVAILABLE, "the refusal")
    assert player.error == devices.problem()
    player.close()
    recorder = Recorder()
    recorder.start(None, RATE, 2, lambda _rate, _channels: pytest.fail("there is no PortAudio"))
    until(lambda: recorder.state is RecorderState.UNAVAILABLE, "the refusal")
    assert recorder.error == devices.problem()
    recorder.close()


QUIET = """
import sys, time
from audiolab.core.recording import ArrayRecording
from audiolab.core.timebase import TimeSpan
from audiolab.engine import devices, player, recorder

assert not {"sounddevice", "_sounddevice", "PySide6", "multiprocessing"} & set(sys.modules)
one = player.Player()
one.load(ArrayRecording([0.0] * 48000, 48000))
one.play(TimeSpan(0, 48000))
while one.state is player.PlayerState.PLAYING:
    time.sleep(0.01)
print(one.state.value, devices.list_devices())
assert "sounddevice" not in sys.modules
"""


def test_nothing_is_printed_and_an_exit_without_close_leaves_nothing(
    fragile_server: SoundServer, tmp_path: Path
) -> None:
    fragile_server.stop()
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "unavailable ()\n"


def test_the_host_ends_with_the_program(sound_server: SoundServer, until: Until) -> None:
    """Also where the program is killed and cannot say goodbye."""
    code = "from audiolab.engine.soundhost import SoundHost\nimport time\n"
    code += "host = SoundHost(); host.ask({'list': True}); print(host._process.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        host = int(program.stdout.readline())
        program.kill()
    until(
        lambda: not Path(f"/proc/{host}").exists() or "zombie" in Path(f"/proc/{host}/status").read_text(),
        "its end",
    )
