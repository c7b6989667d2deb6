"""Whatever a file holds, opening it either works or says why not in one sentence; nothing is printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiolab.core.errors import MediaError
from audiolab.media import CacheStore, open_recording, probe
from tests.media.sounds import encode, noise, speechlike

MAGICS = [
    b"RIFF\xff\xff\xff\xffWAVE",
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00",
    b"RIFX\x00\x00\x00\x24WAVEfmt \x00\x00\x00\x10\x00\x01",
    b"RF64\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00",
    b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00",
    b"FORM\x00\x00\x10\x00AIFFCOMM\x00\x00\x00\x12",
    b"FORM\x00\x00\x10\x00AIFCCOMM\x00\x00\x00\x18",
    b"caff\x00\x01\x00\x00desc\x00\x00\x00\x00\x00\x00\x00\x20",
    b".snd\x00\x00\x00\x18",
    b"OggS\x00\x02",
    b"fLaC\x00\x00\x00\x22",
    b"ID3\x04\x00\x00\x00\x00\x00\x10",
    b"\xff\xfb\x90\x00",
    b"\x00\x00\x00\x18ftypM4A ",
    b"\x1aE\xdf\xa3",
    b"NIST_1A\n   1024\n",
    b"Creative Voice File\x1a",
    b"",
]


def outcome(path: Path, store: CacheStore) -> str | None:
    """The sentence, or None if the file can be opened and read."""
    sentence = None
    for opened in (probe, lambda file: open_recording(file, store=store)):
        try:
            result = opened(path)
        except MediaError as error:
            sentence = str(error)
            continue
        assert result.sample_rate > 0
        assert result.channels > 0
        if hasattr(result, "read"):
            assert np.isfinite(result.read(-5, min(result.frames, 100_000) + 5)).all()
            result.close()
    assert sentence is None or re.fullmatch(re.escape(path.name) + r": [^\n]+; [^\n]+\.", sentence), sentence
    return sentence


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.wav", b"", "is empty"),
        ("empty.mp3", b"", "is empty"),
        (
            "notes.wav",
            b"This is a text, and no sound at all.\n" * 20,
            "holds no sound that libsndfile or FFmpeg can read",
        ),
        ("notes.mp3", b"This is a text, and no sound at all.\n" * 20, "holds no sound"),
        ("notes.gsm", b"", "is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "no sound"),
        ("short.raw", b"\x01\x02", "has no sound track"),
        ("one byte", b"R", "holds no sound"),
        ("cut.mp4", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42isom", "holds no sound"),
    ],
)
def test_what_is_no_sound(
    tmp_path: Path, store: CacheStore, capfd: pytest.CaptureFixture[str], name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert sentence in (outcome(tmp_path / name, store) or "")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("folder", "folder: is a folder; choose a file in it."),
        ("absent.wav", "absent.wav: does not exist; check its name and folder."),
        ("file/absent.wav", "absent.wav: does not exist; check its name and folder."),
        ("dangling.wav", "dangling.wav: does not exist; check its name and folder."),
        ("l" * 300 + ".wav", "cannot be read"),
        ("nul\0.wav", "cannot be read"),
    ],
)
def test_what_is_no_file(tmp_path: Path, store: CacheStore, name: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "dangling.wav").symlink_to(tmp_path / "gone")
    assert sentence in (outcome(tmp_path / name, store) or "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_pipe_is_not_waited_for(tmp_path: Path, store: CacheStore) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "is not a regular file" in (outcome(tmp_path / "pipe.wav", store) or "")


FORBIDDEN = """
import os, sys, tempfile
from pathlib import Path
from audiolab.core.errors import MediaError
from audiolab.media import open_recording, probe
folder = Path(tempfile.mkdtemp())
folder.chmod(0o755)
path = folder / "secret.wav"
path.write_bytes(b"RIFF")
path.chmod(0)
if os.geteuid() == 0:
    os.seteuid(65534)
