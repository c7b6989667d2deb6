"""Make the recordings in resources/samples: speech by two voices, and a test signal.

Needs `flite` (Debian: apt-get install flite) besides the project. The same flite gives the same samples.

    .venv/bin/python packaging/make_samples.py [DIRECTORY]
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.float64]

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"

TURNS = (
    ("slt", "Hello, and welcome. You can listen to this recording, you can look at it, and you can read it."),
    (
        "rms",
        "Inside the computer, a recording is a long list of numbers, many thousands of them for every second.",
    ),
    ("slt", "Each of these pictures shows the same recording in a different way."),
    (
        "rms",
        "The first picture shows the sound itself. "
        "You can see where each of us begins to speak, and where we stop.",
    ),
    ("slt", "The colors below show the frequency of the sound, from low at the bottom to high at the top."),
    ("rms", "The program listens in very short pieces, fifty of them in every second."),
    ("slt", "For every piece, it decides which sound of the language it has heard."),
    ("rms", "Press the space bar to listen, and watch the words light up while they are spoken."),
    ("slt", "Everything happens on this computer, and nothing that you say will ever leave it."),
)
"""Who says what: a voice of flite and its text."""

STRETCH = 1.1
"""How much slower than usual the voices speak, which makes them clearer."""

PAUSE = 0.5
"""Seconds of silence before, between and after the turns."""

SPEECH_RMS = -22.0
"""Level of each turn in dBFS, so that no voice is louder than the others."""

SIGNAL_RATE = 48000
TONE_PEAK = 10 ** (-18 / 20)
"""Peak of the sweep and of the tones: -18 dBFS, the alignment level of EBU R 68."""


@dataclass(frozen=True)
class Part:
    """A piece of the test signal: its length in seconds and what is heard."""

    seconds: float
    what: str


SIGNAL_PARTS = (
    Part(1.0, "silence"),
    Part(5.0, "sweep from 20 Hz to 20 kHz, both channels"),
    Part(1.0, "silence"),
    Part(1.5, "tone of 1 kHz, left"),
    Part(1.5, "tone of 1 kHz, right"),
    Part(1.5, "tones of 440 Hz, left, and 880 Hz, right"),
    Part(0.5, "silence"),
    Part(2.0, "clicks of one sample at -1 dBFS every quarter of a second, left and right in turn"),
    Part(1.0, "silence"),
)


def speech(turns: tuple[tuple[str, str], ...] = TURNS) -> tuple[Samples, int]:
    """Speak the turns one after the other: samples of shape (frames,) and the rate of the voices in Hz."""
    spoken = [_speak(voice, text) for voice, text in turns]
    rates = {rate for _, rate in spoken}
    if len(rates) != 1:
        raise SystemExit(f"the voices do not share one sample rate: {sorted(rates)}")
    rate = rates.pop()
    pause = np.zeros(round(PAUSE * rate))
    pieces = [pause]
    for samples, _ in spoken:
        pieces += [samples * 10 ** (SPEECH_RMS / 20) / np.sqrt(np.mean(samples**2)), pause]
    return np.concatenate(pieces), rate


def _speak(voice: str, text: str) -> tuple[Samples, int]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "turn.wav"
        try:
            command = [
                "flite",
                "-voice",
                voice,
                "--setf",
                f"duration_stretch={STRETCH}",
                "-t",
                text,
                "-o",
                str(path),
            ]
            subprocess.run(command, check=True)
        except FileNotFoundError:
            raise SystemExit("flite is not installed (Debian: apt-get install flite)") from None
        samples, rate = soundfile.read(path, dtype="float64")
    return samples, rate


def transcript() -> str:
    """What is said, one turn a line."""
    return "".join(f"{text}\n" for _, text in TURNS)


def test_signal() -> Samples:
    """The parts one after the other: shape (frames, 2) at 48 kHz."""
    _, sweep, _, left, right, both, _, clicks, _ = (round(part.seconds * SIGNAL_RATE) for part in SIGNAL_PARTS)
    sounding = {
        1: _stereo(_sweep(sweep, 20, 20000), _sweep(sweep, 20, 20000)),
        3: _stereo(_tone(left, 1000), np.zeros(left)),
        4: _stereo(np.zeros(right), _tone(right, 1000)),
        5: _stereo(_tone(both, 440), _tone(both, 880)),
        7: _clicks(clicks, SIGNAL_RATE // 4),
    }
    silent = (np.zeros((round(part.seconds * SIGNAL_RATE), 2)) for part in SIGNAL_PARTS)
    return np.concatenate([sounding.get(index, silence) for index, silence in enumerate(silent)])


def describe_signal() -> str:
    """The table of contents of the test signal: when it begins, and what."""
    start, lines = 0.0, []
    for part in SIGNAL_PARTS:
        lines.append(f"{start:6.2f} s  {part.what}\n")
        start += part.seconds
    return "Stereo, 48 kHz, 16 bits. Sweep and tones have a peak of -18 dBFS.\n\n" + "".join(lines)


def _stereo(left: Samples, right: Samples) -> Samples:
    return np.stack([left, right], axis=1)


def _tone(frames: int, frequency: float) -> Samples:
    time = np.arange(frames) / SIGNAL_RATE
    return _faded(TONE_PEAK * np.sin(2 * np.pi * frequency * time))


def _sweep(frames: int, low: float, high: float) -> Samples:
    """A sweep whose frequency grows by the same ratio in equal times (Farina, AES 108, 2000)."""
    time = np.arange(frames) / SIGNAL_RATE
    length, ratio = frames / SIGNAL_RATE, np.log(high / low)
    phase = 2 * np.pi * low * length / ratio * np.expm1(time / length * ratio)
    return _faded(TONE_PEAK * np.sin(phase))


def _faded(samples: Samples, seconds: float = 0.01) -> Samples:
    """Raised-cosine ends, so that a tone does not begin and end with a click."""
    ramp = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, round(seconds * SIGNAL_RATE), endpoint=False))
    faded = samples.copy()
    faded[: len(ramp)] *= ramp
    faded[-len(ramp) :] *= ramp[::-1]
    return faded


def _clicks(frames: int, interval: int) -> Samples:
    signal = np.zeros((frames, 2))
    for number, frame in enumerate(range(0, frames, interval)):
        signal[frame, number % 2] = 10 ** (-1 / 20)
    return signal


def main() -> None:
    """Write both samples and their texts."""
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    directory.mkdir(parents=True, exist_ok=True)
    samples, rate = speech()
    soundfile.write(directory / "speech.flac", samples, rate, subtype="PCM_16", compression_level=1.0)
    (directory / "speech.txt").write_text(transcript(), encoding="utf-8")
    soundfile.write(
        directory / "test-signal.flac", test_signal(), SIGNAL_RATE, subtype="PCM_16", compression_level=1.0
    )
    (directory / "test-signal.txt").write_text(describe_signal(), encoding="utf-8")


if __name__ == "__main__":
    main()
