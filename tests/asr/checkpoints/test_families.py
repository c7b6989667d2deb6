"""Every family against transformers itself: emissions are its forward pass, text is its pipeline's."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiolab import asr
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Transcription
from tests.asr.checkpoints import tiny

FRAME_RATES = {"Wav2Vec2 with adapter": 25.0, "Parakeet": 12.5, "LASR": 25.0, "ContextNet": 12.5}
"""Those that do not have 50 frames a second."""

HALF_A_SECOND = ArrayRecording(np.zeros(8_000), 16_000)


def reference(folder: Path, samples: np.ndarray) -> tuple[np.ndarray, str]:
    """Log-probabilities and text as transformers computes them."""
    import torch
    import transformers

    recognise: Any = transformers.pipeline("automatic-speech-recognition", model=str(folder))
    inputs = recognise.feature_extractor(
        samples, sampling_rate=16_000, return_tensors="pt", return_attention_mask=True
    )
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, about what transformers does
        logits = recognise.model(**inputs).logits[0]
        text = recognise({"raw": samples.copy(), "sampling_rate": 16_000})["text"]
    return torch.log_softmax(logits, dim=-1).numpy(), text


def check_times(result: Transcription, recording: ArrayRecording) -> None:
    """Words are made of their tokens; all are in order and in the sound."""
    words, tokens = result.alignment.words, result.alignment.tokens
    assert [word.tokens.start for word in words] == [0, *(word.tokens.stop for word in words[:-1])]
    assert words[-1].tokens.stop == len(tokens)
    for word in words:
        own = tokens[word.tokens.start : word.tokens.stop]
        assert (word.span.start, word.span.stop) == (own[0].span.start, own[-1].span.stop)
        assert (word.frames.start, word.frames.stop) == (own[0].frames.start, own[-1].frames.stop)
        assert 0.0 < word.score <= 1.0
    at = 0
    for token in tokens:
        assert at <= token.span.start < token.span.stop
        at = token.span.stop
        frames = slice(token.frames.start, token.frames.stop)
        assert token.score == pytest.approx(result.best_score[frames].astype(float).mean(), abs=2e-3)
    assert at <= recording.frames + result.emissions.grid.hop


@pytest.mark.parametrize("name", tiny.CONFIGS)
def test_is_what_transformers_computes(
    name: str, checkpoint: Callable[[str], Path], speech: ArrayRecording
) -> None:
    folder = checkpoint(name)
    samples = speech.read(0, speech.frames)[:, 0]
    wanted, text = reference(folder, samples)
    recognizer = asr.create(str(folder))
    result = recognizer.transcribe(speech, CancelToken(), no_progress)

    assert recognizer.name == folder.name
    np.testing.assert_allclose(result.emissions.log_probs, wanted, atol=1e-4)
    assert result.emissions.log_probs.dtype == np.float32
    assert result.emissions.model == folder.name
    # Random networks must say something, or the comparison of texts proves nothing.
    assert len(text.split()) > 1
    assert result.alignment.text == " ".join(text.split())
    grid = result.emissions.grid
    assert grid.sample_rate / grid.hop == FRAME_RATES.get(name, 50.0)
    assert result.emissions.frames == pytest.approx(speech.frames / grid.hop, abs=3)
    check_times(result, speech)


@pytest.mark.parametrize("name", ["Wav2Vec2 large", "SEW", "Wav2Vec2-BERT", "Parakeet", "LASR"])
def test_frames_lie_where_their_sound_is(name: str, checkpoint: Callable[[str], Path]) -> None:
    """A click moves the frames around it, of what the network sees before attention, and none elsewhere."""
    import torch
    import transformers

    folder = checkpoint(name)
    grid = asr.create(str(folder)).transcribe(HALF_A_SECOND, CancelToken(), no_progress).emissions.grid
    extractor: Any = transformers.AutoFeatureExtractor.from_pretrained(folder)
    model: Any = transformers.AutoModelForCTC.from_pretrained(folder).eval()
    front = {
        "Wav2Vec2 large": lambda: model.wav2vec2.feature_extractor,
        "SEW": lambda: model.sew.feature_extractor,
        "Wav2Vec2-BERT": lambda: model.wav2vec2_bert.feature_projection,
        "Parakeet": lambda: model.encoder.subsampling,
        "LASR": lambda: model.encoder.subsampler,
    }[name]()
    with torch.no_grad():
        for weights in front.parameters():
            if weights.ndim > 2:
                weights.mul_(10)  # initialised so small that rounding would drown the click
    seen: list[Any] = []
    front.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    noise = np.random.default_rng(1).normal(0, 0.01, 48_000).astype(np.float32)
    near, far = 16_000, 40_000
    for click in (near, far):  # the same sound level in both, so that normalising makes no difference
        sound = noise.copy()
        sound[click - 8 : click + 8] += 1.0
        inputs = extractor(sound, sampling_rate=16_000, return_tensors="pt", return_attention_mask=True)
        with torch.inference_mode():
            model(**inputs)
    first, second = (output[0] if isinstance(output, tuple) else output for output in seen)
    difference = (first - second).abs()[0].numpy()
    # The convolutions over samples put channels before frames.
    moved = difference.sum(axis=0 if name in ("Wav2Vec2 large", "SEW") else 1)
    around = moved[: 28_000 // grid.hop]
    around = np.where(around > 0.3 * around.max(), around, 0.0)
    middle = float((around * np.arange(len(around))).sum() / around.sum())
    assert middle == pytest.approx((near - grid.offset) / grid.hop - 0.5, abs=0.6)
