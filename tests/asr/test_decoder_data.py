"""The data of the search: what is built, and what becomes of the cache when it is damaged or cannot be written."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiolab import paths
from audiolab.asr import decoder_data
from audiolab.asr.arraycache import FolderArrays, digest_of, keep_arrays
from audiolab.asr.decoder_data import DecoderData, load_decoder_data
from audiolab.asr.phones import model_vocabulary
from audiolab.asr.sphinx_lm import Unigrams
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from tests.asr import small_language as small

VOCABULARY = model_vocabulary()


def load() -> DecoderData:
    return load_decoder_data(VOCABULARY, lambda: None)


def cached() -> list[Path]:
    return list((paths.cache_dir() / "asr").iterdir())


def flat(data: Any) -> dict[str, np.ndarray]:
    result = {}
    for field in fields(data):
        value = getattr(data, field.name)
        inner = flat(value) if is_dataclass(value) else {"": np.asarray(value)}
        result.update({f"{field.name} {name}": values for name, values in inner.items()})
    return result


def assert_same(one: DecoderData, other: DecoderData) -> None:
    left, right = flat(one), flat(other)
    assert left.keys() == right.keys()
    for name, values in left.items():
        np.testing.assert_array_equal(values, right[name], name)
        assert values.dtype == right[name].dtype, name


def words_by_text(data: DecoderData) -> dict[str, int]:
    return {text.decode(): word for word, text in enumerate(data.texts.tolist())}


def test_words_have_the_forms_of_the_dictionary_and_of_the_model(asr_cache: Path) -> None:
    data = load()
    number = words_by_text(data)
    spoken = {
        word: {"".join(VOCABULARY[label] for label in form) for form in data.forms(number[word])}
        for word in ("of", "do")
    }
    assert {"əv", "ɔf"} <= spoken["of"]
    assert {"du", "d̪o"} <= spoken["do"]
    assert data.text(number["zydeco"]) == "zydeco"
    assert data.forms(number["<s>"]) == data.forms(number["</s>"]) == []


def test_the_tree_holds_each_pronunciation(asr_cache: Path) -> None:
    data = load()
    tree = data.tree
    assert len(tree.words) == data.word_starts[-1] == len(data.form_starts) - 1
    for word in np.random.default_rng(1).integers(data.model.words, size=200).tolist():
        for form in data.forms(word):
            node = 0
            for label in form:
                children = np.arange(tree.first_child[node], tree.first_child[node] + tree.children[node])
                node = int(children[tree.label[children] == label][0])
            first = tree.first_word[node]
            assert word in tree.words[first : first + tree.word_count[node]]


def test_the_cache_gives_back_what_was_built() -> None:
    built = load()
    (folder,) = cached()
    stamp = folder.stat().st_mtime_ns
    mapped = load()
    assert_same(mapped, built)
    assert folder.stat().st_mtime_ns == stamp
    assert type(mapped.model.bigrams) is np.ndarray
    assert not mapped.model.bigrams.flags.owndata, "it is mapped into memory"


def test_a_damaged_cache_is_built_anew() -> None:
    built = load()
    (folder,) = cached()
    file = folder / "model-bigrams.npy"
    whole = file.read_bytes()
    file.write_bytes(whole[:-3])
    assert_same(load(), built)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("damage", ["cut", "empty", "missing", "nonsense"])
def test_damage_is_noticed(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "english-small"
    keep_arrays(folder, decoder_data._to_arrays(small_data()), "english-")
    file = folder / "model-bigrams.npy"
    content = {"cut": file.read_bytes()[:-3], "empty": b"", "nonsense": b"nonsense" * 40, "missing": b""}[damage]
    file.write_bytes(content)
    if damage == "missing":
        file.unlink()
    with pytest.raises((OSError, ValueError, EOFError)):
        decoder_data._from_arrays(FolderArrays(folder))


def small_data() -> DecoderData:
    scores = np.array([small.UNIGRAMS[word] for word in small.WORDS], np.float32)
    unigrams = Unigrams(small.WORDS, scores[:, 0], scores[:, 1])
    lexicon = {
        word: tuple(tuple("abc|."[c] for c in form) for form in forms) for word, forms in small.FORMS.items()
    }
    return decoder_data.build_decoder_data(small.model(), unigrams, lexicon, "abc|.")


def test_older_builds_make_room_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    arrays = decoder_data._to_arrays(small_data())
    keep_arrays(tmp_path / "english-old", arrays, "english-")
    keep_arrays(tmp_path / "lexicon-other", arrays, "lexicon-")
    keep_arrays(tmp_path / "english-new", arrays, "english-")
    assert {path.name for path in tmp_path.iterdir()} == {"english-new", "lexicon-other"}


def test_forms_of_the_small_language() -> None:
    data = small_data()
    assert [data.forms(word) for word in range(data.model.words)] == [
        [tuple(form) for form in small.FORMS.get(word, [])] for word in small.WORDS
    ]
    assert [data.text(word) for word in range(data.model.words)] == list(small.WORDS)


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setenv("AUDIOLAB_CACHE_DIR", str(file))
    assert load().model.words == 72_547


def test_another_vocabulary_is_another_build() -> None:
    sources = (Path(decoder_data.__file__),)
    assert digest_of(1, "ab", sources) == digest_of(1, "ab", sources)
    assert len({digest_of(1, "ab", sources), digest_of(1, "ac", sources), digest_of(2, "ab", sources)}) == 3


def test_building_stops_when_asked() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        load_decoder_data(VOCABULARY, cancel.check)
    assert not (paths.cache_dir() / "asr").exists()
