"""One loaded default model for all tests of recognition."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audiolab import asr
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Recognizer


@pytest.fixture(scope="session")
def recognizer(shared_cache: Path) -> Iterator[Recognizer]:
    """The default model in this process, loaded. Its emissions lie in the shared cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIOLAB_CACHE_DIR", str(shared_cache))
        recognizer = asr.create()
        recognizer.transcribe(ArrayRecording([0.0] * 16_000, 16_000), CancelToken(), no_progress)
    yield recognizer
    recognizer.close()
