"""Fixtures that every test may use. Each test gets user directories of its own."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from PySide6.QtWidgets import QApplication

from tests.patience import PatientBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Wall time says nothing about correctness on a busy machine; CI tries the same examples each time.
settings.register_profile("audiolab", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("audiolab")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def user_directories(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move caches, data and settings into a directory of the test's own; models in packages are not seen."""
    monkeypatch.setattr("audiolab.asr.whisper.folder.PACKAGES", {})
    root = tmp_path_factory.mktemp("user")
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"AUDIOLAB_{name}_DIR", str(root / name.lower()))
    return root


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's, with the patience of a busy machine."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings beside the checkout; tests that need it skip where it is absent."""
    if not (SHARED_DATA / "manifest.jsonl").is_file():
        pytest.skip(f"the shared recordings are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory that keeps the data of the search."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def asr_cache(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared cache as the cache of this test, which spares it seconds of building."""
    monkeypatch.setenv("AUDIOLAB_CACHE_DIR", str(shared_cache))
    return shared_cache
