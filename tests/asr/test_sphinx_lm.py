"""The trigram file: against the reader of the package that it comes from, and damaged."""

import math
from pathlib import Path

import numpy as np
import pytest

from audiolab.asr.packages import package_file
from audiolab.asr.sphinx_lm import SphinxTrigrams
from audiolab.core.errors import ModelError

SOURCE = package_file("pocketsphinx", "model/en-us/en-us.lm.bin")


@pytest.fixture(scope="module")
def source() -> SphinxTrigrams:
    return SphinxTrigrams(SOURCE)


def test_words_and_numbers_of_ngrams(source: SphinxTrigrams) -> None:
    unigrams = source.unigrams()
    bigrams, trigrams = source.ngrams()
    assert len(unigrams.words) == len(set(unigrams.words)) == 72_547
    assert {"<s>", "</s>", "the", "zydeco"} <= set(unigrams.words)
    assert bigrams.words.shape == (2_051_541, 2)
    assert trigrams.words.shape == (1_669_625, 3)
    for ngrams in (bigrams, trigrams):
        assert ngrams.words.max() < len(unigrams.words)
        assert ngrams.log10.max() <= 0.0


def test_probabilities_are_those_of_pocketsphinx(source: SphinxTrigrams) -> None:
    from pocketsphinx import Config, LogMath, NGramModel

    theirs = NGramModel(Config(loglevel="FATAL"), LogMath(), str(SOURCE))
    unigrams = source.unigrams()
    bigrams, trigrams = source.ngrams()
    rng = np.random.default_rng(5)
    for ngrams in (bigrams, trigrams):
        for row in rng.integers(len(ngrams.words), size=300):
            words = [unigrams.words[word] for word in ngrams.words[row]]
            assert theirs.prob(words) * math.log10(1.0001) == pytest.approx(ngrams.log10[row], abs=1e-3)


@pytest.mark.parametrize("length", [0, 10, 35, 36, 1_000_000, 20_000_000])
def test_a_cut_file_is_one_sentence(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.lm.bin"
    with SOURCE.open("rb") as whole:
        path.write_bytes(whole.read(length))
    with pytest.raises(ModelError, match=r"cut\.lm\.bin: .*; reinstall the package pocketsphinx"):
        SphinxTrigrams(path).unigrams()


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.lm.bin"
    path.write_bytes(b"\\data\\\nngram 1=3\n" * 100)
    with pytest.raises(ModelError, match="no trigram file"):
        SphinxTrigrams(path)
