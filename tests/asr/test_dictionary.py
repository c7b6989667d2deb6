from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.dictionary import (
    EntryError,
    dictionary_text,
    entry_of,
    read_dictionary,
    read_rows,
    suggested,
)
from audiolab.asr.phones import model_vocabulary, written
from audiolab.core.errors import MediaError
from audiolab.core.userwords import DictionaryRow, UserWord, UserWords

CRIANAN = ("k", "ɹ", "i", "n", "ə", "n")


def read(folder: Path, text: str, boost: float = 0.0) -> UserWords:
    file = folder / "words.txt"
    file.write_bytes(text.encode())
    return read_dictionary(file, boost)


def test_words_phrases_pronunciations_and_boosts(tmp_path: Path) -> None:
    text = (
        "\ufeff# people\r\n\r\nCrianan\tk ɹ i n ə n\tK R IY1 N AH0 N\t2.5\n;;; places\nNew  Lanark\n".replace(
            "  ", " "
        )
        + "o'neill\t1\n"
        "GPT-4\n"
    )
    assert read(tmp_path, text, 0.5) == (
        UserWord("Crianan", (CRIANAN,), 2.5),
        UserWord("New Lanark", (), 0.5),
        UserWord("o'neill", (), 1.0),
        UserWord("GPT-4", (), 0.5),
    )


def test_lines_as_in_the_cmu_dictionary(tmp_path: Path) -> None:
    words = read(tmp_path, "CRIANAN  K R IY1 N AH0 N\nCRIANAN(2)  K R AY1 N AH0 N\n")
    assert words == (UserWord("CRIANAN", (CRIANAN, ("k", "ɹ", "aɪ", "n", "ə", "n"))),)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Crianan\tK R AX N", "words.txt: line 2: 'AX' is no phone; write IPA, or ARPABET as in the CMU "
                               "dictionary."),
        ("New Lanark\tn u", "words.txt: line 2: a phrase has no pronunciation of its own; give each word of it a "
                            "line with its own."),
        ("Crianan\t50", "words.txt: line 2: the boost 50 is too large or negative; choose 0 to 10."),
        ("Crianan\tnan", "words.txt: line 2: the boost nan is too large or negative; choose 0 to 10."),
        ("hello 你好", "words.txt: line 2: '你好' cannot be pronounced as English; add its pronunciation."),
        ("a b c d e f g h i j k", "words.txt: line 2: a phrase has 11 words; leave at most 10."),
        ("Crianan\t/./", "words.txt: line 2: a pronunciation is empty; write IPA, or ARPABET as in the CMU "
                         "dictionary."),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_its_fault_and_the_remedy(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(MediaError) as caught:
        read(tmp_path, f"# words\n{line}\n")
    assert str(caught.value) == sentence


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        read_dictionary(tmp_path / "missing.txt")
    (tmp_path / "words.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MediaError, match="is no text; save it as plain text in UTF-8"):
        read_dictionary(tmp_path / "words.txt")
    with pytest.raises(MediaError, match="has 10001 entries; leave at most 10000"):
        read(tmp_path, "".join(f"word{'x' * (number % 7)}{number}\n" for number in range(10_001)))


PHONES = st.sampled_from(["k", "ɹ", "i", "t͡ʃ", "aɪ", "ə", "ɝ", "oʊ", "ʒ"])
TEXTS = st.lists(st.from_regex(r"[A-Za-z][a-z'é-]{0,8}[a-z]", fullmatch=True), min_size=1, max_size=3)


@st.composite
def entries(draw: st.DrawFn) -> UserWord:
    units = draw(TEXTS)
    forms = draw(st.lists(st.lists(PHONES, min_size=1, max_size=6).map(tuple), max_size=3, unique=True))
    boost = draw(st.sampled_from([0.0, 0.5, 2.0, 10.0]))
    return UserWord(" ".join(units), () if len(units) > 1 else tuple(forms), boost)


@given(st.lists(entries(), max_size=8, unique_by=lambda word: word.text))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, words: list[UserWord]) -> None:
    file = tmp_path_factory.getbasetemp() / "round.txt"
    rows = [DictionaryRow(word.text, tuple(map(written, word.pronunciations)), word.boost) for word in words]
    file.write_text(dictionary_text(rows), encoding="utf-8")
    assert read_dictionary(file, 7.0) == tuple(words)


def test_wrong_lines_and_comments_survive(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    text = "# people\n# and places\nCrianan\tK R AX N\t2\n;;; later\nNew Lanark\tn u\t0.5\n"
    file.write_text(text, encoding="utf-8")
    rows = [row for _, row in read_rows(file)]
    assert rows[0] == DictionaryRow("Crianan", ("K R AX N",), 2.0, "# people\n# and places\n")
    assert dictionary_text(rows) == text


def test_an_entry_that_is_typed_is_checked_alike() -> None:
    assert entry_of(DictionaryRow("  New   Lanark ", (), 1.0)) == UserWord("New Lanark", (), 1.0)
    with pytest.raises(EntryError, match="There is no word; type one"):
        entry_of(DictionaryRow(" "))


def test_known_and_unknown_words_get_suggestions() -> None:
    assert ("t", "ə", "m", "eɪ", "t", "oʊ") in suggested("Tomato")
    (form,) = suggested("Inverashiel")
    assert form[:3] == ("ɪ", "n", "v")
    assert set(form) <= set(model_vocabulary())
    assert suggested("你好") == ()


def test_the_phones_of_these_tests_are_those_of_the_model() -> None:
    assert set(CRIANAN) <= set(model_vocabulary())
