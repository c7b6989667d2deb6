"""The recorder against a real sound server: it records the null sink's monitor while something plays there."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from audiolab.core.recording import ArrayRecording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.engine.player import Player, PlayerState
from audiolab.engine.recorder import Recorder, RecorderState
from tests.sound_server import RATE, SoundServer, undisturbed

Until = Callable[..., None]

pytestmark = pytest.mark.sound


class Tape:
    """A sink in memory that can run out of room."""

    def __init__(self, room: int = 10**9) -> None:
        self.blocks: list[Samples] = []
        self.finished = 0
        self._room = room

    def append(self, samples: Samples) -> None:
        if sum(map(len, self.blocks)) + len(samples) > self._room:
            raise OSError(28, "No space left on device")
        self.blocks.append(samples)

    def finish(self) -> None:
        self.finished += 1

    @property
    def samples(self) -> Samples:
        return np.concatenate(self.blocks)


@pytest.fixture
def recorder(sound_server: SoundServer) -> Iterator[Recorder]:
    with_sound = Recorder()
    yield with_sound
    with_sound.close()


@pytest.fixture
def player(sound_server: SoundServer) -> Iterator[Player]:
    with_sound = Player()
    yield with_sound
    with_sound.close()


def noise(seconds: float) -> Samples:
    return (np.random.default_rng(8).standard_normal((int(seconds * RATE), 2)) * 0.1).astype(np.float32)


def start(recorder: Recorder, tape: Tape, until: Until, rate: int | None = RATE, channels: int = 2) -> None:
    """Begin a take and wait until samples come."""
    recorder.start(None, rate, channels, lambda _rate, _channels: tape)
    assert recorder.state is RecorderState.RECORDING
    until(lambda: recorder.frames > 0 or recorder.state is not RecorderState.RECORDING, "the first samples")


def end(recorder: Recorder, until: Until) -> None:
    recorder.stop()
    until(lambda: recorder.state is not RecorderState.RECORDING, "the end of the take")
    assert recorder.state is RecorderState.STOPPED, recorder.error


@undisturbed
def test_what_is_recorded_is_what_was_played(
    recorder: Recorder, player: Player, sound_server: SoundServer, until: Until
) -> None:
    sound = noise(1.0)
    tape = Tape()
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture():
        start(recorder, tape, until)
        recorder.peak()
        player.play(TimeSpan(0, len(sound)))
        until(lambda: player.state is PlayerState.STOPPED, "the end")
        passed = recorder.frames + RATE // 4
        until(lambda: recorder.frames > passed, "what is on its way")
        peak = recorder.peak()
        end(recorder, until)
    assert (recorder.sample_rate, recorder.channels, recorder.overruns) == (RATE, 2, 0)
    assert (recorder.frames, tape.finished) == (len(tape.samples), 1)
    begin = int(np.flatnonzero(tape.samples[:, 0])[0])
    np.testing.assert_array_equal(tape.samples[begin : begin + len(sound)], sound)
    assert not tape.samples[begin + len(sound) :].any()
    assert peak == pytest.approx(np.abs(sound).max(axis=0).tolist())
    assert recorder.peak() == (0.0, 0.0)


def test_samples_reach_the_sink_while_they_come(recorder: Recorder, until: Until) -> None:
    tape = Tape()
    start(recorder, tape, until)
    until(lambda: recorder.frames > RATE, "a second of sound")
    assert len(tape.blocks) > 10
    assert max(map(len, tape.blocks[1:])) < RATE  # not all at once at the end
    end(recorder, until)


def test_a_pause_leaves_out_what_comes_meanwhile(
    recorder: Recorder, sound_server: SoundServer, until: Until
) -> None:
    tape = Tape()
    start(recorder, tape, until)
    recorder.pause()
    assert recorder.state is RecorderState.PAUSED
    with sound_server.capture() as capture:
        capture.wait(RATE // 5)
        held = recorder.frames
        capture.wait(capture.frames + RATE // 2)
    assert recorder.frames == held
    recorder.resume()
    assert recorder.state is RecorderState.RECORDING
    until(lambda: recorder.frames > held, "more samples")
    assert recorder.frames < held + RATE // 2
    end(recorder, until)
    assert recorder.frames == len(tape.samples)


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (16_000, 2), (None, 1)])
def test_rate_and_channels_are_as_asked(recorder: Recorder, until: Until, rate: int | None, channels: int) -> None:
    tape = Tape()
    start(recorder, tape, until, rate, channels)
    assert recorder.sample_rate == (rate or 44_100)  # what ALSA's pulse plugin names as its own
    assert recorder.channels == channels
    assert tape.samples.shape[1] == channels
    end(recorder, until)


def test_takes_follow_each_other(recorder: Recorder, until: Until) -> None:
    tapes = Tape(), Tape()
    for tape in tapes:
        start(recorder, tape, until)
        recorder.start(None, RATE, 2, lambda _rate, _channels: pytest.fail("a take is running"))
        end(recorder, until)
        assert recorder.frames == len(tape.samples)
        assert tape.finished == 1


def test_a_full_disk_ends_the_take_and_keeps_what_fitted(recorder: Recorder, until: Until) -> None:
    tape = Tape(room=RATE // 4)
    start(recorder, tape, until)
    until(lambda: recorder.state is not RecorderState.RECORDING, "the failure")
    assert recorder.state is RecorderState.FAILED
    assert recorder.error is not None
    assert "No space left on device" in recorder.error
    assert tape.finished == 1
    assert 0 < recorder.frames == len(tape.samples) <= RATE // 4


def test_a_sink_that_cannot_be_made_ends_the_take(recorder: Recorder, until: Until) -> None:
    def refuse(_rate: int, _channels: int) -> Tape:
        raise PermissionError(13, "Permission denied", "take.wav")

    recorder.start(None, RATE, 2, refuse)
    until(lambda: recorder.state is RecorderState.FAILED, "the failure")
    assert "Permission denied" in str(recorder.error)
    assert recorder.frames == 0


def test_closing_keeps_the_take(sound_server: SoundServer, until: Until) -> None:
    recorder, tape = Recorder(), Tape()
    start(recorder, tape, until)
    recorder.close()
    until(lambda: tape.finished == 1, "the end of the take")
    assert recorder.frames == len(tape.samples) > 0
    recorder.close()
    recorder.start(None, RATE, 2, lambda _rate, _channels: pytest.fail("it is closed"))
    assert recorder.state is RecorderState.STOPPED


def test_closing_while_the_device_opens_makes_no_take(sound_server: SoundServer, until: Until) -> None:
    recorder = Recorder()
    recorder.start(None, RATE, 2, lambda _rate, _channels: pytest.fail("it was closed before"))
    recorder.close()
    until(lambda: recorder.state is RecorderState.STOPPED, "the end")
    assert recorder.error is None
