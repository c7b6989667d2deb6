"""From a Recording of any rate and number of channels to what models listen to: mono at a fixed rate."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

from audiolab.core.cancel import CancelToken
from audiolab.core.recording import Recording

Mono = npt.NDArray[np.float32]

_BLOCK_SECONDS = 4.0


def mono_blocks(recording: Recording, sample_rate: int, cancel: CancelToken) -> Iterator[Mono]:
    """The whole recording, channels averaged, at `sample_rate`, in blocks of some seconds.

    Raises:
        Cancelled: between two blocks.
    """
    step = max(round(_BLOCK_SECONDS * recording.sample_rate), 1)
    resampler = (
        None
        if recording.sample_rate == sample_rate
        else soxr.ResampleStream(recording.sample_rate, sample_rate, 1, dtype="float32", quality="HQ")
    )
    for start in range(0, recording.frames, step):
        cancel.check()
        stop = min(start + step, recording.frames)
        block: Mono = recording.read(start, stop).mean(axis=1, dtype=np.float32)
        if resampler is not None:
            block = resampler.resample_chunk(block, last=stop == recording.frames)
        if len(block):
            yield block