for opened in (probe, open_recording):
    try:
        opened(path)
    except MediaError as error:
        print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
def test_no_permission() -> None:
    done = subprocess.run([sys.executable, "-c", FORBIDDEN], capture_output=True, text=True, check=True)
    sentence = "secret.wav: may not be read by you; change its permissions or copy it."
    assert done.stdout.splitlines() == [sentence, sentence]


NO_ROOM = """
import resource, sys
from pathlib import Path
from audiolab.core.errors import MediaError
from audiolab.media import CacheStore, open_recording
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
store = CacheStore(Path(sys.argv[2]), 10**9)
grown = []
try:
    open_recording(sys.argv[1], on_growing=grown.append, store=store)
except MediaError as error:
    print(error)
print(len(grown), list(store.root.iterdir()))
"""


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files")
def test_disk_full_while_decoding(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", noise(600_000, 1), 44100)
    command = [sys.executable, "-c", NO_ROOM, str(tmp_path / "a.flac"), str(tmp_path / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    remedy = "check that folder and free some space on its disk"
    sentence = f"a.flac: cannot be decoded into {tmp_path / 'cache'} (File too large); {remedy}."
    assert done.stdout.splitlines() == [sentence, "1 []"]
    assert done.stderr == ""


def test_cache_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file where a folder should be")
    soundfile.write(tmp_path / "a.flac", noise(600, 1), 44100)
    with pytest.raises(MediaError, match=r"^a\.flac: cannot be decoded into .*; check that folder .*\.$"):
        open_recording(tmp_path / "a.flac", store=CacheStore(tmp_path / "cache", 10**9))


def real_files(root: Path) -> list[bytes]:
    """One small file of many kinds."""
    tone = speechlike(0.3, 16000, 2)
    for container, kind in [
        *(("WAV", kind) for kind in ("PCM_16", "PCM_24", "FLOAT", "ULAW", "IMA_ADPCM", "GSM610")),
        *((container, "PCM_16") for container in ("RF64", "W64", "AIFF", "CAF", "AU", "NIST", "VOC", "FLAC")),
        ("OGG", "VORBIS"),
        ("OGG", "OPUS"),
    ]:
        channels = 1 if kind == "GSM610" else 2
        soundfile.write(root / f"{container}.{kind}", tone[:, :channels], 16000, kind, format=container)
    for name, codec in [("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("b.m4a", "alac"), ("a.mka", "flac")]:
        encode(root / name, tone, 16000, codec)
    encode(root / "a.ts", tone, 16000, "mp2")
    return [path.read_bytes() for path in sorted(root.iterdir())]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return real_files(tmp_path_factory.mktemp("originals"))


FUZZ = settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SUFFIXES = st.sampled_from(["", ".wav", ".mp3", ".raw", ".flac", ".m4a"])


@FUZZ
@given(magic=st.sampled_from(MAGICS), tail=st.binary(max_size=600), suffix=SUFFIXES)
def test_random_bytes(
    tmp_path: Path, store: CacheStore, capfd: pytest.CaptureFixture[str], magic: bytes, tail: bytes, suffix: str
) -> None:
    path = tmp_path / f"random{suffix}"
    path.write_bytes(magic + tail)
    outcome(path, store)
    assert capfd.readouterr() == ("", "")


@FUZZ
@given(data=st.data(), suffix=SUFFIXES)
def test_truncated_and_damaged_files(
    tmp_path: Path,
    store: CacheStore,
    capfd: pytest.CaptureFixture[str],
    originals: list[bytes],
    data: st.DataObject,
    suffix: str,
) -> None:
    content = bytearray(data.draw(st.sampled_from(originals)))
    del content[data.draw(st.integers(0, len(content))) :]
    reach = st.integers(0, max(min(len(content), 400) - 1, 0))
    for at, value in data.draw(st.dictionaries(reach, st.integers(0, 255), max_size=12)).items():
        if content:
            content[at] = value
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(content)
    outcome(path, store)
    assert capfd.readouterr() == ("", "")
