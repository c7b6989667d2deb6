"""Checkpoints that transformers runs: its networks and feature extractors, nothing of its decoding."""

import importlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from audiolab.asr.listening import Mono
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled, ModelError


class HostedNetwork:
    """The network of a checkpoint folder with its own feature extractor (a `windows.Network`).

    Nothing is fetched, no code of the checkpoint is run, and no pickle is opened.

    Raises:
        Cancelled: while it was loaded.
        ModelError: it cannot be loaded.
    """

    def __init__(self, folder: Path, cancel: CancelToken) -> None:
        transformers: Any = importlib.import_module("transformers")  # much of it has no types
        cancel.check()
        from audiolab.asr.checkpoints import contextnet

        contextnet.register()
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._extractor = transformers.AutoFeatureExtractor.from_pretrained(folder, **local)
            cancel.check()
            self._model, report = transformers.AutoModelForCTC.from_pretrained(
                folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **local
            )
        except (Cancelled, MemoryError):
            raise
        except Exception as error:  # a checkpoint can be wrong in more ways than transformers names
            raise ModelError(
                f"{folder.name}: transformers cannot load it ({_short(error)}); fetch it again."
            ) from error
        if report["missing_keys"] or report["mismatched_keys"]:
            missing = sorted(str(key) for key in [*report["missing_keys"], *report["mismatched_keys"]])
            raise ModelError(
                f"{folder.name}: its weights lack {missing[0]} ({len(missing)} in all); fetch the model again."
            )
        self._name = folder.name
        self._cancel = cancel
        self._model.eval()
        for module in self._model.modules():
            module.register_forward_pre_hook(lambda *_: self._cancel.check())

    def __call__(self, samples: Mono, cancel: CancelToken) -> npt.NDArray[np.float32]:
        """Log-probabilities of samples at the extractor's rate, (frames, classes).

        Raises:
            Cancelled: between two layers.
            ModelError: the parts of the checkpoint do not fit each other.
        """
        self._cancel = cancel
        try:
            return self._log_probs(samples)
        except (RuntimeError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise ModelError(
                f"{self._name}: its network cannot run ({_short(error)}); its files may not belong together."
            ) from error

    def _log_probs(self, samples: Mono) -> npt.NDArray[np.float32]:
        inputs = self._extractor(
            samples, sampling_rate=self._extractor.sampling_rate, return_tensors="pt", return_attention_mask=True
        )
        name = self._model.main_input_name
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # what transformers does inside is not a person's business
            logits = self._model(inputs[name], attention_mask=inputs.get("attention_mask")).logits[0]
            log_probs: npt.NDArray[np.float32] = torch.log_softmax(logits.float(), dim=-1).numpy()
        return log_probs


def _short(error: Exception) -> str:
    """What an error says, in one line that fits into a sentence."""
    return " ".join(str(error).split())[:200].rstrip(".")
