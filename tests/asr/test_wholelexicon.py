from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab import paths
from audiolab.asr.lexicon import load_lexicon
from audiolab.asr.phones import model_vocabulary
from audiolab.asr.wholelexicon import MappedLexicon, to_arrays, whole_lexicon

SYMBOLS = ("a", "b", "t͡ʃ")
FORMS = st.lists(st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=4).map(tuple), min_size=1, max_size=3)
WORDS = st.dictionaries(st.text("abé'", min_size=1, max_size=5), FORMS.map(tuple), min_size=1, max_size=20)


@given(WORDS, st.text(max_size=8))
def test_it_is_the_mapping_that_it_was_made_of(words: dict[str, tuple[tuple[str, ...], ...]], other: str) -> None:
    mapped = MappedLexicon(SYMBOLS, to_arrays(words, SYMBOLS))
    assert dict(mapped) == words
    assert len(mapped) == len(words)
    assert (other in mapped) == (other in words)
    assert mapped.get(other, "none") == words.get(other, "none")


def test_the_whole_dictionary_is_built_once(asr_cache: Path) -> None:
    vocabulary = model_vocabulary()
    built = whole_lexicon(vocabulary)
    (folder,) = (paths.cache_dir() / "asr").glob("lexicon-*")
    stamp = folder.stat().st_mtime_ns
    mapped = whole_lexicon(vocabulary)
    assert folder.stat().st_mtime_ns == stamp
    wanted = load_lexicon(vocabulary, known_only=False)
    assert len(mapped) == len(built) == len(wanted)
    for word in list(wanted)[::997]:
        assert mapped[word] == built[word] == wanted[word]


def test_a_damaged_cache_is_built_anew(asr_cache: Path) -> None:
    vocabulary = model_vocabulary()
    known = whole_lexicon(vocabulary)["dog"]
    (folder,) = (paths.cache_dir() / "asr").glob("lexicon-*")
    file = folder / "words.npy"
    whole = file.read_bytes()
    file.write_bytes(whole[:-3])
    assert whole_lexicon(vocabulary)["dog"] == known
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setenv("AUDIOLAB_CACHE_DIR", str(file))
    assert ("d", "ɔ", "g") in whole_lexicon(model_vocabulary())["dog"]
