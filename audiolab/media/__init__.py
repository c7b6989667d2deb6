"""Files to recordings and back: decode, encode, stream, cache.

    probe, open_recording       any file that libsndfile or FFmpeg reads
    GrowingRecording            a WAV file that a recorder writes
    write_audio                 a span of a recording to a file
    CacheStore, default_store   bounded store of derived files

libsndfile and FFmpeg are loaded by the first file that needs them.
"""

from audiolab.media.cache import CacheStore, default_store
from audiolab.media.export import write_audio
from audiolab.media.growing import GrowingRecording
from audiolab.media.opening import open_recording, probe
from audiolab.media.pcm import PcmRecording

__all__ = [
    "CacheStore",
    "GrowingRecording",
    "PcmRecording",
    "default_store",
    "open_recording",
    "probe",
    "write_audio",
]
