"""Coded files: decoded once, exactly as long as they should be, growing meanwhile, from the cache afterwards."""

import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled, MediaError
from audiolab.core.recording import Recording
from audiolab.media import CacheStore, open_recording, probe
from audiolab.media.decoded import SUFFIX
from tests.media.sounds import encode, lag, noise, speechlike


def files_in(store: CacheStore) -> list[Path]:
    return sorted(store.root.iterdir()) if store.root.exists() else []


@pytest.mark.parametrize("channels", [1, 2, 8])
def test_flac_16_is_exact(tmp_path: Path, store: CacheStore, channels: int) -> None:
    samples = noise(50_000, channels)
    soundfile.write(tmp_path / "a.flac", samples, 44100)
    recording = open_recording(tmp_path / "a.flac", store=store)
    assert (recording.info.format, recording.info.codec, recording.info.bit_depth) == ("FLAC", "PCM_16", 16)
    assert recording.native_scale == 2.0**-15
    np.testing.assert_array_equal(recording.read_native(0, 60_000), samples)


def test_flac_24_is_exact(tmp_path: Path, store: CacheStore) -> None:
    samples = (noise(20_000, 2).astype(np.int32) << 16) + (noise(20_000, 2, seed=3).astype(np.int32) & 0xFF00)
    soundfile.write(tmp_path / "a.flac", samples, 96000, "PCM_24")
    recording = open_recording(tmp_path / "a.flac", store=store)
    assert (recording.info.codec, recording.info.bit_depth) == ("PCM_24", 24)
    np.testing.assert_array_equal(recording.read(0, 20_000), samples.astype(np.float64) * 2.0**-31)


@pytest.mark.parametrize(
    ("container", "kind"),
    [("WAV", "ULAW"), ("WAV", "ALAW"), ("AU", "ULAW"), ("NIST", "PCM_16"), ("VOC", "PCM_16"), ("CAF", "ALAC_16")],
)
def test_what_libsndfile_reads_as_16_bits_is_exact(
    tmp_path: Path, store: CacheStore, container: str, kind: str
) -> None:
    path = tmp_path / "sound"
    soundfile.write(path, noise(30_000, 2), 8000, kind, format=container)
    wanted, _ = soundfile.read(path, dtype="int16")
    recording = open_recording(path, store=store)
    assert recording.info.codec == kind.replace("ALAC_16", "ALAC")
    assert recording.info.frames == probe(path).frames == 30_000
    np.testing.assert_array_equal(recording.read_native(0, 30_000), wanted)


@pytest.mark.parametrize("kind", ["IMA_ADPCM", "MS_ADPCM", "GSM610"])
def test_last_block_of_coded_wav_is_trimmed_by_its_fact_chunk(tmp_path: Path, store: CacheStore, kind: str) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, speechlike(1.0, 8000), 8000, kind)
    data = bytearray(path.read_bytes())
    at = data.index(b"fact") + 8
    data[at : at + 4] = (7950).to_bytes(4, "little")
    path.write_bytes(data)
    recording = open_recording(path, store=store)
    assert recording.frames == probe(path).frames == 7950


@pytest.mark.parametrize(("rate", "kind"), [(44100, "VORBIS"), (48000, "OPUS"), (8000, "OPUS")])
def test_ogg_is_as_long_as_what_was_encoded(tmp_path: Path, store: CacheStore, rate: int, kind: str) -> None:
    tone = speechlike(1.5, rate, 2)
    soundfile.write(tmp_path / "a.ogg", tone, rate, kind)
    recording = open_recording(tmp_path / "a.ogg", store=store)
    assert (recording.info.format, recording.info.codec, recording.info.bit_depth) == ("OGG", kind, None)
    assert (recording.sample_rate, recording.channels) == (rate, 2)
    assert abs(recording.frames - len(tone)) <= 1
    assert lag(recording.read(0, recording.frames)[:, 0], tone[:, 0]) == 0


def test_mp3_is_as_long_as_what_was_encoded(tmp_path: Path, store: CacheStore) -> None:
    tone = speechlike(2.0, 44100, 2)
    encode(tmp_path / "a.mp3", tone, 44100, "libmp3lame")
    recording = open_recording(tmp_path / "a.mp3", store=store)
    assert (recording.info.format, recording.info.codec) == ("MP3", "MPEG_LAYER_III")
    assert recording.frames == probe(tmp_path / "a.mp3").frames == len(tone)
    assert lag(recording.read(0, recording.frames)[:, 0], tone[:, 0]) == 0


