"""Sound that libsndfile decodes: Ogg Vorbis and Opus, companded and ADPCM WAV, SPHERE, VOC and many old formats."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from audiolab.core.recording import MediaInfo, NativeSamples
from audiolab.media.layout import check_limits
from audiolab.media.riff import WavHeader, read_wav_header
from audiolab.media.source import MAX_PADDING
from audiolab.media.speakers import speakers_of_vorbis

if TYPE_CHECKING:
    import soundfile

_BLOCK_FRAMES = 16384
_UNKNOWN_FRAMES = 2**48
_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}
_BITS |= {"ULAW": 8, "ALAW": 8, "ALAC_16": 16, "ALAC_20": 20, "ALAC_24": 24, "ALAC_32": 32}
_BITS |= {"DPCM_8": 8, "DPCM_16": 16, "DWVW_12": 12, "DWVW_16": 16, "DWVW_24": 24}
_BEYOND_16_BITS = frozenset(
    {"PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAC_20", "ALAC_24", "ALAC_32", "DWVW_24", "VORBIS", "OPUS"}
)
_CODECS = {f"ALAC_{bits}": "ALAC" for bits in (16, 20, 24, 32)}


class SndfileSource:
    """A `SampleSource` by libsndfile.

    Args:
        path: the file.
        file: the same, opened; closed by this.

    Raises:
        MediaError: its rate or channels cannot be worked with.
    """

    def __init__(self, path: Path, file: "soundfile.SoundFile") -> None:
        self._file = file
        self._done = 0
        self._damage: str | None = None
        check_limits(path, file.samplerate, file.channels)
        counted = file.frames if 0 <= file.frames < _UNKNOWN_FRAMES else 0
        header = _wav_header(path)
        self._exact = _sample_count(header, counted)
        subtype = file.subtype
        self._dtype = "float32" if subtype in _BEYOND_16_BITS else "int16"
        self._promised = counted
        self._info = MediaInfo(
            path,
            "WAV" if file.format == "WAVEX" else file.format,
            _CODECS.get(subtype, subtype),
            file.samplerate,
            file.channels,
            self._exact or counted,
            _BITS.get(subtype),
            _speakers(header, file),
        )

    @property
    def info(self) -> MediaInfo:
        """See `SampleSource`."""
        return self._info

    @property
    def exact_frames(self) -> int:
        """See `SampleSource`."""
        return self._exact

    @property
    def promised_frames(self) -> int:
        """See `SampleSource`."""
        return self._info.frames

    @property
    def fraction(self) -> float:
        """See `SampleSource`."""
        return min(self._done / self._promised, 1.0) if self._promised else 0.0

    @property
    def damage(self) -> str | None:
        """See `SampleSource`."""
        return self._damage

    def blocks(self) -> Iterator[NativeSamples]:
        """See `SampleSource`."""
        import soundfile

        while True:
            try:
                block = self._file.read(_BLOCK_FRAMES, dtype=self._dtype, always_2d=True)
            except soundfile.LibsndfileError as error:
                self._damage = f"decoding stopped ({error.error_string.rstrip('.')})"
                return
            if len(block) == 0:
                return
            self._done += len(block)
            yield np.ascontiguousarray(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def open_sndfile(path: Path) -> SndfileSource | None:
    """Open a file with libsndfile; None if it cannot read it.

    Raises:
        MediaError: it can, but rate or channels cannot be worked with.
    """
    import soundfile

    try:
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, TypeError, ValueError):  # TypeError: a name that ends in .raw
        return None
    try:
        return SndfileSource(path, file)
    except BaseException:
        file.close()
        raise


def _wav_header(path: Path) -> WavHeader | None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        return read_wav_header(path, file, size)


def _sample_count(header: WavHeader | None, counted: int) -> int:
    """Frames by the fact chunk of a coded WAV file; 0 where it has none that padding can explain."""
    count = header.sample_count if header else 0
    return count if 0 < counted - count <= MAX_PADDING else 0


def _speakers(header: WavHeader | None, file: "soundfile.SoundFile") -> tuple[str, ...]:
    """Where the channels stand. libsndfile leaves the channels of Ogg in the order of Vorbis."""
    if header is not None:
        return header.speakers
    return speakers_of_vorbis(file.channels) if file.subtype in ("VORBIS", "OPUS") else ()
