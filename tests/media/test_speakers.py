"""Which loudspeaker each channel of a file feeds, by the headers of several formats."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from audiolab.media import open_recording, probe
from audiolab.media.cache import CacheStore
from audiolab.media.speakers import speakers_of_mask, speakers_of_names, speakers_of_vorbis
from tests.media.sounds import encode, noise
from tests.media.test_wav_headers import PCM_GUID, chunk, fmt, riff

FIVE_ONE = ("L", "R", "C", "LFE", "Ls", "Rs")


@pytest.mark.parametrize(
    ("mask", "speakers"),
    [
        (0x4, "C"),
        (0x3, "L R"),
        (0xB, "L R LFE"),
        (0x33, "L R Ls Rs"),
        (0x107, "L R C Cs"),
        (0x3F, "L R C LFE Ls Rs"),
        (0x60F, "L R C LFE Ls Rs"),
        (0x70F, "L R C LFE Cs Lss Rss"),
        (0x63F, "L R C LFE Lrs Rrs Lss Rss"),
        (0x2D63F, "L R C LFE Lrs Rrs Lss Rss Ltf Rtf Ltr Rtr"),
    ],
)
def test_masks_of_wave_files(mask: int, speakers: str) -> None:
    assert " ".join(speakers_of_mask(mask, mask.bit_count())) == speakers


def test_a_mask_must_name_every_channel() -> None:
    assert speakers_of_mask(0, 2) == ()
    assert speakers_of_mask(0x3, 4) == ()
    assert speakers_of_mask(0x3F, 2) == ("L", "R")  # what is too much is left over


def test_unknown_names_say_nothing() -> None:
    assert speakers_of_names(("FL", "DL")) == ()
    assert speakers_of_names(("NONE",) * 6) == ()
    assert speakers_of_vorbis(9) == ()


def six_tones(rate: int = 48000) -> np.ndarray:
    """A second of six channels, each with a tone of its own; the fourth is low."""
    time = np.arange(rate) / rate
    return np.stack([0.2 * np.sin(2 * np.pi * hertz * time) for hertz in (300, 500, 700, 60, 900, 1100)], 1)


def test_wave_with_an_extension(tmp_path: Path) -> None:
    samples = noise(500, 6)
    tail = (22).to_bytes(2, "little") + (16).to_bytes(2, "little") + (0x60F).to_bytes(4, "little") + PCM_GUID
    path = tmp_path / "surround.wav"
    path.write_bytes(riff(fmt(0xFFFE, channels=6, align=12, tail=tail), chunk(b"data", samples.tobytes())))
    recording = open_recording(path)
    assert recording.info.speakers == probe(path).speakers == FIVE_ONE
    np.testing.assert_array_equal(recording.read_native(0, 500), samples)


def test_files_that_say_nothing(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "plain.wav", noise(500, 6), 48000)
    soundfile.write(tmp_path / "plain.aiff", noise(500, 6), 48000)
    assert probe(tmp_path / "plain.wav").speakers == probe(tmp_path / "plain.aiff").speakers == ()


@pytest.mark.parametrize(("name", "codec"), [("a.flac", "flac"), ("a.m4a", "aac"), ("a.ac3", "ac3")])
def test_what_ffmpeg_decodes(tmp_path: Path, name: str, codec: str) -> None:
    encode(tmp_path / name, six_tones().astype(np.float32), 48000, codec)
    store = CacheStore(tmp_path / "cache", 1 << 30)
    decoded = open_recording(tmp_path / name, store=store)
    assert decoded.info.speakers == FIVE_ONE
    decoded.close()
    assert open_recording(tmp_path / name, store=store).info.speakers == FIVE_ONE


@pytest.mark.parametrize("options", [{"format": "OGG", "subtype": "VORBIS"}, {"format": "OGG", "subtype": "OPUS"}])
def test_ogg_is_in_the_order_of_vorbis(tmp_path: Path, options: dict[str, str]) -> None:
    soundfile.write(tmp_path / "a.ogg", six_tones(), 48000, **options)
    assert probe(tmp_path / "a.ogg").speakers == ("L", "C", "R", "Ls", "Rs", "LFE")


def test_ogg_has_its_channels_where_ffmpeg_finds_them(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.ogg", six_tones(), 48000, format="OGG", subtype="VORBIS")
    ours = open_recording(tmp_path / "a.ogg", store=CacheStore(tmp_path / "cache", 1 << 30))
    with av.open(str(tmp_path / "a.ogg")) as container:
        frames = list(container.decode(audio=0))
    theirs = np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T
    names = speakers_of_names(channel.name for channel in frames[0].layout.channels)

    def hertz(samples: np.ndarray, labels: tuple[str, ...]) -> dict[str, float]:
        peaks = np.abs(np.fft.rfft(samples[12000:36000], axis=0)).argmax(axis=0)
        return dict(zip(labels, (2.0 * peaks).tolist(), strict=True))

    assert hertz(ours.read(0, ours.frames), ours.info.speakers) == hertz(theirs, names)
    assert names == FIVE_ONE
