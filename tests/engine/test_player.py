"""The player against a real sound server: what it sends is caught at the null sink's monitor and compared."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from scipy.signal import correlate

from audiolab.core.recording import ArrayRecording, Samples
from audiolab.core.timebase import TimeSpan
from audiolab.engine import deck, devices
from audiolab.engine.devices import Device
from audiolab.engine.mixing import mixing_matrix
from audiolab.engine.outlet import GLIDE
from audiolab.engine.player import Player, PlayerState
from tests.sound_server import OTHER, RATE, Capture, SoundServer, undisturbed

Until = Callable[..., None]

pytestmark = pytest.mark.sound


@pytest.fixture
def player(sound_server: SoundServer) -> Iterator[Player]:
    with_sound = Player()
    yield with_sound
    with_sound.close()


def noise(seconds: float, channels: int = 2, seed: int = 5, rate: int = RATE) -> Samples:
    random = np.random.default_rng(seed)
    return (random.standard_normal((int(seconds * rate), channels)) * 0.1).astype(np.float32)


def place_of(needle: Samples, haystack: Samples) -> int:
    """Where the beginning of `needle` lies in `haystack`, by cross-correlation of the first channels."""
    head = needle[: RATE // 10, 0].astype(np.float64)
    return int(np.argmax(np.abs(correlate(haystack[:, 0].astype(np.float64), head, "valid"))))


def heard_after_end(capture: Capture) -> Samples:
    """What was captured, once all that was played has come through."""
    capture.wait(capture.frames + RATE // 5)
    return capture.samples


def play_through(player: Player, recording: ArrayRecording, server: SoundServer, until: Until) -> Samples:
    player.load(recording)
    with server.capture() as capture:
        player.play(TimeSpan(0, recording.frames))
        assert player.state is PlayerState.PLAYING
        until(lambda: player.state is not PlayerState.PLAYING, "the end")
        assert player.state is PlayerState.STOPPED, player.error
        assert player.position == recording.frames
        assert player.error is None
        return heard_after_end(capture)


@undisturbed
def test_what_is_played_is_what_was_recorded(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(1.5)
    heard = play_through(player, ArrayRecording(sound, RATE), sound_server, until)
    start = place_of(sound, heard)
    np.testing.assert_array_equal(heard[start : start + len(sound)], sound)
    assert not heard[:start].any()
    assert not heard[start + len(sound) :].any()


@undisturbed
def test_mono_is_heard_on_both_sides(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(0.5, channels=1)
    heard = play_through(player, ArrayRecording(sound, RATE), sound_server, until)
    start = place_of(sound, heard)
    np.testing.assert_array_equal(heard[start : start + len(sound)], np.repeat(sound, 2, axis=1))


@undisturbed
def test_surround_is_mixed_down(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(0.5, channels=6)
    heard = play_through(player, ArrayRecording(sound, RATE), sound_server, until)
    matrix = mixing_matrix(6, 2)
    assert matrix is not None
    expected = (sound @ matrix).astype(np.float32)
    start = place_of(expected, heard)
    np.testing.assert_allclose(heard[start : start + len(sound)], expected, atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000, 768_000])
@undisturbed
def test_any_rate_is_heard_in_tune(player: Player, sound_server: SoundServer, until: Until, rate: int) -> None:
    # 768 kHz is beyond what the server takes, so there the player resamples; the others the server does.
    frequency = 1000.0
    seconds = 0.6
    tone = 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)
    heard = play_through(player, ArrayRecording(tone, rate), sound_server, until)[:, 0].astype(np.float64)
    sounding = np.flatnonzero(np.abs(heard) > 0.01)
    assert sounding[-1] - sounding[0] == pytest.approx(seconds * RATE, abs=0.005 * RATE)
    middle = heard[sounding[0] + RATE // 20 :][: RATE // 2]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) / (len(middle) / 4)
    peak = int(np.argmax(spectrum))
    assert peak * RATE / len(middle) == pytest.approx(frequency, abs=2.5)
    assert spectrum[peak] == pytest.approx(0.5, rel=0.02)
    assert spectrum[np.abs(np.arange(len(spectrum)) - peak) > 20].max() < 1e-3  # no clicks, no gaps


@undisturbed
def test_the_position_is_what_is_heard(player: Player, sound_server: SoundServer) -> None:
    """Clicks, and the times at which they are heard and at which the position passes them.

    When a frame is heard is known from the monitor (see `Capture`): the null sink passes a block on when the first
    frame of it would be heard.
    """
    clicks = np.arange(RATE // 10, 3 * RATE, RATE // 10)
    sound = noise(3.0) * 0.01
    sound[clicks] = 0.5
    player.load(ArrayRecording(sound, RATE))
    seen: list[tuple[float, int]] = []
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, len(sound)))
        while player.state is PlayerState.PLAYING:
            before = time.perf_counter()
            position = player.position
            seen.append(((before + time.perf_counter()) / 2, position))
            time.sleep(0.002)
        heard = heard_after_end(capture)
    caught = np.flatnonzero(heard[:, 0] > 0.4)
    assert np.diff(caught).tolist() == [RATE // 10] * (len(clicks) - 1)
    when, where = np.array(seen).T
    assert (np.diff(where) >= 0).all()
    passed = np.interp(clicks, where + np.arange(len(where)) * 1e-6, when)
    errors = passed - np.array([capture.heard_at(frame) for frame in caught])
    # The median, because one look may be late when the machine is busy; it is the test that is late then.
    assert abs(np.median(errors)) < 0.020
    assert np.mean(np.abs(errors) < 0.020) > 0.8


@undisturbed
def test_a_loop_repeats_without_a_seam_until_it_is_let_go(
    player: Player, sound_server: SoundServer, until: Until
) -> None:
    sound = noise(2.0)
    player.load(ArrayRecording(sound, RATE))
    span = TimeSpan(10_000, 10_000 + 12_345)
    spans: list[TimeSpan] = []
    with sound_server.capture() as capture:
        player.play(span, loop=True)
        # Polled as a meter does, until three laps were heard.
        while sum(part.length for part in spans) < 3 * span.length:
            assert player.position in span
            spans.extend(player.meter_tap.read())
            time.sleep(0.005)
        player.loop = False
        until(lambda: player.state is PlayerState.STOPPED, "the end after the loop")
        assert player.position == span.stop
        spans.extend(player.meter_tap.read())
        heard = heard_after_end(capture)
    lap = sound[span.start : span.stop]
    sounding = np.flatnonzero(heard[:, 0])
    start = sounding[0]
    laps = round((sounding[-1] + 1 - start) / span.length)
    np.testing.assert_allclose(heard[start : start + laps * span.length], np.tile(lap, (laps, 1)), atol=1e-6)
    assert not heard[start + laps * span.length :].any()
    assert sum(part.length for part in spans) == laps * span.length
    assert spans[0].start == span.start
    for one, following in pairwise(spans):
        assert one.stop == following.start or (one.stop, following.start) == (span.stop, span.start)


@undisturbed
def test_the_loop_can_be_moved_while_it_plays(player: Player, sound_server: SoundServer, until: Until) -> None:
    levels = np.repeat(np.arange(1, 11) / 20, RATE // 5).astype(np.float32)  # a step every 0.2 s
    player.load(ArrayRecording(levels, RATE))
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, RATE // 5), loop=True)
        until(lambda: player.position > RATE // 20, "the first loop")
        player.set_span(TimeSpan(RATE, RATE + RATE // 5), loop=True)
        until(lambda: player.position > RATE + RATE // 20, "the second loop")
        for _ in range(30):
            assert TimeSpan(RATE, RATE + RATE // 5).start <= player.position < RATE + RATE // 5
            time.sleep(0.01)
        player.stop()
        heard = heard_after_end(capture)[:, 0]
    found = {round(float(level), 3) for level in heard[np.flatnonzero(np.diff(heard) == 0)]}
    assert {0.05, 0.3} <= found
    assert not found & {0.1, 0.15, 0.2, 0.25, 0.35}


@undisturbed
def test_a_seek_is_heard_and_shown_at_once(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(8.0)
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, len(sound)))
        until(lambda: player.position > RATE // 4, "the beginning")
        player.seek(6 * RATE)
        shown = [player.position for _ in range(50)]
        assert min(shown) >= 6 * RATE
        until(lambda: player.position > 6 * RATE + RATE // 4, "the place it seeks")
        player.seek(2 * RATE)
        assert 2 * RATE <= player.position < 3 * RATE
        until(lambda: player.position > 2 * RATE + RATE // 4, "the second place")
        player.stop()
        heard = heard_after_end(capture)
    for place in (0, 6 * RATE, 2 * RATE):
        inside = sound[place + 1000 :]
        at = place_of(inside, heard)
        np.testing.assert_array_equal(heard[at : at + RATE // 10], inside[: RATE // 10])


@undisturbed
def test_a_pause_holds_the_very_frame(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(3.0)
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, len(sound)))
        until(lambda: player.position > RATE // 4, "the beginning")
        player.pause()
        assert player.state is PlayerState.PAUSED
        capture.wait(capture.frames + RATE // 4)
        held = player.position
        capture.wait(capture.frames + RATE // 4)
        assert player.position == held
        player.resume()
        assert player.state is PlayerState.PLAYING
        until(lambda: player.position > held + RATE // 4, "what comes after the pause")
        player.stop()
        stopped = player.position
        capture.wait(capture.frames + RATE // 5)
        assert player.position == stopped
        heard = capture.samples
    # Between the two stretches of sound lies silence; the second one goes on where the first one held.
    start = place_of(sound, heard)
    glide = int(GLIDE * RATE)
    fade_end = start + held
    assert not heard[fade_end : fade_end + RATE // 8].any()
    np.testing.assert_array_equal(heard[start : fade_end - glide], sound[: held - glide])
    after = place_of(sound[held + glide :], heard)
    np.testing.assert_array_equal(heard[after : after + RATE // 8], sound[held + glide :][: RATE // 8])
    assert not heard[after - glide - RATE // 8 : after - glide].any()


@undisturbed
def test_a_seek_in_a_pause_is_silent_and_then_goes_on_there(
    player: Player, sound_server: SoundServer, until: Until
) -> None:
    sound = noise(3.0)
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, len(sound)))
        until(lambda: player.position > RATE // 4, "the beginning")
        player.pause()
        capture.wait(capture.frames + RATE // 4)
        player.seek(2 * RATE)
        silent_from = capture.frames
        capture.wait(capture.frames + RATE // 4)
        silent_to = capture.frames
        assert player.position == 2 * RATE
        player.resume()
        until(lambda: player.state is PlayerState.STOPPED, "the end")
        heard = heard_after_end(capture)
    assert not heard[silent_from:silent_to].any()
    inside = sound[2 * RATE + 1000 :]
    at = place_of(inside, heard)
    np.testing.assert_array_equal(heard[at : at + len(inside)], inside)


@undisturbed
def test_volume_scales_what_is_heard_and_not_what_is_metered(
    player: Player, sound_server: SoundServer, until: Until
) -> None:
    player.volume = 0.5
    sound = noise(0.7)
    heard = play_through(player, ArrayRecording(sound, RATE), sound_server, until)
    start = place_of(sound, heard)
    np.testing.assert_allclose(heard[start : start + len(sound)], sound * 0.5, atol=1e-7)
    spans = player.meter_tap.read()
    assert spans == (TimeSpan(0, len(sound)),)


@undisturbed
def test_a_second_span_plays_on_the_same_stream(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(2.0)
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture() as capture:
        for span in (TimeSpan(0, 20_000), TimeSpan(50_000, 70_000)):
            player.play(span)
            until(lambda: player.state is PlayerState.STOPPED, "the end of a span")
            assert player.position == span.stop
        heard = heard_after_end(capture)
    for start in (0, 50_000):
        at = place_of(sound[start:], heard)
        np.testing.assert_array_equal(heard[at : at + 20_000], sound[start : start + 20_000])
    assert np.count_nonzero(heard[:, 0]) == pytest.approx(40_000, abs=2)


@undisturbed
def test_a_recording_that_grows_is_played_as_it_comes(
    player: Player, sound_server: SoundServer, until: Until
) -> None:
    class Growing(ArrayRecording):
        so_far = RATE // 2
        done = False

        @property
        def frames(self) -> int:
            return self.so_far

        @property
        def complete(self) -> bool:
            return self.done

    sound = noise(1.0)
    recording = Growing(sound, RATE)
    underruns = player.underruns
    player.load(recording)
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, 10 * RATE))
        until(lambda: player.position == RATE // 2, "all that has come so far")
        capture.wait(capture.frames + RATE // 5)
        assert player.state is PlayerState.PLAYING
        recording.so_far, recording.done = len(sound), True
        until(lambda: player.state is PlayerState.STOPPED, "the end")
        assert player.position == len(sound)
        heard = heard_after_end(capture)
    assert player.underruns == underruns  # waiting for the recording is none
    for half in (sound[: RATE // 2], sound[RATE // 2 :]):
        at = place_of(half, heard)
        np.testing.assert_array_equal(heard[at : at + len(half)], half)


@undisturbed
def test_a_new_recording_replaces_the_old(player: Player, sound_server: SoundServer, until: Until) -> None:
    first, second = noise(3.0), noise(0.4, seed=6, rate=44_100)
    player.load(ArrayRecording(first, RATE))
    player.play(TimeSpan(0, len(first)))
    until(lambda: player.position > RATE // 4, "the first recording")
    heard = play_through(player, ArrayRecording(second, 44_100), sound_server, until)
    assert np.abs(heard).max() > 0.1
    player.load(None)
    assert (player.state, player.position, player.span) == (PlayerState.STOPPED, 0, None)
    player.play(TimeSpan(0, 100))
    assert player.state is PlayerState.STOPPED


def test_an_empty_span_ends_at_once(player: Player, until: Until) -> None:
    player.load(ArrayRecording(noise(1.0), RATE))
    player.play(TimeSpan(500, 500), loop=True)
    until(lambda: player.state is PlayerState.STOPPED, "the end of nothing")
    assert player.position == 500


def test_a_recording_that_is_closed_stops_it_with_a_sentence(player: Player, until: Until) -> None:
    class Closing(ArrayRecording):
        closed = False

        def read(self, start: int, stop: int) -> Samples:
            if self.closed:
                raise ValueError("read of a closed recording")
            return super().read(start, stop)

    recording = Closing(noise(5.0), RATE)
    player.load(recording)
    player.play(TimeSpan(0, recording.frames))
    until(lambda: player.position > RATE // 10, "the beginning")
    recording.closed = True
    until(lambda: player.state is PlayerState.STOPPED, "the stop")
    assert player.error == "The recording can no longer be read: open it again."


@undisturbed
def test_an_unknown_device_falls_back_to_the_default(
    player: Player, sound_server: SoundServer, until: Until
) -> None:
    player.device = Device(9, "pulled out", "Nowhere", 0, 2, 44_100, False, False)
    sound = noise(0.4)
    heard = play_through(player, ArrayRecording(sound, RATE), sound_server, until)
    start = place_of(sound, heard)
    np.testing.assert_array_equal(heard[start : start + len(sound)], sound)


@undisturbed
def test_the_device_can_change_while_it_plays(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(4.0)
    player.device = None
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture() as capture, sound_server.capture(OTHER) as other_capture:
        player.play(TimeSpan(0, 4 * RATE))
        until(lambda: player.position > RATE // 4, "the beginning")
        player.device = devices.find(OTHER, "output")
        assert player.device is not None
        before = player.position
        assert player.state is PlayerState.PLAYING
        until(lambda: player.position > before + RATE // 4, "the sound on the other device")
        player.stop()
        heard, heard_there = heard_after_end(capture), heard_after_end(other_capture)
    at = place_of(sound, heard)
    np.testing.assert_array_equal(heard[at : at + RATE // 5], sound[: RATE // 5])
    assert not heard[at + before + RATE // 20 :].any()
    moved = sound[before + RATE // 20 :]
    at = place_of(moved, heard_there)
    np.testing.assert_array_equal(heard_there[at : at + RATE // 10], moved[: RATE // 10])


@undisturbed
def test_a_device_that_rests_is_given_back(
    player: Player, sound_server: SoundServer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck, "IDLE", 0.3)
    sound = noise(3.0)
    player.load(ArrayRecording(sound, RATE))
    with sound_server.capture() as capture:
        player.play(TimeSpan(0, len(sound)))
        until(lambda: player.position > RATE // 4, "the beginning")
        player.pause()
        until(lambda: not sound_server.control("list", "short", "sink-inputs"), "the device to be free")
        held = player.position
        assert player.state is PlayerState.PAUSED
        player.resume()
        until(lambda: player.position > held + RATE // 4, "what comes after the pause")
        player.stop()
        heard = heard_after_end(capture)
    after = place_of(sound[held + RATE // 50 :], heard)
    np.testing.assert_array_equal(heard[after : after + RATE // 8], sound[held + RATE // 50 :][: RATE // 8])


@undisturbed
def test_commands_in_any_order_leave_it_sound(player: Player, sound_server: SoundServer, until: Until) -> None:
    sound = noise(6.0)
    player.load(ArrayRecording(sound, RATE))
    random = np.random.default_rng(11)

    def span() -> TimeSpan:
        return TimeSpan.between(*(int(edge) for edge in random.integers(0, len(sound), 2)))

    commands: list[Callable[[], object]] = [
        lambda: player.play(span(), loop=bool(random.integers(2))),
        lambda: player.set_span(span(), loop=bool(random.integers(2))),
        lambda: player.seek(int(random.integers(-RATE, 8 * RATE))),
        lambda: setattr(player, "loop", bool(random.integers(2))),
        lambda: setattr(player, "volume", float(random.uniform(0, 1))),
        player.pause,
        player.resume,
        player.stop,
        player.meter_tap.read,
    ]
    with sound_server.capture() as capture:
        for _ in range(300):
            commands[random.integers(len(commands))]()
            time.sleep(float(random.uniform(0, 0.02)))
            assert 0 <= player.position <= len(sound)
            assert player.error is None
        assert np.abs(capture.samples).max() < np.abs(sound).max() * 1.01  # no step was louder than the sound
        player.volume = 1.0
        player.stop()
        capture.wait(capture.frames + RATE // 5)  # what begins while another sound fades would fade in
    heard = play_through(player, ArrayRecording(sound[:RATE], RATE), sound_server, until)
    start = place_of(sound, heard)
    np.testing.assert_array_equal(heard[start : start + RATE], sound[:RATE])


def test_it_can_be_closed_at_any_time(sound_server: SoundServer) -> None:
    for pause in (0.0, 0.05, 0.3, 0.7):
        player = Player()
        player.load(ArrayRecording(noise(2.0), RATE))
        player.play(TimeSpan(0, RATE))
        time.sleep(pause)
        player.close()
        player.close()
        assert player.state is PlayerState.STOPPED
        player.play(TimeSpan(0, RATE))
        assert player.state is PlayerState.STOPPED
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("audiolab")]