@pytest.mark.parametrize(
    ("name", "codec", "container", "coding"),
    [("a.m4a", "aac", "MP4", "AAC"), ("a.m4a", "alac", "MP4", "ALAC"), ("a.mka", "flac", "MATROSKA", "FLAC")],
)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_mp4_and_matroska(
    tmp_path: Path, store: CacheStore, name: str, codec: str, container: str, coding: str, channels: int
) -> None:
    tone = speechlike(2.0, 48000, channels)
    encode(tmp_path / name, tone, 48000, codec)
    recording = open_recording(tmp_path / name, store=store)
    assert (recording.info.format, recording.info.codec) == (container, coding)
    assert (recording.sample_rate, recording.channels, recording.frames) == (48000, channels, len(tone))
    for channel in range(channels):
        assert lag(recording.read(0, recording.frames)[:, channel], tone[:, channel]) == 0


@pytest.mark.parametrize(("stored", "bits", "dtype"), [("s16p", 16, "int16"), ("s32p", 24, "float32")])
def test_alac_is_exact(tmp_path: Path, store: CacheStore, stored: str, bits: int, dtype: str) -> None:
    floats = noise(10_000, 2) / np.float32(32768)
    encode(tmp_path / "a.m4a", floats, 44100, "alac", format=stored)
    recording = open_recording(tmp_path / "a.m4a", store=store)
    assert recording.info.bit_depth == bits
    assert recording.read_native(0, 1).dtype == dtype
    # The muxer rounds the duration to milliseconds in its edit list, which ends the sound some frames early.
    np.testing.assert_array_equal(recording.read(0, recording.frames), floats[: recording.frames])
    assert recording.frames > 10_000 - 44


@pytest.mark.parametrize("channels", [1, 2, 6, 8])
@pytest.mark.parametrize(("stored", "bits", "dtype"), [("s16p", 16, "int16"), ("s32p", 24, "float32")])
def test_wavpack_is_exact(
    tmp_path: Path, store: CacheStore, channels: int, stored: str, bits: int, dtype: str
) -> None:
    floats = noise(70_000, channels) / np.float32(32768)
    encode(tmp_path / "a.wv", floats, 44100, "wavpack", format=stored)
    recording = open_recording(tmp_path / "a.wv", store=store)
    assert (recording.info.format, recording.info.codec) == ("WAVPACK", "WAVPACK")
    assert (recording.channels, recording.info.bit_depth) == (channels, bits)
    assert recording.read_native(0, 1).dtype == dtype
    np.testing.assert_array_equal(recording.read(0, 70_000), floats)


@pytest.mark.parametrize(
    ("codec", "name", "bits", "dtype"),
    [
        ("pcm_u8", "PCM_U8", 8, "int16"),
        ("pcm_s16be", "PCM_16", 16, "int16"),
        ("pcm_s24le", "PCM_24", 24, "float32"),
        ("pcm_s32le", "PCM_32", 32, "float32"),
        ("pcm_f32le", "FLOAT", 32, "float32"),
        ("pcm_f64le", "DOUBLE", 64, "float32"),
    ],
)
def test_uncompressed_sound_in_matroska_is_exact(
    tmp_path: Path, store: CacheStore, codec: str, name: str, bits: int, dtype: str
) -> None:
    floats = (noise(5000, 2) & np.int16(-256)) / np.float32(32768)
    encode(tmp_path / "a.mka", floats, 44100, codec)
    recording = open_recording(tmp_path / "a.mka", store=store)
    assert (recording.info.codec, recording.info.bit_depth) == (name, bits)
    assert recording.read_native(0, 1).dtype == dtype
    np.testing.assert_array_equal(recording.read(0, 5000), floats)


def test_unicode_name_through_ffmpeg(tmp_path: Path, store: CacheStore) -> None:
    path = tmp_path / "ヒストリー 'ü' %d.mp3"
    encode(path, speechlike(0.5, 44100), 44100, "libmp3lame")
    assert open_recording(path, store=store).frames == 22050


