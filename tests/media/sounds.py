"""Sound for tests, and encoders that the package itself does not need."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt


def noise(frames: int, channels: int, seed: int = 1) -> npt.NDArray[np.int16]:
    """Uniform 16-bit noise with both extremes of the range in it."""
    samples = np.random.default_rng(seed).integers(-32768, 32768, (frames, channels), dtype=np.int16)
    samples[: min(frames, 2)] = np.array([[-32768], [32767]], dtype=np.int16)[: min(frames, 2)]
    return samples


def speechlike(seconds: float, sample_rate: int, channels: int = 1) -> npt.NDArray[np.float32]:
    """A gliding tone with a slow envelope: its course is unlike itself at any other time."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    tone = 0.4 * np.sin(2 * np.pi * (200 * time + 80 * time**2)) * (0.6 + 0.4 * np.sin(2 * np.pi * 1.3 * time))
    return np.repeat(tone[:, np.newaxis], channels, axis=1).astype(np.float32)


def encode(path: Path, samples: npt.NDArray[np.float32], sample_rate: int, codec: str, **options: str) -> None:
    """Write float samples with one of FFmpeg's encoders; the container follows from the name.

    `options` go to the stream: ``format="s16p"``.
    """
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[samples.shape[1]]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=sample_rate, layout=layout, **options)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "flt", layout)
        frame.sample_rate = sample_rate
        context = stream.codec_context
        context.open()
        resampler = av.AudioResampler(context.format.name, layout, sample_rate, context.frame_size or 1024)
        done = 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = done
            done += piece.samples
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def lag(got: npt.NDArray[np.float32], wanted: npt.NDArray[np.float32]) -> int:
    """By how many frames `got` comes later than `wanted`, by the peak of their correlation."""
    size = len(got) + len(wanted)
    spectrum = np.fft.rfft(got, size) * np.conj(np.fft.rfft(wanted, size))
    peak = int(np.argmax(np.fft.irfft(spectrum, size)))
    return peak if peak < size // 2 else peak - size
