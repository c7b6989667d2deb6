"""Headers as other programs, and killed ones, leave them."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab.core.errors import MediaError
from audiolab.media import open_recording
from audiolab.media.wavheader import wav_header
from tests.media.sounds import noise

SOUND = noise(500, 2)
PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")
FLOAT_GUID = bytes.fromhex("0300000000001000800000aa00389b71")


def chunk(name: bytes, body: bytes, declared: int | None = None) -> bytes:
    size = len(body) if declared is None else declared
    return name + struct.pack("<I", size) + body + bytes(len(body) % 2 if declared is None else 0)


def fmt(
    tag: int = 1, channels: int = 2, rate: int = 8000, align: int = 4, bits: int = 16, tail: bytes = b""
) -> bytes:
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits) + tail)


def riff(*chunks: bytes, magic: bytes = b"RIFF", size: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return magic + struct.pack("<I", len(body) if size is None else size) + body


@pytest.fixture
def opened(tmp_path: Path):
    def write_and_open(data: bytes):
        path = tmp_path / "header.wav"
        path.write_bytes(data)
        return open_recording(path)

    return write_and_open


def test_chunks_before_and_after_the_sound(opened) -> None:
    listed = chunk(b"LIST", b"INFOINAM\x04\x00\x00\x00name")
    odd = chunk(b"abcd", b"123")
    recording = opened(riff(odd, listed, fmt(), chunk(b"fact", b"\0" * 4), chunk(b"data", SOUND.tobytes()), listed))
    np.testing.assert_array_equal(recording.read_native(0, 1000), SOUND)
    assert recording.note is None


def test_odd_chunk_without_its_padding(opened) -> None:
    recording = opened(riff(fmt(), chunk(b"abcd", b"123", declared=3), chunk(b"data", SOUND.tobytes())))
    np.testing.assert_array_equal(recording.read_native(0, 1000), SOUND)


def test_odd_sound_with_a_chunk_after_it(opened) -> None:
    recording = opened(
        riff(fmt(channels=1, align=1, bits=8), chunk(b"data", bytes(range(101))), chunk(b"LIST", b"INFO"))
    )
    assert recording.read_native(0, 200)[:, 0].tolist() == [(value - 128) * 256 for value in range(101)]
    assert recording.note is None


def test_extensible_with_fewer_valid_bits(opened) -> None:
    tail = struct.pack("<HHI", 22, 20, 3) + PCM_GUID
    wide = noise(100, 2).astype("<i4") << 12
    recording = opened(riff(fmt(0xFFFE, align=8, bits=32, tail=tail), chunk(b"data", wide.tobytes())))
    assert recording.info.codec == "PCM_32"
    np.testing.assert_array_equal(recording.read_native(0, 100), wide)


def test_extensible_float(opened) -> None:
    tail = struct.pack("<HHI", 22, 32, 3) + FLOAT_GUID
    floats = np.linspace(-1, 1, 200, dtype="<f4").reshape(100, 2)
    recording = opened(riff(fmt(0xFFFE, align=8, bits=32, tail=tail), chunk(b"data", floats.tobytes())))
    np.testing.assert_array_equal(recording.read(0, 100), floats)


def test_24_bits_in_32(opened) -> None:
    wide = noise(100, 2).astype("<i4") << 16
    recording = opened(riff(fmt(align=8, bits=24), chunk(b"data", wide.tobytes())))
    np.testing.assert_array_equal(recording.read_native(0, 100), wide)


def test_12_bits_in_16(opened) -> None:
    recording = opened(riff(fmt(bits=12), chunk(b"data", SOUND.tobytes())))
    np.testing.assert_array_equal(recording.read_native(0, 500), SOUND)


@pytest.mark.parametrize("declared", [0, 0xFFFF_FFFF, 0xFFFF_FFDB, 0x7FFF_F000 - 36, 400, 402, 1004])
def test_stale_size_is_read_to_the_end_of_the_file(opened, declared: int) -> None:
    recording = opened(riff(fmt(), chunk(b"data", SOUND.tobytes(), declared), size=36 + min(declared, 2**31)))
    np.testing.assert_array_equal(recording.read_native(0, 1000), SOUND)
    assert (recording.note is not None) == (declared < 2000)


def test_stale_rf64(opened) -> None:
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, 0, 0, 0))
    data = riff(ds64, fmt(), chunk(b"data", SOUND.tobytes(), 0xFFFF_FFFF), magic=b"RF64", size=0xFFFF_FFFF)
    recording = opened(data)
    assert recording.info.format == "RF64"
    np.testing.assert_array_equal(recording.read_native(0, 1000), SOUND)


def test_half_a_frame_at_the_end_of_a_stale_file_is_left_out(opened) -> None:
    data = riff(fmt(), chunk(b"data", SOUND.tobytes() + b"\x01\x02\x03", 0), size=36)
    np.testing.assert_array_equal(opened(data).read_native(0, 1000), SOUND)


@pytest.mark.parametrize(
    "tail",
    [
        b"TAG" + b"title".ljust(125, b"\0"),
        b"ID3\x04" + bytes(60),
        b"APETAGEX" + b"\x01" * 90,
        bytes(3000),
        b"LIST\xff\xff\x00\x00cut off",
        chunk(b"zzzz", b"unknown but whole, to the end of the file ") + chunk(b"more", b"12"),
        b"\x01\x02\x03",
    ],
    ids=["ID3v1", "ID3v2", "APE", "padding", "cut chunk", "unknown chunks", "crumbs"],
)
def test_what_is_no_sound_after_the_sound(opened, tail: bytes) -> None:
    recording = opened(riff(fmt(), chunk(b"data", SOUND.tobytes())) + tail)
    assert (recording.frames, recording.note) == (500, None)


def test_cut_off_file_says_so(opened) -> None:
    recording = opened(riff(fmt(), chunk(b"data", SOUND.tobytes()[:500], 2000), size=2036))
    np.testing.assert_array_equal(recording.read_native(0, 1000), SOUND[:125])
    assert "25 %" in recording.note


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("growing", [True, False])
def test_own_header_is_understood_by_libsndfile(tmp_path: Path, bits: int, channels: int, growing: bool) -> None:
    path = tmp_path / "own.wav"
    samples = noise(300, channels) if bits == 16 else noise(300, channels).astype(np.float32) / 40000
    path.write_bytes(wav_header(channels, 44100, bits, 300, growing=growing) + samples.tobytes())
    got, rate = soundfile.read(path, dtype=samples.dtype.name, always_2d=True)
    assert rate == 44100
    np.testing.assert_array_equal(got, samples)


def test_beyond_4_gib(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    frames = 2**32 // 4 + 1000
    header = wav_header(2, 48000, 16, frames, growing=False)
    with path.open("wb") as file:  # sparse: 4 GiB of silence that take no room
        file.write(header)
        file.seek(len(header) + 4 * (frames - 500))
        file.write(SOUND.tobytes())
    for recording in (open_recording(path), soundfile.SoundFile(path)):
        assert recording.frames == frames
    np.testing.assert_array_equal(open_recording(path).read_native(frames - 500, frames), SOUND)
    with soundfile.SoundFile(path) as file:
        assert file.format == "RF64"
        file.seek(frames - 500)
        np.testing.assert_array_equal(file.read(dtype="int16"), SOUND)


@pytest.mark.parametrize("size", range(44))
def test_header_cut_anywhere_is_one_sentence(opened, size: int) -> None:
    with pytest.raises(MediaError, match=r"^header\.wav: .+; .+\.$"):
        opened(riff(fmt(), chunk(b"data", SOUND.tobytes()))[:size])


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (fmt(channels=0), "has no channels"),
        (fmt(rate=0), "sample rate of 0 Hz"),
        (fmt(channels=33, align=66), "has 33 channels"),
        (fmt(rate=768_001), "768001 Hz"),
        (b"", "damaged in its header"),
    ],
)
def test_impossible_header(opened, broken: bytes, sentence: str) -> None:
    with pytest.raises(MediaError, match=sentence):
        opened(riff(broken, chunk(b"data", SOUND.tobytes())))


def test_unknown_coding_is_named(opened) -> None:
    with pytest.raises(MediaError, match="coded as 0x1299"):
        opened(riff(fmt(tag=0x1299), chunk(b"data", SOUND.tobytes())))


def test_header_without_sound(opened) -> None:
    with pytest.raises(MediaError, match="no sound in it"):
        opened(riff(fmt(), chunk(b"data", b"")))
