"""NeMo's mel front end (`AudioToMelSpectrogramPreprocessor`) without dither, in torch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from audiolab.core.errors import ModelError

_LOG_FLOOR = 2.0**-24
_DEVIATION_FLOOR = 1e-5
_PREEMPHASIS = 0.97


class NemoFeatures:
    """Pre-emphasis, STFT, mel bands, logarithm, and each band normalised over the sound.

    Args:
        path: of the archive, for messages.
        settings: the archive's ``preprocessor``.
        weights: with its window and its filter bank.

    Raises:
        ModelError: a setting asks for what is not computed here.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any], weights: Mapping[str, Tensor]) -> None:
        wanted = {"normalize": "per_feature", "log": True, "frame_splicing": 1, "mag_power": 2.0}
        for key, value in wanted.items():
            if settings.get(key, value) != value:
                raise ModelError(
                    f"{path.name}: its features need {key} {settings[key]!r}, not {value!r}; choose another model."
                )
        rate = int(settings["sample_rate"])
        self._hop = round(float(settings["window_stride"]) * rate)
        self._length = round(float(settings["window_size"]) * rate)
        self._fft = int(settings.get("n_fft") or 2 ** (self._length - 1).bit_length())
        preemphasis = settings.get("preemph", _PREEMPHASIS)
        self._preemphasis = float(preemphasis or 0.0)
        self._window = weights["preprocessor.featurizer.window"].float()
        self._bands = weights["preprocessor.featurizer.fb"][0].float()

    def __call__(self, samples: Tensor) -> Tensor:
        """(samples,) to (1, bands, samples // hop)."""
        emphasised = torch.cat([samples[:1], samples[1:] - self._preemphasis * samples[:-1]])
        spectrum = torch.stft(
            emphasised,
            self._fft,
            self._hop,
            self._length,
            self._window,
            center=True,
            pad_mode="constant",
            return_complex=True,
        )
        # NeMo counts one frame for each whole hop and masks what the STFT yields beyond.
        power = spectrum.abs().square()[:, : len(samples) // self._hop]
        mel = torch.log(self._bands @ power + _LOG_FLOOR)
        mean = mel.mean(dim=1, keepdim=True)
        deviation = mel.std(dim=1, keepdim=True) + _DEVIATION_FLOOR
        return ((mel - mean) / deviation)[None]
