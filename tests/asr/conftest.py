"""One loaded default model and one cache for all tests of recognition."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audiolab import asr
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Recognizer


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory that keeps the data of the search."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def asr_cache(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared cache as the cache of this test, which spares it seconds of building."""
    monkeypatch.setenv("AUDIOLAB_CACHE_DIR", str(shared_cache))
    return shared_cache


@pytest.fixture(scope="session")
def recognizer(shared_cache: Path) -> Iterator[Recognizer]:
    """The default model in this process, loaded. Its emissions lie in the shared cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIOLAB_CACHE_DIR", str(shared_cache))
        recognizer = asr.create()
        recognizer.transcribe(ArrayRecording([0.0] * 16_000, 16_000), CancelToken(), no_progress)
    yield recognizer
    recognizer.close()
