"""From 16 kHz samples to the log-mel features of the default model, in torch."""

import torch
from torch import Tensor, nn

SAMPLE_RATE = 16_000
HOP = 160
BANDS = 80
_FFT_SIZE = 400
_POWER_FLOOR = 1e-10


class LogMel(nn.Module):
    """Natural logarithm of the power in mel bands: periodic Hann window of 25 ms every 10 ms, frames centred.

    Args:
        window: (400,) analysis window.
        filters: (201, 80) triangular filters.

    Raises:
        ValueError: their shapes are others.
    """

    window: Tensor
    filters: Tensor
    white: Tensor
    """(80,) what white noise of power 1 per sample comes to in each band, on average."""

    def __init__(self, window: Tensor, filters: Tensor) -> None:
        super().__init__()
        if window.shape != (_FFT_SIZE,) or filters.shape != (_FFT_SIZE // 2 + 1, BANDS):
            raise ValueError(f"window of {tuple(window.shape)} and filters of {tuple(filters.shape)}")
        self.register_buffer("window", window)
        self.register_buffer("filters", filters)
        self.register_buffer("white", window.square().sum() * filters.sum(dim=0), persistent=False)

    def forward(self, samples: Tensor, noise: Tensor | None = None) -> Tensor:
        """Features (batch, 80, 1 + n // 160) of samples (batch, n), n > 200; edges are reflected.

        White noise with the powers per sample `noise` (batch,) is added, on average: the same sound always has the
        same features.
        """
        spectrum = torch.stft(
            samples, _FFT_SIZE, HOP, window=self.window, center=True, pad_mode="reflect", return_complex=True
        )
        power = spectrum.real.square() + spectrum.imag.square()
        mel: Tensor = self.filters.T @ power
        if noise is not None:
            mel = mel + noise[:, None, None] * self.white[:, None]
        return mel.clamp_min(_POWER_FLOOR).log()
