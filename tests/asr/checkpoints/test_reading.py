"""From classes to words: vocabularies of every kind, and the collapse against transformers' own tokenizers."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.checkpoints.reading import read
from audiolab.asr.checkpoints.vocabulary import Vocabulary, pieces, read_vocabulary
from audiolab.core.errors import ModelError
from audiolab.core.speech import Emissions, Word
from audiolab.core.timebase import FrameGrid


def said(vocabulary: Vocabulary, path: list[int], rate: int = 16_000) -> Any:
    """The reading of a path whose classes each have nine tenths."""
    width = len(vocabulary.symbols)
    log_probs = np.full((len(path), width), np.log(0.1 / (width - 1)), np.float32)
    log_probs[np.arange(len(path)), path] = np.log(0.9)
    emissions = Emissions(log_probs, vocabulary.symbols, vocabulary.blank, FrameGrid(320, 40, 16_000), "made")
    return read(emissions, np.array(path, np.int16), vocabulary, rate)


def text(vocabulary: Vocabulary, path: list[int]) -> str:
    return " ".join(word.text for word in said(vocabulary, path).words)


def letters(vocabulary: Vocabulary, spelled: str) -> list[int]:
    """Classes of symbols of one character; ``_`` is the blank."""
    return [vocabulary.blank if letter == "_" else vocabulary.symbols.index(letter) for letter in spelled]


@pytest.fixture(scope="module")
def alphabet() -> Vocabulary:
    """The space, three letters, and the blank behind them."""
    return pieces([" ", "a", "b", "c"], 4)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("", ""),
        ("___", ""),
        ("  _ ", ""),
        ("aab", "ab"),
        ("a_ab", "aab"),
        ("_ab_ c", "ab c"),
        (" a  b ", "a b"),
        ("a _ b", "a b"),
    ],
)
def test_collapses(path: str, wanted: str, alphabet: Vocabulary) -> None:
    assert text(alphabet, letters(alphabet, path)) == wanted


def test_times_and_scores(alphabet: Vocabulary) -> None:
    reading = said(alphabet, letters(alphabet, "_aa_b c"), rate=48_000)
    first, second = reading.words
    assert [token.text for token in reading.tokens] == ["a", "b", "c"]
    assert (reading.tokens[0].frames.start, reading.tokens[0].frames.stop) == (1, 3)
    assert (reading.tokens[0].span.start, reading.tokens[0].span.stop) == (3 * 360, 3 * 1000)
    assert (first.text, second.text) == ("ab", "c")
    assert (first.frames.start, first.frames.stop) == (1, 5)
    assert (first.tokens.start, first.tokens.stop, second.tokens.start, second.tokens.stop) == (0, 2, 2, 3)
    assert [word.score for word in reading.words] == pytest.approx([0.9, 0.9], abs=1e-5)


@given(st.lists(st.integers(0, 4), max_size=60))
def test_words_hold_all_tokens_in_order(path: list[int]) -> None:
    vocabulary = pieces([" ", "a", "b", "c"], 4)
    reading = said(vocabulary, path)
    assert [index for word in reading.words for index in range(word.tokens.start, word.tokens.stop)] == list(
        range(len(reading.tokens))
    )
    for word in reading.words:
        assert isinstance(word, Word)
        assert word.text == "".join(t.text for t in reading.tokens[word.tokens.start : word.tokens.stop])
    edges = [edge for token in reading.tokens for edge in (token.frames.start, token.frames.stop)]
    assert edges == sorted(edges)


def test_pieces_begin_words_and_bytes_join_to_letters() -> None:
    vocabulary = pieces(["▁caf", "<0xC3>", "<0xA9>", "▁", "s"], 5)
    reading = said(vocabulary, [0, 5, 1, 2, 3, 4, 5, 4])
    assert [word.text for word in reading.words] == ["café", "ss"]
    assert [token.text for token in reading.tokens] == ["caf", "<0xC3>", "<0xA9>", "s", "s"]
    assert text(vocabulary, [0, 1]) == "caf\ufffd"


@pytest.mark.parametrize("name", ["Wav2Vec2", "Parakeet"])
def test_special_symbols_are_no_text(name: str, checkpoint: Callable[[str], Path]) -> None:
    """Every symbol on every side of every other, as transformers reads it without its special tokens."""
    import transformers

    folder = checkpoint(name)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    vocabulary = read_vocabulary(folder, json.loads((folder / "config.json").read_text()))
    rng = np.random.default_rng(5)
    for _ in range(40):
        path = rng.integers(0, len(vocabulary.symbols), 30).tolist()
        # Asked to skip special tokens, it would skip blanks before it merges repeats.
        wanted = re.sub(r"</?s>|<unk>", "", tokenizer.decode(path, skip_special_tokens=False))
        assert text(vocabulary, path) == " ".join(wanted.split())


def test_phones_stand_for_themselves(tmp_path: Path) -> None:
    write(
        tmp_path, {"<pad>": 0, "<unk>": 1, "ɑː": 2, "t": 3, "ʃ": 4}, tokenizer_class="Wav2Vec2PhonemeCTCTokenizer"
    )
    vocabulary = read_vocabulary(tmp_path, {"vocab_size": 5})
    assert text(vocabulary, [2, 2, 0, 3, 1, 4]) == "ɑː t ʃ"


def test_one_language_of_many(tmp_path: Path) -> None:
    nested = {"eng": {"<pad>": 0, "|": 1, "a": 2}, "deu": {"<pad>": 0, "|": 1, "ä": 2}}
    write(tmp_path, nested, target_lang="deu")
    vocabulary = read_vocabulary(tmp_path, {"vocab_size": 3})
    assert text(vocabulary, [2, 1, 2]) == "ä ä"
    write(tmp_path, nested)
    with pytest.raises(ModelError, match="tokenizer cannot be understood"):
        read_vocabulary(tmp_path, {"vocab_size": 3})


def test_settings_of_the_tokenizer(tmp_path: Path) -> None:
    symbols = {"[PAD]": 0, "#": 1, "A": 2, "B": 3, "[X]": 4}
    write(
        tmp_path,
        symbols,
        pad_token={"content": "[PAD]"},
        word_delimiter_token="#",
        do_lower_case=True,
        added_tokens_decoder={"4": {"content": "[X]", "special": True}},
    )
    vocabulary = read_vocabulary(tmp_path, {"vocab_size": 7})
    assert text(vocabulary, [2, 4, 3, 1, 6, 2]) == "ab a"
    assert vocabulary.symbols[5:] == ("<5>", "<6>")  # classes without a symbol
    assert vocabulary.blank == 0


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("", "", "it has no tokenizer"),
        ("vocab.json", "[1, 2]", "does not hold what it should"),
        ("vocab.json", "{", "cannot be read as JSON"),
        ("vocab.json", '{"a": "b"}', "tokenizer cannot be understood"),
        ("vocab.json", '{"a": 0}', "has no blank"),
        ("vocab.json", '{"a": 0, "<pad>": 9}', "has no blank"),
        ("tokenizer.json", '{"model": {}}', "tokenizer cannot be understood"),
    ],
)
def test_tokenizers_that_cannot_work(file: str, content: str, sentence: str, tmp_path: Path) -> None:
    if file:
        (tmp_path / file).write_text(content)
    with pytest.raises(ModelError, match=sentence):
        read_vocabulary(tmp_path, {"vocab_size": 5})


def write(folder: Path, vocabulary: dict[str, Any], **tokenizer: Any) -> None:
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
