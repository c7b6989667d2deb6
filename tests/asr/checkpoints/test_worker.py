"""Checkpoints in a recogniser process: the same as here, also at other rates and with other grids."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soxr

from audiolab import asr
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import ModelError
from audiolab.core.recording import ArrayRecording


@pytest.mark.parametrize("name", ["Parakeet"])
def test_worker_and_process_agree(name: str, checkpoint: Callable[[str], Path], speech: ArrayRecording) -> None:
    stereo = soxr.resample(np.repeat(speech.read(0, speech.frames), 2, axis=1), 16_000, 44_100)
    recording = ArrayRecording(stereo, 44_100)
    here = asr.create(str(checkpoint(name))).transcribe(recording, CancelToken(), no_progress)
    worker = asr.create(str(checkpoint(name)), worker=True)
    try:
        assert worker.name == name.lower()
        done: list[float] = []
        there = worker.transcribe(recording, CancelToken(), done.append)
        empty = worker.transcribe(ArrayRecording(np.zeros(0), 44_100), CancelToken(), no_progress)
    finally:
        worker.close()
    assert done == sorted(done)
    assert done[-1] == 1.0
    np.testing.assert_allclose(there.emissions.log_probs, here.emissions.log_probs, atol=1e-3)
    assert there.emissions.log_probs.dtype == np.float32
    for attribute in ("vocabulary", "blank", "grid", "model"):
        assert getattr(there.emissions, attribute) == getattr(here.emissions, attribute)
    assert there.alignment.text == here.alignment.text
    assert there.alignment.words[-1].span.stop <= recording.frames + 44_100 // 12
    assert there.sample_rate == 44_100
    assert empty.emissions.frames == 0
    assert empty.alignment.words == ()


def test_the_worker_says_what_is_wrong(checkpoint: Callable[[str], Path], tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for path in checkpoint("Parakeet").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "model.safetensors").write_bytes(b"nothing")
    worker = asr.create(str(folder), worker=True)
    try:
        with pytest.raises(ModelError, match=r"^damaged: transformers cannot load it"):
            worker.transcribe(ArrayRecording(np.zeros(8_000), 16_000), CancelToken(), no_progress)
    finally:
        worker.close()
