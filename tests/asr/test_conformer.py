"""The torch port against the native engine that comes in the same package, and against its own geometry."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audiolab.asr.container import read_container
from audiolab.asr.packages import package_file
from audiolab.core.errors import Cancelled, ModelError

torch = pytest.importorskip("torch")

from audiolab.asr.conformer import ConformerCtc, build  # noqa: E402 - imports torch

CONTAINER = "assets/asr_waveform.hama"


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return read_container(package_file("hama", CONTAINER))


@pytest.fixture(scope="module")
def model(weights: dict[str, np.ndarray]) -> ConformerCtc:
    return build(weights)


def port(model: ConformerCtc, samples: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return model(torch.from_numpy(samples)[None], lambda: None)[0].numpy()


def native(samples: np.ndarray) -> np.ndarray:
    from hama import _engine

    if not _engine.available():
        pytest.skip("the package has no native engine for this system")
    session = _engine.AsrSession(package_file("hama", CONTAINER).read_bytes())
    feeds = {"waveform": samples[None], "waveform_lengths": np.array([len(samples)])}
    (log_probs,) = session.run(["log_probs"], feeds)
    return log_probs[0]


def assert_agrees(ours: np.ndarray, theirs: np.ndarray) -> None:
    """The bounds of asr.md: 0.13 in the log-probabilities; the best class of all but 1 frame in 1,000."""
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 0.13
    assert np.count_nonzero(ours.argmax(1) != theirs.argmax(1)) <= 1 + len(ours) // 1000


def voice(seconds: float) -> np.ndarray:
    """Pulses of a changing pitch through two moving resonances, with breath: not speech, but spectrally alive."""
    time = np.arange(int(seconds * 16_000)) / 16_000
    pitch = np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * time)) / 16_000
    tones = sum(
        np.exp(-(((n * 140 - (500 + 250 * np.sin(3 * time))) / 260) ** 2)) * np.sin(2 * np.pi * n * pitch)
        + np.exp(-(((n * 140 - (1700 + 500 * np.cos(2 * time))) / 400) ** 2)) * np.sin(2 * np.pi * n * pitch)
        for n in range(1, 24)
    )
    breath = np.random.default_rng(3).standard_normal(len(time)) * (0.02 + 0.1 * (np.sin(5 * time) > 0.6))
    return (0.1 * (tones + breath)).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.4, 3.0, 9.99])
def test_agrees_with_the_native_engine(model: ConformerCtc, seconds: float) -> None:
    samples = voice(seconds)
    assert_agrees(port(model, samples), native(samples))


def test_agrees_with_the_native_engine_on_speech(model: ConformerCtc, shared_data: Path) -> None:
    import soundfile

    for name in ("nltk_timit/dr1-fvmh0/sa1.wav", "cmu_arctic/aew_a0001.wav", "speechocean762/000240071.wav"):
        samples, rate = soundfile.read(shared_data / name, dtype="float32")
        assert rate == 16_000
        assert_agrees(port(model, samples), native(samples))


@pytest.mark.parametrize("samples", [320, 321, 639, 640, 16_000])
def test_one_frame_every_20_ms(model: ConformerCtc, samples: int) -> None:
    log_probs = port(model, np.zeros(samples, np.float32))
    assert log_probs.shape == (1 + samples // 320, 191)
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=1), 1.0, atol=1e-4)


def test_rows_of_a_batch_do_not_mix(model: ConformerCtc) -> None:
    one, two = voice(2.0), voice(2.0)[::-1].copy()
    with torch.inference_mode():
        both = model(torch.from_numpy(np.stack([one, two])), lambda: None).numpy()
    np.testing.assert_allclose(both[0], port(model, one), atol=1e-3)
    np.testing.assert_allclose(both[1], port(model, two), atol=1e-3)


def test_stops_between_layers(model: ConformerCtc) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        model(torch.zeros(1, 16_000), check)
    assert calls == 2


@pytest.mark.parametrize("name", ["mel_fb", "onnx::MatMul_847", "acoustic_model.model.proj.bias"])
def test_other_weights_are_refused(weights: dict[str, np.ndarray], name: str) -> None:
    without = {key: values for key, values in weights.items() if key != name}
    with pytest.raises(ModelError, match=r"hama 1\.7\.0"):
        build(without)
    reshaped = {**weights, name: weights[name][..., :-1]}
    with pytest.raises(ModelError, match=r"hama 1\.7\.0"):
        build(reshaped)


def test_hama_is_never_imported() -> None:
    code = (
        "import sys; from audiolab.asr.container import read_container; from audiolab.asr.conformer import build;"
        "from audiolab.asr.packages import package_file;"
        f"build(read_container(package_file('hama', {CONTAINER!r}))); sys.exit('hama' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
