"""`CheckpointModel`: a checkpoint with its vocabulary, loaded into this process."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.checkpoints import nemo_archive, windows
from audiolab.asr.checkpoints.contract import Loaded
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.checkpoints.reading import Reading, read
from audiolab.asr.checkpoints.vocabulary import Vocabulary, read_json, read_vocabulary
from audiolab.asr.emissionsmap import EmissionsLayout
from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.speech import Emissions
from audiolab.core.userwords import UserWords

_ACOUSTIC_SHARE = 0.98
"""The collapse is next to nothing beside any network."""


class CheckpointModel:
    """Reads what a CTC checkpoint writes (see `audiolab.asr.checkpoints.contract.LoadedModel`)."""

    def __init__(self, info: ModelInfo, vocabulary: Vocabulary, network: windows.Network) -> None:
        self._network = network
        self._vocabulary = vocabulary
        self._layout = EmissionsLayout(vocabulary.symbols, vocabulary.blank, info.grid, "<f4", info.name)

    def emit(
        self, blocks: Iterable[Mono], total: int, file: Path, cancel: CancelToken, progress: Progress
    ) -> Emissions:
        """Run the network over samples at the model's rate; the result maps `file` into memory."""
        frames = windows.emit(self._network, self._layout.grid, blocks, total, file, cancel, progress)
        return self._layout.open(file, frames)

    def read(
        self,
        emissions: Emissions,
        path: npt.NDArray[np.int16],
        sample_rate: int,
        cancel: CancelToken,
        words: UserWords = (),  # noqa: ARG002 - there is no lexicon to add them to
    ) -> Iterator[Reading]:
        """The words of emissions, in one piece."""
        cancel.check()
        yield read(emissions, path, self._vocabulary, sample_rate)


def load(info: ModelInfo, cancel: CancelToken) -> Loaded:
    """Load the checkpoint that `info` describes.

    Raises:
        Cancelled: while it was loaded.
        ModelError: it cannot be loaded.
    """
    if nemo_archive.is_archive(info.path):
        from audiolab.asr.checkpoints.nemo_network import NemoNetwork

        archive = nemo_archive.read_archive(info.path)
        return Loaded(CheckpointModel(info, archive.vocabulary, NemoNetwork(info.path, cancel)), _ACOUSTIC_SHARE)
    from audiolab.asr.checkpoints.hosted import HostedNetwork

    vocabulary = read_vocabulary(info.path, read_json(info.path / "config.json"))
    return Loaded(CheckpointModel(info, vocabulary, HostedNetwork(info.path, cancel)), _ACOUSTIC_SHARE)
