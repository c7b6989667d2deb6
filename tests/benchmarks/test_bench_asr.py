"""A transcription of the sample with a model that is loaded already, and getting the data of the search."""

import shutil
from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from audiolab import paths
from audiolab.asr import create
from audiolab.asr.decoder_data import DecoderData, load_decoder_data
from audiolab.asr.phones import model_vocabulary
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


def test_bench_decoder_data_build(benchmark: BenchmarkFixture) -> None:
    vocabulary = model_vocabulary()

    def build() -> DecoderData:
        shutil.rmtree(paths.cache_dir(), ignore_errors=True)
        return load_decoder_data(vocabulary, lambda: None)

    assert benchmark.pedantic(build, rounds=3).tree.exits > 100_000


def test_bench_decoder_data_from_the_cache(benchmark: BenchmarkFixture) -> None:
    vocabulary = model_vocabulary()
    load_decoder_data(vocabulary, lambda: None)
    assert benchmark(load_decoder_data, vocabulary, lambda: None).tree.exits > 100_000
