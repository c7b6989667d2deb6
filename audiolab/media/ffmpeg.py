"""Sound that FFmpeg decodes, through PyAV: MP3, FLAC, MP4, Matroska, ASF, WavPack, ... and the tracks of videos."""

import contextlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from audiolab.core.errors import MediaError
from audiolab.core.recording import MediaInfo, NativeSamples
from audiolab.media.layout import EXPORT_AGAIN, check_limits
from audiolab.media.lead import CONTAINER_UNIT, lead_of
from audiolab.media.speakers import speakers_of_names

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

_FORMATS = {"MOV": "MP4", "WV": "WAVPACK", "MPEG": "MPEG_PS"}
_CODECS = {
    "mp3": "MPEG_LAYER_III",
    "mp3float": "MPEG_LAYER_III",
    "mp2": "MPEG_LAYER_II",
    "mp2float": "MPEG_LAYER_II",
    "mp1": "MPEG_LAYER_I",
    "mp1float": "MPEG_LAYER_I",
    "pcm_mulaw": "ULAW",
    "pcm_alaw": "ALAW",
    "libopus": "OPUS",
    "libvorbis": "VORBIS",
}
_LOSSLESS = frozenset({"flac", "alac", "wavpack", "tta", "ape", "shorten", "tak", "als", "mlp", "truehd"})
_DEPTHS = {"u8": 8, "s16": 16, "s32": 24, "flt": 32, "dbl": 64}
"""Of lossless codecs by sample format. FFmpeg has no 24-bit one: 24 bits are handed out as 32."""
_TELL_LENGTH = frozenset({"MP4", "MATROSKA", "ASF", "FLAC", "OGG", "WAVPACK", "TTA", "APE", "AVI"})
"""Containers whose header states the duration; of others it is estimated from the bit rate."""
_MAX_GAP_SECONDS = 10
_PLAYLISTS = frozenset({"hls", "concat", "dash", "imf", "sdp", "rtsp", "ffmetadata"})
_CONVERT = "convert it to WAV or FLAC and open that"