def test_it_can_be_read_while_it_grows(tmp_path: Path, store: CacheStore) -> None:
    samples = noise(600_000, 2)
    soundfile.write(tmp_path / "a.flac", samples, 44100)
    seen: list[tuple[Recording, int, bool, int]] = []
    reached: list[float] = []
    first_read: list[np.ndarray] = []

    def on_growing(recording: Recording) -> None:
        assert threading.current_thread() is threading.main_thread()
        seen.append((recording, recording.frames, recording.complete, recording.info.frames))
        first_read.append(recording.read_native(0, recording.frames).copy())

    recording = open_recording(tmp_path / "a.flac", None, reached.append, on_growing, store)
    ((growing, frames, complete, promised),) = seen
    assert growing is recording
    assert 0 < frames < 600_000
    assert not complete
    assert recording.complete
    assert promised == recording.info.frames == 600_000
    np.testing.assert_array_equal(first_read[0], samples[:frames])
    np.testing.assert_array_equal(recording.read_native(0, 600_000), samples)
    assert len(reached) > 3
    assert reached == sorted(reached)
    assert reached[-1] == 1.0


def test_readers_never_see_less_or_other_than_what_was_there(tmp_path: Path, store: CacheStore) -> None:
    samples = noise(2_000_000, 1)
    soundfile.write(tmp_path / "a.flac", samples, 44100)
    faults: list[str] = []
    threads: list[threading.Thread] = []

    def follow(recording: Recording) -> None:
        before = 0
        while True:
            complete, frames = recording.complete, recording.frames
            if frames < before:
                faults.append(f"{before} frames became {frames}")
            last = recording.read_native(frames - 1000, frames)[:, 0]
            if not np.array_equal(last, samples[frames - 1000 : frames, 0]):
                faults.append(f"other samples before {frames}")
            before = frames
            if complete:
                return

    def on_growing(recording: Recording) -> None:
        threads.extend(threading.Thread(target=follow, args=(recording,)) for _ in range(3))
        for thread in threads:
            thread.start()

    open_recording(tmp_path / "a.flac", on_growing=on_growing, store=store)
    for thread in threads:
        thread.join()
    assert len(threads) == 3
    assert faults == []


def test_second_open_comes_from_the_cache_also_under_another_name(tmp_path: Path, store: CacheStore) -> None:
    path = tmp_path / "a.mp3"
    encode(path, speechlike(1.0, 44100), 44100, "libmp3lame")
    first = open_recording(path, store=store)
    stamps = [file.stat().st_ino for file in files_in(store)]
    moved = path.rename(tmp_path / "b.mp3")
    grown: list[Recording] = []
    again = open_recording(moved, on_growing=grown.append, store=store)
    assert grown == []
    assert [file.stat().st_ino for file in files_in(store)] == stamps
    assert again.info.file == moved
    assert (again.identity, again.frames, again.info.codec) == (first.identity, first.frames, "MPEG_LAYER_III")
    np.testing.assert_array_equal(again.read(0, 44100), first.read(0, 44100))


def test_damaged_cache_file_is_made_again(tmp_path: Path, store: CacheStore) -> None:
    soundfile.write(tmp_path / "a.flac", noise(5000, 1), 44100)
    open_recording(tmp_path / "a.flac", store=store).close()
    (file,) = files_in(store)
    for damage in (b"", b"{}", b"no json".ljust(5000), file.read_bytes()[:6000]):
        file.write_bytes(damage)
        recording = open_recording(tmp_path / "a.flac", store=store)
        np.testing.assert_array_equal(recording.read_native(0, 5000), noise(5000, 1))
        recording.close()


def test_default_cache_is_in_the_users_directory(tmp_path: Path, user_directories: Path) -> None:
    soundfile.write(tmp_path / "a.flac", noise(5000, 1), 44100)
    open_recording(tmp_path / "a.flac")
    (file,) = (user_directories / "cache" / "derived").iterdir()
    assert file.suffix == SUFFIX


def test_cancelled_leaves_nothing(tmp_path: Path, store: CacheStore) -> None:
    soundfile.write(tmp_path / "a.flac", noise(600_000, 1), 44100)
    cancel = CancelToken()
    grown: list[Recording] = []

    def on_growing(recording: Recording) -> None:
        grown.append(recording)
        cancel.cancel()

    with pytest.raises(Cancelled):
        open_recording(tmp_path / "a.flac", cancel, on_growing=on_growing, store=store)
    assert files_in(store) == []
    with pytest.raises(ValueError, match="closed"):
        grown[0].read(0, 1)


