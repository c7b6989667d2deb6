from pathlib import Path

import pytest

from audiolab.media.cache import CacheStore


@pytest.fixture
def store(tmp_path: Path) -> CacheStore:
    return CacheStore(tmp_path / "cache", max_bytes=10**9)
