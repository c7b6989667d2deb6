"""A transcription of the sample with a model that is loaded already, and building the language model."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from audiolab import paths
from audiolab.asr import create
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.recording import Recording
from audiolab.core.speech import Recognizer
from audiolab.media.opening import open_recording


@pytest.fixture
def speech() -> Iterator[Recording]:
    recording = open_recording(paths.resource_root() / "samples" / "speech.flac")
    yield recording
    recording.close()


@pytest.fixture
def recognizer(speech: Recording) -> Iterator[Recognizer]:
    model = create()
    model.transcribe(speech, CancelToken(), no_progress)
    yield model
    model.close()


def test_bench_transcription(benchmark: BenchmarkFixture, recognizer: Recognizer, speech: Recording) -> None:
    result = benchmark(recognizer.transcribe, speech, CancelToken(), no_progress)
    assert result.alignment.words


def test_bench_language_model_build(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    from audiolab.asr.kenlm_file import write_kenlm
    from audiolab.asr.packages import package_file
    from audiolab.asr.sphinx_lm import SphinxTrigrams

    target = tmp_path / "en.kenlm"

    def build() -> None:
        source = SphinxTrigrams(package_file("pocketsphinx", "model/en-us/en-us.lm.bin"))
        write_kenlm(target, source.unigrams(), *source.ngrams(), lambda: None, no_progress)

    benchmark.pedantic(build, rounds=3)
    assert target.stat().st_size > 50_000_000
