"""`CheckpointModel`: a checkpoint with its vocabulary, loaded into this process."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiolab.asr.checkpoints import nemo_archive, windows
from audiolab.asr.checkpoints.contract import Loaded
from audiolab.asr.checkpoints.info import ModelInfo
from audiolab.asr.checkpoints.language import Language, load_language
from audiolab.asr.checkpoints.likely_path import likely_path
from audiolab.asr.checkpoints.reading import Reading, read
from audiolab.asr.checkpoints.vocabulary import Vocabulary, read_json, read_vocabulary
from audiolab.asr.emissionsmap import EmissionsLayout
from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.speech import Emissions
from audiolab.core.userwords import UserWords

_ACOUSTIC_SHARE = 0.98
"""The collapse is next to nothing beside any network."""

_SEARCHED_SHARE = 0.8
"""With a language model."""


class CheckpointModel:
    """Reads what a CTC checkpoint writes (see `audiolab.asr.checkpoints.contract.LoadedModel`)."""

    def __init__(
        self, info: ModelInfo, vocabulary: Vocabulary, network: windows.Network, language: Language | None
    ) -> None:
        self._network = network
        self._vocabulary = vocabulary
        self._language = language
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
        """The words of emissions, in one piece; the search for them passes pieces without any."""
        cancel.check()
        if self._language is not None:
            found = np.empty_like(path)
            for frames, classes in likely_path(emissions, path, self._vocabulary, self._language, cancel):
                found[frames.start : frames.stop] = classes
                yield Reading(frames, (), ())
            path = found
        yield read(emissions, path, self._vocabulary, sample_rate)


def load(info: ModelInfo, cancel: CancelToken) -> Loaded:
    """Load the checkpoint that `info` describes.

    Raises:
        Cancelled: while it was loaded.
        ModelError: it cannot be loaded.
    """
    vocabulary, network = _network(info.path, cancel)
    if info.language_model is None:
        return Loaded(CheckpointModel(info, vocabulary, network, None), _ACOUSTIC_SHARE)
    language = load_language(info.language_model, cancel.check)
    return Loaded(CheckpointModel(info, vocabulary, network, language), _SEARCHED_SHARE)


def _network(path: Path, cancel: CancelToken) -> tuple[Vocabulary, windows.Network]:
    if nemo_archive.is_archive(path):
        from audiolab.asr.checkpoints.nemo_network import NemoNetwork

        return nemo_archive.read_archive(path).vocabulary, NemoNetwork(path, cancel)
    from audiolab.asr.checkpoints.hosted import HostedNetwork

    return read_vocabulary(path, read_json(path / "config.json")), HostedNetwork(path, cancel)
