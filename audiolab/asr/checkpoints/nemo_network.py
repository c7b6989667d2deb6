"""The network in a NeMo archive, ready to run."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from audiolab.asr.checkpoints.citrinet import CitrinetCtc
from audiolab.asr.checkpoints.nemo_archive import open_weights, read_archive
from audiolab.asr.checkpoints.nemo_features import NemoFeatures
from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import ModelError


class NemoNetwork:
    """Citrinet or ContextNet with its front end (a `windows.Network`).

    Raises:
        Cancelled: while it was loaded.
        ModelError: its weights are missing, unsafe, or do not fit its configuration.
    """

    def __init__(self, path: Path, cancel: CancelToken) -> None:
        archive = read_archive(path)
        weights = _weights(path)
        cancel.check()
        try:
            self._features = NemoFeatures(path, archive.config["preprocessor"], weights)
            self._network = CitrinetCtc(archive.config["encoder"], len(archive.vocabulary.symbols))
            own = {key: value for key, value in weights.items() if not key.startswith("preprocessor.")}
            self._network.load_state_dict(own)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(
                f"{path.name}: it is built in a way that is not known here ({reason}); choose another model."
            ) from error
        self._network.eval()

    def __call__(self, samples: Mono, cancel: CancelToken) -> npt.NDArray[np.float32]:
        """Log-probabilities of samples at the model's rate, (frames, classes)."""
        with torch.inference_mode():
            features = self._features(torch.from_numpy(np.ascontiguousarray(samples)))
            cancel.check()
            logits = self._network(features, cancel.check)[0]
            log_probs: npt.NDArray[np.float32] = torch.log_softmax(logits, dim=-1).numpy()
        return log_probs


def _weights(path: Path) -> dict[str, Tensor]:
    """Tensors by name; a pickle of anything else is not opened."""
    refusal = (
        f"{path.name}: its weights hold more than tensors, which could run code; save the model again with NeMo."
    )
    try:
        loaded: Any = torch.load(open_weights(path), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(refusal) from error
    except (RuntimeError, EOFError, ValueError) as error:
        raise ModelError(f"{path.name}: its weights cannot be read; fetch the model again.") from error
    if not isinstance(loaded, dict) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise ModelError(refusal)
    return loaded
