"""The spectrum of a recording in coarse bands, and how fast it changes: sounds begin where it changes most."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.asr.emissionsfile import emissions_directory
from audiolab.asr.emissionsmap import MODEL_RATE

HOP = 80
"""Samples at `MODEL_RATE` (5 ms) from one column to the next."""

_WINDOW = 256
_FFT = 512
_BANDS = 24
_LOWEST, _HIGHEST = 60.0, 7800.0
_DEPTH = 12.0
"""Nepers of power (52 dB) below the loudest band of a stretch at which its noise floor is drawn."""

_REACH = 4
"""Columns (20 ms) on either side of an instant whose means are compared."""

_IN_MEMORY = 16 * 2**20
"""Bytes of the outline that are kept in memory, half an hour of sound; a longer one goes to a file as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """How fast the spectrum changes: one value for every `HOP` samples, the first at sample 0 of its stretch."""

    rate: npt.NDArray[np.float32]

    def nearest(self, sample: float, sigma: float) -> int:
        """Where near `sample` the spectrum changes most.

        Args:
            sample: at `MODEL_RATE`, relative to the stretch.
            sigma: standard deviation in samples of the Gaussian that weighs change by its distance.

        Returns:
            A sample; `sample` itself where nothing changes.
        """
        first = max(int((sample - 3 * sigma) // HOP), 0)
        last = min(int((sample + 3 * sigma) // HOP) + 1, len(self.rate))
        if first >= last:
            return round(sample)
        distance = (np.arange(first, last) * HOP - sample) / sigma
        weighted = self.rate[first:last] * np.exp(-0.5 * distance * distance)
        best = int(np.argmax(weighted))
        return (first + best) * HOP if weighted[best] > 0 else round(sample)


class Outline:
    """Band levels of sound that comes in blocks, kept in a file: 48 bytes every 5 ms, 350 MB in ten hours."""

    def __init__(self) -> None:
        self._held = np.zeros(_WINDOW // 2, dtype=np.float32)
        folder = emissions_directory()
        with contextlib.suppress(OSError):  # it may never be needed
            folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115 - closed with this object
        self._count = 0

    def __del__(self) -> None:
        self._file.close()

    def listening(self, blocks: Iterable[npt.NDArray[np.float32]]) -> Iterator[npt.NDArray[np.float32]]:
        """Pass 16 kHz `blocks` on and keep their outline."""
        for block in blocks:
            self.add(block)
            yield block

    def add(self, block: npt.NDArray[np.float32]) -> None:
        """Hear the next samples at `MODEL_RATE`."""
        held = np.concatenate([self._held, block])
        count = max((len(held) - _WINDOW) // HOP + 1, 0)
        if count:
            windows = np.lib.stride_tricks.sliding_window_view(held, _WINDOW)[: count * HOP : HOP]
            power = np.square(np.abs(np.fft.rfft(windows * _HANN, _FFT)))
            self._file.seek(0, os.SEEK_END)
            self._file.write(np.log(power @ _FILTERS + 1e-10).astype(np.float16).tobytes())
            self._count += count
        self._held = held[count * HOP :]

    def change(self, start: int, stop: int) -> Change:
        """How fast the spectrum changes between two samples at `MODEL_RATE`; `start` may be negative."""
        first, last = start // HOP, -(-stop // HOP)
        if not self._count:
            return Change(np.zeros(max(last - first, 0), dtype=np.float32))
        wanted = np.clip(np.arange(first - _REACH, last + _REACH), 0, self._count - 1)
        stretch = self._levels(int(wanted[0]), int(wanted[-1]) + 1)[wanted - wanted[0]].astype(np.float32)
        stretch = np.maximum(stretch, stretch.max() - _DEPTH)
        sums = np.concatenate([np.zeros((1, _BANDS)), np.cumsum(stretch, axis=0, dtype=np.float64)])
        means = (sums[_REACH:] - sums[:-_REACH]) / _REACH
        return Change(np.sqrt(np.mean(np.square(means[_REACH:] - means[:-_REACH]), axis=1)).astype(np.float32)[:-1])

    def _levels(self, first: int, stop: int) -> npt.NDArray[np.float16]:
        """The columns `first` to `stop` of what was heard, (columns, bands)."""
        size = _BANDS * np.dtype(np.float16).itemsize
        self._file.seek(first * size)
        return np.frombuffer(self._file.read((stop - first) * size), np.float16).reshape(-1, _BANDS)


def _filters() -> npt.NDArray[np.float32]:
    """Triangles on the mel scale of O'Shaughnessy (1987), (`_FFT` // 2 + 1, `_BANDS`)."""
    lowest, highest = (2595.0 * np.log10(1.0 + frequency / 700.0) for frequency in (_LOWEST, _HIGHEST))
    edges = 700.0 * (10.0 ** (np.linspace(lowest, highest, _BANDS + 2) / 2595.0) - 1.0)
    frequencies = np.arange(_FFT // 2 + 1)[:, np.newaxis] * (MODEL_RATE / _FFT)
    rising = (frequencies - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies) / (edges[2:] - edges[1:-1])
    return np.maximum(np.minimum(rising, falling), 0.0).astype(np.float32)


_FILTERS = _filters()
_HANN = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