def test_truncated_mp3_is_usable_and_says_so(tmp_path: Path, store: CacheStore) -> None:
    tone = speechlike(4.0, 44100)
    encode(tmp_path / "a.mp3", tone, 44100, "libmp3lame")
    data = (tmp_path / "a.mp3").read_bytes()
    (tmp_path / "cut.mp3").write_bytes(data[: len(data) // 2])
    recording = open_recording(tmp_path / "cut.mp3", store=store)
    assert recording.note == open_recording(tmp_path / "cut.mp3", store=store).note
    assert "of 00:04.000" in recording.note
    assert recording.complete
    assert 1.7 < recording.info.duration < 2.1
    assert lag(recording.read(0, recording.frames)[:, 0], tone[: recording.frames, 0]) == 0


def test_damage_in_the_middle_moves_nothing_after_it(tmp_path: Path, store: CacheStore) -> None:
    samples = noise(200_000, 1)
    soundfile.write(tmp_path / "a.flac", samples, 44100)
    data = bytearray((tmp_path / "a.flac").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    (tmp_path / "a.flac").write_bytes(data)
    recording = open_recording(tmp_path / "a.flac", store=store)
    assert "damaged" in recording.note
    assert recording.frames == 200_000
    got = recording.read_native(0, 200_000)
    np.testing.assert_array_equal(got[:80_000], samples[:80_000])
    np.testing.assert_array_equal(got[120_000:], samples[120_000:])


def test_joined_streams_of_different_rates_become_one(tmp_path: Path, store: CacheStore) -> None:
    encode(tmp_path / "a.aac", speechlike(1.0, 44100, 2), 44100, "aac")
    encode(tmp_path / "b.aac", speechlike(1.0, 22050, 1), 22050, "aac")
    joined = tmp_path / "joined.aac"
    joined.write_bytes((tmp_path / "a.aac").read_bytes() + (tmp_path / "b.aac").read_bytes())
    recording = open_recording(joined, store=store)
    assert (recording.sample_rate, recording.channels) == (44100, 2)
    assert recording.info.duration == pytest.approx(2.0, abs=0.2)
    assert np.abs(recording.read(recording.frames - 22050, recording.frames)).max() > 0.1


def test_sound_of_a_video(tmp_path: Path, store: CacheStore) -> None:
    import av

    path = tmp_path / "film.mkv"
    tone = speechlike(1.0, 48000)
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        for index in range(25):
            image = av.VideoFrame.from_ndarray(np.full((48, 64, 3), index, dtype=np.uint8), "rgb24")
            container.mux(picture.encode(image))
        frame = av.AudioFrame.from_ndarray((tone.reshape(1, -1) * 32767).astype(np.int16), "s16", "mono")
        frame.sample_rate = 48000
        container.mux(sound.encode(frame))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    recording = open_recording(path, store=store)
    assert (recording.info.format, recording.frames) == ("MATROSKA", 48000)
    np.testing.assert_array_equal(recording.read_native(0, 48000), (tone * 32767).astype(np.int16))


def test_video_without_sound(tmp_path: Path, store: CacheStore) -> None:
    import av

    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5):
            image = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8), "rgb24")
            container.mux(picture.encode(image))
        container.mux(picture.encode(None))
    with pytest.raises(MediaError, match=r"mute\.mp4: has no sound track; choose a file with sound\."):
        open_recording(path, store=store)


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/a.ts", "private.ts"])
def test_a_playlist_opens_nothing_else(tmp_path: Path, store: CacheStore, target: str) -> None:
    encode(tmp_path / "private.ts", speechlike(1.0, 44100), 44100, "mp2")
    listed = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n"
    (tmp_path / "list.m3u8").write_text(listed)
    with pytest.raises(MediaError, match=r"^list\.m3u8: "):
        open_recording(tmp_path / "list.m3u8", store=store)


def test_closed_while_it_grows_gives_the_cache_free_in_the_end(tmp_path: Path, store: CacheStore) -> None:
    soundfile.write(tmp_path / "a.flac", noise(600_000, 1), 44100)
    recording = open_recording(tmp_path / "a.flac", on_growing=lambda growing: growing.close(), store=store)
    with pytest.raises(ValueError, match="closed"):
        recording.read(0, 1)
    assert len(files_in(store)) == 1
    CacheStore(store.root, 0).clean()
    assert files_in(store) == []