class FfmpegSource:
    """A `SampleSource` by FFmpeg: the first audio stream of a file.

    Args:
        path: the file.
        container: the same, opened; closed by this.

    Raises:
        MediaError: it has no sound track, or one that cannot be decoded.
    """

    def __init__(self, path: Path, container: "InputContainer") -> None:
        self._path = path
        self._container = container
        self._stream = _first_audio(path, container)
        self._size = max(container.size, 1)
        self._position = 0
        self._failures = 0
        self._stopped: str | None = None
        self._frames = self._decoded()
        first = next(self._frames, None)
        if first is None:
            reason = f"holds no sound that can be decoded (it is coded as {self._stream.codec_context.name})"
            raise MediaError(path, reason, EXPORT_AGAIN)
        self._first = first
        check_limits(path, self._first.sample_rate, self._first.layout.nb_channels)
        self._lead = lead_of(self._first, self._stream, container)
        self._exact = self._gapless_frames()
        # FLAC drops damaged frames without a word, but its time stamps are sample numbers.
        self._counts_samples = container.format.name == "flac"
        self._info = self._described()

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
        container, stream = self._info.format, self._stream
        if container == "MP3":
            # A start time is the delay in the LAME tag, which counts the frames too.
            told = bool(stream.start_time)
        else:
            # The duration of a whole Matroska file is the longest track's: the picture's, perhaps.
            told = container in _TELL_LENGTH and (bool(stream.duration) or not self._container.streams.video)
        return self._info.frames if told else 0

    @property
    def fraction(self) -> float:
        """See `SampleSource`."""
        return min(self._position / self._size, 1.0)

    @property
    def damage(self) -> str | None:
        """See `SampleSource`."""
        if self._stopped:
            return f"decoding stopped ({self._stopped})"
        if self._failures:
            return f"{self._failures} damaged {'part' if self._failures == 1 else 'parts'} could not be decoded"
        return None

    def blocks(self) -> Iterator[NativeSamples]:
        """See `SampleSource`.

        Silence stands in for damaged packets, so that the rest keeps its time, and for what a film has of picture
        before its sound begins.
        """
        from audiolab.media.frames import to_samples

        done = 0
        kind = to_samples(self._first).dtype
        for start in range(0, self._lead, self._info.sample_rate):
            yield np.zeros((min(self._lead - start, self._info.sample_rate), self._info.channels), kind)
        failures = self._failures
        for frame in itertools.chain((self._first,), self._frames):
            block = to_samples(frame)
            if frame.pts is not None and (self._counts_samples or self._failures > failures):
                gap = self._time_of(frame) - self._time_of(self._first) - done
                if 0 < gap <= _MAX_GAP_SECONDS * self._info.sample_rate:
                    yield np.zeros((gap, self._info.channels), dtype=block.dtype)
                    done += gap
                    self._failures = max(self._failures, failures + 1)
                failures = self._failures
            yield block
            done += len(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def _decoded(self) -> Iterator["AudioFrame"]:
        """All frames of the stream that can be decoded, brought to the first one's rate, channels and format."""
        import av

        from audiolab.media.frames import Unifier

        unify = Unifier()
        for packet in self._packets():
            try:
                frames = [like_first for frame in packet.decode() for like_first in unify(frame)]
            except av.FFmpegError:
                self._failures += 1
                continue
            yield from frames
        with contextlib.suppress(av.FFmpegError):
            yield from unify.rest()

    def _packets(self) -> Iterator["Packet[AudioStream]"]:
        """All packets of the stream that can be read."""
        import av

        try:
            for packet in self._container.demux(self._stream):
                self._position = max(self._position, packet.pos or 0)
                yield packet
        except av.FFmpegError as error:
            self._stopped = error.strerror

    def _time_of(self, frame: "AudioFrame") -> int:
        """Time stamp in sample frames; 0 without one."""
        return round((frame.pts or 0) * (frame.time_base or 0) * self._info.sample_rate)

    def _described(self) -> MediaInfo:
        names = self._container.format.name.upper().split(",")
        container = _FORMATS.get(names[0], names[0])
        codec, bits = self._coding(self._stream.codec_context.name)
        if container == "FLAC":
            codec = f"PCM_{bits}"  # as libsndfile calls it
        first = self._first
        frames = self._exact or self._stream_frames() or self._container_frames()
        frames += self._lead if frames and not self._exact else 0
        channels = first.layout.channels
        speakers = speakers_of_names(channel.name for channel in channels)
        return MediaInfo(self._path, container, codec, first.sample_rate, len(channels), frames, bits, speakers)

    def _stream_frames(self) -> int:
        """Frames by the duration of the stream (after its edit list); 0 if its header has none."""
        if not self._stream.duration or not self._stream.time_base:
            return 0
        return max(round(self._stream.duration * self._stream.time_base * self._first.sample_rate), 0)

    def _container_frames(self) -> int:
        """Frames from the start of the stream to the end of the whole file's duration; 0 if it has none."""
        if not self._container.duration:
            return 0
        if self._lead:
            return max(round(self._container.duration / CONTAINER_UNIT * self._first.sample_rate) - self._lead, 0)
        start = (self._stream.start_time or 0) * (self._stream.time_base or 0)
        return max(round((self._container.duration / CONTAINER_UNIT - start) * self._first.sample_rate), 0)

    def _gapless_frames(self) -> int:
        """Frames of an MP4 file by iTunes' tag or by its edit list, without what fills the last packet; or 0.

        What leads to the first one is counted.
        """
        if not self._container.format.name.startswith("mov"):
            return 0
        tag = str(self._container.metadata.get("iTunSMPB", "")).split()
        try:
            frames = int(tag[3], 16)
        except (IndexError, ValueError):
            frames = self._stream_frames()
        return self._lead + frames if frames else 0

    def _coding(self, name: str) -> tuple[str, int | None]:
        """What we call FFmpeg's codec `name`, and its bits per sample if it is lossless."""
        extra = self._stream.codec_context.extradata or b""
        uncompressed = re.match(r"pcm_([suf])(\d+)", name)
        if uncompressed:
            kind, bits = uncompressed[1], int(uncompressed[2])
            if kind == "f":
                return ("FLOAT" if bits == 32 else "DOUBLE"), bits
            return f"PCM_{kind.upper() if bits == 8 else ''}{bits}", bits
        if name == "alac" and len(extra) >= 18:
            return "ALAC", extra[17]
        if name == "flac" and len(extra) >= 14:
            return "FLAC", ((extra[12] & 1) << 4 | extra[13] >> 4) + 1
        lossless = _DEPTHS.get(self._first.format.name.rstrip("p")) if name in _LOSSLESS else None
        return _CODECS.get(name, name.upper()), lossless


def open_ffmpeg(path: Path) -> FfmpegSource:
    """Open a file with FFmpeg.

    Raises:
        MediaError: FFmpeg cannot read it, or there is no sound in it that it can decode.
    """
    import av

    try:
        # A playlist must not make the program ask the network.
        container = av.open(str(path), metadata_errors="replace", options={"protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError) as error:
        raise MediaError(path, "holds no sound that libsndfile or FFmpeg can read", _CONVERT) from error
    try:
        if container.format.name.split(",")[0] in _PLAYLISTS:
            raise MediaError(path, "is a playlist, which only names other files", "open one of those")
        return FfmpegSource(path, container)
    except BaseException:
        container.close()
        raise


def _first_audio(path: Path, container: "InputContainer") -> "AudioStream":
    if not container.streams.audio:
        raise MediaError(path, "has no sound track", "choose a file with sound")
    stream = container.streams.audio[0]
    if getattr(stream, "codec_context", None) is None:  # which PyAV's types do not say
        reason = f"holds sound coded as {_coding(container)}, which FFmpeg cannot decode"
        raise MediaError(path, reason, _CONVERT)
    if stream.codec_context.name == "flac":
        # By default the decoder hands out damaged frames as noise.
        stream.codec_context.options = {"err_detect": "crccheck+explode"}
    return stream


def _coding(container: "InputContainer") -> str:
    """What FFmpeg calls the coding of the first audio stream: only its printed description knows."""
    import av.logging

    level = av.logging.get_level()
    av.logging.set_level(av.logging.INFO)
    try:
        description = container.dumps_format()  # type: ignore[attr-defined]  # missing in PyAV's types
    finally:
        av.logging.set_level(level)
    found = re.search(r"Audio: ([^\s,]+)(?: \((\S+) / (0x[0-9A-F]+)\))?", description)
    name, letters, number = found.groups() if found else ("none", None, "something unknown")
    if name != "none":
        return str(name)
    return str(letters) if letters and letters.isalnum() else str(number)
