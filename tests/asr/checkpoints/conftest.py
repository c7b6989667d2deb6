"""Tiny checkpoints, saved once, and speech to read with them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audiolab import paths
from audiolab.core.recording import ArrayRecording
from audiolab.media import open_recording
from tests.asr.checkpoints import tiny


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a checkpoint by its name in `tiny.CONFIGS`; made when it is first asked for."""
    root = tmp_path_factory.mktemp("checkpoints")

    def folder(name: str) -> Path:
        path = root / name.replace(" ", "-").lower()
        return path if path.is_dir() else tiny.save(name, path)

    return folder


@pytest.fixture(scope="session")
def speech() -> ArrayRecording:
    """Four seconds of the bundled sample at 16 kHz, mono."""
    whole = open_recording(paths.resource_root() / "samples" / "speech.flac")
    seconds = whole.read(whole.sample_rate, 5 * whole.sample_rate)
    if whole.sample_rate != 16_000:
        import soxr

        seconds = soxr.resample(seconds, whole.sample_rate, 16_000)
    return ArrayRecording(seconds.mean(axis=1), 16_000)
